"""The filters of a custom field by its type, for whatever has values of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from cases.choices import PropertyType
from cases.properties.types import Definition
from cases.selectors.filters import VALUE_LENGTH, Choices, Condition, Filter, Kind, Text

FIELD_PREFIXES = VALUE_PREFIX, PRESENCE_PREFIX = "property_", "has_"
"""With what the names of those filters begin that belong to a field."""

ANY_VALUE, NO_VALUE = "__any__", "__none__"

YES_NO = (("yes", _("Yes")), ("no", _("No")))
_PRESENCE = ((ANY_VALUE, _("Any value")), (NO_VALUE, _("No value")))
_ANSWERS = (("true", _("Yes")), ("false", _("No")), (NO_VALUE, _("Not answered")))


@dataclass(frozen=True, slots=True)
class ValueLookup:
    """How the rows of a table are asked for the value that they have of a field, by its name.

    `text_matches` is what a typed text asks of the value, and `text_help` says so.
    """

    equals: Callable[[str, str], Condition]
    text_matches: Callable[[str, str], Condition]
    text_help: Text
    has_value: Callable[[str], Condition]


def field_filters(definition: Definition, lookup: ValueLookup) -> list[Filter]:
    """Return what rows can be filtered by because they have values of a field."""
    return _BY_TYPE[definition.type](definition, lookup)


def read_values(given: Mapping[str, str], filters: Sequence[Filter]) -> dict[str, str]:
    """Return the values in an address by the names of `filters`, in their order.

    Those of fields stay also where the field is gone: a list never shows more rows than its
    address asks for.
    """
    names = [known.name for known in filters]
    names += [name for name in given if name.startswith(FIELD_PREFIXES) and name not in names]
    # One character more than can be read: it stays unread.
    values = {name: given.get(name, "")[: VALUE_LENGTH + 1] for name in names}
    return {name: value for name, value in values.items() if value}


def _is_equality(value: str) -> bool:
    """Tell whether a value of a field is looked for, and not whether there is any."""
    return value not in {ANY_VALUE, NO_VALUE}


def _named(definition: Definition) -> str:
    return f"{VALUE_PREFIX}{definition.name}"


def _condition(
    definition: Definition, lookup: ValueLookup
) -> Callable[[str, User], Condition | None]:
    has_value = lookup.has_value(definition.name)
    offered = {entry.value for entry in definition.list_values}

    def condition(value: str, user: User) -> Condition | None:
        presence = {ANY_VALUE: has_value, NO_VALUE: ~has_value}.get(value)
        if presence is not None and value not in offered:
            return presence
        return lookup.equals(definition.name, value)

    return condition


def _by_choice(definition: Definition, lookup: ValueLookup) -> list[Filter]:
    values = [(entry.value, entry.name) for entry in definition.list_values]
    return [_one_of([*values, *_PRESENCE], definition, lookup)]


def _by_answer(definition: Definition, lookup: ValueLookup) -> list[Filter]:
    return [_one_of(_ANSWERS, definition, lookup)]


def _one_of(choices: Choices, definition: Definition, lookup: ValueLookup) -> Filter:
    return Filter(
        _named(definition),
        definition.label,
        Kind.CHOICE,
        _condition(definition, lookup),
        lambda: choices,
        has_index=_is_equality,
    )


def _by_text(definition: Definition, lookup: ValueLookup) -> list[Filter]:
    has_value = lookup.has_value(definition.name)
    presence = {"yes": has_value, "no": ~has_value}
    return [
        Filter(
            _named(definition),
            definition.label,
            Kind.TEXT,
            lambda value, user: lookup.text_matches(definition.name, value),
            help_text=lookup.text_help,
        ),
        Filter(
            f"{PRESENCE_PREFIX}{definition.name}",
            _("%(field)s has a value") % {"field": definition.label},
            Kind.CHOICE,
            lambda value, user: presence.get(value),
            lambda: YES_NO,
            has_index=lambda value: False,
        ),
    ]


_BY_TYPE: dict[str, Callable[[Definition, ValueLookup], list[Filter]]] = {
    PropertyType.TEXT: _by_text,
    PropertyType.TEXTAREA: _by_text,
    PropertyType.SINGLE_SELECT_LIST: _by_choice,
    PropertyType.CHECKBOX: _by_answer,
}
