"""The error envelope: every answer of 400 and more, whichever layer gives it."""

import importlib
import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches

import caseportal.urls
from cases.api.parsers import MAX_BYTES
from cases.api.replay import replay_request
from cases.models import Case, CustomProperty, RecordedRequest
from tests.api.wire import case
from tests.factories import administrator, issue_header

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent.parent
SECRET = "a detail that must not leak"
REFERENCE = re.compile(r"reference ([0-9a-f]{12})")


def call(
    method: str = "POST",
    path: str = "/case",
    body: bytes | None = None,
    content_type: str = "application/json",
    **headers: str,
) -> Any:
    """Return the response to a call with a good key."""
    client = Client(
        headers={"Authorization": issue_header()} | headers, raise_request_exception=False
    )
    sent = json.dumps(case()).encode() if body is None else body
    # The client would take what follows two slashes for a host.
    raw = {"PATH_INFO": path} if path.startswith("//") else {}
    return client.generic(method, path, sent, content_type=content_type, **raw)


def check(response: Any, status: int, code: str, *keys: str) -> dict[str, Any]:
    """See that an answer is the envelope, with `keys` beside the two that are always there."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/json"
    body: dict[str, Any] = response.json()
    assert body.keys() == {"error", "message", *keys}
    assert body["error"] == code
    assert body["message"].strip()
    assert "Traceback" not in response.content.decode()
    return body


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return what the portal writes into its log, line by line as it is configured."""
    handlers = {h for name in ("", "django") for h in logging.getLogger(name).handlers}
    stream = io.StringIO()
    streams = [h for h in handlers if type(h) is logging.StreamHandler]
    before = [handler.setStream(stream) for handler in streams]
    assert streams
    yield stream
    for handler, old in zip(streams, before, strict=True):
        handler.setStream(old)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"a":1,"a":2}', b'{"a":NaN}'])
def test_400_for_what_is_not_one_json_object(body: bytes) -> None:
    check(call(body=body), 400, "malformed_json")


def test_400_for_nesting_over_32() -> None:
    check(call(body=b'{"a":' * 33 + b"1" + b"}" * 33), 400, "malformed_json")


def test_400_for_a_wrong_shape() -> None:
    check(call(body=b"{}"), 400, "invalid_payload", "fields")


def test_400_for_a_host_that_is_not_ours() -> None:
    check(call(Host="elsewhere.example"), 400, "bad_request")
    assert not Case.objects.exists()


def test_415_for_a_body_that_is_compressed() -> None:
    check(call(**{"Content-Encoding": "gzip"}), 415, "unsupported_media_type")


def test_401_without_a_key() -> None:
    check(call(Authorization="wrong"), 401, "authentication_failed")


@pytest.mark.parametrize(
    "path",
    [
        *("/nothing", "/case//1//2", "/meta", "/meta/object", "/meta/object/author", "/CASE"),
        *("/case%00", "/%F0%9F%A7%B3", "/cases.php?id=1", "/api/v1/case", "/favicon.ico"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_404_for_another_path(method: str, path: str) -> None:
    response = call(method, path)
    if (method, path) == ("POST", "/meta/object/author"):
        check(response, 405, "method_not_allowed")
    else:
        check(response, 404, "not_found")


@pytest.mark.parametrize(
    "method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NONSENSE"]
)
def test_405_for_another_method_on_case(method: str) -> None:
    response = call(method)
    check(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_405_for_another_method_on_definitions(method: str) -> None:
    response = call(method, "/meta/object/case")
    check(response, 405, "method_not_allowed")
    assert {entry.strip() for entry in response.headers["Allow"].split(",")} <= {"GET", "HEAD"}


def test_405_to_head_has_no_body() -> None:
    response = call("HEAD")
    assert (response.status_code, response.content) == (405, b"")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_odd_accept_never_answers_406(method: str) -> None:
    check(call(method, "/nothing", Accept="image/png"), 404, "not_found")
    check(call(body=b"{}", Accept="image/png"), 400, "invalid_payload", "fields")


def test_413_for_more_than_5_mib() -> None:
    check(call(body=b" " * (MAX_BYTES + 1)), 413, "payload_too_large")


def test_5_mib_and_more_than_django_takes_from_a_form_is_read() -> None:
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE < MAX_BYTES
    check(call(body=b"{}".ljust(MAX_BYTES)), 400, "invalid_payload", "fields")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "application/xml",
        "application/x-www-form-urlencoded",
        "nonsense",
        "text/x+json",
    ],
)
def test_415_for_another_content_type(content_type: str) -> None:
    check(call(content_type=content_type), 415, "unsupported_media_type")
    check(call(content_type="multipart/form-data; boundary=x"), 415, "unsupported_media_type")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "content_type",
    [
        *("application/json; charset=utf-8", "Application/JSON", "text/json", "text/plain", ""),
        *("text/plain;charset=UTF-8", "application/vnd.khoros+json", "application/ld+json; a=b"),
    ],
)
def test_json_may_be_declared_in_several_ways(content_type: str) -> None:
    assert call(content_type=content_type).status_code == 201


@pytest.mark.parametrize("path", ["//case", "/case//", "///case", "//case/"])
def test_slashes_collapse(path: str) -> None:
    assert call("POST", path).status_code == 201


