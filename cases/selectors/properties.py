"""Reads of custom-property definitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cachetools.func import ttl_cache
from django.db.models import Count, Q
from django.db.models.fields.json import KeyTransform

from cases.choices import ACCEPTED_STAGES, CaseStatus, ObjectType, PropertyStage
from cases.models import Case, Customer, CustomProperty
from cases.properties.types import Definition
from cases.text import is_blank

REMEMBERED_SECONDS = 1
"""How long a process may go on with definitions that another process has changed."""

LOOKED_AT_CASES = 1_000
"""How many open cases are looked through for those without a value."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many open cases have no value in a field, of those that were looked at."""

    number: int
    looked_at: int

    @property
    def is_capped(self) -> bool:
        """Whether there may be more open cases than were looked at."""
        return self.looked_at >= LOOKED_AT_CASES


@ttl_cache(maxsize=8, ttl=REMEMBERED_SECONDS)
def accepted_definitions(object_type: str) -> Mapping[str, Definition]:
    """Return the live and retiring definitions by name, in their order (contract: Custom properties)."""
    rows = CustomProperty.objects.filter(object_type=object_type, stage__in=ACCEPTED_STAGES)
    return {row.name: row.definition for row in rows.order_by("position", "id")}


def announced_definitions(object_type: str) -> list[Definition]:
    """Return the live definitions in their order: what `GET /meta/object/{type}` announces."""
    return [
        definition
        for definition in accepted_definitions(object_type).values()
        if definition.stage == PropertyStage.LIVE
    ]


def forget_definitions() -> None:
    """Make this process read the definitions anew; whoever changes one calls it."""
    accepted_definitions.cache_clear()


def all_properties(object_type: str) -> list[CustomProperty]:
    """Return every definition of an object in its order, archived ones included."""
    rows = CustomProperty.objects.filter(object_type=object_type)
    return list(rows.order_by("position", "id"))


def count_late_arrivals(fields: Sequence[CustomProperty]) -> dict[str, int]:
    """Return by name how many cases came with a value after its field was retired, in one query.

    Only retiring fields of cases are counted; others stand in the answer with nothing.
    """
    retiring = [field for field in fields if field.stage == PropertyStage.RETIRING]
    if not retiring or retiring[0].object_type != ObjectType.CASE:
        return {}
    since = min(field.last_updated for field in retiring)
    counts = Case.objects.filter(created__gte=since).aggregate(
        **{
            f"late_{index}": Count(
                "pk",
                filter=Q(properties__has_key=field.name, created__gte=field.last_updated),
            )
            for index, field in enumerate(retiring)
        }
    )
    return {field.name: counts[f"late_{index}"] for index, field in enumerate(retiring)}


def count_uses(fields: Sequence[CustomProperty]) -> dict[str, int]:
    """Return by name how many cases or customers have a value; one query, one pass over them.

    All `fields` belong to one object.
    """
    if not fields:
        return {}
    model = Case if fields[0].object_type == ObjectType.CASE else Customer
    # Keyed by number: a name is no safe alias.
    counts = model.objects.aggregate(
        **{
            f"uses_{index}": Count("pk", filter=Q(properties__has_key=field.name))
            for index, field in enumerate(fields)
        }
    )
    return {field.name: counts[f"uses_{index}"] for index, field in enumerate(fields)}


def count_lacking(name: str) -> Lacking:
    """Count the open cases without a value in the case field `name`, in one query.

    Looks through the `LOOKED_AT_CASES` that changed last, however many are open.
    """
    newest = Case.objects.filter(status=CaseStatus.OPEN).order_by("-last_updated", "-pk")
    stored = list(newest.values_list(KeyTransform(name, "properties"), flat=True)[:LOOKED_AT_CASES])
    return Lacking(sum(is_blank(value or "") for value in stored), len(stored))
