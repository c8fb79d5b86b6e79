"""The record of recent requests: what is kept of a call, what is not, and for how long."""

import json
import logging
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.api.replay import replay_request
from cases.log_reference import KeylessFormatter
from cases.models import Case, Integration, RecordedRequest, StoredAnswer
from cases.selectors.requests import CHECK_USER_AGENT, last_calls, last_fetched
from cases.services import requests as recording
from cases.services.requests import (
    ANONYMOUS_ROWS,
    OVERSIZE_STORED_BYTES,
    STORED_ERRORS,
    STORED_MESSAGE_LENGTH,
    prune_requests,
)
from tests.api.wire import case, interaction
from tests.factories import CaseFactory, administrator, issue_header

pytestmark = pytest.mark.django_db


def send(
    method: str, path: str, body: bytes, auth: str | None = None, **headers: str
) -> RecordedRequest:
    """Make a call and return its record."""
    before = RecordedRequest.objects.count()
    client = Client(headers={"Authorization": auth or issue_header()} | headers)
    client.raise_request_exception = False
    client.generic(method, path, body, content_type="application/json")
    assert RecordedRequest.objects.count() == before + 1
    return RecordedRequest.objects.latest("id")


def post(payload: Any, **headers: str) -> RecordedRequest:
    """Post a case and return the record of the call."""
    return send("POST", "/case", json.dumps(payload).encode(), **headers)


def test_an_accepted_call_is_recorded_without_its_body() -> None:
    row = post(
        case(interactions=[interaction()]),
        **{
            "User-Agent": "Khoros/1.0",
            "x-sf-user-email": "jo@agents.example",
            "x-sf-initiative": "12",
            "x-sf-company-id": "34",
            "Idempotency-Key": "k1",
        },
    )
    assert (row.operation, row.method, row.path, row.status) == ("POST /case", "POST", "/case", 201)
    assert row.case == Case.objects.get()
    assert row.integration is not None
    assert row.integration.name == "Khoros"
    assert (row.user_agent, row.khoros_agent) == ("Khoros/1.0", "jo@agents.example")
    assert (row.khoros_initiative, row.khoros_company) == ("12", "34")
    assert (row.idempotency_key, row.content_type) == ("k1", "application/json")
    assert (row.body, row.answer, row.error) == (None, "", "")


def test_a_repeat_is_linked_to_the_first_ones_case() -> None:
    first = post(case())
    second = post(case())
    assert Case.objects.count() == 1
    assert first.case_id == second.case_id is not None


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b'{"title": "x"', 400, "malformed_json"),
        (b'{"title": "\xff"}', 400, "malformed_json"),
        (b'{"title": "x"}', 400, "invalid_payload"),
        (b'{"customerId": "c", "title": " "}', 422, "validation_failed"),
    ],
)
def test_a_refused_write_is_kept_with_its_bytes_and_answer(
    body: bytes, status: int, error: str
) -> None:
    row = send("POST", "/case", body)
    assert (row.status, row.error) == (status, error)
    assert bytes(row.body or b"") == body
    assert row.body_size == len(body)
    assert json.loads(row.answer)["error"] == error


def test_of_an_oversize_body_the_beginning_is_kept() -> None:
    row = send("POST", "/case", b'{"title": "' + b"x" * 6_000_000)
    assert row.status == 413
    assert bytes(row.body or b"") == b'{"title": "' + b"x" * (OVERSIZE_STORED_BYTES - 11)
    assert row.body_size > OVERSIZE_STORED_BYTES


@override_settings(REPEAT_WINDOW_MINUTES="no number")
def test_a_failure_within_is_kept_too() -> None:
    row = post(case(interactions=[interaction()]))
    assert (row.status, row.error) == (500, "internal_error")
    assert row.body is not None
    assert row.reference in json.loads(row.answer)["message"]


def test_a_write_to_a_host_that_is_not_allowed_is_kept_and_can_be_replayed() -> None:
    row = post(case(), Host="alias.example", **{"x-sf-user-email": "jo@agents.example"})
    assert (row.status, row.operation, row.khoros_agent) == (400, "POST /case", "jo@agents.example")
    assert not Case.objects.exists()
    assert replay_request(recorded=row, user=administrator(), dry_run=False).status == 201
    row = post(case(), auth="Api-Key wrong", Host="alias.example")
    assert (row.integration, row.body) == (None, None)


