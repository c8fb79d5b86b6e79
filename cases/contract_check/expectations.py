"""Expectations of responses; each function returns what is wrong, or None."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cases.contract_check.client import Exchange

Expectation = Callable[[Exchange], str | None]

CASE_KEYS = (
    *("id", "number", "customerId", "title", "description"),
    *("url", "lastUpdated", "created", "status"),
)
_FIELD_TYPES = {"text", "textarea", "single_sel_list", "checkbox"}


def first_fault(exchange: Exchange, expectations: tuple[Expectation, ...]) -> str | None:
    """Return the first fault of an exchange; a missing response comes first."""
    if exchange.error:
        return f"no response: {exchange.error}"
    faults = (expectation(exchange) for expectation in expectations)
    try:
        return next((fault for fault in faults if fault), None)
    except (AttributeError, LookupError, TypeError):
        # Unexpected shapes of the response share one message.
        return "the response doesn't follow the contract"


def has_status(*expected: int) -> Expectation:
    """Expect one of these statuses, and JSON where there is a body."""

    def check(exchange: Exchange) -> str | None:
        if exchange.status not in expected:
            wanted = " or ".join(str(status) for status in expected)
            return f"the status is {exchange.status}, not {wanted}"
        content_type = exchange.answer_headers.get("content-type", "")
        if exchange.answer_body and not content_type.startswith("application/json"):
            return f"the content type is {content_type or 'missing'}, not application/json"
        return None

    return check


def is_envelope(code: str, *fields: str) -> Expectation:
    """Expect the error envelope with that code, and these fields with errors."""

    def check(exchange: Exchange) -> str | None:
        body = exchange.json
        if not isinstance(body, dict) or body.get("error") != code:
            return f"the error is not {code}"
        if not isinstance(body.get("message"), str) or not body["message"]:
            return "the error has no message"
        named = {fault.get("name") for fault in body.get("fields", [])}
        missing = set(fields) - named
        return (
            f"fields with errors are not named: {', '.join(sorted(missing))}" if missing else None
        )

    return check


def has_header(name: str) -> Expectation:
    """Expect a header in the answer."""
    return lambda exchange: (
        None if name.lower() in exchange.answer_headers else f"the {name} header is missing"
    )


def is_case(**values: Any) -> Expectation:
    """Expect the keys of a case, all strings, and these values."""

    def check(exchange: Exchange) -> str | None:
        return _case_fault(exchange.json, values)

    return check


def is_customer(**values: Any) -> Expectation:
    """Expect the keys of a customer, and these values."""

    def check(exchange: Exchange) -> str | None:
        body = exchange.json
        if not isinstance(body, dict):
            return "the response is not a customer"
        for key in ("id", "url"):
            if not isinstance(body.get(key), str) or not body[key]:
                return f"{key} is missing or not a string"
        return _value_fault(body, values)

    return check


def is_definitions(object_type: str) -> Expectation:
    """Expect field definitions of that object type."""

    def check(exchange: Exchange) -> str | None:
        body = exchange.json
        if not isinstance(body, dict) or body.get("name") != object_type:
            return f"name is not {object_type}"
        if not isinstance(body.get("fields"), list):
            return "fields is not a list"
        wrong = [field for field in body["fields"] if not _is_definition(field)]
        return f"a field is not well formed: {wrong[0]}" if wrong else None

    return check


def lists_case(case_id: str) -> Expectation:
    """Expect an array of cases that includes this one."""

    def check(exchange: Exchange) -> str | None:
        body = exchange.json
        if not isinstance(body, list):
            return "the response is not an array"
        faults = [fault for case in body if (fault := _case_fault(case, {}))]
        if faults:
            return faults[0]
        return None if case_id in {case["id"] for case in body} else "the case is not in the list"

    return check


def is_array_with(customer_id: str) -> Expectation:
    """Expect an array of customers that includes this one."""

    def check(exchange: Exchange) -> str | None:
        body = exchange.json
        if not isinstance(body, list):
            return "the response is not an array"
        found = {entry.get("id") for entry in body if isinstance(entry, dict)}
        return None if customer_id in found else "the customer is not among the matches"

    return check


def equals(first: Exchange) -> Expectation:
    """Expect the same response as in another exchange."""
    return lambda exchange: (
        None if exchange.json == first.json else "the first response is not repeated"
    )


def has_interactions(count: int) -> Expectation:
    """Expect that many interactions in a case."""

    def check(exchange: Exchange) -> str | None:
        found = len(exchange.json.get("interactions", []))
        return None if found == count else f"the case has {found} interactions, not {count}"

    return check


def _is_definition(field: Any) -> bool:
    if not isinstance(field, dict) or field.get("type") not in _FIELD_TYPES:
        return False
    entries = field.get("listValues")
    has_list = isinstance(entries, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("value"), str) for entry in entries
    )
    return (
        all(isinstance(field.get(key), str) for key in ("name", "label"))
        and isinstance(field.get("searchable"), bool)
        and has_list == (field["type"] == "single_sel_list")
    )


def _case_fault(body: Any, values: Mapping[str, Any]) -> str | None:
    if not isinstance(body, dict):
        return "the response is not a case"
    for key in CASE_KEYS:
        if not isinstance(body.get(key), str):
            return f"{key} is missing or not a string"
    if not isinstance(body.get("interactions"), list):
        return "interactions is missing or not a list"
    for key in ("created", "lastUpdated"):
        if not body[key].endswith("Z") or not _is_moment(body[key]):
            return f"{key} is not ISO 8601 in UTC"
    return _value_fault(body, values)


def _value_fault(body: Mapping[str, Any], values: Mapping[str, Any]) -> str | None:
    wrong = (
        f"{key} is {body.get(key)!r}, not {value!r}"
        for key, value in values.items()
        if body.get(key) != value
    )
    return next(wrong, None)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
