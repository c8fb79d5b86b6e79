"""What the case list can be filtered by, as one table; each live property adds a row by its type."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.choices import ObjectType, PropertyType
from cases.models import Interaction, Tag
from cases.properties.types import Definition
from cases.selectors.cases import services_in_use
from cases.selectors.properties import announced_definitions
from cases.selectors.staff import assignable_users, person_name
from cases.text import is_storable

VALUE_LENGTH = 1_000
"""How long a value in the address can be; no stored one that is filtered by is as long."""

OFFERED_TAGS = 500
"""How many tags the list offers; any other one can be typed into the address."""

VALUE_PREFIX, PRESENCE_PREFIX = "property_", "has_"
"""With what the names of those filters begin that belong to a field."""

ANY_VALUE, NO_VALUE = "__any__", "__none__"
ME, NOBODY = "me", "none"

_YES_NO = (("yes", _("Yes")), ("no", _("No")))
_PRESENCE = ((ANY_VALUE, _("Any value")), (NO_VALUE, _("No value")))

Text = str | Promise
Condition = Any
"""A Q or a boolean expression: what `QuerySet.filter` takes."""
Choices = Sequence[tuple[str, Text]]


class Kind(Enum):
    """How a value is chosen."""

    CHOICE = "choice"
    TEXT = "text"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing to filter by: `name` is its parameter in the address.

    `condition` makes what a case must fulfil of a readable value and of who looks; None where the
    value means nothing. `choices` is called once for a page that offers them. `has_index` tells of
    a value whether its cases can be counted without reading all others; `column` is what the index
    is sorted by, where it isn't what lists are.
    """

    name: str
    label: Text
    kind: Kind
    condition: Callable[[str, User], Condition | None]
    choices: Callable[[], Choices] = tuple
    help_text: Text = ""
    has_index: Callable[[str], bool] = lambda value: True
    column: str = ""

    def read(self, value: str, user: User) -> Condition | None:
        """Return what a case must fulfil; None where the value means nothing, whoever wrote it."""
        is_readable = len(value) <= VALUE_LENGTH and is_storable(value)
        return self.condition(value, user) if is_readable else None


class _ListContains(Func):
    """Whether a JSON list holds a string, as SQLite says it."""

    template = "EXISTS (SELECT 1 FROM json_each(%(expressions)s)"
    arg_joiner = ") WHERE value = "
    output_field = BooleanField()


def list_contains(column: str, value: str) -> Condition:
    """Return the condition that the JSON list in `column` holds `value`; PostgreSQL's has an index."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__contains": [value]})
    return _ListContains(F(column), Value(value))


def key_equals(column: str, key: str, value: str) -> Condition:
    """Return the condition that `column` holds `value` at `key`; PostgreSQL's has an index."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__contains": {key: value}})
    # Not by a keyword: a name with two underscores would read as a path.
    return Exact(KeyTextTransform(key, column), Value(value))


def unread_filters(filters: Mapping[str, str]) -> set[str]:
    """Return the names of those values by name that mean nothing: no case can match them."""
    known = {found.name: found for found in case_filters()}
    # Whoever looks: a value that means something to one means something to all.
    return {
        name
        for name, value in filters.items()
        if name not in known or known[name].read(value, User()) is None
    }


def case_filters() -> list[Filter]:
    """Return everything that the case list can be filtered by, live properties last."""
    filters = [*_CASE_FILTERS]
    for definition in announced_definitions(ObjectType.CASE):
        filters += _PROPERTY_FILTERS[definition.type](definition)
    return filters


def _assignee(value: str, user: User) -> Condition | None:
    if value == NOBODY:
        return Q(assignee__isnull=True)
    if value == ME:
        return Q(assignee=user.pk)
    is_key = value.isascii() and value.isdigit() and len(value) < 19
    return Q(assignee=int(value)) if is_key else None


def _assignees() -> Choices:
    people = [(str(user.pk), person_name(user)) for user in assignable_users()]
    return [(ME, _("Me")), (NOBODY, _("Nobody")), *people]


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


def _is_equality(value: str) -> bool:
    """Tell whether a value of a field is looked for, and not whether there is any."""
    return value not in {ANY_VALUE, NO_VALUE}


def _named(definition: Definition) -> str:
    return f"{VALUE_PREFIX}{definition.name}"


def _property_condition(definition: Definition) -> Callable[[str, User], Condition | None]:
    has_value = Q(properties__has_key=definition.name)
    offered = {entry.value for entry in definition.list_values}

    def condition(value: str, user: User) -> Condition | None:
        presence = {ANY_VALUE: has_value, NO_VALUE: ~has_value}.get(value)
        if presence is not None and value not in offered:
            return presence
        return key_equals("properties", definition.name, value)

    return condition


def _by_choice(definition: Definition) -> list[Filter]:
    values = [(entry.value, entry.name) for entry in definition.list_values]
    return [
        Filter(
            _named(definition),
            definition.label,
            Kind.CHOICE,
            _property_condition(definition),
            lambda: [*values, *_PRESENCE],
            has_index=_is_equality,
        )
    ]


def _by_answer(definition: Definition) -> list[Filter]:
    answers = (("true", _("Yes")), ("false", _("No")), (NO_VALUE, _("Not answered")))
    return [
        Filter(
            _named(definition),
            definition.label,
            Kind.CHOICE,
            _property_condition(definition),
            lambda: answers,
            has_index=_is_equality,
        )
    ]


def _by_text(definition: Definition) -> list[Filter]:
    has_value = Q(properties__has_key=definition.name)
    presence = {"yes": has_value, "no": ~has_value}
    return [
        Filter(
            _named(definition),
            definition.label,
            Kind.TEXT,
            lambda value, user: key_equals("properties", definition.name, value),
            help_text=_("The whole value, letter for letter; the search finds parts of it."),
        ),
        Filter(
            f"{PRESENCE_PREFIX}{definition.name}",
            _("%(field)s has a value") % {"field": definition.label},
            Kind.CHOICE,
            lambda value, user: presence.get(value),
            lambda: _YES_NO,
            has_index=lambda value: False,
        ),
    ]


_PROPERTY_FILTERS: dict[str, Callable[[Definition], list[Filter]]] = {
    PropertyType.TEXT: _by_text,
    PropertyType.TEXTAREA: _by_text,
    PropertyType.SINGLE_SELECT_LIST: _by_choice,
    PropertyType.CHECKBOX: _by_answer,
}

_CASE_FILTERS = (
    Filter("assignee", _("Assignee"), Kind.CHOICE, _assignee, _assignees),
    Filter(
        "tag",
        _("Tag"),
        Kind.CHOICE,
        lambda v, _user: list_contains("tags", v),
        _tags,
        # Its index has no order: all cases with the tag would be read.
        has_index=lambda value: False,
    ),
    Filter(
        "service",
        _("Service"),
        Kind.CHOICE,
        lambda value, user: list_contains("services", value),
        _services,
    ),
    Filter(
        "customer__id__exact",
        _("Customer"),
        Kind.TEXT,
        lambda value, user: Q(customer=value),
        help_text=_("The customer's id, letter for letter."),
        column="created",
    ),
    Filter(
        "brand_owned",
        _("Brand reply"),
        Kind.CHOICE,
        _yes_no(_brand_has_posted),
        lambda: _YES_NO,
        has_index=lambda value: False,
    ),
    Filter(
        "unregistered",
        _("Unregistered keys"),
        Kind.CHOICE,
        _yes_no(lambda: Q(unregistered__isnull=False)),
        lambda: _YES_NO,
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
