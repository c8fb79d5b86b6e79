"""What a refused call was meant to be: kept, and replayed as that operation."""

import gzip
import json
from typing import Any

import pytest
from django.test import Client

from cases.api.intended import find_target
from cases.api.replay import can_replay, replay_request
from cases.choices import Operation
from cases.errors import ValidationFailed
from cases.models import Case, RecordedRequest
from cases.selectors.requests import waiting_requests
from tests.api.wire import case
from tests.factories import CaseFactory, administrator, issue_header

pytestmark = pytest.mark.django_db


def send(
    method: str, path: str, payload: Any, content_type: str = "application/json", **headers: str
) -> RecordedRequest:
    """Make a call and return its record."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    client = Client(headers={"Authorization": issue_header()} | headers)
    client.generic(method, path, body, content_type=content_type)
    return RecordedRequest.objects.latest("id")


def replay(row: RecordedRequest) -> int:
    """Replay a call and return the status."""
    return replay_request(recorded=row, user=administrator(), dry_run=False).status


def is_waiting(row: RecordedRequest) -> bool:
    return waiting_requests(RecordedRequest.objects.filter(pk=row.pk)).exists()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/v1/case", 404),
        ("POST", "/crm//case/", 404),
        ("PUT", "/case", 405),
        ("PATCH", "/case", 405),
    ],
)
def test_a_case_at_a_wrong_address_is_kept_and_becomes_a_case(
    method: str, path: str, status: int
) -> None:
    row = send(method, path, case())
    assert (row.status, row.method, row.path) == (status, method, path)
    assert json.loads(bytes(row.body or b"")) == case()
    assert row.integration is not None
    assert is_waiting(row)
    assert replay(row) == 201
    assert Case.objects.get().title == case()["title"]
    assert not is_waiting(row)
    assert RecordedRequest.objects.latest("id").operation == Operation.OPEN_CASE


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_change_with_a_wrong_method_changes_the_case(method: str) -> None:
    stored = CaseFactory.create()
    row = send(method, f"/case/{stored.pk}", {"title": "Found"})
    assert (row.status, row.operation) == (405, "PATCH /case/{id}")
    assert replay(row) == 200
    assert Case.objects.get().title == "Found"


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("application/xml", ""),
        ("application/x-www-form-urlencoded", ""),
        ("multipart/form-data; boundary=x", ""),
        ("application/json", "gzip"),
    ],
)
def test_a_case_of_another_media_type_is_kept_and_becomes_a_case(
    content_type: str, encoding: str
) -> None:
    body = json.dumps(case()).encode()
    body = gzip.compress(body) if encoding else body
    row = send("POST", "/case", body, content_type, **{"Content-Encoding": encoding})
    assert (row.status, bytes(row.body or b"")) == (415, body)
    assert replay(row) == 201


def test_what_no_operation_was_meant_by_is_kept_and_not_replayed() -> None:
    row = send("POST", "/cases", case())
    assert (row.status, row.operation) == (404, "")
    assert is_waiting(row)
    assert not can_replay(row)
    with pytest.raises(ValidationFailed):
        replay(row)


def test_of_an_oversize_body_at_a_wrong_address_the_beginning_is_kept() -> None:
    row = send("POST", "/api/v1/case", b"x" * 6_000_000)
    assert row.status == 404
    assert len(row.body or b"") < row.body_size
    assert not can_replay(row)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/v1/case/1"), ("DELETE", "/case/1"), ("GET", "/case")]
)
def test_what_brings_nothing_is_not_kept(method: str, path: str) -> None:
    row = send(method, path, {"title": "x"})
    assert (row.body, row.status >= 400) == (None, True)


def test_a_wrong_address_without_a_valid_key_is_not_kept() -> None:
    Client(headers={"Authorization": "wrong"}).post("/api/v1/case", case(), "application/json")
    assert not RecordedRequest.objects.exists()


@pytest.mark.parametrize("path", ["/customers", "/customer/bestmatch", "/api/v1/customers"])
def test_a_refused_search_waits_for_nobody(path: str) -> None:
    row = send("POST", path, b"{")
    assert row.status in {400, 404}
    assert not is_waiting(row)


@pytest.mark.parametrize(
    ("method", "path", "operation", "end"),
    [
        ("POST", "/case", Operation.OPEN_CASE, "case"),
        ("POST", "/api//v1//case/", Operation.OPEN_CASE, "case/"),
        ("PATCH", "/x/customer/a//b/", Operation.UPDATE_CUSTOMER, "customer/a//b/"),
        ("PUT", "/customer", Operation.CREATE_CUSTOMER, "customer"),
        ("PUT", "/customers", Operation.SEARCH_CUSTOMERS, "customers"),
        ("POST", "/api/customer/bestmatch", Operation.MATCH_CUSTOMERS, "customer/bestmatch"),
    ],
)
def test_the_end_of_a_path_says_what_was_meant(
    method: str, path: str, operation: Operation, end: str
) -> None:
    target = find_target(method, path)
    assert target is not None
    assert (target.operation, target.path) == (operation, end)


@pytest.mark.parametrize(
    "path", ["/", "/cases", "/customer/1/cases", "/case/1/2", "/meta/object/case"]
)
def test_other_paths_say_nothing(path: str) -> None:
    assert find_target("POST", path) is None
