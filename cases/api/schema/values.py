"""JSON Schemas of single values in answers, and of any value at all."""

from typing import Any

from cases.api.serializers.rules import STORABLE, Schema
from cases.api.serializers.structures import reference


def answered(description: str, **more: Any) -> Schema:
    """Return the schema of a text in an answer: always there, always a string."""
    return {"type": "string", "description": description, **more}


def record(properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an answered object: these keys, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


ANSWERED_MOMENT: Schema = {"type": "string", "format": "date-time", "pattern": r"\.\d{3}Z$"}

ANY_VALUE: Schema = {
    "description": "Any JSON value without NUL characters in its strings.",
    "anyOf": [
        {"type": ["null", "boolean", "number"]},
        {"type": "string"} | STORABLE.schema,
        {"type": "array", "items": reference("AnyValue")},
        {
            "type": "object",
            "propertyNames": STORABLE.schema,
            "additionalProperties": reference("AnyValue"),
        },
    ],
}
