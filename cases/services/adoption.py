"""Moves unmapped values of cases into their field once it accepts values."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from cases.choices import ObjectType
from cases.models import Case, CustomProperty
from cases.properties.types import Definition
from cases.properties.unmapped import adopt_value
from cases.services.case_search import index_cases

CHUNK = 500
"""How many cases are locked and written at a time."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """How many cases' values were moved, and how many stayed unmapped."""

    moved: int = 0
    left: int = 0

    def __add__(self, other: "Adoption") -> "Adoption":
        return Adoption(self.moved + other.moved, self.left + other.left)


def adopt_unmapped_values(*, field: CustomProperty) -> Adoption:
    """Move the unmapped values under the field's name into the properties of cases; count them.

    A value that the field doesn't accept stays unmapped, and so does one whose case already has a
    value; an unmapped `null` or `""` is dropped. Each chunk has its own transaction, so that cases
    can still be written in between. `last_updated` and the activity of cases stay unchanged: this
    is a change of the settings, not of each case.
    """
    if field.object_type != ObjectType.CASE:
        return Adoption()
    candidates = Case.objects.filter(unregistered__isnull=False, unregistered__has_key=field.name)
    # All at once: reading the next few each time would scan past the others again and again.
    ids = list(candidates.order_by("pk").values_list("pk", flat=True))
    total = Adoption()
    for start in range(0, len(ids), CHUNK):
        total += _adopt_chunk(ids[start : start + CHUNK], field.definition)
    return total


def _adopt_chunk(ids: Sequence[int], definition: Definition) -> Adoption:
    with transaction.atomic():
        rows = Case.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        holding = [case for case in rows if definition.name in (case.unregistered or {})]
        adopted = [case for case in holding if _adopt(case, definition)]
        # The rows exist and are locked, so this only updates them, and faster than a bulk
        # update, which builds a condition for each row.
        Case.objects.bulk_create(
            adopted,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["properties", "unregistered"],
        )
        index_cases(case_ids=[case.pk for case in adopted])
    return Adoption(len(adopted), len(holding) - len(adopted))


def _adopt(case: Case, definition: Definition) -> bool:
    """Move the unmapped value within `case`, unsaved; False if it has to stay."""
    name, unmapped = definition.name, dict(case.unregistered or {})
    value = adopt_value(unmapped.pop(name), definition)
    if value is None or (value and case.properties.get(name)):
        return False
    if value:
        case.properties = case.properties | {name: value}
    case.unregistered = unmapped or None
    return True
