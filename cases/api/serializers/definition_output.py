"""The fields that Khoros may fill in (contract: Field definitions)."""

from collections.abc import Iterable
from typing import Any

from cases.properties.types import RULES, Definition


def definitions_body(object_type: str, definitions: Iterable[Definition]) -> dict[str, Any]:
    """Return the answer of `GET /meta/object/{type}`."""
    return {"name": object_type, "fields": [_field_body(entry) for entry in definitions]}


def _field_body(definition: Definition) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": definition.name,
        "label": definition.label,
        "type": definition.type,
        "searchable": definition.searchable,
    }
    if RULES[definition.type].has_list:
        body["listValues"] = [
            {"name": entry.name, "value": entry.value} for entry in definition.list_values
        ]
    return body
