"""Reads of custom-property definitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cachetools.func import ttl_cache
from django.db.models import Count, Q
from django.db.models.fields.json import KeyTransform

from cases.choices import ACCEPTED_STAGES, CaseStatus, ObjectType, PropertyStage
from cases.models import Case, Customer, CustomProperty
from cases.properties.types import Definition
from cases.text import is_blank

REMEMBERED_SECONDS = 1
"""How long a process may go on with definitions that another process has changed."""

SAMPLED_CASES = 1_000
"""How many open cases are looked through for those without a value."""


SAMPLED_USES = 10_000
"""In how many of the newest cases or customers the values of fields are counted."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How many cases or customers have a value in a field, of the newest that were looked at.

    `late` are the cases that came with one although the field is retiring.
    """

    number: int
    late: int = 0
    sampled: int = 0

    @property
    def is_capped(self) -> bool:
        """Whether there may be more than were looked at."""
        return self.sampled >= SAMPLED_USES


@dataclass(frozen=True, slots=True)
class MissingValues:
    """How many open cases have no value in a field, of those that were looked at."""

    number: int
    sampled: int

    @property
    def is_capped(self) -> bool:
        """Whether there may be more open cases than were looked at."""
        return self.sampled >= SAMPLED_CASES


@dataclass(frozen=True, slots=True)
class _Remembered:
    """The definitions of one object, read in one query."""

    accepted: Mapping[str, Definition]
    past_and_present: Mapping[str, Definition]


def accepted_definitions(object_type: str) -> Mapping[str, Definition]:
    """Return the live and retiring definitions by name, in their order (contract: Custom properties)."""
    return _remembered(object_type).accepted


def past_and_present_definitions(object_type: str) -> Mapping[str, Definition]:
    """Return the accepted definitions and the archived ones by name: what a history speaks of."""
    return _remembered(object_type).past_and_present


def announced_definitions(object_type: str) -> list[Definition]:
    """Return the live definitions in their order: what `GET /meta/object/{type}` announces."""
    return [
        definition
        for definition in accepted_definitions(object_type).values()
        if definition.stage == PropertyStage.LIVE
    ]


def forget_definitions() -> None:
    """Make this process read the definitions again; whoever changes one calls it."""
    _remembered.cache_clear()


def all_properties(object_type: str) -> list[CustomProperty]:
    """Return every definition of an object in its order, archived ones included."""
    rows = CustomProperty.objects.filter(object_type=object_type)
    return list(rows.order_by("position", "id"))


def count_uses(fields: Sequence[CustomProperty]) -> dict[str, Usage]:
    """Return by name how much fields are used, in one query that reads the newest cases or customers.

    All `fields` belong to one object. Late values are counted for cases only.
    """
    if not fields:
        return {}
    is_case = fields[0].object_type == ObjectType.CASE
    newest = Case.objects.order_by("-pk") if is_case else Customer.objects.order_by("-created")
    # Keyed by number: a name is no safe alias.
    counts = newest.values("properties", "created")[:SAMPLED_USES].aggregate(
        **{f"uses_{n}": _count_having(field) for n, field in enumerate(fields)},
        **{
            f"late_{n}": _count_having(field, created__gte=field.last_updated)
            for n, field in enumerate(fields)
            if is_case and field.stage == PropertyStage.RETIRING
        },
        sampled=Count("created"),
    )
    return {
        field.name: Usage(counts[f"uses_{n}"], counts.get(f"late_{n}", 0), counts["sampled"])
        for n, field in enumerate(fields)
    }


def _count_having(field: CustomProperty, **more: Any) -> Count:
    return Count("created", filter=Q(properties__has_key=field.name, **more))


def count_missing_values(name: str) -> MissingValues:
    """Count the open cases without a value in the case field `name`, in one query.

    Looks through the `SAMPLED_CASES` that changed last, however many are open.
    """
    newest = Case.objects.filter(status=CaseStatus.OPEN).order_by("-last_updated", "-pk")
    stored = list(newest.values_list(KeyTransform(name, "properties"), flat=True)[:SAMPLED_CASES])
    return MissingValues(sum(is_blank(value or "") for value in stored), len(stored))


@ttl_cache(maxsize=8, ttl=REMEMBERED_SECONDS)
def _remembered(object_type: str) -> _Remembered:
    rows = CustomProperty.objects.filter(object_type=object_type).exclude(stage=PropertyStage.DRAFT)
    every = {row.name: row.definition for row in rows.order_by("position", "id")}
    accepted = {name: found for name, found in every.items() if found.stage in ACCEPTED_STAGES}
    return _Remembered(accepted, every)
