"""Retries make no duplicates: `Idempotency-Key`, and the same body within the window."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.test import Client, override_settings
from pytest_django.fixtures import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from cases.choices import ObjectType, PropertyType
from cases.models import Case, Customer, CustomProperty, StoredAnswer
from cases.selectors.properties import forget_definitions
from tests.api.wire import author, case, interaction
from tests.factories import CustomerFactory, CustomPropertyFactory, issue_header

pytestmark = pytest.mark.django_db

REPEATS = 20


def call(
    method: str, path: str, payload: dict[str, Any], auth: str, **headers: str
) -> tuple[int, dict[str, Any]]:
    """Make a call and return status and body."""
    response = Client(headers={"Authorization": auth} | headers).generic(
        method, path, json.dumps(payload), content_type="application/json"
    )
    return response.status_code, response.json()


def expire_answers() -> None:
    """Let the window of every stored answer pass."""
    for stored in StoredAnswer.objects.all():
        stored.expires -= timedelta(days=8)
        stored.save()


def test_the_same_body_again_gets_the_first_answer() -> None:
    auth = issue_header()
    first = call("POST", "/case", case(interactions=[interaction()]), auth)
    call("PATCH", f"/case/{first[1]['id']}", {"title": "Changed since"}, auth)
    assert call("POST", "/case/", case(interactions=[interaction()]), auth) == first
    assert first[0] == 201
    assert Case.objects.count() == 1


def test_the_same_body_after_the_window_is_another_case() -> None:
    auth = issue_header()
    first = call("POST", "/case", case(), auth)
    expire_answers()
    second = call("POST", "/case", case(), auth)
    assert second[0] == 201
    assert second[1]["id"] != first[1]["id"]
    assert call("POST", "/case", case(), auth) == second


def test_the_same_body_of_another_integration_is_another_case() -> None:
    call("POST", "/case", case(), issue_header("Khoros"))
    call("POST", "/case", case(), issue_header("Another"))
    assert Case.objects.count() == 2


def test_another_key_of_the_same_integration_is_recognised() -> None:
    call("POST", "/case", case(), issue_header("Khoros"))
    call("POST", "/case", case(), issue_header("Khoros"))
    assert Case.objects.count() == 1


def test_what_is_similar_is_not_merged_but_marked() -> None:
    auth = issue_header()
    first = call("POST", "/case", case(interactions=[interaction(1), interaction(2)]), auth)
    call("POST", "/case", case(title="Again", interactions=[interaction(2)]), auth)
    call("POST", "/case", case(title="Other post", interactions=[interaction(3)]), auth)
    call("POST", "/case", case(customerId="other", interactions=[interaction(2)]), auth)
    marked = {row.title: row.possible_duplicate_of_id for row in Case.objects.all()}
    assert len(marked) == 3
    assert marked["Again"] == int(first[1]["id"])
    assert marked["Other post"] is None
    assert Case.objects.get(customer_id="other").possible_duplicate_of is None


@override_settings(REPEAT_WINDOW_MINUTES=0)
def test_the_window_can_be_turned_off() -> None:
    auth = issue_header()
    call("POST", "/case", case(), auth)
    call("POST", "/case", case(), auth)
    assert Case.objects.count() == 2


def test_a_refused_call_is_no_first_answer() -> None:
    auth = issue_header()
    headers = {"Idempotency-Key": "k1"}
    assert call("POST", "/case", case(title=" "), auth, **headers)[0] == 422
    assert call("POST", "/case", case(), auth, **headers)[0] == 201


def test_the_same_key_gets_the_first_answer() -> None:
    auth = issue_header()
    headers = {"Idempotency-Key": "k1"}
    first = call("POST", "/case", case(), auth, **headers)
    assert call("POST", "/case", case(), auth, **headers) == first
    assert Case.objects.count() == 1


def test_other_keys_make_other_cases_of_the_same_body() -> None:
    auth = issue_header()
    call("POST", "/case", case(), auth, **{"Idempotency-Key": "k1"})
    call("POST", "/case", case(), auth, **{"Idempotency-Key": "k2"})
    assert Case.objects.count() == 2


def test_the_same_key_with_another_body_is_refused() -> None:
    auth = issue_header()
    headers = {"Idempotency-Key": "k1"}
    call("POST", "/case", case(), auth, **headers)
    status, body = call("POST", "/case", case(title="Other"), auth, **headers)
    assert (status, body["error"]) == (422, "idempotency_key_reused")
    assert Case.objects.count() == 1


def test_a_key_is_scoped_to_the_integration() -> None:
    headers = {"Idempotency-Key": "k1"}
    call("POST", "/case", case(), issue_header("One"), **headers)
    status, _ = call("POST", "/case", case(title="Other"), issue_header("Two"), **headers)
    assert status == 201


def test_a_key_is_kept_for_seven_days() -> None:
    auth = issue_header()
    call("POST", "/case", case(), auth, **{"Idempotency-Key": "k1"})
    stored = StoredAnswer.objects.get()
    kept = stored.expires - Case.objects.get().created
    assert timedelta(days=7) <= kept < timedelta(days=7, minutes=1)


def test_a_key_of_over_255_characters_is_refused() -> None:
    auth = issue_header()
    assert call("POST", "/case", case(), auth, **{"Idempotency-Key": "k" * 255})[0] == 201
    status, body = call("POST", "/case", case(), auth, **{"Idempotency-Key": "k" * 256})
    assert (status, body["fields"][0]["name"]) == (422, "Idempotency-Key")


def test_a_repeated_customer_is_made_once() -> None:
    auth = issue_header()
    first = call("POST", "/customer", {}, auth)
    assert call("POST", "/customer", {}, auth) == first
    assert Customer.objects.count() == 1


def test_a_repeated_patch_with_a_key_gets_the_first_answer() -> None:
    auth = issue_header()
    case_id = call("POST", "/case", case(), auth)[1]["id"]
    headers = {"Idempotency-Key": "k1"}
    first = call("PATCH", f"/case/{case_id}", {"status": "closed"}, auth, **headers)
    call("PATCH", f"/case/{case_id}", {"status": "open"}, auth)
    assert call("PATCH", f"/case/{case_id}", {"status": "closed"}, auth, **headers) == first
    assert Case.objects.get().is_open


def test_a_patch_without_a_key_is_meant_each_time() -> None:
    auth = issue_header()
    case_id = call("POST", "/case", case(), auth)[1]["id"]
    for status in ("closed", "open", "closed"):
        answer = call("PATCH", f"/case/{case_id}", {"status": status}, auth)
        assert (answer[0], answer[1]["status"]) == (200, status)
    again = call("PATCH", f"/case/{case_id}", {"status": "closed"}, auth)
    assert again == answer


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k1"}])
def test_a_repeat_that_would_be_refused_by_now_gets_the_first_answer(
    headers: dict[str, str],
) -> None:
    auth = issue_header()
    reasons = [{"name": name, "value": name} for name in ("delay", "luggage")]
    CustomPropertyFactory.create(
        name="reason", type=PropertyType.SINGLE_SELECT_LIST, list_values=reasons
    )
    first = call("POST", "/case", case(reason="delay"), auth, **headers)
    CustomProperty.objects.update(list_values=reasons[1:])
    forget_definitions()
    assert call("POST", "/case", case(reason="delay"), auth, **headers) == first
    assert call("POST", "/case", case(reason="delay", title="Other"), issue_header("B"))[0] == 422
    assert Case.objects.count() == 1


def test_a_repeated_close_gets_the_first_answer_though_more_is_required_by_now() -> None:
    auth, headers = issue_header(), {"Idempotency-Key": "k1"}
    path = f"/case/{call('POST', '/case', case(), auth)[1]['id']}"
    first = call("PATCH", path, {"status": "closed"}, auth, **headers)
    CustomPropertyFactory.create(name="cause", required_to_close=True)
    call("PATCH", path, {"status": "open"}, auth)
    assert call("PATCH", path, {"status": "closed"}, auth, **headers) == first
    assert call("PATCH", path, {"status": "closed"}, auth)[0] == 422


def test_a_repeated_patch_of_a_customer_with_a_key_gets_the_first_answer() -> None:
    auth, headers = issue_header(), {"Idempotency-Key": "k1"}
    CustomPropertyFactory.create(object_type=ObjectType.CUSTOMER, name="tier")
    path = f"/customer/{call('POST', '/customer', {}, auth)[1]['id']}"
    first = call("PATCH", path, {"tier": "gold"}, auth, **headers)
    call("PATCH", path, {"tier": "basic"}, auth)
    assert call("PATCH", path, {"tier": "gold"}, auth, **headers) == first
    assert Customer.objects.get().properties == {"tier": "basic"}


def test_a_key_that_comes_again_is_refused_as_such_whatever_is_wrong_besides() -> None:
    auth, headers = issue_header(), {"Idempotency-Key": "k1"}
    case_id = call("POST", "/case", case(), auth, **headers)[1]["id"]
    for method, path, payload in (
        ("POST", "/case", case(title=1)),
        ("POST", "/customer", case()),
        ("PATCH", f"/case/{case_id}", case()),
    ):
        status, body = call(method, path, payload, auth, **headers)
        assert (status, body["error"]) == (422, "idempotency_key_reused")


def test_a_slash_that_ends_a_customers_id_makes_another_call() -> None:
    auth, headers = issue_header(), {"Idempotency-Key": "k1"}
    for key in ("sl", "sl/"):
        CustomerFactory.create(id=key)
    assert call("PATCH", "/customer/sl%2F", {}, auth, **headers)[1]["id"] == "sl/"
    assert call("PATCH", "/customer/sl", {}, auth, **headers)[0] == 422


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("threads", [20, pytest.param(200, marks=pytest.mark.long)])
def test_many_threads_with_one_key_make_one_case(live_server: LiveServer, threads: int) -> None:
    headers = {"Authorization": issue_header(), "Idempotency-Key": "k1"}
    payload = case(interactions=[interaction(author=author())])

    def post(_: int) -> tuple[int, bytes]:
        # As Khoros would: a call that got no answer, or was told to come again, is repeated.
        for _attempt in range(REPEATS):
            try:
                response = httpx.post(
                    f"{live_server.url}/case", json=payload, headers=headers, timeout=60
                )
            except httpx.TransportError:
                continue
            if response.status_code != 503:
                return response.status_code, response.content
        raise AssertionError("no answer came")

    with ThreadPoolExecutor(max_workers=threads) as pool:
        answers = set(pool.map(post, range(threads)))
    assert [status for status, _ in answers] == [201]
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_client_that_loses_answers_leaves_one_case_each(live_server: LiveServer) -> None:
    """Every third answer is dropped, and the call repeated until one arrives."""
    intended, dropped = 60, 0
    headers = {"Authorization": issue_header()}
    numbers = set()
    with httpx.Client(timeout=30, headers=headers, base_url=live_server.url) as client:
        for number in range(intended):
            payload = case(title=f"Case {number}", interactions=[interaction(number)])
            lost = number % 3 == 0
            for _ in range(3 if lost else 1):
                answer = client.post("/case", json=payload)
            dropped += 2 * lost
            numbers.add(answer.json()["number"])
    assert dropped == 40
    assert Case.objects.count() == intended == len(numbers)


def test_recognising_a_repeat_costs_one_statement(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    auth = issue_header()
    call("POST", "/case", case(title="Warm up"), auth)
    with django_assert_max_num_queries(20) as counted:
        call("POST", "/case", case(), auth)
    stored = [row["sql"] for row in counted if "cases_storedanswer" in row["sql"]]
    assert len(stored) == 1
