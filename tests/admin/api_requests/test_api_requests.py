"""The pages of recent requests: the list, one call, its replay."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.admin.common.reader import ZONE_COOKIE
from cases.choices import PropertyType
from cases.models import Case, CustomProperty, RecordedRequest
from cases.selectors.dashboard.notices import count_refused_requests
from cases.selectors.properties import forget_definitions
from tests.api.wire import case, interaction
from tests.factories import (
    CustomPropertyFactory,
    administrator,
    agent,
    forget,
    issue_header,
    team_lead,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/cases/recordedrequest/"


def staff(user: User | None = None) -> Client:
    """Return a client that is logged in, as an administrator unless told otherwise."""
    client = Client()
    client.force_login(user or administrator())
    return client


def call(payload: Any, **headers: str) -> RecordedRequest:
    """Post a case as Khoros and return the record of the call."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    client = Client(headers={"Authorization": issue_header()} | headers)
    client.generic("POST", "/case", body, content_type="application/json")
    return RecordedRequest.objects.latest("id")


def page(row: RecordedRequest) -> str:
    """Return the address of the page of a call."""
    return reverse("admin:cases_recordedrequest_change", args=(row.pk,))


def replay(row: RecordedRequest) -> str:
    """Return the address that replays a call."""
    return reverse("admin:cases_recordedrequest_replay", args=(row.pk,))


def test_the_list_shows_how_each_call_went() -> None:
    call(case(), **{"User-Agent": "Khoros/9", "x-sf-user-email": "jo@agents.example"})
    call(case(title=" "))
    html = staff().get(LIST).content.decode()
    for text in ("POST /case", "201", "422 validation_failed", "Khoros/9", "jo@agents.example"):
        assert text in html
    assert Case.objects.get().number in html


def test_the_list_takes_constant_queries() -> None:
    client = staff()
    counts = []
    for number in range(12):
        call(case(title=f"Case {number}"))
        forget()
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[-1]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("outcome=accepted", {201}),
        ("outcome=refused", {400, 422}),
        ("outcome=failed", set()),
        ("outcome=waiting", {400, 422}),
        ("status=422", {422}),
        ("status=nonsense", {201, 400, 422}),
        (f"status={'4' * 5_000}", {201, 400, 422}),
        ("operation=POST+%2Fcase", {201, 400, 422}),
        ("operation=GET+%2Fcase%2F%7Bid%7D", set()),
    ],
)
def test_the_list_is_filtered(query: str, shown: set[int]) -> None:
    for payload in (case(), case(title=" "), case(title=[1])):
        call(payload)
    response = staff().get(f"{LIST}?{query}")
    assert {row.status for row in response.context["cl"].result_list} == shown


def test_the_page_says_why_a_call_was_refused() -> None:
    row = call(case(title=" ", interactions=[interaction(author={"handle": [1]})]))
    html = staff().get(page(row)).content.decode()
    for text in ("interactions[0].author.handle", "must be a string", "must not be blank"):
        assert text in html
    assert row.reference in html


def test_a_hostile_body_is_shown_safely() -> None:
    body = b'{"customerId": "c", "title": "<script>alert(1)</script>\xe2\x80\xae\x1b\xff"'
    html = staff().get(page(call(body))).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<span" in html
    assert 'title="U+202E RIGHT-TO-LEFT OVERRIDE">U+202E</span><span' in html
    assert 'title="U+001B control character">U+001B</span>\\xff' in html


def test_half_of_a_surrogate_pair_is_shown() -> None:
    body = b'{"customerId": "c", "a\\ud800b": 1, "title": "a\\ud800b"}'
    html = staff().get(page(call(body))).content.decode()
    assert html.count('title="U+D800 half of a surrogate pair">U+D800</span>') == 2


@pytest.mark.parametrize(
    "body",
    [
        b'{"title":"first","title":"second"}',
        b'{"customerId":"c","title":"t","n":1e400}',
        b'{"customerId":"c","title":"","n":1.00}',
    ],
)
def test_what_was_sent_is_shown_as_it_was_sent(body: bytes) -> None:
    html = staff().get(page(call(body))).content.decode()
    assert unescape(html.split('<pre class="request-code" tabindex="0">')[1]).startswith(
        body.decode()
    )


def test_a_body_is_shown_indented_and_downloaded_as_it_came() -> None:
    body = b'{"customerId":"c","title":" "}'
    row = call(body)
    assert '{\n  "customerId": "c",' in unescape(staff().get(page(row)).content.decode())
    answer = staff().get(f"{LIST}{row.pk}/body/")
    assert answer.content == body
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_of_a_long_body_the_beginning_is_shown_and_it_says_so() -> None:
    row = call(b'{"customerId": "c", "title": " ", "filler": "' + b"x" * 50_000 + b'"}')
    assert "The first 20,000 of 50,047 bytes" in staff().get(page(row)).content.decode()


