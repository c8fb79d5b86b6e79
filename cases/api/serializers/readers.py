"""Readers of single JSON values: what a request may hold is declared with them, once.

A reader does two things with one declaration: it reads a value and notes each fault with its path,
and it describes the value as a JSON Schema.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from cases.api.serializers.problems import Problems
from cases.api.serializers.rules import (
    MOMENT_RULES,
    NOT_BLANK,
    STORABLE,
    WEB_LINK,
    Rule,
    Schema,
    in_any_letters,
    max_length,
    one_of,
)
from cases.properties.readings import FLAG_WORDS, read_flag
from cases.properties.types import BrokenRule
from cases.text import json_text

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Reader(Protocol[T_co]):
    """Reads one JSON value at a path; None where it noted a problem."""

    def read(self, value: Any, path: str, problems: Problems) -> T_co | None:
        """Return the value in the portal's own form."""

    def schema(self) -> Schema:
        """Return the JSON Schema of the values that it takes."""


def _read_string(value: Any) -> str | None:
    if isinstance(value, bool | int | float):
        return json_text(value)
    return value if isinstance(value, str) else None


def _read_boolean(value: Any) -> bool | None:
    return read_flag(value) if isinstance(value, bool | int | float | str) else None


FLAG_SCHEMA: Schema = {
    "anyOf": [
        {"type": "boolean"},
        {"enum": [0, 1]},
        {"type": "string"} | in_any_letters(FLAG_WORDS),
    ],
    "description": f"A boolean, or one of {', '.join(FLAG_WORDS)}.",
}


@dataclass(frozen=True, slots=True)
class JSONType:
    """A JSON type: its schema, what is meant by a value, and the message where that is nothing.

    `read` returns None for a value that can't be read as meant (contract: What is repaired).
    """

    schema: Schema
    read: Callable[[Any], Any]
    message: str


_STRING = JSONType(
    {"type": "string"}, lambda value: value if isinstance(value, str) else None, "must be a string"
)
_TEXT = JSONType({"type": ["string", "number", "boolean"]}, _read_string, "must be a string")
_BOOLEAN = JSONType(
    FLAG_SCHEMA,
    _read_boolean,
    "must be true or false",
)


@dataclass(frozen=True, slots=True)
class Scalar(Generic[T_co]):
    """A string or boolean that keeps rules; they are applied in order, up to the first broken one.

    A number or boolean where any text may be is its text.
    """

    json_type: JSONType
    rules: tuple[Rule, ...] = ()

    def read(self, value: Any, path: str, problems: Problems) -> T_co | None:
        """Return what the last rule makes of the value."""
        read = self.json_type.read(value)
        if read is None:
            problems.wrong_shape(path, self.json_type.message)
            return None
        try:
            for rule in self.rules:
                read = rule.apply(read)
        except BrokenRule as problem:
            problems.broken_rule(path, str(problem))
            return None
        result: T_co = read
        return result

    def schema(self) -> Schema:
        """Return the type with the keywords of every rule; of the same keyword, the last."""
        schema = dict(self.json_type.schema)
        for rule in self.rules:
            schema |= rule.schema
        return schema


FLAG: Reader[bool] = Scalar(_BOOLEAN)
MOMENT: Reader[datetime] = Scalar(_STRING, MOMENT_RULES)


def text(length: int, *, blank: bool = False) -> Reader[str]:
    """Return the reader of a text of at most `length` characters, white space alone if `blank`."""
    return Scalar(_TEXT, (STORABLE, max_length(length), *(() if blank else (NOT_BLANK,))))


def choice(values: Iterable[str]) -> Reader[str]:
    """Return the reader of a text out of a closed set."""
    return Scalar(_STRING, (one_of(tuple(values)),))


def web_link(length: int) -> Reader[str]:
    """Return the reader of an http or https URL; `""` for `""` and null."""
    return Nullable(Scalar(_STRING, (STORABLE, max_length(length), WEB_LINK)), "")


@dataclass(frozen=True, slots=True)
class Nullable(Generic[T]):
    """Another reader's value, or null in its place."""

    reader: Reader[T]
    default: T

    def read(self, value: Any, path: str, problems: Problems) -> T | None:
        """Return the value, the default for null."""
        return self.default if value is None else self.reader.read(value, path, problems)

    def schema(self) -> Schema:
        """Return the other reader's schema with null allowed."""
        return or_null(self.reader.schema())


def or_null(schema: Schema) -> Schema:
    """Return `schema` with null allowed beside what it describes."""
    if "anyOf" in schema:
        return schema | {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    allowed = {}
    if "enum" in schema:
        allowed["enum"] = [*schema["enum"], None]
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        allowed["type"] = [*types, "null"]
    return schema | allowed
