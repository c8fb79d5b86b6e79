"""JSON Schemas of single values: what a text, a date or a link may be (contract: Bounds)."""

from typing import Any

Schema = dict[str, Any]

SHORT, NAME, LONG, URL = 255, 64, 65_535, 2_048

# What both databases can hold: no NUL. Half of a surrogate pair is no character to begin with.
_STORABLE = r"^[^\u0000]*$"
_NOT_BLANK = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"


def text(length: int, description: str = "", *, blank: bool = False) -> Schema:
    """Return the schema of a text of at most `length` characters, white space alone where `blank`."""
    schema: Schema = {"type": "string", "maxLength": length}
    schema["pattern"] = _STORABLE if blank else _NOT_BLANK
    return described(schema, description)


def optional(schema: Schema) -> Schema:
    """Return the schema with `null` allowed, which says as much as leaving the key out."""
    return schema | {"type": [schema["type"], "null"]}


def described(schema: Schema, description: str) -> Schema:
    """Return the schema with a description, where there is one."""
    return schema | {"description": description} if description else schema


def reference(name: str, **more: Any) -> Schema:
    """Return a reference to a schema of the components, with `more` keywords beside it."""
    return {"$ref": f"#/components/schemas/{name}", **more}


def answered(description: str, **more: Any) -> Schema:
    """Return the schema of a text in an answer: always there, always a string."""
    return {"type": "string", "description": description, **more}


MOMENT: Schema = {
    "type": "string",
    "format": "date-time",
    "description": (
        "ISO 8601 with an offset: `Z`, `+01:00` or `+0100`; without one it is read as UTC. "
        "Not before 1990 and not more than a day ahead."
    ),
}

LINK: Schema = {
    "type": ["string", "null"],
    "format": "uri-reference",
    "pattern": "^([Hh][Tt][Tt][Pp][Ss]?://.+)?$",
    "maxLength": URL,
    "description": 'An http or https address; `""` or null where there is none.',
}

ANSWERED_MOMENT: Schema = {"type": "string", "format": "date-time", "pattern": "Z$"}

ANY_VALUE: Schema = {
    "description": "Any JSON value whose texts hold no NUL character.",
    "anyOf": [
        {"type": ["null", "boolean", "number"]},
        {"type": "string", "pattern": _STORABLE},
        {"type": "array", "items": reference("AnyValue")},
        {
            "type": "object",
            "propertyNames": {"pattern": _STORABLE},
            "additionalProperties": reference("AnyValue"),
        },
    ],
}
