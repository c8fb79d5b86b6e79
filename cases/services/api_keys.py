"""Issuing, revoking and recording the use of API keys."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.addresses import instance_url
from cases.errors import FieldError, ValidationFailed
from cases.models import ApiKey, Integration
from cases.selectors.api_keys import forget_keys
from cases.text import UNSTORABLE_MESSAGE, is_blank, is_storable

SCHEME = "Api-Key"
"""The scheme of the header value that the portal issues (contract: Every request)."""

INTEGRATION_LENGTH = 50

RECORD_EVERY = timedelta(minutes=1)
"""How exact `last_used` is; anything finer would make every call write to the same row."""


def issue_key(
    *, integration: str, expires: datetime | None = None, for_checks: bool = False
) -> tuple[ApiKey, str]:
    """Issue a key to the integration of that name, creating the integration if it is new.

    Everything written with a key `for_checks` is removed again; an integration has either such
    keys only or none. Returns the key and the `Authorization` header value, which is not stored.
    Raises ValidationFailed with the fields with errors: `integration`, `expires`.
    """
    problems = [*_integration_problems(integration), *_expiry_problems(expires)]
    if problems:
        raise ValidationFailed("No key was issued.", problems)
    with transaction.atomic():
        owner, _ = Integration.objects.get_or_create(
            name=integration, defaults={"for_checks": for_checks}
        )
        if owner.for_checks != for_checks:
            raise ValidationFailed("No key was issued.", [_other_purpose(owner)])
        key = ApiKey(name=integration, integration=owner, expiry_date=expires)
        secret = ApiKey.objects.assign_key(key)
        key.save()
    forget_keys()
    return key, f"{SCHEME} {secret}"


def registration_body(*, header: str) -> dict[str, Any]:
    """Return the JSON with which an administrator registers the portal in Khoros."""
    return {
        "name": "Case Portal",
        "instanceUrl": instance_url(),
        "authHeaderValue": header,
    }


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


def _other_purpose(owner: Integration) -> FieldError:
    purpose = "for checks only" if owner.for_checks else "not for checks"
    return FieldError("integration", f"{owner.name} exists and is {purpose}. Choose another name.")


def _integration_problems(name: str) -> list[FieldError]:
    if is_blank(name):
        return [FieldError("integration", "Enter the system that will use the key.")]
    if not is_storable(name):
        return [FieldError("integration", f"This {UNSTORABLE_MESSAGE}.")]
    if len(name) > INTEGRATION_LENGTH:
        message = f"Use at most {INTEGRATION_LENGTH} characters; this has {len(name)}."
        return [FieldError("integration", message)]
    return []


def _expiry_problems(expires: datetime | None) -> list[FieldError]:
    if expires is None or expires > timezone.now():
        return []
    return [FieldError("expires", "This time has passed. A key can only expire in the future.")]
