"""Bulk actions in the back office: what it asks, does at once, shows and refuses."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from cases.models import BulkJob, Case, CaseEvent
from cases.properties.types import TEXTAREA_LENGTH
from tests.factories import CaseFactory, CustomerFactory, CustomPropertyFactory, UserFactory, agent

pytestmark = pytest.mark.django_db

LIST = reverse("admin:cases_case_changelist")
JOBS = reverse("admin:cases_case_bulk_jobs")
ACTIONS = ("close", "reopen", "assign", "tag", "export")


def sign_in(user: User | None = None) -> Client:
    client = Client()
    client.force_login(user or agent())
    return client


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def choose(client: Client, action: str, *cases: Case, across: bool = False, query: str = "") -> Any:
    """Press an action's button in the list, with these cases ticked."""
    data = {
        "action": [f"{name}_selected" for name in ACTIONS],
        "index": ACTIONS.index(action),
        "_selected_action": [case.pk for case in cases],
        "select_across": int(across),
    }
    return client.post(f"{LIST}?{query}", data)


def begin(client: Client, action: str, *cases: Case, **more: Any) -> Any:
    """Send what the action asked for, and return the page that follows."""
    url = reverse("admin:cases_case_bulk_begin", args=(action,))
    data = {"_selected_action": [case.pk for case in cases], "begin": "1", **more}
    return client.post(url, data, follow=True)


def many(number: int) -> None:
    customer = CustomerFactory()
    CaseFactory.create_batch(number, customer=customer)


def step(client: Client, job: BulkJob, **options: Any) -> Any:
    url = reverse("admin:cases_case_bulk_step", args=(job.pk,))
    return client.post(url, headers={"Accept": "application/json"}, **options)


def test_the_list_asks_what_an_action_needs_before_anything_is_done() -> None:
    cases = CaseFactory.create_batch(2)
    client = sign_in()
    for action, question in (
        ("close", "Internal. Optional."),
        ("reopen", "Reopen 2 cases"),
        ("assign", "Assignee"),
        ("tag", "Add tags"),
    ):
        assert question in text(choose(client, action, *cases))
    assert not BulkJob.objects.exists()


def test_it_closes_the_chosen_cases_with_a_note_and_counts_them() -> None:
    one, two, closed, other = (
        CaseFactory(),
        CaseFactory(),
        CaseFactory(closed=True),
        CaseFactory(),
    )
    client = sign_in(agent(username="nina"))
    page = text(begin(client, "close", one, two, closed, **{"with-resolution": "Sent again"}))
    assert "Closed 2 cases. 1 case was already closed." in page
    for case in (one, two):
        case.refresh_from_db()
        assert (case.status, case.closed_by, case.resolution) == ("closed", "nina", "Sent again")
    other.refresh_from_db()
    assert other.is_open
    assert set(CaseEvent.objects.values_list("case", "kind", "actor")) == {
        (one.pk, "closed", "nina"),
        (two.pk, "closed", "nina"),
    }


