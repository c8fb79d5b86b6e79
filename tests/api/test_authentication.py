"""Who may call: the `Authorization` header, on every operation, before the body is read."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from cases.models import ApiKey, Case
from cases.services.api_keys import issue_key, revoke_key
from tests.api.wire import case
from tests.factories import administrator, issue_header

pytestmark = pytest.mark.django_db

CALLS = [("POST", "/case"), ("GET", "/meta/object/case"), ("GET", "/meta/object/customer")]
every_call = pytest.mark.parametrize(("method", "path"), CALLS)


def call(method: str, path: str, authorization: str | None, body: Any = None) -> Any:
    """Return the response to a call with that `Authorization` header, None for no header."""
    client = Client(raise_request_exception=False)
    if authorization is not None:
        client.defaults["HTTP_AUTHORIZATION"] = authorization
    if method == "GET":
        return client.get(path)
    return client.post(path, case() if body is None else body, content_type="application/json")


def is_refused(response: Any) -> bool:
    """Tell whether the answer is the 401 of the contract."""
    body = response.json()
    assert response.headers["Content-Type"] == "application/json"
    if response.status_code != 401:
        return False
    assert body.keys() == {"error", "message"}
    assert body["error"] == "authentication_failed"
    assert body["message"]
    assert response.headers["WWW-Authenticate"].startswith("Api-Key ")
    assert not Case.objects.exists()
    return True


@every_call
@pytest.mark.parametrize("form", ["Api-Key {}", "Bearer {}", "{}", "api-key  {}", "bearer {} "])
def test_a_key_is_accepted_in_each_form(method: str, path: str, form: str) -> None:
    key = issue_header().removeprefix("Api-Key ")
    assert call(method, path, form.format(key)).status_code in {200, 201}


def test_the_header_value_is_accepted_as_it_was_issued() -> None:
    header = issue_header()
    assert header.startswith("Api-Key ")
    assert call("POST", "/case", header).status_code == 201


@every_call
@pytest.mark.parametrize(
    "header",
    [
        *(None, "", " ", "Api-Key", "Api-Key ", "Bearer ", "Basic dXNlcjpwYXNz", "Token x"),
        *("Api-Key 12345678.abcdefghijklmnopqrstuvwxyz012345", "Api-Key x.y", "Api-Key \x00"),
        *("Api-Key " + "x" * 10_000, "\xff\xfe", "Api-Key ' OR 1=1 --", "Api-Key Api-Key a.b"),
    ],
)
def test_a_call_without_a_good_key_is_refused(method: str, path: str, header: str | None) -> None:
    issue_header()
    assert is_refused(call(method, path, header))


@every_call
def test_a_key_with_another_secret_is_refused(method: str, path: str) -> None:
    header = issue_header()
    changed = header[:-1] + ("a" if header[-1] != "a" else "b")
    assert is_refused(call(method, path, changed))
    assert is_refused(call(method, path, header.swapcase()))


@every_call
def test_a_revoked_key_is_refused_at_once(method: str, path: str) -> None:
    key, header = issue_key(integration="Khoros")
    assert call("GET", "/meta/object/case", header).status_code == 200
    revoke_key(key=key)
    assert is_refused(call(method, path, header))


@every_call
def test_an_expired_key_is_refused(method: str, path: str) -> None:
    key, header = issue_key(integration="Khoros", expires=timezone.now() + timedelta(days=1))
    ApiKey.objects.filter(pk=key.pk).update(expiry_date=timezone.now() - timedelta(seconds=1))
    assert is_refused(call(method, path, header))


def test_a_key_that_expires_while_it_is_remembered_is_refused_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expires = timezone.now() + timedelta(days=1)
    _, header = issue_key(integration="Khoros", expires=expires)
    assert call("GET", "/meta/object/case", header).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: expires + timedelta(seconds=1))
    assert is_refused(call("GET", "/meta/object/case", header))


def test_two_keys_of_an_integration_overlap_until_one_is_revoked() -> None:
    old, old_header = issue_key(integration="Khoros")
    new, new_header = issue_key(integration="Khoros")
    assert old.integration == new.integration
    assert call("GET", "/meta/object/case", old_header).status_code == 200
    assert call("GET", "/meta/object/case", new_header).status_code == 200
    revoke_key(key=old)
    assert is_refused(call("GET", "/meta/object/case", old_header))
    assert call("GET", "/meta/object/case", new_header).status_code == 200


def test_use_of_a_key_is_noted() -> None:
    key, header = issue_key(integration="Khoros")
    assert key.last_used is None
    before = timezone.now()
    call("GET", "/meta/object/case", header)
    key.refresh_from_db()
    assert key.last_used is not None
    assert key.last_used >= before


def test_a_login_of_staff_is_no_key() -> None:
    client = Client()
    client.force_login(administrator(is_superuser=True))
    assert is_refused(client.post("/case", case(), content_type="application/json"))


def test_a_key_in_the_query_is_no_key() -> None:
    key = issue_header().removeprefix("Api-Key ")
    assert is_refused(call("GET", f"/meta/object/case?api_key={key}", None))


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "nonsense", ""])
def test_it_refuses_before_it_looks_at_the_body(content_type: str) -> None:
    garbage = b"\xff" * (5 * 1024 * 1024 + 1)
    client = Client(headers={"Authorization": "Api-Key wrong"})
    assert is_refused(client.generic("POST", "/case", garbage, content_type=content_type))


def test_it_refuses_without_reading_a_byte_of_the_body() -> None:
    class Untouched:
        """A body that fails the test when someone reads it."""

        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    request = RequestFactory(headers={"Authorization": "Api-Key wrong"}).post(
        "/case", b"x" * 100, content_type="application/json"
    )
    request = WSGIRequest(request.environ | {"wsgi.input": Untouched()})
    handler = Client().handler
    handler.load_middleware()
    response = handler.get_response(request)
    assert response.status_code == 401


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_a_method_that_is_not_there_is_refused_for_want_of_a_key_first(method: str) -> None:
    assert is_refused(Client().generic(method, "/case"))
