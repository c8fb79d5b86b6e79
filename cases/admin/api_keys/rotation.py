"""Replacing a key without interruption: the steps and their progress."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cases.admin.common.formatting import time_ago
from cases.models import ApiKey

UNUSED_AFTER = timedelta(hours=1)
"""How long the old key must not have been used before it counts as unused."""


@dataclass(frozen=True, slots=True)
class RotationKey:
    """One of the two keys: its beginning, and when it was last used."""

    prefix: str
    last_used: SafeString | str
    was_used: bool


def rotation_context(old: ApiKey) -> dict[str, Any]:
    """Return what the page shows of the replacement of `old`, in one query."""
    successor = _successor(old)
    took_over = successor is not None and successor.last_used is not None
    return {
        "old": _shown(old),
        "integration": old.integration,
        "new": _shown(successor) if successor else None,
        "took_over": took_over,
        "is_unused": took_over and _is_unused(old),
        "is_revoked": old.revoked,
        "issue_url": reverse("admin:cases_apikey_rotate", args=(old.prefix,)),
        "revoke_url": reverse("admin:cases_apikey_revoke", args=(old.prefix,)),
    }


def rotation_problem(old: ApiKey) -> str | None:
    """Return why `old` can't be replaced, as a sentence, or None if it can."""
    if old.integration.for_checks:
        return _(
            "Key %(prefix)s is for contract checks only. Issue another one with "
            "“manage.py issue_api_key --for-checks”."
        ) % {"prefix": old.prefix}
    if old.revoked:
        return _(
            "Key %(prefix)s has already been revoked. To issue a new one, go to the list of keys."
        ) % {"prefix": old.prefix}
    return None


def _successor(old: ApiKey) -> ApiKey | None:
    """Return the newest active key of the integration that was issued after `old`."""
    later = ApiKey.objects.filter(
        integration=old.integration, created__gt=old.created, revoked=False
    )
    return next((key for key in later.order_by("-created") if key.is_active), None)


def _is_unused(key: ApiKey) -> bool:
    return key.last_used is None or timezone.now() - key.last_used >= UNUSED_AFTER


def _shown(key: ApiKey) -> RotationKey:
    used = time_ago(key.last_used) if key.last_used else _("never")
    return RotationKey(key.prefix, used, key.last_used is not None)
