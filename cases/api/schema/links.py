"""OpenAPI links: which operations accept an id from the response of another."""

from typing import Any

_CASE = {"openCase": "201", "readCase": "200", "updateCase": "200"}
_CUSTOMER = {"createCustomer": "201", "readCustomer": "200", "updateCustomer": "201"}
_OF_CASE = ("readCase", "updateCase")
_OF_CUSTOMER = ("readCustomer", "updateCustomer", "listCustomerCases")


def add_links(operations: dict[str, dict[str, Any]]) -> None:
    """Add OpenAPI links to the successful answers of the operations, given by their id.

    Lists have no links: a list may be empty, and then the link could not be followed.
    """
    for source, status in _CASE.items():
        _link(operations[source], status, _OF_CASE, "$response.body#/id")
        _link(operations[source], status, _OF_CUSTOMER, "$response.body#/customerId")
    for source, status in _CUSTOMER.items():
        _link(operations[source], status, _OF_CUSTOMER, "$response.body#/id")


def _link(source: dict[str, Any], status: str, targets: tuple[str, ...], found_at: str) -> None:
    links = source["responses"][status].setdefault("links", {})
    for target in targets:
        if target != source["operationId"]:
            links[target] = {"operationId": target, "parameters": {"id": found_at}}
