"""The temporary key of a contract check, and the removal of its data."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cases.models import ApiKey, Author, Case, Customer, Integration, RecordedRequest, StoredAnswer
from cases.selectors.api_keys import forget_keys
from cases.selectors.requests import CHECK_USER_AGENT
from cases.services.api_keys import issue_key

CHECK_SERVICE = "contract-check"
"""The service of every post and author that a check makes: no social network has this name."""

STALE = timedelta(hours=1)
"""How long data stays that was written with a key for checks."""

KEY_LASTS = timedelta(minutes=10)
"""How long the key of a check is accepted, even if the check is killed."""


@contextmanager
def temporary_check_key() -> Iterator[str]:
    """Yield the header value of a key for one check; everything written with it is removed after.

    If a check is killed, its key expires soon, and `remove_stale_check_data` removes the rest.
    """
    key, header = issue_key(
        integration=f"Self-check {secrets.token_hex(6)}",
        expires=timezone.now() + KEY_LASTS,
        for_checks=True,
    )
    try:
        yield header
    finally:
        _remove_keys(key.integration)
        remove_check_data(integration=key.integration, before=timezone.now())
        key.integration.delete()


def remove_stale_check_data() -> int:
    """Delete data of checks that is over an hour old; return the number of cases.

    Integrations for checks without an active key are deleted too.
    """
    before = timezone.now() - STALE
    removed = 0
    for integration in Integration.objects.filter(for_checks=True):
        removed += remove_check_data(integration=integration, before=before)
        if integration.created < before and not _has_active_key(integration):
            _remove_keys(integration)
            integration.delete()
    return removed


def remove_check_data(*, integration: Integration, before: datetime) -> int:
    """Delete what an integration for checks wrote until `before`; return how many cases.

    Raises ValueError for any other integration: nothing else is ever deleted.
    """
    if not integration.for_checks:
        raise ValueError(f"{integration.name} is not an integration for checks")
    with transaction.atomic():
        cases = Case.objects.filter(integration=integration, created__lte=before)
        customers = {*cases.values_list("customer_id", flat=True), *_answered(integration)}
        removed = cases.count()
        RecordedRequest.objects.filter(integration=integration, at__lte=before).delete()
        RecordedRequest.objects.filter(
            integration__isnull=True, user_agent=CHECK_USER_AGENT, at__lte=before
        ).delete()
        cases.delete()
        unused = Customer.objects.filter(pk__in=customers, cases__isnull=True, properties={})
        unused.filter(created__lte=before).delete()
        StoredAnswer.objects.filter(integration=integration, expires__lte=before).delete()
        Author.objects.filter(service=CHECK_SERVICE, interactions__isnull=True).delete()
    return removed


def _answered(integration: Integration) -> set[str]:
    """Return the customers in the responses to the integration, also those without a case."""
    bodies = StoredAnswer.objects.filter(integration=integration).values_list("body", flat=True)
    answers = [json.loads(body) for body in bodies]
    return {answer.get("customerId") or answer["id"] for answer in answers}


def _has_active_key(integration: Integration) -> bool:
    return any(key.is_active for key in ApiKey.objects.filter(integration=integration))


def _remove_keys(integration: Integration) -> None:
    ApiKey.objects.filter(integration=integration).delete()
    forget_keys()
