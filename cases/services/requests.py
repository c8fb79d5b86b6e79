"""The record of recent requests: written after the response, bounded, and never a reason to refuse."""

import json
import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.db.models import F, QuerySet, Sum, Window
from django.db.models.functions import Length
from django.utils import timezone

from cases.models import Integration, RecordedRequest, StoredAnswer
from cases.selectors.requests import newest_calls
from cases.services.check_data import remove_stale_check_data
from cases.services.customer_imports import forget_old_imports
from cases.services.incoming import KhorosContext
from cases.text import printable, without_keys

logger = logging.getLogger(__name__)

CALL_KEY = "caseportal.call"
"""The key of a call in the WSGI environment: not an `HTTP_` name, so no client can set it."""

MAX_BYTES = 5 * 1024 * 1024
"""The size limit of a body (contract: Bounds); of a larger one, only the beginning is stored."""

_ERROR = 400
_TRY_AGAIN = frozenset({429, 503})
"""Refusals that tell the client to send the same again (contract: Nothing is lost)."""
_WRITES = ("POST", "PATCH", "PUT")
OVERSIZE_STORED_BYTES = 64 * 1024
"""How many bytes are stored of a body that is too large."""

STORED_ERRORS = 100
"""How many fields with errors are stored; a response can have thousands of them."""

STORED_MESSAGE_LENGTH = 2_000
"""How many characters are stored of a response's message."""

ANONYMOUS_ROWS = 1_000
"""How many calls without a valid key are stored: enough to notice a wrong key, but not to fill the disk."""

PRUNE_SECONDS = 60
_BATCH = 5_000


@dataclass(slots=True)
class Call:
    """The current call; each layer adds what it knows."""

    reference: str
    started: float = field(default_factory=time.perf_counter)
    integration: Integration | None = None
    context: KhorosContext = field(default_factory=KhorosContext)
    body: bytes = b""
    case_id: int | None = None
    replay_of: RecordedRequest | None = None
    replayed_by: User | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The request and response of a call; `answer` is the JSON text of a refusal."""

    operation: str
    method: str
    path: str
    status: int
    user_agent: str = ""
    content_type: str = ""
    idempotency_key: str = ""
    error: str = ""
    answer: str = ""


def record_request(*, call: Call, outcome: Outcome) -> None:
    """Store one row about a call, in one statement.

    The body is stored only if a call with a valid key was refused. If the record can't be written,
    that is logged: it must never cause a case to be refused.
    """
    try:
        RecordedRequest.objects.create(
            at=timezone.now(),
            operation=outcome.operation,
            method=outcome.method[:16],
            path=without_keys(outcome.path)[:2048],
            status=outcome.status,
            error=outcome.error,
            reference=call.reference,
            duration_ms=round((time.perf_counter() - call.started) * 1000),
            user_agent=without_keys(outcome.user_agent)[:255],
            khoros_agent=without_keys(call.context.agent),
            khoros_initiative=without_keys(call.context.initiative),
            khoros_company=without_keys(call.context.company),
            content_type=outcome.content_type[:255],
            idempotency_key=without_keys(outcome.idempotency_key)[:255],
            integration=call.integration,
            case_id=call.case_id,
            body=_stored_body(call, outcome),
            body_size=len(call.body),
            answer=_stored_answer(outcome.answer),
            replay_of=call.replay_of,
            replayed_by=call.replayed_by,
        )
        _pruning.run_if_due()
    except DatabaseError:
        logger.exception("The record of request %s could not be written", call.reference)


def prune_requests(*, limit: int | None = None) -> int:
    """Delete expired answers and the requests beyond the configured bounds; return how many rows.

    Bounds: REQUEST_LOG_DAYS; REQUEST_LOG_ROWS separately for refusals with a body and for all other
    calls, so that accepted calls never push out refused ones; and REQUEST_LOG_MEGABYTES for all
    bodies together. The latest call of each operation is never deleted. Deletes at most `limit`
    rows of each kind, or all if it is None.
    """
    now = timezone.now()
    remove_stale_check_data()
    forget_old_imports()
    rows = RecordedRequest.objects.exclude(pk__in=newest_calls())
    removed = _delete(StoredAnswer.objects.filter(expires__lt=now), limit)
    removed += _delete(rows.filter(at__lt=now - timedelta(days=settings.REQUEST_LOG_DAYS)), limit)
    for has_body in (True, False):
        kind = rows.filter(body__isnull=not has_body)
        removed += _delete_beyond(kind, settings.REQUEST_LOG_ROWS, limit)
    removed += _delete_beyond(rows.filter(integration__isnull=True), ANONYMOUS_ROWS, limit)
    _forget_bodies_beyond(settings.REQUEST_LOG_MEGABYTES * 1024 * 1024)
    return removed


def _stored_body(call: Call, outcome: Outcome) -> bytes | None:
    is_refused = outcome.status >= _ERROR and outcome.status not in _TRY_AGAIN
    if call.integration is None or outcome.method not in _WRITES or not is_refused:
        return None
    return call.body if len(call.body) <= MAX_BYTES else call.body[:OVERSIZE_STORED_BYTES]


def _stored_answer(answer: str) -> str:
    """Return an envelope, with its message and errors shortened if it is long."""
    if len(answer) <= STORED_MESSAGE_LENGTH:
        return answer
    envelope = json.loads(answer)
    envelope["message"] = printable(envelope["message"], STORED_MESSAGE_LENGTH)
    if "fields" in envelope:
        envelope["fields"] = envelope["fields"][:STORED_ERRORS]
    return json.dumps(envelope, ensure_ascii=False)


def _delete(rows: QuerySet[Any], limit: int | None) -> int:
    if limit is not None:
        first = list(rows.values_list("pk", flat=True)[:limit])
        rows = rows.model.objects.filter(pk__in=first)
    return rows.delete()[0]


def _delete_beyond(rows: QuerySet[RecordedRequest], allowed: int, limit: int | None) -> int:
    boundary = rows.order_by("-pk").values_list("pk", flat=True)[allowed : allowed + 1].first()
    return 0 if boundary is None else _delete(rows.filter(pk__lte=boundary), limit)


def _forget_bodies_beyond(bound: int) -> None:
    """Delete the oldest bodies, so that all together take at most `bound` bytes."""
    running = Window(Sum(Length("body")), order_by=F("pk").desc())
    stored = RecordedRequest.objects.filter(body__isnull=False).order_by().annotate(total=running)
    beyond = list(stored.filter(total__gt=bound).values_list("pk", flat=True))
    RecordedRequest.objects.filter(pk__in=beyond).update(body=None)


class _Pruning:
    """Prunes as calls arrive, at most once a minute in each process, without a cron job."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next = time.monotonic() + PRUNE_SECONDS

    def run_if_due(self) -> None:
        """Prune one batch if the last time was at least a minute ago."""
        with self._lock:
            if time.monotonic() < self._next:
                return
            self._next = time.monotonic() + PRUNE_SECONDS
        prune_requests(limit=_BATCH)


_pruning = _Pruning()
