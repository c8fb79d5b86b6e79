"""The story of the check: an agent meets a customer, opens a case, works it and closes it."""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cases.choices import Operation
from cases.services.check_data import CHECK_SERVICE
from cases.services.contract_check.client import Exchange, KhorosClient
from cases.services.contract_check.expectations import (
    Expectation,
    equals,
    first_fault,
    has_header,
    has_interactions,
    has_status,
    is_array_with,
    is_case,
    is_customer,
    is_definitions,
    is_envelope,
    lists_case,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the check; `fault` says in words what was wrong, `""` where nothing was.

    `exchange` is None where the step could not be taken because an earlier one failed.
    """

    title: str
    operation: Operation
    exchange: Exchange | None
    fault: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer was what the contract says."""
        return not self.fault


def run_contract_check(*, base_url: str, auth: str) -> Iterator[Step]:
    """Play Khoros against `base_url` with the header value `auth`; yield each step as it is done.

    Takes every operation of the contract at least once. Steps that need the answer of one that
    failed are yielded as not taken.
    """
    story = _Story(KhorosClient(base_url, auth), secrets.token_hex(8))
    for title, operation, act in _STEPS:
        yield _take(story, title, operation, act)


class _NotTaken(Exception):
    """A step needs what an earlier one did not get."""


@dataclass(slots=True)
class _Story:
    client: KhorosClient
    token: str
    fields: Exchange | None = None
    customer_fields: Exchange | None = None
    customer: Exchange | None = None
    case: Exchange | None = None

    @property
    def values(self) -> dict[str, str]:
        """A value for each field of cases, as an agent fills them in before closing."""
        fields = self.fields.json["fields"] if self.fields else []
        return {field["name"]: _value_for(field) for field in fields}

    @property
    def customer_id(self) -> str:
        return self._id(self.customer, "customer")

    @property
    def case_id(self) -> str:
        return self._id(self.case, "case")

    @property
    def handle(self) -> str:
        return f"check_{self.token}"

    def post(self, number: int) -> dict[str, Any]:
        return {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "body": f"Post {number} of a contract check ✓",
            "linkUrl": None,
            "serviceId": f"{self.token}-{number}",
            "service": CHECK_SERVICE,
            "contentType": "post",
            "author": {
                "service": CHECK_SERVICE,
                "serviceId": self.token,
                "handle": self.handle,
                "name": "Contract Check",
                "brandOwned": False,
            },
        }

    def new_case(self) -> dict[str, Any]:
        return {
            "customerId": self.customer_id,
            "title": "Contract check",
            "interactions": [self.post(1)],
        }

    @staticmethod
    def _id(exchange: Exchange | None, what: str) -> str:
        body = exchange.json if exchange else None
        if not isinstance(body, dict) or not isinstance(body.get("id"), str):
            raise _NotTaken(f"no {what} was made in an earlier step")
        found: str = body["id"]
        return found


Outcome = tuple[Exchange, tuple[Expectation, ...]]


def _take(
    story: _Story, title: str, operation: Operation, act: Callable[[_Story], Outcome]
) -> Step:
    try:
        exchange, expectations = act(story)
    except _NotTaken as reason:
        return Step(title, operation, None, f"not taken: {reason}")
    return Step(title, operation, exchange, first_fault(exchange, expectations) or "")


def _refuse_stranger(story: _Story) -> Outcome:
    exchange = story.client.call("GET", "/meta/object/case", authorized=False)
    envelope = is_envelope("authentication_failed")
    return exchange, (has_status(401), envelope, has_header("WWW-Authenticate"))


def _read_case_fields(story: _Story) -> Outcome:
    exchange = story.client.call("GET", "/meta/object/case")
    expectations = (has_status(200), is_definitions("case"))
    if not first_fault(exchange, expectations):
        story.fields = exchange
    return exchange, expectations


def _read_customer_fields(story: _Story) -> Outcome:
    exchange = story.client.call("GET", "/meta/object/customer")
    expectations = (has_status(200), is_definitions("customer"))
    if not first_fault(exchange, expectations):
        story.customer_fields = exchange
    return exchange, expectations


def _create_customer(story: _Story) -> Outcome:
    headers = {"Idempotency-Key": f"{story.token}-customer"}
    story.customer = story.client.call("POST", "/customer", {}, headers=headers)
    return story.customer, (has_status(201), is_customer())


def _read_customer(story: _Story) -> Outcome:
    exchange = story.client.call("GET", f"/customer/{story.customer_id}")
    return exchange, (has_status(200), is_customer(id=story.customer_id))


def _update_customer(story: _Story) -> Outcome:
    exchange = story.client.call("PATCH", f"/customer/{story.customer_id}", {})
    return exchange, (has_status(201), is_customer(id=story.customer_id))


def _open_case(story: _Story) -> Outcome:
    headers = {"Idempotency-Key": f"{story.token}-case"}
    exchange = story.client.call("POST", "/case", story.new_case(), headers=headers)
    story.case = exchange
    wanted = is_case(customerId=story.customer_id, title="Contract check", status="open")
    return exchange, (has_status(201), wanted, has_interactions(1))


def _repeat_case(story: _Story) -> Outcome:
    first = story.case
    if first is None or not story.case_id:
        raise _NotTaken("no case was made in an earlier step")
    # The very bytes of the first call, so that it is a repeat and not another case.
    headers = {"Idempotency-Key": f"{story.token}-case"}
    exchange = story.client.call("POST", "/case", json.loads(first.request_body), headers=headers)
    return exchange, (has_status(201), equals(first))


def _refuse_case(story: _Story) -> Outcome:
    payload = {"customerId": story.customer_id, "title": " ", "interactions": [{}]}
    exchange = story.client.call("POST", "/case", payload)
    envelope = is_envelope("invalid_payload", "title", "interactions[0].body")
    return exchange, (has_status(400), envelope)


def _refuse_value(story: _Story) -> Outcome:
    payload = {"customerId": story.customer_id, "title": " ", "status": "pending"}
    exchange = story.client.call("POST", "/case", payload)
    return exchange, (has_status(422), is_envelope("validation_failed", "title", "status"))


def _read_case(story: _Story) -> Outcome:
    exchange = story.client.call("GET", f"/case/{story.case_id}")
    return exchange, (has_status(200), is_case(id=story.case_id), has_interactions(1))


def _append_and_close(story: _Story) -> Outcome:
    values = story.values
    payload = {"status": "closed", "interactions": [story.post(1), story.post(2)], **values}
    exchange = story.client.call("PATCH", f"/case/{story.case_id}", payload)
    wanted = is_case(id=story.case_id, status="closed", **values)
    return exchange, (has_status(200), wanted, has_interactions(2))


def _value_for(field: dict[str, Any]) -> str:
    if field["type"] == "single_sel_list":
        return next((str(entry["value"]) for entry in field["listValues"]), "")
    return "true" if field["type"] == "checkbox" else "Contract check"


def _list_cases(story: _Story) -> Outcome:
    case_id = story.case_id
    exchange = story.client.call("GET", f"/customer/{story.customer_id}/cases")
    return exchange, (has_status(200), lists_case(case_id))


def _search_customers(story: _Story) -> Outcome:
    if story.customer_fields is None:
        raise _NotTaken("the fields of customers could not be read in an earlier step")
    searchable = [
        field["name"]
        for field in story.customer_fields.json["fields"]
        if field["searchable"] and field["type"] in {"text", "textarea"}
    ]
    if not searchable:
        exchange = story.client.call("POST", "/customers", {"nothing": story.token})
        return exchange, (has_status(422), is_envelope("validation_failed"))
    exchange = story.client.call("POST", "/customers", {searchable[0]: story.token})
    return exchange, (has_status(204),)


def _match_customer(story: _Story) -> Outcome:
    customer_id, _ = story.customer_id, story.case_id
    payload = {"screenName": f"@{story.handle}"}
    exchange = story.client.call("POST", "/customer/bestmatch", payload)
    return exchange, (has_status(200), is_array_with(customer_id))


def _miss_case(story: _Story) -> Outcome:
    exchange = story.client.call("GET", "/case/0")
    return exchange, (has_status(404), is_envelope("not_found"))


_STEPS: tuple[tuple[str, Operation, Callable[[_Story], Outcome]], ...] = (
    ("A call without a key is refused", Operation.READ_DEFINITIONS, _refuse_stranger),
    ("Khoros reads the fields of cases", Operation.READ_DEFINITIONS, _read_case_fields),
    ("Khoros reads the fields of customers", Operation.READ_DEFINITIONS, _read_customer_fields),
    ("An agent searches for a customer", Operation.SEARCH_CUSTOMERS, _search_customers),
    ("An agent creates a customer", Operation.CREATE_CUSTOMER, _create_customer),
    ("The customer can be read", Operation.READ_CUSTOMER, _read_customer),
    ("The customer can be updated", Operation.UPDATE_CUSTOMER, _update_customer),
    ("An agent opens a case", Operation.OPEN_CASE, _open_case),
    ("The same call again makes no second case", Operation.OPEN_CASE, _repeat_case),
    ("A case of the wrong shape is refused, field by field", Operation.OPEN_CASE, _refuse_case),
    ("A case with wrong values is refused, field by field", Operation.OPEN_CASE, _refuse_value),
    ("The case can be read", Operation.READ_CASE, _read_case),
    ("A case that doesn't exist is not found", Operation.READ_CASE, _miss_case),
    (
        "Posts are appended once, fields filled in, and the case closed",
        Operation.UPDATE_CASE,
        _append_and_close,
    ),
    ("The author's handle leads to the customer", Operation.MATCH_CUSTOMERS, _match_customer),
    ("The customer's cases are listed", Operation.LIST_CUSTOMER_CASES, _list_cases),
)
