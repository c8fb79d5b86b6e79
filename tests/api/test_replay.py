"""Replay: a kept request goes through the very path that it took the first time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from cases.api.replay import can_replay, replay_request
from cases.choices import PropertyType
from cases.errors import ValidationFailed
from cases.models import Case, CustomProperty, RecordedRequest, StoredAnswer
from cases.selectors.properties import forget_definitions
from tests.api.wire import case, interaction
from tests.factories import CaseFactory, CustomPropertyFactory, administrator, issue_header

pytestmark = pytest.mark.django_db


def refuse(method: str, path: str, payload: Any, **headers: str) -> RecordedRequest:
    """Make a call that is refused, and return its record."""
    client = Client(headers={"Authorization": issue_header()} | headers)
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    response = client.generic(method, path, body, content_type="application/json")
    assert response.status_code in {400, 413, 422}
    return RecordedRequest.objects.latest("id")


def refuse_unlisted(**headers: str) -> RecordedRequest:
    """Make a call with a value that is not in its list."""
    CustomPropertyFactory.create(
        name="tier", type=PropertyType.SINGLE_SELECT_LIST, list_values=[gold("gold")]
    )
    return refuse("POST", "/case", case(tier="silver", interactions=[interaction()]), **headers)


def gold(value: str) -> dict[str, str]:
    """Return an entry of a list."""
    return {"name": value.title(), "value": value}


@contextmanager
def unwritable_record() -> Iterator[None]:
    """Let the database refuse each new record of a call."""
    table = "cases_recordedrequest"
    make = [
        f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT MOVE_UP(ABORT, 'full'); END",
    ]
    remove = ["DROP TRIGGER refuse"]
    if connection.vendor == "postgresql":
        make = [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'x'; END $$",
            f"CREATE TRIGGER refuse BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()",
        ]
        remove = [f"DROP TRIGGER refuse ON {table}", "DROP FUNCTION refuse()"]
    with connection.cursor() as cursor:
        for statement in make:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in remove:
                cursor.execute(statement)


def offer_silver() -> None:
    """Mend the cause."""
    CustomProperty.objects.update(list_values=[gold("gold"), gold("silver")])
    forget_definitions()


def test_a_replay_makes_the_case_once_the_cause_is_mended() -> None:
    row = refuse_unlisted(**{"x-sf-user-email": "jo@agents.example", "x-sf-company-id": "7"})
    staff = administrator()
    offer_silver()
    replayed = replay_request(recorded=row, user=staff, dry_run=False)
    made = Case.objects.get()
    assert (replayed.status, replayed.case_id) == (201, made.pk)
    assert replayed.answer["tier"] == "silver"
    assert (made.khoros_agent, made.khoros_company) == ("jo@agents.example", "7")
    assert made.integration == row.integration
    again = RecordedRequest.objects.latest("id")
    assert (again.replay_of, again.replayed_by, again.case) == (row, staff, made)
    assert again.operation == "POST /case"


def test_a_replay_before_that_is_refused_again() -> None:
    row = refuse_unlisted()
    replayed = replay_request(recorded=row, user=administrator(), dry_run=False)
    assert (replayed.status, replayed.succeeded) == (422, False)
    assert replayed.answer["fields"][0]["name"] == "tier"
    assert not Case.objects.exists()
    assert RecordedRequest.objects.latest("id").replay_of == row


def test_a_dry_run_says_what_would_happen_and_leaves_nothing() -> None:
    row = refuse_unlisted()
    staff = administrator()
    assert not replay_request(recorded=row, user=staff, dry_run=True).succeeded
    offer_silver()
    replayed = replay_request(recorded=row, user=staff, dry_run=True)
    assert (replayed.status, replayed.answer["title"]) == (201, "Lost suitcase")
    assert not Case.objects.exists()
    assert not StoredAnswer.objects.exists()
    assert RecordedRequest.objects.count() == 1


def test_a_second_replay_makes_no_second_case() -> None:
    row = refuse_unlisted()
    staff = administrator()
    offer_silver()
    replay_request(recorded=row, user=staff, dry_run=False)
    # Long after, when nothing would recognise the repeat.
    StoredAnswer.objects.all().delete()
    for dry_run in (True, False):
        with pytest.raises(ValidationFailed):
            replay_request(recorded=row, user=staff, dry_run=dry_run)
    assert Case.objects.count() == 1


@pytest.mark.parametrize("minutes", [0, 10])
def test_replays_at_once_make_one_case(settings: LazySettings, minutes: int) -> None:
    settings.REPEAT_WINDOW_MINUTES = minutes
    row, staff = refuse_unlisted(), administrator()
    offer_silver()
    first = replay_request(recorded=row, user=staff, dry_run=False)
    # As where the second begins before the record of the first is written.
    row.replays.all().delete()
    second = replay_request(recorded=row, user=staff, dry_run=False)
    assert (second.status, second.answer) == (201, first.answer)
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_replay_whose_record_cannot_be_written_keeps_its_case() -> None:
    row, staff = refuse_unlisted(), administrator()
    offer_silver()
    with unwritable_record():
        replayed = replay_request(recorded=row, user=staff, dry_run=False)
    assert Case.objects.get().pk == replayed.case_id
    assert RecordedRequest.objects.count() == 1


def test_a_patch_can_be_replayed() -> None:
    stored = CaseFactory.create()
    CustomPropertyFactory.create(
        name="tier", type=PropertyType.SINGLE_SELECT_LIST, list_values=[gold("gold")]
    )
    row = refuse("PATCH", f"/case/{stored.pk}", {"tier": "silver"})
    assert row.case == stored
    offer_silver()
    assert replay_request(recorded=row, user=administrator(), dry_run=False).case_id == stored.pk
    assert Case.objects.get().properties == {"tier": "silver"}


def test_text_of_any_script_survives_the_replay() -> None:
    # As a server hands it over: UTF-8 read as Latin-1 (PEP 3333).
    header = "جو@agents.example".encode().decode("latin-1")
    row = refuse_unlisted(**{"x-sf-user-email": header})
    offer_silver()
    replay_request(recorded=row, user=administrator(), dry_run=False)
    assert Case.objects.get().khoros_agent == "جو@agents.example"


def test_what_was_not_kept_whole_cannot_be_replayed() -> None:
    row = refuse("POST", "/case", b'{"title": "' + b"x" * 6_000_000)
    assert not can_replay(row)
    with pytest.raises(ValidationFailed):
        replay_request(recorded=row, user=administrator(), dry_run=False)


def test_no_header_makes_a_call_a_replay() -> None:
    headers = {"caseportal.call": "x", "caseportal-call": "x", "HTTP_CASEPORTAL_CALL": "x"}
    assert Client(headers=headers).post("/case").status_code == 401