def test_the_list_tells_replays_apart_and_what_became_of_a_request() -> None:
    CustomPropertyFactory.create(name="tier", type=PropertyType.CHECKBOX)
    row, client = call(case(tier="silver")), staff()
    CustomProperty.objects.update(type=PropertyType.TEXT)
    forget_definitions()
    client.post(replay(row), {"replay": "1"})
    html = client.get(LIST).content.decode()
    assert html.count(f">{Case.objects.get().number}<") == 2
    assert html.count("</code> (replay)") == 1
    html = client.get(page(row)).content.decode()
    assert "replayed and accepted" in html
    assert "Dry run" not in html


def test_an_unlisted_value_is_mended_and_replayed() -> None:
    CustomPropertyFactory.create(
        name="tier",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": "Gold", "value": "gold"}],
    )
    row = call(case(tier="silver"))
    client = staff()
    html = client.post(replay(row), {"dry_run": "1"}).content.decode()
    assert "would still be refused" in html
    CustomProperty.objects.update(
        list_values=[{"name": name, "value": name} for name in ("gold", "silver")]
    )
    forget_definitions()
    html = client.post(replay(row), {"dry_run": "1"}).content.decode()
    assert "would be accepted" in html
    assert not Case.objects.exists()
    html = client.post(replay(row), {"replay": "1"}, follow=True).content.decode()
    made = Case.objects.get()
    assert made.properties == {"tier": "silver"}
    assert "Replays" in html
    assert made.number in html
    waiting = client.get(f"{LIST}?outcome=waiting").context["cl"].result_list
    assert list(waiting) == []


@pytest.mark.django_db(transaction=True)
def test_people_who_press_at_once_make_one_case(settings: LazySettings) -> None:
    settings.REPEAT_WINDOW_MINUTES = 0
    CustomPropertyFactory.create(name="tier", type=PropertyType.CHECKBOX)
    row, clients = call(case(tier="silver")), [staff() for _ in range(4)]
    CustomProperty.objects.update(type=PropertyType.TEXT)
    forget_definitions()

    def press(client: Client) -> int:
        try:
            return client.post(replay(row), {"replay": "1"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(press, clients)) == [302] * 4
    assert Case.objects.count() == 1


def test_a_replay_that_is_refused_again_is_no_request_of_its_own() -> None:
    CustomPropertyFactory.create(name="tier", type=PropertyType.CHECKBOX)
    row, client = call(case(tier="silver")), staff()
    for _ in range(2):
        # The second from the page of the first replay.
        client.post(replay(RecordedRequest.objects.latest("id")), {"replay": "1"})
    waiting = client.get(f"{LIST}?outcome=waiting").context["cl"].result_list
    assert [found.pk for found in waiting] == [row.pk]
    assert count_refused_requests().value == 1
    assert row.replays.count() == 2
    CustomProperty.objects.update(type=PropertyType.TEXT)
    forget_definitions()
    client.post(replay(row), {"replay": "1"})
    assert count_refused_requests().value == 0


def test_after_a_dry_run_times_are_in_the_readers_zone() -> None:
    row, client = call(case(title="")), staff()
    client.cookies[ZONE_COOKIE] = "Asia/Kathmandu"
    RecordedRequest.objects.update(at=datetime(2026, 3, 8, 20, 15, tzinfo=UTC))
    assert "9 Mar 2026, 02:00" in client.get(page(row)).content.decode()
    html = client.post(replay(row), {"dry_run": "1"}).content.decode()
    assert "would still be refused" in html
    assert "9 Mar 2026, 02:00" in html


def test_what_was_not_kept_cannot_be_replayed() -> None:
    row = call(case())
    client = staff()
    assert "Dry run" not in client.get(page(row)).content.decode()
    response = client.post(replay(row), {"replay": "1"}, follow=True)
    assert "not all of it was kept" in response.content.decode()


@pytest.mark.parametrize("make", [agent, team_lead])
def test_it_refuses_who_is_no_administrator(make: Any) -> None:
    row = call(case(title=" "))
    client = staff(make())
    for path in (LIST, page(row), f"{LIST}console/"):
        assert client.get(path).status_code == 403
    assert client.post(replay(row), {"replay": "1"}).status_code == 403
    assert client.post(f"{LIST}console/").status_code == 403


def test_it_only_takes_a_post_to_replay() -> None:
    row = call(case(title=" "))
    assert staff().get(replay(row)).status_code == 405
    assert staff().post(page(row)).status_code == 405


@pytest.mark.parametrize("key", ["0", "nonsense", "9" * 30])
def test_an_unknown_request_is_not_found(key: str) -> None:
    assert staff().get(f"{LIST}{key}/change/").status_code == 404


def test_a_case_at_a_wrong_address_is_listed_by_it_and_can_be_replayed() -> None:
    headers = {"Authorization": issue_header()}
    Client(headers=headers).post("/api/v1/case", case(), content_type="application/json")
    client = staff()
    row = RecordedRequest.objects.get()
    assert "POST /api/v1/case" in client.get(f"{LIST}?outcome=waiting").content.decode()
    response = client.post(replay(row), {"replay": "1"}, follow=True)
    assert "Replayed: the portal answered 201." in response.content.decode()
    assert Case.objects.get().title == case()["title"]