def test_a_refused_read_is_nothing_to_replay() -> None:
    assert send("GET", "/case/1", b"", Host="alias.example").body is None


def test_a_body_without_a_valid_key_is_never_kept() -> None:
    row = post(case(title=" "), auth="Api-Key wrong")
    assert (row.status, row.integration, row.body, row.body_size) == (401, None, None, 0)


def test_no_secret_is_ever_stored() -> None:
    header = issue_header()
    secret = header.rpartition(".")[2]
    post(case(), auth=header)
    post(case(title=" "), auth=header)
    post(case(), auth=header + "x")
    for values in RecordedRequest.objects.values():
        assert secret not in repr(values)


def test_a_key_where_none_belongs_is_not_stored(caplog: pytest.LogCaptureFixture) -> None:
    header = issue_header()
    key = header.removeprefix("Api-Key ")
    headers = {"User-Agent": f"Khoros {header}", "x-sf-user-email": key, "Idempotency-Key": key}
    send("GET", f"/case/{key}", b"", auth="none", **headers)
    send("GET", f"/customer/{key}", b"", auth=header, **headers)
    post(case(), auth=header, **headers)
    secret = key.rpartition(".")[2]
    for values in RecordedRequest.objects.values():
        assert secret not in repr(values)
    formatter = KeylessFormatter()
    assert key in caplog.text
    assert secret not in "".join(formatter.format(record) for record in caplog.records)


def test_of_an_answer_with_very_many_faults_the_first_are_kept() -> None:
    row = post(case(interactions=[{} for _ in range(200)]))
    answer = json.loads(row.answer)
    assert answer["error"] == "invalid_payload"
    assert len(answer["fields"]) == STORED_ERRORS
    assert len(answer["message"]) <= STORED_MESSAGE_LENGTH


def test_a_stranger_on_an_unknown_path_leaves_no_record() -> None:
    Client().get("/wp-login.php")
    Client().get("/admin/")
    assert not RecordedRequest.objects.exists()


def test_a_read_is_recorded() -> None:
    stored = CaseFactory.create()
    row = send("GET", f"/case/{stored.pk}/", b"")
    assert (row.operation, row.case, row.status) == ("GET /case/{id}", stored, 200)
    row = send("GET", "/case/none", b"")
    assert (row.operation, row.case, row.status) == ("GET /case/{id}", None, 404)


def test_the_record_costs_one_statement() -> None:
    auth = issue_header()
    post(case(title="Warm up"), auth=auth)
    client = Client(headers={"Authorization": auth})
    with CaptureQueriesContext(connection) as queries:
        client.post("/case", json.dumps(case()), content_type="application/json")
    touching = [query["sql"] for query in queries if "cases_recordedrequest" in query["sql"]]
    assert len(touching) == 1


@pytest.mark.django_db(transaction=True)
def test_a_record_that_cannot_be_written_refuses_no_case(
    caplog: pytest.LogCaptureFixture,
) -> None:
    auth = issue_header()
    rename = "ALTER TABLE {} RENAME TO {}"
    with connection.cursor() as cursor:
        cursor.execute(rename.format("cases_recordedrequest", "cases_recordedrequest_away"))
    try:
        with caplog.at_level(logging.ERROR, logger="cases.services.requests"):
            response = Client(headers={"Authorization": auth}).post(
                "/case", json.dumps(case()), content_type="application/json"
            )
    finally:
        with connection.cursor() as cursor:
            cursor.execute(rename.format("cases_recordedrequest_away", "cases_recordedrequest"))
    assert response.status_code == 201
    assert Case.objects.count() == 1
    assert "could not be written" in caplog.text


def make_rows(count: int, **values: Any) -> list[RecordedRequest]:
    """Make records as if calls had come in."""
    fields = {
        "at": timezone.now(),
        "operation": "POST /case",
        "method": "POST",
        "path": "/case",
        "status": 422,
        "reference": "r",
        "duration_ms": 1,
        "integration": Case.objects.get().integration,
    } | values
    return RecordedRequest.objects.bulk_create(RecordedRequest(**fields) for _ in range(count))


@override_settings(REQUEST_LOG_DAYS=30)
def test_old_requests_are_pruned_but_for_the_newest_of_each_operation() -> None:
    post(case())
    RecordedRequest.objects.all().delete()
    old = timezone.now() - timedelta(days=31)
    newest_read = make_rows(2, at=old, operation="GET /case/{id}")[-1]
    fresh = make_rows(2)
    make_rows(1, at=old)
    last = make_rows(1)[0]
    prune_requests()
    kept = set(RecordedRequest.objects.values_list("pk", flat=True))
    assert kept == {newest_read.pk, *(row.pk for row in fresh), last.pk}


