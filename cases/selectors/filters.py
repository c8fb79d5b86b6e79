"""What a list can be filtered by: a name, how a value is chosen, and what it asks of a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.contrib.auth.models import User
from django.utils.formats import date_format
from django.utils.functional import Promise

from cases.text import is_storable

VALUE_LENGTH = 1_000
"""How long a value in the address can be; no stored one that is filtered by is as long."""

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

    `condition` makes what a row must fulfil of a readable value and of who looks; None where the
    value means nothing. `choices` is called once for a page that offers them. `has_index` tells of
    a value whether its rows can be counted without reading all others; `column` is what the index
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
        """Return what a row must fulfil; None where the value means nothing, whoever wrote it."""
        is_readable = len(value) <= VALUE_LENGTH and is_storable(value)
        return self.condition(value, user) if is_readable else None


def shown_day(value: str) -> str:
    """Return an ISO date as people read it; anything else as it is."""
    try:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    except ValueError:
        return value


def unread_values(values: Mapping[str, str], filters: Sequence[Filter]) -> set[str]:
    """Return the names of those `values` by name that mean nothing: no row can match them."""
    known = {found.name: found for found in filters}
    # Whoever looks: a value that means something to one means something to all.
    return {
        name
        for name, value in values.items()
        if name not in known or known[name].read(value, User()) is None
    }


def read_conditions(
    values: Mapping[str, str], filters: Sequence[Filter], user: User
) -> list[Condition] | None:
    """Return what `values` by name ask of a row; None where one means nothing.

    Then some rows were meant, and never all of them.
    """
    known = {found.name: found for found in filters}
    asked = [
        known[name].read(value, user) if name in known else None for name, value in values.items()
    ]
    return None if any(condition is None for condition in asked) else asked
