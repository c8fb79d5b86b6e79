"""The operations on customers, apart from how well they are found."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.live_server_helper import LiveServer

from cases.choices import ObjectType, PropertyStage, PropertyType
from cases.models import Customer
from cases.selectors.records import LISTED_CASES, LISTED_POSTS
from tests.factories import (
    CaseFactory,
    CustomerFactory,
    CustomPropertyFactory,
    InteractionFactory,
    forget,
    issue_header,
)

pytestmark = pytest.mark.django_db


def call(method: str, path: str, payload: Any = None, **headers: str) -> tuple[int, Any]:
    """Make a call and return status and body; the body is None where there is none."""
    response = Client(headers={"Authorization": issue_header()} | headers).generic(
        method, path, json.dumps(payload), content_type="application/json"
    )
    return response.status_code, response.json() if response.content else None


def register(name: str, **values: Any) -> None:
    """Register a live text field of customers."""
    CustomPropertyFactory.create(object_type=ObjectType.CUSTOMER, name=name, **values)


def test_it_creates_a_customer_with_registered_properties() -> None:
    register("email")
    register("vip", type=PropertyType.CHECKBOX)
    status, body = call("POST", "/customer", {"email": "ann@example.com", "vip": True})
    stored = Customer.objects.get()
    page = f"http://testserver/admin/cases/customer/{stored.pk}/change/"
    expected = {"id": stored.pk, "url": page, "email": "ann@example.com", "vip": "true"}
    assert (status, body) == (201, expected)
    assert stored.properties == {"email": "ann@example.com", "vip": "true"}


def test_it_creates_a_customer_with_nothing_known() -> None:
    status, body = call("POST", "/customer/", {"id": "ignored", "url": 1})
    assert status == 201
    assert body.keys() == {"id", "url"}
    assert body["id"] != "ignored"


def test_it_names_every_field_at_fault() -> None:
    register("email")
    register("tier", type=PropertyType.SINGLE_SELECT_LIST, list_values=[])
    register("hidden", stage=PropertyStage.DRAFT)
    payload = {"email": [], "tier": "gold", "hidden": "x", "other": "x"}
    status, body = call("POST", "/customer", payload)
    assert (status, body["error"]) == (400, "invalid_payload")
    assert {fault["name"] for fault in body["fields"]} == set(payload)
    status, body = call("POST", "/customer", {"other": "x"})
    assert (status, body["error"]) == (422, "validation_failed")
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "customer_id",
    [
        "plain",
        "a/b",
        "a b",
        "ünï",
        "عميل",
        "😀",
        "a%2Fb",
        "?x=1#y",
        "..",
        "-",
        "x" * 255,
        "a\nb",
        "a/",
        "a//",
    ],
)
def test_it_reads_and_updates_a_customer_of_any_id(customer_id: str) -> None:
    register("email")
    CustomerFactory.create(id=customer_id)
    path = f"/customer/{quote(customer_id, safe='')}"
    status, body = call("GET", path)
    assert (status, body["id"]) == (200, customer_id)
    status, body = call("PATCH", path, {"email": "ann@example.com"})
    assert (status, body["id"], body["email"]) == (201, customer_id, "ann@example.com")
    assert call("GET", f"{path}/cases") == (200, [])


def test_a_slash_at_the_end_belongs_to_the_id_of_who_has_one() -> None:
    for customer_id in ("a", "a/", "b"):
        CustomerFactory.create(id=customer_id)
    found = [call("GET", f"/customer/{path}")[1]["id"] for path in ("a", "a%2F", "a/", "b/")]
    assert found == ["a", "a/", "a/", "b"]


@pytest.mark.parametrize("customer_id", ["unknown", "%00", "x" * 300, "%ff"])
def test_it_does_not_find_who_is_no_customer(customer_id: str) -> None:
    for method, path in (
        ("GET", f"/customer/{customer_id}"),
        ("PATCH", f"/customer/{customer_id}"),
        ("GET", f"/customer/{customer_id}/cases"),
    ):
        status, body = call(method, path, {})
        assert (status, body["error"]) == (404, "not_found")


def test_the_page_that_url_names_is_there(admin_client: Client) -> None:
    CustomerFactory.create(id='a/b "c" ünï')
    _, body = call("GET", "/customer/" + quote('a/b "c" ünï', safe=""))
    assert admin_client.get(body["url"].removeprefix("http://testserver")).status_code == 200


def test_what_is_absent_stays_and_nothing_clears() -> None:
    register("email")
    register("phone")
    customer = CustomerFactory.create(properties={"email": "a", "phone": "1", "archived": "kept"})
    for nothing in (None, ""):
        status, body = call("PATCH", f"/customer/{customer.pk}", {"phone": nothing})
        assert (status, body["email"], "phone" in body) == (201, "a", False)
    assert Customer.objects.get().properties == {"email": "a", "archived": "kept"}


def test_values_of_a_retiring_field_are_answered_and_archived_ones_are_not() -> None:
    register("old", stage=PropertyStage.RETIRING)
    register("gone", stage=PropertyStage.ARCHIVED)
    customer = CustomerFactory.create(properties={"old": "1", "gone": "2"})
    _, body = call("GET", f"/customer/{customer.pk}")
    assert (body["old"], "gone" in body) == ("1", False)


@pytest.mark.django_db(transaction=True)
def test_concurrent_updates_lose_nothing(live_server: LiveServer) -> None:
    for number in range(8):
        register(f"field{number}x")
    customer = CustomerFactory.create()
    headers = {"Authorization": issue_header()}

    def send(number: int) -> int:
        url = f"{live_server.url}/customer/{customer.pk}"
        payload = {f"field{number}x": "set"}
        return httpx.patch(url, json=payload, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert set(pool.map(send, range(8))) == {201}
    assert Customer.objects.get().properties == {f"field{number}x": "set" for number in range(8)}


def test_search_answers_an_array_or_204() -> None:
    register("email", searchable=True)
    call("POST", "/customer", {"email": "Ann@Example.com"})
    status, body = call("POST", "/customers", {"email": "ann@"})
    assert (status, [found["email"] for found in body]) == (200, ["Ann@Example.com"])
    assert call("POST", "/customers/", {"email": "nobody"}) == (204, None)


@pytest.mark.parametrize(
    ("criteria", "status", "name"),
    [
        ({}, 422, None),
        ({"email": ""}, 422, None),
        ({"email": None}, 422, None),
        ({"secret": "x"}, 422, "secret"),
        ({"unknown": "x"}, 422, "unknown"),
        ({"email": "a", "unknown": "x"}, 422, "unknown"),
        ({"email": {}}, 400, "email"),
        ({"email": ["a"]}, 400, "email"),
        ({"email": "a\x00b"}, 422, "email"),
    ],
)
def test_search_refuses_what_is_no_criterion(
    criteria: dict[str, Any], status: int, name: str | None
) -> None:
    register("email", searchable=True)
    register("secret", searchable=False)
    answered, body = call("POST", "/customers", criteria)
    assert answered == status
    assert [fault["name"] for fault in body.get("fields", [])] == ([name] if name else [])


def test_a_checkbox_is_searched_by_its_boolean_too() -> None:
    register("vip", type=PropertyType.CHECKBOX, searchable=True)
    call("POST", "/customer", {"vip": True})
    for wanted in (True, "true"):
        assert len(call("POST", "/customers", {"vip": wanted})[1]) == 1
    assert call("POST", "/customers", {"vip": False}) == (204, None)


def test_best_match_answers_an_array_best_first() -> None:
    register("email")
    register("name")
    call("POST", "/customer", {"name": "Ann Lee"})
    call("POST", "/customer", {"name": "Ann Lee", "email": "ann@example.com"})
    status, body = call(
        "POST", "/customer/bestmatch", {"displayName": "Ann Lee", "email": "ANN@example.com"}
    )
    assert status == 200
    assert body[0]["email"] == "ann@example.com"
    assert call("POST", "/customer/bestmatch", {"email": "nobody@example.com"}) == (200, [])


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"email": None, "phoneNumbers": None, "unknown": {"a": 1}},
        {"accountNumbers": "1"},
        {"accountNumbers": ["1", "2"]},
        {"addresses": [{"streetOne": "1 Road", "zip": None}, {}]},
    ],
)
def test_best_match_takes_every_key_as_optional(payload: dict[str, Any]) -> None:
    assert call("POST", "/customer/bestmatch", payload) == (200, [])


@pytest.mark.parametrize(
    "odd",
    [
        *({"email": {}}, {"phoneNumbers": {"a": 1}}, {"phoneNumbers": [[1], None]}),
        *({"addresses": "1 Road"}, {"addresses": [{"zip": []}, 7]}, {"screenName": "x" * 256}),
        *({"orderNumbers": ["1"] * 101}, {"displayName": "\ud800"}, {"caseNumbers": "\x00"}),
    ],
)
def test_best_match_passes_over_what_it_cannot_use(odd: dict[str, Any]) -> None:
    register("name")
    call("POST", "/customer", {"name": "Ann Lee"})
    status, body = call("POST", "/customer/bestmatch", {"displayName": "Ann Lee"} | odd)
    assert status == 200
    assert [found["name"] for found in body] == ([] if "displayName" in odd else ["Ann Lee"])


@pytest.mark.parametrize("numbers", ["+1 555 0100", 15550100, ["+1 555 0100"], [15550100, "x"]])
def test_best_match_takes_one_value_or_several(numbers: Any) -> None:
    register("phone")
    call("POST", "/customer", {"phone": "15550100"})
    status, body = call("POST", "/customer/bestmatch", {"phoneNumbers": numbers})
    assert (status, [found["phone"] for found in body]) == (200, ["15550100"])


def test_a_customers_cases_come_newest_first_with_their_newest_posts() -> None:
    customer = CustomerFactory.create(id="a/b")
    CaseFactory.create()
    first, second = CaseFactory.create_batch(2, customer=customer)
    InteractionFactory.create_batch(LISTED_POSTS + 2, case=first)
    status, body = call("GET", f"/customer/{quote('a/b', safe='')}/cases/")
    assert status == 200
    assert [found["id"] for found in body] == [str(second.pk), str(first.pk)]
    assert body[0]["interactions"] == []
    newest = list(first.interactions.order_by("-id").values_list("service_id", flat=True))
    shown = [post["serviceId"] for post in body[1]["interactions"]]
    assert shown == newest[:LISTED_POSTS][::-1]


def test_a_customers_cases_are_bounded_and_take_constant_queries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cases.selectors.records.LISTED_CASES", 20)
    client = Client(headers={"Authorization": issue_header()})
    client.get("/meta/object/case")
    counts = []
    for number in (1, 21):
        customer = CustomerFactory.create()
        for case in CaseFactory.create_batch(number, customer=customer):
            InteractionFactory.create(case=case)
        forget()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/customer/{customer.pk}/cases")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert (len(answer.json()), answer["X-Total-Count"]) == (20, "21")
    link = f"http://testserver/customer/{customer.pk}/cases?offset=20"
    assert answer["Link"] == f'<{link}>; rel="next"'
    rest = client.get(link)
    oldest = customer.cases.order_by("created", "id").first()
    assert [found["id"] for found in rest.json()] == [str(oldest.pk)]
    assert (rest["X-Total-Count"], "Link" in rest) == ("21", False)


@pytest.mark.parametrize("offset", ["", "-1", "x", "1e3", "9" * 40, "\u0663"])
def test_an_offset_that_is_no_number_passes_over_no_case(offset: str) -> None:
    case = CaseFactory.create()
    path = f"/customer/{case.customer_id}/cases?{urlencode({'offset': offset})}"
    assert [found["id"] for found in call("GET", path)[1]] == [str(case.pk)]


def test_an_answer_holds_a_thousand_of_a_customers_cases() -> None:
    assert (LISTED_CASES, LISTED_POSTS) == (1_000, 50)


def test_the_context_of_the_call_is_kept_with_the_customer() -> None:
    register("email")
    first = {"x-sf-user-email": "jo@agents.example", "x-sf-initiative": "Care"}
    customer_id = call("POST", "/customer", {}, **first)[1]["id"]
    stored = Customer.objects.get(pk=customer_id)
    assert stored.khoros_context == {"agent": "jo@agents.example", "initiative": "Care"}
    call("PATCH", f"/customer/{customer_id}", {"email": "a@b.example"}, **{"x-sf-company-id": "7"})
    stored.refresh_from_db()
    assert stored.khoros_context == {"company": "7"}
    call("PATCH", f"/customer/{customer_id}", {"email": "c@b.example"})
    stored.refresh_from_db()
    assert stored.khoros_context is None


@pytest.mark.parametrize("path", ["/customer/bestmatch/", "/customer/bestmatch"])
def test_best_match_works_with_and_without_a_slash(path: str) -> None:
    assert call("POST", path, {}) == (200, [])


@pytest.mark.parametrize("path", ["/customer/jane", "/customer/jane/cases", "/meta/object/case"])
def test_head_works_wherever_get_does(path: str) -> None:
    CustomerFactory.create(id="jane")
    assert call("HEAD", path) == (200, None)
