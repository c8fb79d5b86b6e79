"""`GET /meta/object/{type}`: the fields that Khoros may fill in."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.choices import ObjectType, PropertyStage, PropertyType
from tests.factories import CustomPropertyFactory, issue_header

pytestmark = pytest.mark.django_db

TIERS = [{"name": "Gold card", "value": "gold"}, {"name": "Silver card", "value": "silver"}]


def get(path: str = "/meta/object/case", **headers: str) -> Any:
    """Return the response to a call with a good key."""
    return Client(headers={"Authorization": issue_header()} | headers).get(path)


def names(path: str = "/meta/object/case") -> list[str]:
    """Return the names of the fields that are announced."""
    return [field["name"] for field in get(path).json()["fields"]]


@pytest.mark.parametrize("object_type", ["case", "customer"])
def test_without_fields_it_answers_an_empty_list(object_type: str) -> None:
    response = get(f"/meta/object/{object_type}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {"name": object_type, "fields": []}


def test_it_announces_each_type_with_the_keys_of_the_contract() -> None:
    CustomPropertyFactory(name="clubNo", label="Club number")
    CustomPropertyFactory(name="remarks", label="Remarks", type=PropertyType.TEXTAREA)
    CustomPropertyFactory(
        name="tier",
        label="Tier",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=TIERS,
    )
    CustomPropertyFactory(name="callBack", label="Call back?", type=PropertyType.CHECKBOX)
    assert get().json() == {
        "name": "case",
        "fields": [
            {"name": "clubNo", "label": "Club number", "type": "text", "searchable": False},
            {"name": "remarks", "label": "Remarks", "type": "textarea", "searchable": False},
            {
                "name": "tier",
                "label": "Tier",
                "type": "single_sel_list",
                "searchable": False,
                "listValues": TIERS,
            },
            {"name": "callBack", "label": "Call back?", "type": "checkbox", "searchable": False},
        ],
    }


def test_only_a_list_has_list_values() -> None:
    CustomPropertyFactory(name="clubNo", list_values=TIERS)
    assert "listValues" not in get().json()["fields"][0]


def test_it_says_what_customers_can_be_searched_by() -> None:
    CustomPropertyFactory(name="email", object_type=ObjectType.CUSTOMER, searchable=True)
    CustomPropertyFactory(name="notes", object_type=ObjectType.CUSTOMER)
    fields = get("/meta/object/customer").json()["fields"]
    assert [(field["name"], field["searchable"]) for field in fields] == [
        ("email", True),
        ("notes", False),
    ]


def test_it_announces_live_fields_alone() -> None:
    for stage in PropertyStage.values:
        CustomPropertyFactory(name=f"{stage}One", stage=stage)
    assert names() == ["liveOne"]


def test_cases_and_customers_have_their_own_fields() -> None:
    CustomPropertyFactory(name="email", object_type=ObjectType.CUSTOMER)
    CustomPropertyFactory(name="clubNo")
    assert names("/meta/object/case") == ["clubNo"]
    assert names("/meta/object/customer") == ["email"]


def test_fields_come_in_the_order_that_staff_gave_them() -> None:
    for name, position in (("third", 3), ("first", 1), ("second", 2)):
        CustomPropertyFactory(name=name, position=position)
    assert names() == ["first", "second", "third"]


def test_labels_may_be_in_any_language() -> None:
    CustomPropertyFactory(label="رقم العضوية <b>🧳</b>")
    assert get().json()["fields"][0]["label"] == "رقم العضوية <b>🧳</b>"


def test_it_takes_a_trailing_slash_without_a_redirect() -> None:
    assert get("/meta/object/case/").status_code == 200


@pytest.mark.parametrize("object_type", ["Case", "cases", "author", "case%20", "%00", "case%0A"])
def test_it_answers_404_for_another_type(object_type: str) -> None:
    response = get(f"/meta/object/{object_type}")
    assert response.status_code == 404
    assert response.json().keys() == {"error", "message"}
    assert response.json()["error"] == "not_found"


@pytest.mark.parametrize("accept", ["text/plain", "text/html", "application/xml"])
def test_it_answers_json_whatever_the_caller_accepts(accept: str) -> None:
    response = get(Accept=accept)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


def test_a_body_and_its_type_do_not_matter() -> None:
    client = Client(headers={"Authorization": issue_header()})
    response = client.generic("GET", "/meta/object/case", b"\xff", content_type="text/plain")
    assert response.status_code == 200


def test_it_asks_the_database_for_the_fields_once_a_second_at_most() -> None:
    CustomPropertyFactory(name="clubNo")
    header = issue_header()
    client = Client(headers={"Authorization": header})
    client.get("/meta/object/case")
    with CaptureQueriesContext(connection) as statements:
        client.get("/meta/object/case")
    assert not [entry for entry in statements if "customproperty" in entry["sql"]]
    assert not [entry for entry in statements if "apikey" in entry["sql"]]
