"""Issuing, revoking and recording the use of API keys."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cases.models import ApiKey, Integration
from cases.selectors.api_keys import forget_keys

SCHEME = "Api-Key"
"""The scheme of the header value that the portal issues (contract: Every request)."""

RECORD_EVERY = timedelta(minutes=1)
"""`last_used` is this exact; anything finer would make every call write to the same row."""


def issue_key(*, integration: str, expires: datetime | None = None) -> tuple[ApiKey, str]:
    """Make a key for the integration of that name, and the integration where it is new.

    Returns the key and the whole `Authorization` header value, which exists nowhere else.
    """
    with transaction.atomic():
        owner, _ = Integration.objects.get_or_create(name=integration)
        key, secret = ApiKey.objects.create_key(
            name=integration, integration=owner, expiry_date=expires
        )
    forget_keys()
    return key, f"{SCHEME} {secret}"


def revoke_key(*, key: ApiKey) -> bool:
    """Revoke a key for good and return whether it was active until now.

    Other processes refuse it within a second.
    """
    revoked = ApiKey.objects.filter(pk=key.pk, revoked=False).update(revoked=True)
    forget_keys()
    return bool(revoked)


def record_use(*, key: ApiKey) -> None:
    """Note that a key was used, at most once a minute."""
    now = timezone.now()
    if key.last_used is None or now - key.last_used >= RECORD_EVERY:
        key.last_used = now
        ApiKey.objects.filter(pk=key.pk).update(last_used=now)
