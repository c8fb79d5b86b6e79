"""JSON Schemas of single values: what a text, a date or a link may be (contract: Bounds)."""

from typing import Any

from cases.api.serializers.readers import MOMENT_PATTERN

Schema = dict[str, Any]

SHORT, NAME, LONG, URL = 255, 64, 65_535, 2_048

# What both databases can hold: no NUL. Half of a surrogate pair is no character to begin with.
STORABLE: Schema = {"not": {"type": "string", "pattern": r"\u0000"}}
# White space to any engine of patterns, as cases.text.is_blank has it.
_NOT_BLANK: Schema = {
    "not": {"type": "string", "pattern": r"\u0000|^[\s\u001c-\u001f\u0085\ufeff]*$"}
}


def text(length: int, description: str = "", *, blank: bool = False) -> Schema:
    """Return the schema of a text of at most `length` characters, white space alone where `blank`.

    Its rules forbid rather than describe: a pattern for texts of many thousand characters takes
    validators seconds to compile.
    """
    schema: Schema = {"type": "string", "maxLength": length}
    return described(schema | (STORABLE if blank else _NOT_BLANK), description)


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
    # More than the format date-time allows, hence a name of its own.
    "format": "iso-8601-date-time",
    "pattern": f"^{MOMENT_PATTERN}$",
    "description": (
        "ISO 8601 with an offset (`Z`, `+01:00` or `+0100`); read as UTC without one. Not "
        "before 1990 and not more than a day ahead."
    ),
    "examples": ["2024-03-06T09:14:03Z"],
}

LINK: Schema = {
    "type": ["string", "null"],
    "format": "uri-reference",
    # Scheme, perhaps a user, a host, and whatever follows.
    "pattern": (
        r"^([Hh][Tt][Tt][Pp][Ss]?://([^/?#\[\]]*@)?[^/?#:@\[\]]+(:[^/?#@\[\]]*)?([/?#].*)?)?$"
    ),
    "maxLength": URL,
    "description": 'An http or https address; `""` or null if there is none.',
}

ANSWERED_MOMENT: Schema = {"type": "string", "format": "date-time", "pattern": "Z$"}

ANY_VALUE: Schema = {
    "description": "Any JSON value without NUL characters in its strings.",
    "anyOf": [
        {"type": ["null", "boolean", "number"]},
        {"type": "string"} | STORABLE,
        {"type": "array", "items": reference("AnyValue")},
        {
            "type": "object",
            "propertyNames": STORABLE,
            "additionalProperties": reference("AnyValue"),
        },
    ],
}
