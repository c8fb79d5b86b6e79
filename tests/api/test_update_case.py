"""`GET` and `PATCH /case/{id}`."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.live_server_helper import LiveServer

from cases.choices import EventKind, PropertyType
from cases.models import Case, CaseEvent, Customer, InteractionRevision
from cases.selectors.case_search.search import search_cases
from cases.selectors.records import CASE_POSTS
from cases.services.duplicates import mark_duplicate
from cases.services.incoming import Actor
from tests.api.wire import author, interaction
from tests.factories import (
    CaseFactory,
    CustomPropertyFactory,
    InteractionFactory,
    forget,
    issue_header,
)

pytestmark = pytest.mark.django_db

AGENT = {"x-sf-user-email": "jo@agents.example"}


def call(method: str, path: str, payload: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
    """Make a call and return status and body."""
    response = Client(headers={"Authorization": issue_header()} | headers).generic(
        method, path, json.dumps(payload), content_type="application/json"
    )
    return response.status_code, response.json()


def patch(case: Case, payload: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Change a case, which is accepted, and return the answer."""
    status, body = call("PATCH", f"/case/{case.pk}", payload, **headers)
    assert status == 200, body
    return body


def events(case: Case) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the case's history as kind, actor and changes."""
    rows = CaseEvent.objects.filter(case=case).order_by("id")
    return [(row.kind, row.actor, row.changes) for row in rows]


def test_it_answers_the_case_with_its_posts() -> None:
    case = CaseFactory.create(description="All of it")
    InteractionFactory.create_batch(2, case=case)
    status, body = call("GET", f"/case/{case.pk}/")
    assert status == 200
    assert (body["id"], body["number"]) == (str(case.pk), case.number)
    assert body["description"] == "All of it"
    assert body["url"] == f"http://testserver/admin/cases/case/{case.pk}/change/"
    posts = [post["serviceId"] for post in body["interactions"]]
    assert posts == list(case.interactions.order_by("id").values_list("service_id", flat=True))


