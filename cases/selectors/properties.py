"""Reads of custom-property definitions."""

from collections.abc import Mapping

from cachetools.func import ttl_cache

from cases.choices import ACCEPTED_STAGES, PropertyStage
from cases.models import CustomProperty
from cases.properties.types import Definition

REMEMBERED_SECONDS = 1
"""How long a process may go on with definitions that another process has changed."""


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
