"""Reads for the dashboard: a bounded number of queries, each served by an index."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from cases.choices import CaseStatus, PropertyStage
from cases.models import ApiKey, Case, CustomProperty, RecordedRequest
from cases.models.case import NEEDS_REVIEW
from cases.selectors.counts import CappedCount, count_each, count_up_to
from cases.selectors.requests import waiting_requests

COUNT_LIMIT = 10_000
BADGE_LIMIT = 999
LIST_LENGTH = 6
WAITING_LENGTH = 5
EXPIRES_SOON = timedelta(days=14)

# What a list of cases shows; the other columns can be large.
_SHOWN = ("customer_id", "title", "status", "created", "last_updated")


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """The cases of the dashboard; `opened` and `closed` are those since the day began.

    `waiting` are the open ones that no one works on, the longest untouched first.
    """

    any: bool
    open: CappedCount
    opened: CappedCount
    closed: CappedCount
    mine: CappedCount
    unassigned: CappedCount
    needs_review: CappedCount
    newest: list[Case]
    waiting: list[Case]


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """Custom fields in draft and live ones, and the cases that hold unmapped keys."""

    drafts: int
    live: int
    unregistered: CappedCount


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The API keys that Khoros may use now; `expiring` are those that end within two weeks.

    The keys of the portal's own checks are left out.
    """

    active: list[ApiKey]
    expiring: list[ApiKey]

    @property
    def used(self) -> bool:
        """Whether Khoros has ever called with one of them."""
        return any(key.last_used for key in self.active)


def count_open_cases() -> CappedCount:
    """Return the number of open cases as far as a badge can show it."""
    return count_up_to(Case.objects.filter(status=CaseStatus.OPEN), BADGE_LIMIT)


def case_figures(*, user: User, day_began: datetime) -> CaseFigures:
    """Return what the dashboard says of cases to a user, in four queries."""
    # In no order: an index that fits the condition has what is counted.
    cases = Case.objects.order_by()
    open_cases = cases.filter(closed_at__isnull=True)
    unassigned = open_cases.filter(assignee__isnull=True)
    counted = count_each(
        {
            "open": open_cases.values("created"),
            "opened": cases.filter(created__gte=day_began).values("created"),
            "closed": cases.filter(closed_at__gte=day_began).values("created"),
            "mine": open_cases.filter(assignee=user).values("last_updated"),
            "unassigned": unassigned.values("last_updated"),
            "needs_review": cases.filter(NEEDS_REVIEW).values("last_updated"),
        },
        COUNT_LIMIT,
    )
    return CaseFigures(
        **counted,
        any=Case.objects.exists(),
        newest=list(open_cases.order_by("-created", "-id").only(*_SHOWN)[:LIST_LENGTH]),
        waiting=list(unassigned.order_by("last_updated", "id").only(*_SHOWN)[:WAITING_LENGTH]),
    )


def field_figures() -> FieldFigures:
    """Return what the dashboard says of custom fields, in two queries."""
    stages = list(CustomProperty.objects.values_list("stage", flat=True))
    return FieldFigures(
        drafts=stages.count(PropertyStage.DRAFT),
        live=stages.count(PropertyStage.LIVE),
        unregistered=count_up_to(Case.objects.filter(unregistered__isnull=False), COUNT_LIMIT),
    )


def key_figures() -> KeyFigures:
    """Return what the dashboard says of API keys, in one query."""
    now = timezone.now()
    usable = ApiKey.objects.get_usable_keys().filter(integration__for_checks=False)
    active = [key for key in usable if key.is_active]
    expiring = [key for key in active if key.expiry_date and key.expiry_date < now + EXPIRES_SOON]
    return KeyFigures(active, expiring)


def count_refused_requests() -> CappedCount:
    """Return the number of refused calls that wait for someone to fix and replay them."""
    return count_up_to(waiting_requests(RecordedRequest.objects.all()), COUNT_LIMIT)
