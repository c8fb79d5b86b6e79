"""Reads of what cases have under names that no field was registered for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.choices import PropertyType
from cases.models import Case
from cases.properties.unmapped import describe_value, suggest_type
from cases.text import is_storable

NEWEST_CASES = 10_000
"""How many cases with unmapped values are looked at, newest first."""

MOST_KEYS = 100
"""How many names are listed: anyone with a key can make up as many as they like."""


@dataclass(slots=True)
class UnmappedField:
    """A name that arrived unregistered.

    `example` is the newest value that is not empty, `last_seen` when the newest case was opened.
    """

    name: str
    last_seen: datetime
    example: str = ""
    cases: int = 0
    type: PropertyType | None = None


@dataclass(frozen=True, slots=True)
class UnmappedFields:
    """The most frequent names, how many there are beyond them, and whether cases were left out."""

    keys: list[UnmappedField]
    more_names: int
    is_capped: bool


def find_unmapped_fields() -> UnmappedFields:
    """Return the names in the newest cases with unregistered values, in one query."""
    rows = (
        Case.objects.filter(unregistered__isnull=False)
        .order_by("-pk")
        .values_list("unregistered", "created")[: NEWEST_CASES + 1]
    )
    found: dict[str, UnmappedField] = {}
    is_capped = False
    for number, (unregistered, created) in enumerate(rows.iterator(chunk_size=500), start=1):
        if number > NEWEST_CASES:
            is_capped = True
            break
        _add(found, unregistered or {}, created)
    keys = sorted(found.values(), key=lambda key: (-key.cases, key.name))
    return UnmappedFields(keys[:MOST_KEYS], max(0, len(keys) - MOST_KEYS), is_capped)


def _add(found: dict[str, UnmappedField], unregistered: dict[str, Any], created: datetime) -> None:
    for name, value in unregistered.items():
        key = found.get(name)
        if key is None:
            key = found[name] = UnmappedField(name, created)
        key.cases += 1
        key.example = key.example or describe_value(value)
        key.type = suggest_type(value, key.type)


def count_cases_with(name: str) -> int:
    """Return how many cases have a value under an unregistered name."""
    if not is_storable(name):
        # None can, and PostgreSQL takes no such text for a question either.
        return 0
    return Case.objects.filter(unregistered__isnull=False, unregistered__has_key=name).count()
