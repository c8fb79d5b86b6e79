"""Repeated writes get the first response again (contract: Retries make no duplicates).

The response is stored in the transaction of the write itself, so that both are on disk or
neither.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.errors import DomainError, FieldError, IdempotencyKeyReused, ValidationFailed
from cases.models import Integration, StoredAnswer

KEY_HEADER = "Idempotency-Key"
KEY_LENGTH = 255
KEY_LIFETIME = timedelta(days=7)
_ATTEMPTS = 3

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer: its status and its body as JSON text.

    `case_id` is the case that was opened just now; None for any other write, and for a repeat.
    """

    status: int
    body: str
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a repeat of a write recognisable, and for how long."""

    integration: Integration
    token: str
    fingerprint: str
    lifetime: timedelta


def identify(
    *,
    integration: Integration,
    key: str,
    method: str,
    path: str,
    body: bytes,
    replay_of: int | None = None,
) -> Identity | None:
    """Return what makes a repeat of this call recognisable; None where nothing does.

    With an `Idempotency-Key` that is the key. Without one it is the body, for a POST: a PATCH
    that repeats changes nothing by itself, while one that is sent again later, after another
    change, is meant. Where no body is remembered, a replay is still known by the record
    `replay_of`: several people may press for one at once. Raises ValidationFailed for a key of
    over 255 characters.
    """
    if len(key) > KEY_LENGTH:
        fault = FieldError(KEY_HEADER, f"must have at most {KEY_LENGTH} characters")
        raise ValidationFailed(f"Nothing was saved: {fault.name} {fault.message}.", [fault])
    fingerprint = hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()
    if key:
        return Identity(integration, f"key:{key}", fingerprint, KEY_LIFETIME)
    window = timedelta(minutes=settings.REPEAT_WINDOW_MINUTES)
    if method == "POST" and window:
        return Identity(integration, f"body:{fingerprint}", fingerprint, window)
    if method == "POST" and replay_of:
        return Identity(integration, f"replay:{replay_of}", fingerprint, KEY_LIFETIME)
    return None


def answer_once(
    *, identity: Identity | None, read: Callable[[], Read], write: Callable[[Read], Answer]
) -> Answer:
    """Return what `write` answers to what `read` has checked, or the first answer to a repeat.

    A repeat gets the first answer also where it would be refused now, because a list has lost
    the value or the case was changed meanwhile. Raises what the two raise, and
    IdempotencyKeyReused where a key comes with another request than the first time.
    """
    try:
        checked = read()
        return _answer(identity, partial(write, checked)) if identity else write(checked)
    except DomainError:
        # Only asked for where a call is refused: one that is accepted costs no more.
        first = _find(identity) if identity else None
        if identity is None or first is None or first.expires <= timezone.now():
            raise
        return _repeat(first, identity)


def _answer(identity: Identity, write: Callable[[], Answer]) -> Answer:
    """Return what `write` answers, or the first answer where this call is a repeat.

    `write` runs in a transaction which is rolled back when another call with the same identity has
    been answered meanwhile, so that two at once leave one trace and get one answer.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _write_and_store(identity, write)
        except IntegrityError:
            stored = _find(identity)
            if stored is None:
                raise  # Not a repeat: some other constraint was broken.
            if stored.expires > timezone.now():
                return _repeat(stored, identity)
            StoredAnswer.objects.filter(pk=stored.pk).delete()
    return _write_and_store(identity, write)


def _write_and_store(identity: Identity, write: Callable[[], Answer]) -> Answer:
    with transaction.atomic():
        answer = write()
        StoredAnswer.objects.create(
            integration=identity.integration,
            token=identity.token,
            fingerprint=identity.fingerprint,
            status=answer.status,
            body=answer.body,
            expires=timezone.now() + identity.lifetime,
        )
    return answer


def _find(identity: Identity) -> StoredAnswer | None:
    kept = StoredAnswer.objects.filter(integration=identity.integration, token=identity.token)
    return kept.first()


def _repeat(stored: StoredAnswer, identity: Identity) -> Answer:
    if stored.fingerprint != identity.fingerprint:
        raise IdempotencyKeyReused(
            f"This {KEY_HEADER} was already used for another request. Send a new key with "
            f"a new request."
        )
    return Answer(stored.status, stored.body)
