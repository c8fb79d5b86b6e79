"""The custom fields as returned to Khoros (contract: Field definitions)."""

from collections.abc import Iterable
from typing import Any

from cases.properties.types import RULES, Definition


def announce(object_type: str, definitions: Iterable[Definition]) -> dict[str, Any]:
    """Return the response to `GET /meta/object/{type}`; the caller chooses the fields."""
    return {"name": object_type, "fields": [announce_field(entry) for entry in definitions]}


def announce_field(definition: Definition) -> dict[str, Any]:
    """Return one entry of `fields`; only a list has `listValues`."""
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
