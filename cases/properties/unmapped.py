"""Values that came before their field was registered: what they suggest, and how they come in."""

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
_TAKES_ANY_TEXT = {PropertyType.TEXT, PropertyType.TEXTAREA}


def adopt_value(kept: object, definition: Definition) -> str | None:
    """Return the string to store for a kept JSON value, or None where the field can't hold it.

    A number or boolean that was kept goes into a text field as its JSON text: Khoros sent it
    before anything said that the value is a string.
    """
    if isinstance(kept, bool | int | float) and definition.type in _TAKES_ANY_TEXT:
        kept = json.dumps(kept)
    try:
        return parse_value(kept, definition)
    except (WrongJSONType, BrokenRule):
        return None


def suggest_type(kept: object, so_far: PropertyType | None) -> PropertyType | None:
    """Return the type that would hold `kept` and everything that led to `so_far`.

    None as long as nothing but `null` and `""` was seen.
    """
    if kept is None or kept == "":
        return so_far
    if so_far is PropertyType.TEXTAREA or (
        isinstance(kept, str) and (len(kept) > TEXT_LENGTH or "\n" in kept)
    ):
        return PropertyType.TEXTAREA
    is_flag = isinstance(kept, bool | str) and kept in _FLAGS
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


def describe_value(kept: object) -> str:
    """Return a kept JSON value as one short line for staff; `""` where there is nothing in it."""
    if kept is None:
        return ""
    text = kept if isinstance(kept, str) else json.dumps(kept, ensure_ascii=False)
    return printable(" ".join(text.split()))
