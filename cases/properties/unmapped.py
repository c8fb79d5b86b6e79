"""Unmapped values: adoption by a field, and suggestions for a new field."""

import json
import re

from cases.choices import PropertyType
from cases.properties.types import (
    TEXT_LENGTH,
    BrokenRule,
    Definition,
    WrongJSONType,
    parse_value,
)
from cases.text import printable

_FLAGS = {True, False, "true", "false"}
_WORD = re.compile(r"[A-Z][A-Z0-9]*(?![a-z])|[A-Z]?[a-z]+|\d+")


def adopt_value(value: object, definition: Definition) -> str | None:
    """Return the string to store for an unmapped JSON value, or None where the field can't hold it."""
    try:
        return parse_value(value, definition)
    except (WrongJSONType, BrokenRule):
        return None


def suggest_type(value: object, so_far: PropertyType | None) -> PropertyType | None:
    """Return the type that would hold `value` and everything that led to `so_far`.

    None as long as nothing but `null` and `""` was seen.
    """
    if value is None or value == "":
        return so_far
    if so_far is PropertyType.TEXTAREA or (
        isinstance(value, str) and (len(value) > TEXT_LENGTH or "\n" in value)
    ):
        return PropertyType.TEXTAREA
    is_flag = isinstance(value, bool | str) and value in _FLAGS
    if is_flag and so_far in {None, PropertyType.CHECKBOX}:
        return PropertyType.CHECKBOX
    return PropertyType.TEXT


def suggest_label(name: str) -> str:
    """Return a label made of a wire name: `clubNumber` becomes “Club number”."""
    words = _WORD.findall(name)
    if not words or not name.isascii():
        return name
    rest = [word if word.isupper() and len(word) > 1 else word.lower() for word in words[1:]]
    return " ".join([words[0][:1].upper() + words[0][1:], *rest])


def describe_value(value: object) -> str:
    """Return an unmapped JSON value as one short line for staff; `""` where there is nothing in it."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return printable(" ".join(text.split()))
