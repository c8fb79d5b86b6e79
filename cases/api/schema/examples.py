"""Example requests and responses, with the current custom fields."""

from collections.abc import Mapping
from typing import Any

from cases.api.schema.registered import sample_value
from cases.choices import ObjectType, PropertyStage
from cases.properties.announcement import announce
from cases.properties.types import Definition

Definitions = Mapping[str, Definition]

_AUTHOR = {
    "service": "facebook",
    "serviceId": "100001234567890",
    "handle": "mara.lindqvist",
    "name": "Mara Lindqvist",
    "brandOwned": False,
}
_POST = {
    "created": "2024-03-06T09:14:03.000Z",
    "body": "My suitcase never arrived in Lisbon. Three days now.",
    "linkUrl": "https://www.facebook.com/northwindair/posts/2210",
    "serviceId": "104000000000001_2210",
    "service": "facebook",
    "contentType": "post",
    "author": _AUTHOR,
}
_REPLY = _POST | {
    "created": "2024-03-06T09:31:00.250Z",
    "body": "The bag tag is NW00712345.",
    "linkUrl": "",
    "serviceId": "m_mid.1457263",
    "contentType": "private_message",
}
_CASE: dict[str, Any] = {
    "customerId": "5f1b6f0e7d2a4c539d530f6d2c3f7a10",
    "title": "Suitcase did not arrive in Lisbon",
    "description": "Promised an answer today.",
    "interactions": [_POST],
}
_CASE_ANSWER: dict[str, Any] = {
    "id": "1024",
    "number": "CP-1024",
    "customerId": _CASE["customerId"],
    "title": _CASE["title"],
    "description": _CASE["description"],
    "url": "https://cases.example.com/admin/cases/case/1024/change/",
    "lastUpdated": "2024-03-06T09:40:12.481Z",
    "created": "2024-03-06T09:40:12.481Z",
    "status": "open",
    "interactions": [_POST],
}
_CUSTOMER_ANSWER = {
    "id": "5f1b6f0e7d2a4c539d530f6d2c3f7a10",
    "url": "https://cases.example.com/admin/cases/customer/5f1b6f0e7d2a4c539d530f6d2c3f7a10/change/",
}
_BEST_MATCH = {
    "displayName": "Mara Lindqvist",
    "screenName": "@mara.lindqvist",
    "profileUrl": "https://www.facebook.com/mara.lindqvist",
    "email": "mara@example.com",
    "phoneNumbers": ["+351 21 123 4567"],
    "addresses": [{"streetOne": "Rua Augusta 1", "city": "Lisbon", "zip": "1100-048"}],
    "accountNumbers": ["NW-4711"],
}


def request_examples(cases: Definitions, customers: Definitions) -> dict[str, Any]:
    """Return an example body by operation id."""
    searchable = [name for name, definition in customers.items() if definition.searchable]
    samples = samples_of(customers)
    criteria = {name: samples[name] for name in searchable[:1]}
    return {
        "openCase": _CASE | samples_of(cases),
        "updateCase": {"status": "closed", "interactions": [_REPLY]},
        "createCustomer": samples,
        "updateCustomer": samples,
        "matchCustomers": _BEST_MATCH,
    } | ({"searchCustomers": criteria} if criteria else {})


def answer_examples(cases: Definitions, customers: Definitions) -> dict[str, tuple[str, Any]]:
    """Return the status and an example body of success by operation id."""
    case = _CASE_ANSWER | samples_of(cases)
    changed = case | {
        "lastUpdated": "2024-03-06T10:02:55.037114Z",
        "status": "closed",
        "interactions": [_POST, _REPLY],
    }
    customer = _CUSTOMER_ANSWER | samples_of(customers)
    live = [entry for entry in cases.values() if entry.stage == PropertyStage.LIVE]
    return {
        "openCase": ("201", case),
        "readCase": ("200", case),
        "updateCase": ("200", changed),
        "searchCustomers": ("200", [customer]),
        "matchCustomers": ("200", [customer]),
        "createCustomer": ("201", customer),
        "readCustomer": ("200", customer),
        "updateCustomer": ("201", customer),
        "listCustomerCases": ("200", [case]),
        "readDefinitions": ("200", announce(ObjectType.CASE.value, live)),
    }


def samples_of(definitions: Definitions) -> dict[str, str]:
    """Return a value for each field, by name."""
    return {name: sample_value(definition) for name, definition in definitions.items()}