@override_settings(REQUEST_LOG_ROWS=100)
def test_requests_beyond_the_bound_are_pruned_oldest_first() -> None:
    post(case())
    RecordedRequest.objects.all().delete()
    rows = make_rows(130)
    prune_requests()
    kept = sorted(RecordedRequest.objects.values_list("pk", flat=True))
    assert kept == [row.pk for row in rows[-101:]]


@override_settings(REQUEST_LOG_ROWS=100)
def test_accepted_calls_push_out_no_refused_one() -> None:
    post(case())
    RecordedRequest.objects.all().delete()
    (refused,) = make_rows(1, body=b"{}", body_size=2)
    make_rows(150, status=201)
    prune_requests()
    assert RecordedRequest.objects.filter(pk=refused.pk).exists()
    assert RecordedRequest.objects.count() == 102


@override_settings(REQUEST_LOG_DAYS=30)
def test_when_khoros_last_fetched_the_fields_stays_known_for_each_object() -> None:
    post(case())
    old = timezone.now() - timedelta(days=31)
    fetch = {"at": old, "operation": "GET /meta/object/{type}", "status": 200}
    for object_type in ("case", "customer", "customer"):
        make_rows(1, path=f"/meta/object/{object_type}", **fetch)
    # A check's own calls, and one that it makes without a key, are not Khoros's.
    watch = Integration.objects.create(name="Watch", for_checks=True)
    make_rows(1, path="/meta/object/case", **fetch | {"at": timezone.now(), "integration": watch})
    stranger = {"integration": None, "user_agent": CHECK_USER_AGENT, "status": 401}
    make_rows(1, path="/meta/object/case", **fetch | {"at": timezone.now()} | stranger)
    prune_requests()
    assert last_fetched("case") == last_fetched("customer") == old
    assert RecordedRequest.objects.filter(at=old).count() == 2
    (fetched,) = (
        found.last for found in last_calls() if found.operation.value == fetch["operation"]
    )
    assert fetched is not None
    assert (fetched.at, fetched.path) == (old, "/meta/object/customer")


def test_strangers_cannot_push_out_what_khoros_sent() -> None:
    post(case())
    RecordedRequest.objects.all().delete()
    mine = make_rows(1, operation="")[0]
    make_rows(ANONYMOUS_ROWS + 50, integration=None, operation="", status=401)
    prune_requests()
    assert RecordedRequest.objects.filter(pk=mine.pk).exists()
    assert RecordedRequest.objects.count() == ANONYMOUS_ROWS + 1


@override_settings(REQUEST_LOG_MEGABYTES=1)
def test_kept_bodies_stay_within_their_bound() -> None:
    post(case())
    rows = make_rows(5, body=b"x" * 300_000, body_size=300_000)
    prune_requests()
    kept = RecordedRequest.objects.filter(pk__in=[row.pk for row in rows], body__isnull=False)
    assert sorted(kept.values_list("pk", flat=True)) == [row.pk for row in rows[2:]]


@override_settings(REQUEST_LOG_MEGABYTES=1)
def test_what_was_not_kept_of_a_body_counts_for_nothing() -> None:
    post(case())
    (refused,) = make_rows(1, body=b"{}", body_size=2)
    make_rows(5, status=413, body=b"x" * OVERSIZE_STORED_BYTES, body_size=5_242_881)
    prune_requests()
    refused.refresh_from_db()
    assert refused.body is not None


def test_the_command_prunes_expired_answers() -> None:
    post(case())
    StoredAnswer.objects.update(expires=timezone.now() - timedelta(seconds=1))
    out = StringIO()
    call_command("prune_requests", stdout=out)
    assert out.getvalue() == "1 rows deleted.\n"
    assert not StoredAnswer.objects.exists()


@override_settings(REQUEST_LOG_ROWS=100)
def test_pruning_comes_along_with_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    post(case())
    make_rows(150)
    start = recording.time.monotonic()
    monkeypatch.setattr(recording.time, "monotonic", lambda: start + 10 * recording.PRUNE_SECONDS)
    client = Client(headers={"Authorization": issue_header()})
    client.post("/case", json.dumps(case(title="Later")), content_type="application/json")
    assert RecordedRequest.objects.count() == 101
