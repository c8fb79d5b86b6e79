"""The custom fields that the portal announces, and values that an agent could have filled in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from cases.choices import PropertyType
from cases.properties.types import ListValue

_FILLED = 0.85
# What a text is about, guessed from the field's name and label; the first match counts.
_HINTS = (
    ("mail", "email"),
    ("phone|mobile|whatsapp", "phone"),
    ("flight", "flight"),
    ("club|member|loyal|miles|frequent", "member"),
    ("book|order|ref|pnr|reserv|ticket", "ref"),
    ("street|address", "street"),
    ("zip|post.?code", "zip"),
    ("city|airport|place|station", "city"),
    ("lang", "language"),
    ("name|passenger", "name"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A custom field as `GET /meta/object/{type}` announces it."""

    name: str
    label: str
    type: str
    list_values: tuple[ListValue, ...] = ()
    searchable: bool = False


def read_fields(body: Mapping[str, Any]) -> list[Field]:
    """Return the fields of a definitions answer. Raises ValueError where it is none."""
    try:
        return [
            Field(
                name=entry["name"],
                label=entry["label"],
                type=entry["type"],
                list_values=tuple(
                    ListValue(choice["name"], choice["value"])
                    for choice in entry.get("listValues", ())
                ),
                searchable=bool(entry.get("searchable")),
            )
            for entry in body["fields"]
        ]
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"not an answer with field definitions ({problem!r})") from None


def fill_in(fields: Iterable[Field], facts: Mapping[str, str], rng: Random) -> dict[str, Any]:
    """Return values for most of the fields, by type and by what each seems to ask for.

    `facts` needs `note` and `subject`, and whatever `_HINTS` names.
    """
    return {
        field.name: choose_value(field, facts, rng) for field in fields if rng.random() < _FILLED
    }


def choose_value(field: Field, facts: Mapping[str, str], rng: Random) -> Any:
    """Return a value that an agent could have filled in; `facts` as above."""
    if field.type == PropertyType.CHECKBOX:
        return rng.choice([True, False, "true", "false"])
    if field.type == PropertyType.SINGLE_SELECT_LIST:
        return _list_value(field, facts["subject"], rng)
    if field.type == PropertyType.TEXTAREA:
        return facts["note"]
    return facts[fact_for(field) or "subject"]


def fact_for(field: Field) -> str:
    """Return the fact that a text field seems to ask for, `""` where that can't be guessed."""
    asked = f"{field.name} {field.label}".lower()
    return next((fact for pattern, fact in _HINTS if re.search(pattern, asked)), "")


def _list_value(field: Field, subject: str, rng: Random) -> str:
    """Return an entry that names the subject where there is one, else any."""
    words = subject.lower().split()
    fitting = [
        entry
        for entry in field.list_values
        if any(word in f"{entry.name} {entry.value}".lower() for word in words)
    ]
    offered = fitting or field.list_values
    # An empty string clears: it is right where a list has nothing to offer.
    return rng.choice(offered).value if offered else ""
