"""What the case list can be filtered by, as one table; each live property adds a row by its type."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.choices import ObjectType
from cases.models import Interaction, Tag
from cases.search.backends import backend
from cases.selectors.cases import services_in_use
from cases.selectors.field_filters import YES_NO, ValueLookup, field_filters
from cases.selectors.filters import (
    Choices,
    Condition,
    Filter,
    Kind,
    unread_values,
)
from cases.selectors.properties import announced_definitions
from cases.selectors.staff import person_name, possible_assignees

OFFERED_TAGS = 500
"""How many tags the list offers; any other one can be typed into the address."""

ME, UNASSIGNED = "me", "none"


def unread_filters(filters: Mapping[str, str]) -> set[str]:
    """Return the names of those values by name that mean nothing: no case can match them."""
    return unread_values(filters, case_filters())


def case_filters() -> list[Filter]:
    """Return everything that the case list can be filtered by, live properties last."""
    filters = [*_CASE_FILTERS]
    for definition in announced_definitions(ObjectType.CASE):
        filters += field_filters(definition, _CASES)
    return filters


def _assignee(value: str, user: User) -> Condition | None:
    if value == UNASSIGNED:
        return Q(assignee__isnull=True)
    if value == ME:
        return Q(assignee=user.pk)
    is_key = value.isascii() and value.isdigit() and len(value) < 19
    return Q(assignee=int(value)) if is_key else None


def _assignees() -> Choices:
    people = [(str(user.pk), _assignee_name(user)) for user in possible_assignees()]
    return [(ME, _("Me")), (UNASSIGNED, _("Unassigned")), *people]


def _assignee_name(user: User) -> str:
    name = person_name(user)
    return name if user.is_active else gettext("%(name)s (inactive)") % {"name": name}


def _tags() -> Choices:
    return [(name, name) for name in Tag.objects.values_list("name", flat=True)[:OFFERED_TAGS]]


def _services() -> Choices:
    return [(service, service) for service in services_in_use()]


def _yes_no(yes: Callable[[], Condition]) -> Callable[[str, User], Condition | None]:
    def condition(value: str, user: User) -> Condition | None:
        if value not in {"yes", "no"}:
            return None
        return yes() if value == "yes" else ~yes()

    return condition


def _brand_has_posted() -> Condition:
    return Exists(Interaction.objects.filter(case=OuterRef("pk"), author__brand_owned=True))


def _since(column: str) -> Callable[[str, User], Condition | None]:
    def condition(value: str, user: User) -> Condition | None:
        day = _day(value)
        return Q(**{f"{column}__gte": day}) if day else None

    return condition


def _until(column: str) -> Callable[[str, User], Condition | None]:
    def condition(value: str, user: User) -> Condition | None:
        day = _day(value)
        return Q(**{f"{column}__lt": day + timedelta(days=1)}) if day else None

    return condition


def _day(value: str) -> datetime | None:
    """Return when a day began where the reader is; None for what is no day."""
    try:
        day = parse_date(value)
    except ValueError:
        return None
    # Time zones can't be reckoned with at the ends of the calendar.
    if day is None or not 1900 <= day.year <= 9000:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


_CASES = ValueLookup(
    equals=lambda name, value: backend().key_equals("properties", name, value),
    text_matches=lambda name, value: backend().key_equals("properties", name, value),
    text_help=_("The exact value. The search finds parts of it."),
    has_value=lambda name: Q(properties__has_key=name),
)

_CASE_FILTERS = (
    Filter("assignee", _("Assignee"), Kind.CHOICE, _assignee, _assignees),
    Filter(
        "tag",
        _("Tag"),
        Kind.CHOICE,
        lambda v, _user: backend().list_contains("tags", v),
        _tags,
        # Its index has no order: all cases with the tag would be read.
        has_index=lambda value: False,
    ),
    Filter(
        "service",
        _("Service"),
        Kind.CHOICE,
        lambda value, user: backend().list_contains("services", value),
        _services,
    ),
    Filter(
        "customer__id__exact",
        _("Customer"),
        Kind.TEXT,
        lambda value, user: Q(customer=value),
        help_text=_("The exact customer id."),
        column="created",
    ),
    Filter(
        "brand_owned",
        _("Brand reply"),
        Kind.CHOICE,
        _yes_no(_brand_has_posted),
        lambda: YES_NO,
        has_index=lambda value: False,
    ),
    Filter(
        "unregistered",
        _("Unmapped fields"),
        Kind.CHOICE,
        _yes_no(lambda: Q(unregistered__isnull=False)),
        lambda: YES_NO,
        has_index=lambda value: value == "yes",
        column="id",
    ),
    Filter("created_from", _("Opened from"), Kind.DAY, _since("created"), column="created"),
    Filter("created_to", _("Opened until"), Kind.DAY, _until("created"), column="created"),
    Filter(
        "last_updated_from",
        _("Updated from"),
        Kind.DAY,
        _since("last_updated"),
        column="last_updated",
    ),
    Filter(
        "last_updated_to",
        _("Updated until"),
        Kind.DAY,
        _until("last_updated"),
        column="last_updated",
    ),
    Filter("closed_from", _("Closed from"), Kind.DAY, _since("closed_at"), column="closed_at"),
    Filter("closed_to", _("Closed until"), Kind.DAY, _until("closed_at"), column="closed_at"),
)
