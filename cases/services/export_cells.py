"""What a value becomes in a file: plain, and without anything that a spreadsheet would run."""

import re
import unicodedata
from datetime import datetime, tzinfo

from cases.selectors.counts import CappedCount

Value = str | int | float | bool | datetime | CappedCount | None
"""What a column of a list says of a row."""
Cell = str | int | float | bool | datetime | None
"""The same as a file is made of it: a time is in the reader's zone, to the second."""

EXCEL_CELL = 32_767
"""How many characters (of UTF-16) a cell of Excel holds."""

_TRIGGERS = "=+-@"
_TRIGGERING_CONTROLS = "\t\r\n"
_SKIPPED_CATEGORIES = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"}
# Letters and symbols by category, and yet nothing to see.
_BLANK_CHARACTERS = "\u115f\u1160\u2800\u3164\uffa0"
_SIGNED_NUMBER = re.compile(r"[+-]\d[\d ().\-/]*", re.ASCII)
_NOT_XML = dict.fromkeys((0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "\ufffd")


def plain_cell(value: Value, zone: tzinfo) -> Cell:
    """Return a value as it goes into a file: a time in the time zone `zone`."""
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(microsecond=0)
    if isinstance(value, CappedCount):
        return str(value) if value.value > value.limit else value.value
    return value


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe goes before what may be.

    That is what begins, after spaces and characters that nobody sees, with one of `= + - @` in any
    width, a tab, or an end of line (OWASP: CSV injection).
    """
    for character in text:
        if character in _TRIGGERING_CONTROLS:
            return f"'{text}"
        is_blank = character in _BLANK_CHARACTERS
        if not is_blank and unicodedata.category(character) not in _SKIPPED_CATEGORIES:
            wide = unicodedata.normalize("NFKC", character)
            return f"'{text}" if wide[:1] in _TRIGGERS else text
    return text


def read_harmless(text: str) -> str:
    """Return the text that `harmless` made this of: without the apostrophe, where it put one."""
    bare = text.removeprefix("'")
    return bare if harmless(bare) == text else text


def is_signed_number(text: str) -> bool:
    """Tell whether a text is digits with a sign before them and nothing to calculate: `+44 20 7946`."""
    return _SIGNED_NUMBER.fullmatch(text) is not None


def excel_text(text: str) -> str:
    """Return a harmless text that Excel can hold: a long one is cut, and ends in `…`.

    A signed number stays as it is, such as a phone's: its cell is to have the format that keeps
    it a text.
    """
    text = (text if is_signed_number(text) else harmless(text)).translate(_NOT_XML)
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * EXCEL_CELL:
        return text
    return encoded[: 2 * (EXCEL_CELL - 1)].decode("utf-16-le", "ignore") + "…"
