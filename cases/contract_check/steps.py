"""The steps of the check, in order: each makes one call and returns its expectations."""

import json
from collections.abc import Callable
from typing import NamedTuple

from cases.choices import Operation
from cases.contract_check.client import Exchange
from cases.contract_check.expectations import (
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
from cases.contract_check.scenario import Scenario, StepNotTaken

Attempt = tuple[Exchange, tuple[Expectation, ...]]
"""A call and the expectations of its response."""


def _refuse_stranger(scenario: Scenario) -> Attempt:
    exchange = scenario.client.call("GET", "/meta/object/case", authorized=False)
    envelope = is_envelope("authentication_failed")
    return exchange, (has_status(401), envelope, has_header("WWW-Authenticate"))


def _read_case_fields(scenario: Scenario) -> Attempt:
    exchange = scenario.client.call("GET", "/meta/object/case")
    expectations = (has_status(200), is_definitions("case"))
    if not first_fault(exchange, expectations):
        scenario.fields = exchange
    return exchange, expectations


def _read_customer_fields(scenario: Scenario) -> Attempt:
    exchange = scenario.client.call("GET", "/meta/object/customer")
    expectations = (has_status(200), is_definitions("customer"))
    if not first_fault(exchange, expectations):
        scenario.customer_fields = exchange
    return exchange, expectations


def _create_customer(scenario: Scenario) -> Attempt:
    headers = {"Idempotency-Key": f"{scenario.token}-customer"}
    scenario.customer = scenario.client.call("POST", "/customer", {}, headers=headers)
    return scenario.customer, (has_status(201), is_customer())


def _read_customer(scenario: Scenario) -> Attempt:
    exchange = scenario.client.call("GET", f"/customer/{scenario.customer_id}")
    return exchange, (has_status(200), is_customer(id=scenario.customer_id))


def _update_customer(scenario: Scenario) -> Attempt:
    exchange = scenario.client.call("PATCH", f"/customer/{scenario.customer_id}", {})
    return exchange, (has_status(201), is_customer(id=scenario.customer_id))


def _open_case(scenario: Scenario) -> Attempt:
    headers = {"Idempotency-Key": f"{scenario.token}-case"}
    exchange = scenario.client.call("POST", "/case", scenario.new_case(), headers=headers)
    scenario.case = exchange
    wanted = is_case(customerId=scenario.customer_id, title="Contract check", status="open")
    return exchange, (has_status(201), wanted, has_interactions(1))


def _repeat_case(scenario: Scenario) -> Attempt:
    first = scenario.case
    if first is None or not scenario.case_id:
        raise StepNotTaken("no case was created in an earlier step")
    # The very bytes of the first call, so that it is a repeat and not another case.
    headers = {"Idempotency-Key": f"{scenario.token}-case"}
    exchange = scenario.client.call(
        "POST", "/case", json.loads(first.request_body), headers=headers
    )
    return exchange, (has_status(201), equals(first))


def _refuse_case(scenario: Scenario) -> Attempt:
    payload = {"customerId": scenario.customer_id, "title": " ", "interactions": [{}]}
    exchange = scenario.client.call("POST", "/case", payload)
    envelope = is_envelope("invalid_payload", "title", "interactions[0].body")
    return exchange, (has_status(400), envelope)


def _refuse_value(scenario: Scenario) -> Attempt:
    payload = {"customerId": scenario.customer_id, "title": " ", "status": "pending"}
    exchange = scenario.client.call("POST", "/case", payload)
    return exchange, (has_status(422), is_envelope("validation_failed", "title", "status"))


def _read_case(scenario: Scenario) -> Attempt:
    exchange = scenario.client.call("GET", f"/case/{scenario.case_id}")
    return exchange, (has_status(200), is_case(id=scenario.case_id), has_interactions(1))


def _append_and_close(scenario: Scenario) -> Attempt:
    values = scenario.values
    payload = {"status": "closed", "interactions": [scenario.post(1), scenario.post(2)], **values}
    exchange = scenario.client.call("PATCH", f"/case/{scenario.case_id}", payload)
    wanted = is_case(id=scenario.case_id, status="closed", **values)
    return exchange, (has_status(200), wanted, has_interactions(2))


def _list_cases(scenario: Scenario) -> Attempt:
    case_id = scenario.case_id
    exchange = scenario.client.call("GET", f"/customer/{scenario.customer_id}/cases")
    return exchange, (has_status(200), lists_case(case_id))


def _search_customers(scenario: Scenario) -> Attempt:
    if scenario.customer_fields is None:
        raise StepNotTaken("the customer fields could not be read in an earlier step")
    searchable = [
        field["name"]
        for field in scenario.customer_fields.json["fields"]
        if field["searchable"] and field["type"] in {"text", "textarea"}
    ]
    if not searchable:
        exchange = scenario.client.call("POST", "/customers", {"nothing": scenario.token})
        return exchange, (has_status(422), is_envelope("validation_failed"))
    exchange = scenario.client.call("POST", "/customers", {searchable[0]: scenario.token})
    return exchange, (has_status(204),)


def _match_customer(scenario: Scenario) -> Attempt:
    customer_id, _ = scenario.customer_id, scenario.case_id
    payload = {"screenName": f"@{scenario.handle}"}
    exchange = scenario.client.call("POST", "/customer/bestmatch", payload)
    return exchange, (has_status(200), is_array_with(customer_id))


def _miss_case(scenario: Scenario) -> Attempt:
    exchange = scenario.client.call("GET", "/case/0")
    return exchange, (has_status(404), is_envelope("not_found"))


class CheckStep(NamedTuple):
    """A step: what it shows, which operation it calls, and the function that makes the call.

    `take` raises StepNotTaken if an earlier step failed that this one needs.
    """

    title: str
    operation: Operation
    take: Callable[[Scenario], Attempt]


STEPS: tuple[CheckStep, ...] = (
    CheckStep("A call without a key is refused", Operation.READ_DEFINITIONS, _refuse_stranger),
    CheckStep("Khoros reads the fields of cases", Operation.READ_DEFINITIONS, _read_case_fields),
    CheckStep(
        "Khoros reads the fields of customers", Operation.READ_DEFINITIONS, _read_customer_fields
    ),
    CheckStep("An agent searches for a customer", Operation.SEARCH_CUSTOMERS, _search_customers),
    CheckStep("An agent creates a customer", Operation.CREATE_CUSTOMER, _create_customer),
    CheckStep("The customer can be read", Operation.READ_CUSTOMER, _read_customer),
    CheckStep("The customer can be updated", Operation.UPDATE_CUSTOMER, _update_customer),
    CheckStep("An agent opens a case", Operation.OPEN_CASE, _open_case),
    CheckStep("Repeating the call creates no second case", Operation.OPEN_CASE, _repeat_case),
    CheckStep("A malformed case is refused, field by field", Operation.OPEN_CASE, _refuse_case),
    CheckStep(
        "A case with invalid values is refused, field by field", Operation.OPEN_CASE, _refuse_value
    ),
    CheckStep("The case can be read", Operation.READ_CASE, _read_case),
    CheckStep("A case that doesn't exist is not found", Operation.READ_CASE, _miss_case),
    CheckStep(
        "Posts are appended once, fields filled in, and the case closed",
        Operation.UPDATE_CASE,
        _append_and_close,
    ),
    CheckStep(
        "The author's handle leads to the customer", Operation.MATCH_CUSTOMERS, _match_customer
    ),
    CheckStep("The customer's cases are listed", Operation.LIST_CUSTOMER_CASES, _list_cases),
)