def test_a_line_of_the_note_ends_as_on_the_page_of_a_case() -> None:
    case = CaseFactory()
    lines = ["x"] * (TEXTAREA_LENGTH // 2)
    begin(sign_in(), "close", case, **{"with-resolution": "\r\n".join(lines)})
    case.refresh_from_db()
    assert case.resolution == "\n".join(lines)


def test_it_reopens_the_chosen_cases_and_counts_them() -> None:
    closed, still_open = CaseFactory(closed=True), CaseFactory()
    page = text(begin(sign_in(), "reopen", closed, still_open))
    assert "Reopened 1 case. 1 case was already open." in page
    closed.refresh_from_db()
    assert closed.is_open


def test_it_assigns_to_me() -> None:
    case, user = CaseFactory(), agent()
    begin(sign_in(user), "assign", case, **{"with-assignee": user.pk})
    case.refresh_from_db()
    assert case.assignee == user


def test_it_refuses_a_person_who_may_not_work_cases() -> None:
    case, stranger = CaseFactory(), UserFactory()
    page = text(begin(sign_in(), "assign", case, **{"with-assignee": str(stranger.pk)}))
    assert "is no longer offered. Choose again." in page
    case.refresh_from_db()
    assert case.assignee is None


def test_it_adds_and_removes_tags_and_keeps_what_was_typed_when_one_is_wrong() -> None:
    case, client = CaseFactory(tags=["old"]), sign_in()
    page = text(begin(client, "tag", case, **{"with-add": "storm, " + "x" * 41}))
    assert "at most 40 characters" in page
    assert "storm, xxx" in page
    begin(client, "tag", case, **{"with-add": "storm, Delayed", "with-remove": "old"})
    case.refresh_from_db()
    assert case.tags == ["Delayed", "storm"]


def test_refused_cases_are_named_with_the_reason_and_a_link() -> None:
    CustomPropertyFactory(name="cause", label="Cause <b>\u202e", required_to_close=True)
    done, refused = CaseFactory(properties={"cause": "x"}), CaseFactory()
    client = sign_in()
    answer = begin(client, "close", done, refused)
    page = answer.content.decode()
    assert "Closed 1 case." in page
    assert "1 case could not be closed." in page
    assert reverse("admin:cases_case_change", args=(refused.pk,)) in page
    assert "Cause &lt;b&gt;" in page
    assert "\u202e" not in page, "What turns the direction of writing is shown as a sign."
    again = client.get(reverse("admin:cases_case_bulk_job", args=(BulkJob.objects.get().pk,)))
    assert refused.number in text(again), "The result can be opened again."


def test_all_that_match_are_meant_on_every_page_and_none_besides() -> None:
    many(120)
    kept = CaseFactory(closed=True)
    client = sign_in()
    page = text(choose(client, "close", Case.objects.first(), across=True, query="tab=open"))
    assert "Close 120 cases" in page
    begin(client, "close", select_across="1", query="tab=open")
    job = BulkJob.objects.get()
    assert (job.total, job.handled) == (120, 0), "A long one is done on its page."
    assert step(client, job).json()["over"]
    job.refresh_from_db()
    assert job.changed == 120
    kept.refresh_from_db()
    assert kept.closed_by == "somebody"


@pytest.mark.parametrize("written_down", [100, 1])
def test_a_case_that_came_after_the_question_is_not_meant(
    monkeypatch: pytest.MonkeyPatch, written_down: int
) -> None:
    monkeypatch.setattr("cases.services.bulk.MOST_LISTED_IDS", written_down)
    many(2)
    client = sign_in()
    page = text(choose(client, "close", *Case.objects.all(), across=True, query="tab=open"))
    newest = re.search(r'name="newest" value="(\d+)"', page)
    late = CaseFactory()
    assert newest is not None
    begin(client, "close", select_across="1", query="tab=open", newest=newest[1])
    job = BulkJob.objects.get()
    if not job.finished_at:
        step(client, job)
    late.refresh_from_db()
    assert late.is_open
    assert Case.objects.filter(status="closed").count() == 2


def test_it_says_that_older_cases_are_left_out_of_a_search_that_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, *_others = CaseFactory.create_batch(3, title="parcel")
    client, left_out = sign_in(), "Only the newest 2 matching cases are included"
    assert left_out not in text(choose(client, "close", case, across=True, query="q=parcel"))
    monkeypatch.setattr("cases.selectors.case_search.hits.FOUND_CASES", 2)
    page = text(choose(client, "close", case, across=True, query="q=parcel"))
    assert "Close 2 cases" in page
    assert f"{left_out}. Older ones are left out. Add a word" in page


def test_what_nobody_understands_never_means_every_case() -> None:
    CustomPropertyFactory(name="region", stage="archived")
    case, client = CaseFactory(), sign_in()
    for query in ("property_region=EU", "tag=%00", "assignee=nobody-known", "tag=" + "x" * 1_001):
        assert "Close 0 cases" in text(choose(client, "close", case, across=True, query=query))
        page = text(begin(client, "close", select_across="1", query=f"tab=open&{query}"))
        assert "No cases are selected, or none of them match any more." in page
    case.refresh_from_db()
    assert case.is_open


def test_without_a_script_each_press_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.services.bulk.BATCH", 50)
    monkeypatch.setattr("cases.admin.bulk.views.PATIENCE_SECONDS", 0)
    many(120)
    client = sign_in()
    page = text(begin(client, "close", select_across="1", query="tab=open"))
    url = reverse("admin:cases_case_bulk_step", args=(BulkJob.objects.get().pk,))
    for shown in ("0 of 120 cases", "50 of 120 cases", "100 of 120 cases"):
        assert shown in page
        assert 'role="progressbar"' in page
        page = text(client.post(url, follow=True))
    assert "Closed 120 cases." in page


def test_a_stopped_one_waits_until_it_is_continued() -> None:
    many(120)
    client = sign_in()
    begin(client, "close", select_across="1", query="tab=open")
    job = BulkJob.objects.get()
    page = text(client.post(reverse("admin:cases_case_bulk_stop", args=(job.pk,)), follow=True))
    assert "Stopped. Changes made so far are kept" in page
    assert step(client, job).json()["over"]
    assert Case.objects.filter(status="open").count() == 120
    step(client, job, data={"resume": "1"})
    assert not Case.objects.filter(status="open").exists()


def test_only_the_owner_sees_and_drives_a_job() -> None:
    many(120)
    begin(sign_in(), "close", select_across="1", query="tab=open")
    job, other = BulkJob.objects.get(), sign_in()
    page = reverse("admin:cases_case_bulk_job", args=(job.pk,))
    stop = reverse("admin:cases_case_bulk_stop", args=(job.pk,))
    assert [other.get(page).status_code, other.post(stop).status_code] == [404, 404]
    assert step(other, job).status_code == 404
    assert "No bulk actions yet" in text(other.get(JOBS))


def test_a_step_needs_the_token_of_the_page() -> None:
    many(120)
    user = agent()
    begin(sign_in(user), "close", select_across="1", query="tab=open")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert step(strict, BulkJob.objects.get()).status_code == 403
    assert Case.objects.filter(status="open").count() == 120


def test_who_may_only_look_changes_nothing() -> None:
    case = CaseFactory()
    user: User = UserFactory.create()
    user.user_permissions.add(Permission.objects.get(codename="view_case"))
    client = sign_in(user)
    assert "close_selected" not in text(client.get(LIST))
    assert begin(client, "close", case).status_code == 403
    assert client.get(JOBS).status_code == 403
    case.refresh_from_db()
    assert case.is_open


def test_a_search_as_long_as_there_can_be_is_acted_on() -> None:
    case = CaseFactory()
    query = urlencode({"tab": "all", "q": "退" * 1_000})
    page = text(choose(sign_in(), "close", case, query=query))
    assert "Close 1 case" in page


@pytest.mark.parametrize("action", ["close", "export"])
def test_a_query_that_is_too_long_is_told_from_no_case(action: str) -> None:
    case, client = CaseFactory(), sign_in()
    answer = choose(client, action, case, query=f"tab=all&q={'x' * 40_000}")
    assert answer["Location"] == LIST
    page = text(client.get(LIST))
    assert "The search and filters are too long" in page
    assert "Select at least one case." not in page


@pytest.mark.parametrize("ids", [[], ["x"], ["99999999999999999999"], ["-1"]])
def test_it_refuses_to_begin_with_no_case(ids: list[str]) -> None:
    answer = begin(sign_in(), "close", _selected_action=ids)
    assert "Select at least one case." in text(answer)


def test_an_action_that_there_is_not_is_refused() -> None:
    url = reverse("admin:cases_case_bulk_begin", args=("delete",))
    assert sign_in().post(url, {"_selected_action": "1"}).status_code == 400


def test_recent_work_is_listed_with_what_came_of_it() -> None:
    client = sign_in()
    begin(client, "tag", CaseFactory(), **{"with-add": "<b>storm"})
    page = client.get(JOBS).content.decode()
    assert "Changed the tags of 1 case." in page
    assert "&lt;b&gt;storm" in page


def test_what_hides_in_a_note_is_shown() -> None:
    client = sign_in()
    begin(client, "close", CaseFactory(), **{"with-resolution": "abc\u202edef\u200b<b>"})
    job = reverse("admin:cases_case_bulk_job", args=(BulkJob.objects.get().pk,))
    for address in (job, JOBS):
        page = client.get(address).content.decode()
        assert "\u202e" not in page
        assert ">U+202E<" in page
        assert ">U+200B</span>&lt;b&gt;" in page
