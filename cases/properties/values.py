"""A flat payload, split into core keys, properties and unmapped keys."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cases.properties.types import BrokenRule, Definition, WrongJSONType, parse_value
from cases.text import UNSTORABLE_MESSAGE, is_storable, printable

UNREGISTERED_BYTES = 16 * 1024
"""The size limit of all unmapped keys of a case, as UTF-8 JSON (contract: Bounds)."""

Changes = dict[str, list[Any]]
"""What changed, as `[before, after]` by field."""

Complain = Callable[[str, str], None]
"""Takes a field's path and a message."""


@dataclass(slots=True)
class SplitPayload:
    """The three kinds of keys of one flat object."""

    core: dict[str, Any] = field(default_factory=dict)
    registered: dict[str, Any] = field(default_factory=dict)
    unregistered: dict[str, Any] = field(default_factory=dict)


def split_payload(
    payload: Mapping[str, Any],
    *,
    core: Collection[str],
    ignored: Collection[str],
    definitions: Mapping[str, Definition],
) -> SplitPayload:
    """Return the keys of `payload` by kind; `ignored` ones are dropped, whatever they hold."""
    split = SplitPayload()
    for key, value in payload.items():
        if key in core:
            split.core[key] = value
        elif key in definitions:
            split.registered[key] = value
        elif key not in ignored:
            split.unregistered[key] = value
    return split


def parse_values(
    values: Mapping[str, Any],
    definitions: Mapping[str, Definition],
    *,
    wrong_type: Complain,
    broken_rule: Complain,
) -> dict[str, str]:
    """Return the strings to store by property name, `""` for a cleared one.

    Each fault goes to `wrong_type` (400) or `broken_rule` (422), and its key is left out.
    """
    parsed = {}
    for name, value in values.items():
        try:
            parsed[name] = parse_value(value, definitions[name])
        except WrongJSONType as problem:
            wrong_type(name, str(problem))
        except BrokenRule as problem:
            broken_rule(name, str(problem))
    return parsed


@dataclass(frozen=True, slots=True)
class MergedValues:
    """Stored values after a change, and what changed; `""` stands for no value."""

    merged: dict[str, str]
    changes: Changes


def merge_properties(stored: Mapping[str, str], values: Mapping[str, str]) -> MergedValues:
    """Return `stored` with `values` set over it, `""` clearing one."""
    changes: Changes = {
        name: [stored.get(name, ""), value]
        for name, value in values.items()
        if stored.get(name, "") != value
    }
    merged = {**stored, **{name: after for name, (_, after) in changes.items()}}
    return MergedValues({name: value for name, value in merged.items() if value}, changes)


def check_unregistered(values: Mapping[str, Any], *, broken_rule: Complain) -> None:
    """Report to `broken_rule` why unmapped keys can't be stored (contract: Bounds)."""
    sizes = {}
    for name, value in values.items():
        if all(is_storable(text) for text in _texts(name, value)):
            sizes[name] = len(json.dumps({name: value}, ensure_ascii=False).encode())
        else:
            broken_rule(name, UNSTORABLE_MESSAGE)
    if sum(sizes.values()) > UNREGISTERED_BYTES:
        largest = max(sizes, key=lambda name: sizes[name])
        broken_rule(
            printable(largest),
            f"is not a registered field, and such fields may take {UNREGISTERED_BYTES:,} bytes "
            f"together (here: {sum(sizes.values()):,})",
        )


def _texts(*values: object) -> Iterator[str]:
    """Yield every string within JSON values, keys of objects included."""
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value.keys())
            waiting.extend(value.values())