def test_a_repeat_in_another_spelling_of_the_path_makes_no_second_case() -> None:
    first, second = call("POST", "/case"), call("POST", "//case/")
    assert first.json()["id"] == second.json()["id"]
    case_id = first.json()["id"]
    assert call("GET", f"/case//{case_id}", b"").json()["id"] == case_id


def test_405_says_what_is_allowed() -> None:
    assert call("PUT", "/case").headers["Allow"] == "POST"
    assert call("DELETE", "/case/1").headers["Allow"] == "GET, HEAD, PATCH"


def test_a_byte_order_mark_is_nothing() -> None:
    body = "\ufeff" + json.dumps({"customerId": "1", "title": "Lost"})
    assert call(body=body.encode()).status_code == 201


def test_422_for_a_broken_rule() -> None:
    body = check(call(body=b'{"customerId":"1","title":""}'), 422, "validation_failed", "fields")
    assert body["fields"] == [{"name": "title", "errorMessage": "must not be blank"}]


def check_internal_error(response: Any, log: io.StringIO) -> None:
    """See that a 500 says nothing but a reference, which is also at its traceback in the log."""
    body = check(response, 500, "internal_error")
    assert SECRET not in response.content.decode()
    found = REFERENCE.search(body["message"])
    assert found is not None
    lines = log.getvalue().splitlines()
    traceback = [n for n, line in enumerate(lines) if line.startswith("Traceback")]
    assert traceback
    assert f" ERROR {found[1]} " in lines[traceback[-1] - 1]


def test_500_when_something_unforeseen_happens_in_a_view(log: io.StringIO) -> None:
    # A row that the portal itself never writes: the view can't make a definition of it.
    CustomProperty.objects.create(
        object_type="case",
        name="tier",
        label="Tier",
        type="single_sel_list",
        stage="live",
        list_values=[{SECRET: 1}],
    )
    check_internal_error(call("GET", "/meta/object/case"), log)
    check_internal_error(call(), log)
    assert not Case.objects.exists()


def failing_middleware(get_response: object) -> Callable[[HttpRequest], HttpResponse]:
    """Fail before any view is found."""

    def middleware(request: HttpRequest) -> HttpResponse:
        raise RuntimeError(SECRET)

    return middleware


@pytest.mark.parametrize("path", ["/case", "/meta/object/case", "/nothing"])
def test_500_when_something_unforeseen_happens_in_middleware(
    path: str, log: io.StringIO, settings: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.failing_middleware"]
    check_internal_error(call(path=path), log)


def test_every_500_has_a_reference_of_its_own(settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.failing_middleware"]
    assert call().json()["message"] != call().json()["message"]


def ask_in_another_process(path: str, **environment: str) -> tuple[int, dict[str, Any]]:
    """Start a portal with that environment, ask it once, and return the status and the body."""
    script = (
        "import django, json; django.setup();"
        "from django.test import Client;"
        "key = 'Api-Key 12345678.abcdefghijklmnopqrstuvwxyz012345';"
        "client = Client(headers={'Authorization': key}, raise_request_exception=False);"
        f"answer = client.post({path!r}, {{}}, content_type='application/json');"
        "print(json.dumps([answer.status_code, answer.headers['Content-Type'], answer.json()]))"
    )
    process = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    status, content_type, body = json.loads(process.stdout.splitlines()[-1])
    assert content_type == "application/json"
    assert body.keys() == {"error", "message"}
    return status, body


@pytest.mark.parametrize("url", ["postgres://nobody:secret@127.0.0.1:1/gone", "sqlite:///{}"])
def test_503_when_the_database_is_gone(url: str, tmp_path: Path) -> None:
    # A directory where SQLite's file should be: it can't be opened.
    status, body = ask_in_another_process("/case", DATABASE_URL=url.format(tmp_path))
    assert (status, body["error"]) == (503, "unavailable")
    assert "secret" not in body["message"]


@pytest.fixture
def prefix(settings: Any) -> Iterator[str]:
    """Put the operations under a path prefix."""
    settings.API_PREFIX = "api/v1/"
    importlib.reload(caseportal.urls)
    clear_url_caches()
    yield "/api/v1"
    settings.API_PREFIX = ""
    importlib.reload(caseportal.urls)
    clear_url_caches()


def test_a_path_prefix_moves_the_operations(prefix: str) -> None:
    assert call(path=f"{prefix}/case").status_code == 201
    assert call("GET", f"{prefix}/meta/object/case/").status_code == 200
    check(call(path=f"{prefix}/nothing"), 404, "not_found")


@pytest.mark.parametrize("path", ["//api/v1/case", "/api//v1/case", "/api/v1//case/"])
def test_slashes_collapse_with_a_prefix_too(prefix: str, path: str) -> None:
    assert call(path=path).status_code == 201


def test_a_case_without_the_prefix_can_be_replayed_into_a_case(prefix: str) -> None:
    check(call(path="/case"), 404, "not_found")
    row = RecordedRequest.objects.get()
    assert replay_request(recorded=row, user=administrator(), dry_run=False).status == 201
    assert Case.objects.count() == 1


def test_a_registration_that_forgot_the_prefix_learns_it_in_the_envelope(prefix: str) -> None:
    check(call(path="/case"), 404, "not_found")


def test_the_back_office_keeps_its_own_pages() -> None:
    response = Client().get("/admin/nothing/")
    assert "json" not in response.headers["Content-Type"]
    assert connection.is_usable()