@pytest.mark.parametrize("case_id", ["0", "999", "CP-1", "-1", "1.0", "9" * 30, "%00", "٣", "x y"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_it_does_not_find_what_is_no_case(method: str, case_id: str) -> None:
    status, body = call(method, f"/case/{case_id}", {"title": 1})
    assert (status, body["error"]) == (404, "not_found")


def test_it_answers_the_newest_thousand_posts_in_constant_queries() -> None:
    few, many = CaseFactory.create(), CaseFactory.create()
    InteractionFactory.create(case=few)
    InteractionFactory.create_batch(CASE_POSTS + 1, case=many, author=None)
    client = Client(headers={"Authorization": issue_header()})
    client.get(f"/case/{few.pk}")
    counts = []
    for case in (few, many):
        forget()
        with CaptureQueriesContext(connection) as queries:
            body = client.get(f"/case/{case.pk}").json()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(body["interactions"]) == CASE_POSTS
    newest = many.interactions.order_by("-id").first()
    assert newest is not None
    assert body["interactions"][-1]["serviceId"] == newest.service_id


def test_what_is_absent_stays_as_it_is() -> None:
    case = CaseFactory.create(description="Stays", properties={"a": "1"}, unregistered={"u": 1})
    InteractionFactory.create(case=case)
    before = Case.objects.values().get(pk=case.pk)
    body = patch(case, {})
    assert Case.objects.values().get(pk=case.pk) == before
    assert len(body["interactions"]) == 1
    assert events(case) == []


def test_it_changes_title_description_and_customer() -> None:
    case = CaseFactory.create(title="Old", description="")
    body = patch(case, {"title": "New", "description": "D", "customId": "someone"}, **AGENT)
    assert (body["title"], body["description"], body["customerId"]) == ("New", "D", "someone")
    assert Customer.objects.filter(pk="someone").exists()
    changes = {
        "title": ["Old", "New"],
        "description": ["", "D"],
        "customer_id": [case.customer_id, "someone"],
    }
    assert events(case) == [(EventKind.UPDATED, "jo@agents.example", changes)]
    assert Case.objects.get().last_updated > case.last_updated


def test_it_appends_posts_and_doubles_none() -> None:
    case = CaseFactory.create()
    patch(case, {"interactions": [interaction(1, author=author(1))]})
    posts = [interaction(1, author=author(1)), interaction(2), interaction(2)]
    body = patch(case, {"interactions": posts})
    assert [post["serviceId"] for post in body["interactions"]] == ["post-1", "post-2"]
    kinds = [(kind, changes) for kind, _, changes in events(case)]
    assert kinds == [
        (EventKind.POSTS_ADDED, {"posts": [0, 1]}),
        (EventKind.POSTS_ADDED, {"posts": [1, 2]}),
    ]
    assert not InteractionRevision.objects.exists()


def test_a_post_that_comes_again_with_another_text_is_edited() -> None:
    case = CaseFactory.create()
    patch(case, {"interactions": [interaction(1), interaction(2)]})
    body = patch(case, {"interactions": [interaction(1, body="Edited"), interaction(3)]})
    assert [post["body"] for post in body["interactions"]] == [
        "Edited",
        *["My suitcase never arrived"] * 2,
    ]
    patch(case, {"interactions": [interaction(2, linkUrl=None, author=author(5))]})
    assert [(kind, changes) for kind, _, changes in events(case)][1:] == [
        (EventKind.POSTS_ADDED, {"posts": [2, 3], "edited_posts": ["", 1]}),
        (EventKind.POSTS_EDITED, {"edited_posts": ["", 1]}),
    ]
    first, second = InteractionRevision.objects.all()
    assert (first.body, first.interaction.body) == ("My suitcase never arrived", "Edited")
    assert (second.link_url, second.author) == ("https://social.example/posts/2", None)
    assert second.interaction.author.handle == "handle5"


def test_edited_posts_that_are_sent_again_change_nothing() -> None:
    case = CaseFactory.create()
    payload = {"interactions": [interaction(1, body=text) for text in ("First", "Second")]}
    answers = [patch(case, payload), patch(case, payload)]
    patch(case, {"interactions": answers[0]["interactions"]})
    assert answers[0] == answers[1]
    assert [entry["body"] for entry in answers[0]["interactions"]] == ["Second"]
    assert [revision.body for revision in InteractionRevision.objects.all()] == ["First"]
    assert len(events(case)) == 1


def test_a_moment_within_a_millisecond_is_the_same() -> None:
    case = CaseFactory.create()
    patch(case, {"interactions": [interaction(1, created="2024-03-06T09:14:03.123456Z")]})
    body = patch(case, {"interactions": [interaction(1, created="2024-03-06T09:14:03.123Z")]})
    assert len(body["interactions"]) == 1
    body = patch(case, {"interactions": [interaction(1, created="2024-03-06T09:14:03.124Z")]})
    assert len(body["interactions"]) == 2


def test_the_search_finds_an_edited_post_by_its_new_text() -> None:
    case = CaseFactory.create()
    patch(case, {"interactions": [interaction(1)]})
    patch(case, {"interactions": [interaction(1, body="Zwetschgenkuchen")]})
    case.refresh_from_db()
    assert case.excerpt == "Zwetschgenkuchen"
    found = search_cases(Case.objects.order_by("-pk"), "zwetschgenkuchen")
    assert [hit.pk for hit in found.cases] == [case.pk]


def test_the_same_post_on_another_service_is_another_post() -> None:
    case = CaseFactory.create()
    body = patch(case, {"interactions": [interaction(1), interaction(1, service="instagram")]})
    assert len(body["interactions"]) == 2


def test_it_sets_and_clears_properties() -> None:
    CustomPropertyFactory.create(name="clubNo")
    CustomPropertyFactory.create(name="vip", type=PropertyType.CHECKBOX)
    case = CaseFactory.create(properties={"archived": "kept"})
    assert patch(case, {"clubNo": "7", "vip": True}) | {"clubNo": "7", "vip": "true"} == patch(
        case, {}
    )
    for nothing in (None, ""):
        assert "clubNo" not in patch(case, {"clubNo": nothing})
    assert Case.objects.get().properties == {"archived": "kept", "vip": "true"}


def test_unregistered_keys_are_kept_beside_those_that_were_there() -> None:
    case = CaseFactory.create(unregistered={"old": "1"})
    body = patch(case, {"new": [1]})
    assert "new" not in body
    assert Case.objects.get().unregistered == {"old": "1", "new": [1]}


def test_unregistered_keys_may_not_outgrow_their_bound_over_time() -> None:
    case = CaseFactory.create()
    patch(case, {"a": "x" * 9_000})
    status, body = call("PATCH", f"/case/{case.pk}", {"b": "x" * 9_000})
    assert (status, body["error"]) == (422, "validation_failed")
    assert Case.objects.get().unregistered == {"a": "x" * 9_000}


def test_closing_and_reopening_leaves_the_agents_name() -> None:
    case = CaseFactory.create()
    assert patch(case, {"status": "closed"}, **AGENT)["status"] == "closed"
    closed = Case.objects.get()
    assert (closed.closed_by, closed.closed_at) == ("jo@agents.example", closed.last_updated)
    assert patch(case, {"status": "open"})["status"] == "open"
    assert Case.objects.get().closed_at is None
    assert [(kind, actor) for kind, actor, _ in events(case)] == [
        (EventKind.CLOSED, "jo@agents.example"),
        (EventKind.REOPENED, "Khoros"),
    ]


@pytest.mark.parametrize(
    ("payload", "status", "names"),
    [
        ({"title": ""}, 422, ["title"]),
        ({"title": None}, 400, ["title"]),
        ({"status": "pending"}, 422, ["status"]),
        ({"customerId": " ", "interactions": [{}]}, 400, ["interactions[0].created"]),
        ({"customerId": "a", "customId": "b"}, 422, ["customId"]),
        ({"description": "x" * 65_536}, 422, ["description"]),
    ],
)
def test_it_refuses_by_the_rules_of_a_new_case(
    payload: dict[str, Any], status: int, names: list[str]
) -> None:
    case = CaseFactory.create()
    before = Case.objects.values().get()
    answered, body = call("PATCH", f"/case/{case.pk}", payload)
    assert answered == status
    assert set(names) <= {fault["name"] for fault in body["fields"]}
    assert Case.objects.values().get() == before


def test_the_context_of_the_call_is_kept_with_the_history() -> None:
    case = CaseFactory.create()
    context = {"x-sf-initiative": "Care", "x-sf-company-id": "7"}
    patch(case, {"title": "New", "status": "closed"}, **AGENT, **context)
    kept = CaseEvent.objects.values_list("khoros_context", flat=True)
    known = {"agent": "jo@agents.example", "initiative": "Care", "company": "7"}
    assert list(kept) == [known, known]


def test_read_only_keys_sent_back_are_ignored() -> None:
    case = CaseFactory.create()
    _, body = call("GET", f"/case/{case.pk}")
    assert patch(case, body) == body
    assert events(case) == []


@pytest.mark.django_db(transaction=True)
def test_concurrent_patches_lose_nothing(live_server: LiveServer) -> None:
    for number in range(8):
        CustomPropertyFactory.create(name=f"field{number}x")
    case = CaseFactory.create()
    headers = {"Authorization": issue_header()}

    def send(number: int) -> int:
        payload = {f"field{number}x": "set", "interactions": [interaction(number)]}
        url = f"{live_server.url}/case/{case.pk}"
        return httpx.patch(url, json=payload, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert set(pool.map(send, range(8))) == {200}
    stored = Case.objects.get()
    assert stored.properties == {f"field{number}x": "set" for number in range(8)}
    assert stored.interactions.count() == 8


@pytest.mark.django_db(transaction=True)
def test_a_reopened_duplicate_and_its_original_never_wait_for_each_other(
    live_server: LiveServer,
) -> None:
    original, double = CaseFactory.create(), CaseFactory.create()
    headers = {"Authorization": issue_header()}
    actor = Actor(name="Jo")

    def send(path: int, number: int, **more: Any) -> int:
        posts = [interaction(number * 20 + n, author=author(n)) for n in range(20)]
        url = f"{live_server.url}/case/{path}"
        payload = {"interactions": posts} | more
        return httpx.patch(url, json=payload, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(max_workers=2) as pool:
        for number in range(10):
            mark_duplicate(case_id=double.pk, original_id=original.pk, actor=actor)
            calls = [
                pool.submit(send, double.pk, number, status="open"),
                pool.submit(send, original.pk, number),
            ]
            assert [found.result() for found in calls] == [200, 200]
