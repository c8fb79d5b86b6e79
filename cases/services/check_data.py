"""What a check of the contract needs and leaves behind: a key for a while, and then nothing."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cases.models import ApiKey, Author, Case, Customer, Integration, RecordedRequest, StoredAnswer
from cases.selectors.api_keys import forget_keys
from cases.services.api_keys import issue_key

CHECK_SERVICE = "contract-check"
"""The service of every post and author that a check makes: no social network has this name."""

CHECK_USER_AGENT = "Case Portal contract check"
"""What a check calls itself, also where it calls without a key."""

STALE = timedelta(hours=1)
"""How long data may stay that a check, with a key of its own, has left behind."""


@contextmanager
def temporary_check_key() -> Iterator[str]:
    """Yield the header value of a key for one check; what was done with it is removed after."""
    key, header = issue_key(integration=f"Self-check {secrets.token_hex(6)}", for_checks=True)
    integration = key.integration
    try:
        yield header
    finally:
        ApiKey.objects.filter(integration=integration).delete()
        forget_keys()
        remove_check_data(integration=integration, before=timezone.now())
        integration.delete()


def remove_stale_check_data() -> int:
    """Delete what checks have left behind for over an hour; return how many cases that were."""
    before = timezone.now() - STALE
    return sum(
        remove_check_data(integration=integration, before=before)
        for integration in Integration.objects.filter(for_checks=True)
    )


def remove_check_data(*, integration: Integration, before: datetime) -> int:
    """Delete what an integration for checks wrote until `before`; return how many cases.

    Raises ValueError for any other integration: nothing else is ever deleted.
    """
    if not integration.for_checks:
        raise ValueError(f"{integration.name} is not an integration for checks")
    with transaction.atomic():
        cases = Case.objects.filter(integration=integration, created__lte=before)
        customers = set(cases.values_list("customer_id", flat=True))
        removed = cases.count()
        RecordedRequest.objects.filter(integration=integration, at__lte=before).delete()
        RecordedRequest.objects.filter(
            integration__isnull=True, user_agent=CHECK_USER_AGENT, at__lte=before
        ).delete()
        StoredAnswer.objects.filter(integration=integration, expires__lte=before).delete()
        cases.delete()
        Customer.objects.filter(pk__in=customers, cases__isnull=True, properties={}).delete()
        Author.objects.filter(service=CHECK_SERVICE, interactions__isnull=True).delete()
    return removed
