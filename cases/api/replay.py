"""Replay of a stored request, along the same path as the original call."""

import io
import json
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import HttpResponse

from cases.addresses import instance_url
from cases.api.intended import Target, find_target
from cases.errors import ValidationFailed
from cases.models import RecordedRequest
from cases.services.incoming import KhorosContext
from cases.services.requests import CALL_KEY, MAX_BYTES, Call

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


@dataclass(frozen=True, slots=True)
class Replayed:
    """The response to a replay; `case_id` is the case that it created or changed, if any."""

    status: int
    answer: dict[str, Any]
    case_id: int | None

    @property
    def succeeded(self) -> bool:
        """Whether the portal accepted the request this time."""
        return self.status < 400


def has_whole_body(recorded: RecordedRequest) -> bool:
    """Tell whether the whole body of the request is stored."""
    return recorded.body is not None and len(recorded.body) == recorded.body_size


def stored_body(recorded: RecordedRequest) -> bytes:
    """Return the stored body, decompressed if it was sent compressed (which is a 415)."""
    body = bytes(recorded.body or b"")
    if recorded.status != HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        return body
    try:
        return zlib.decompressobj(_GZIP_OR_ZLIB).decompress(body, MAX_BYTES + 1)
    except zlib.error:
        return body


def was_accepted(recorded: RecordedRequest) -> bool:
    """Tell whether a replay of the request was accepted: another one could create a duplicate."""
    return recorded.replays.filter(status__lt=HTTPStatus.BAD_REQUEST).exists()


def can_replay(recorded: RecordedRequest) -> bool:
    """Tell whether the request has its whole body, names an operation and has no accepted replay."""
    return (
        has_whole_body(recorded)
        and find_target(recorded.method, recorded.path) is not None
        and not was_accepted(recorded.replay_of or recorded)
    )


def replay_request(*, recorded: RecordedRequest, user: User, dry_run: bool) -> Replayed:
    """Send a stored request through middleware, view and service again, as its integration.

    It is sent to the operation that was meant, as JSON, whatever its address, method or media type
    was. A dry run returns what would happen now and leaves nothing behind; a real one is recorded
    in addition to the original. Of several at once, only one creates a case, and all get its
    response. Raises ValidationFailed if `can_replay` is false.
    Contract: Nothing is lost.
    """
    target = find_target(recorded.method, recorded.path)
    if target is None or not can_replay(recorded):
        raise ValidationFailed("This request was already replayed, or not all of it was kept.")
    call = Call(
        reference=secrets.token_hex(6),
        integration=recorded.integration,
        # A replay of a replay belongs to the original.
        replay_of=recorded.replay_of or recorded,
        replayed_by=user,
        dry_run=dry_run,
    )
    request = WSGIRequest(_environ(recorded, target) | {CALL_KEY: call})
    with _rolled_back() if dry_run else nullcontext():
        response = _handler().get_response(request)
    content = cast(HttpResponse, response).content  # The API answers whole bodies.
    answer = json.loads(content) if content else {}
    return Replayed(response.status_code, answer, call.case_id)


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@cache
def _handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def _environ(recorded: RecordedRequest, target: Target) -> dict[str, Any]:
    portal = urlsplit(instance_url())
    body = stored_body(recorded)
    context = KhorosContext(
        recorded.khoros_agent, recorded.khoros_initiative, recorded.khoros_company
    )
    return {
        "REQUEST_METHOD": target.method,
        "PATH_INFO": _as_wsgi(f"/{settings.API_PREFIX}{target.path}"),
        "QUERY_STRING": "",
        "SERVER_NAME": portal.hostname,
        "SERVER_PORT": str(portal.port or {"http": 80, "https": 443}[portal.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": portal.netloc,
        "HTTP_X_FORWARDED_PROTO": portal.scheme,
        "HTTP_USER_AGENT": recorded.user_agent,
        "HTTP_IDEMPOTENCY_KEY": recorded.idempotency_key,
        "HTTP_X_SF_USER_EMAIL": _as_wsgi(context.agent),
        "HTTP_X_SF_INITIATIVE": _as_wsgi(context.initiative),
        "HTTP_X_SF_COMPANY_ID": _as_wsgi(context.company),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": portal.scheme,
    }


def _as_wsgi(text: str) -> str:
    """Return text as WSGI passes it: its UTF-8 bytes decoded as Latin-1 (PEP 3333)."""
    return text.encode().decode("latin-1")
