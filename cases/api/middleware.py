"""The outermost layer: gives each call a reference, errors the envelope, and records the call."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.urls import Resolver404, resolve

from cases.api.authentication import authorization, key_of
from cases.api.context import read_context
from cases.api.envelope import write_envelope
from cases.api.intended import WRITES, find_target
from cases.choices import Operation
from cases.log_reference import set_reference
from cases.services.idempotency import KEY_HEADER
from cases.services.requests import CALL_KEY, MAX_BYTES, Call, Outcome, record_request

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_ERROR = 400


def call_middleware(get_response: GetResponse) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer with the envelope if Django itself refuses or fails on an API path, and record the call.

    Outermost, so that it also sees exceptions of other middleware, which Django has turned into
    responses by then.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # A replay has its own call, with the integration that it acts for.
        call = request.META.setdefault(CALL_KEY, Call(reference=secrets.token_hex(6)))
        set_reference(call.reference)
        response = get_response(request)
        if not isinstance(response, HttpResponse) or not is_api_path(request.path_info):
            return response
        is_envelope = response.headers.get("Content-Type") == "application/json"
        if response.status_code >= _ERROR and not is_envelope:
            write_envelope(response, call.reference)
        if request.resolver_match is None:
            _note_unseen(request, call)
        if response.status_code >= _ERROR and call.integration and request.method in WRITES:
            _note_unread(request, call)
        _record(request, response, call)
        return response

    return middleware


def is_api_path(path: str) -> bool:
    """Tell whether a path is not the back office's, even if it lacks the API's prefix.

    So a registration without the prefix gets its errors in the envelope.
    """
    return path.strip("/").partition("/")[0] not in {"", *settings.BACK_OFFICE_PATHS}


def _note_unseen(request: HttpRequest, call: Call) -> None:
    """Add to a call that reached no view, because of its Host or path, what a view would have added.

    So cases that are refused because `ALLOWED_HOSTS` lacks a name, or because Khoros uses another
    prefix, can be replayed.
    """
    with suppress(Resolver404):
        request.resolver_match = resolve(request.path_info)
    key = key_of(authorization(request))
    if key is not None:
        call.integration, call.context = key.integration, read_context(request)


def _note_unread(request: HttpRequest, call: Call) -> None:
    """Note the body of a refused write where nothing has read it yet."""
    with suppress(UnreadablePostError):
        call.body = call.body or request.read(MAX_BYTES + 1)


def _record(request: HttpRequest, response: HttpResponse, call: Call) -> None:
    """Record the call, unless it names no operation and has no valid key."""
    operation = _operation(request, call)
    if call.dry_run or (call.integration is None and not operation):
        return
    refused = response.status_code >= _ERROR
    outcome = Outcome(
        operation=operation,
        method=request.method or "",
        path=request.path.replace("\x00", "\\x00"),
        status=response.status_code,
        user_agent=_header(request, "User-Agent"),
        content_type=_header(request, "Content-Type"),
        idempotency_key=_header(request, KEY_HEADER),
        error=_error_code(response.content) if refused else "",
        answer=response.content.decode() if refused else "",
    )
    record_request(call=call, outcome=outcome)


def _operation(request: HttpRequest, call: Call) -> str:
    """Return the operation of a call, or the one that a refused write was meant to be, or `""`."""
    match = request.resolver_match
    name = f"{request.method} {match.url_name}" if match else ""
    if name in Operation.values:
        return name
    is_write = call.integration is not None and request.method in WRITES
    target = find_target(request.method or "", request.path_info) if is_write else None
    return target.operation.value if target else ""


def _header(request: HttpRequest, name: str) -> str:
    value = str(request.headers.get(name, ""))
    return "".join(character for character in value if character.isprintable())


def _error_code(content: bytes) -> str:
    body: dict[str, Any] = orjson.loads(content)
    return str(body["error"])
