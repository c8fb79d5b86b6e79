"""What a text may stand for: a flag in words, an entry of a list by its label or in other letters."""

from functools import lru_cache
from typing import Protocol

from cases.text import json_text

FLAG_WORDS = dict.fromkeys(("true", "yes", "on", "1"), True) | dict.fromkeys(
    ("false", "no", "off", "0"), False
)
"""What a checkbox or flag may be sent as, in any letters (contract: What is repaired)."""


class ListEntry(Protocol):
    """An entry of a list: `name` is shown, `value` is sent."""

    @property
    def name(self) -> str:
        """Return the label."""

    @property
    def value(self) -> str:
        """Return what is stored."""


def read_flag(value: bool | float | str) -> bool | None:
    """Return the boolean that is meant, or None where that can't be told.

    Contract: `"true"`, `"True"`, `1`, `"yes"`, `"on"` and their opposites.
    """
    return FLAG_WORDS.get(folded(value if isinstance(value, str) else json_text(value)))


def find_values(text: str, entries: tuple[ListEntry, ...]) -> list[str]:
    """Return the values that `text` may stand for: as a value or label, in any case of letters."""
    readings = _readings(entries)
    return readings.get(text) or readings.get(folded(text)) or []


@lru_cache(maxsize=256)
def _readings(entries: tuple[ListEntry, ...]) -> dict[str, list[str]]:
    """Return the values by all that may stand for them: themselves first, exactly before alike.

    There are several where entries are called alike: nothing says which of them is meant.
    """
    values = [(entry.value, entry.value) for entry in entries]
    names = [(entry.name, entry.value) for entry in entries]
    alike = [[(folded(shown), value) for shown, value in pairs] for pairs in (values, names)]
    readings: dict[str, list[str]] = {}
    for pairs in (values, names, *alike):
        meant: dict[str, list[str]] = {}
        for shown, value in pairs:
            meant.setdefault(shown, []).append(value)
        readings = meant | readings
    return readings


def folded(text: str) -> str:
    """Return `text` as readings are compared: without spaces around, in one case of letters."""
    return text.strip().casefold()
