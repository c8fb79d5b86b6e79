"""Values for exported files, without anything that a spreadsheet would run."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, tzinfo

from cases.selectors.counts import CappedCount
from cases.text import is_unseen

Value = str | int | float | bool | datetime | CappedCount | None
"""The value of a column for a row."""
Cell = str | int | float | bool | datetime | None
"""The same in a file: times are in the reader's time zone, to the second."""

EXCEL_CELL = 32_767
"""How many characters (of UTF-16) a cell of Excel holds."""

_TRIGGERS = "=+-@"
_TRIGGERING_CONTROLS = "\t\r\n"
_SEPARATOR = re.compile(r"[;\t|\r\n]")
# Characters between a separator and the start of a cell: more separators, and quotes.
_PASSED = ';|"'
_SIGNED_NUMBER = re.compile(r"[+-]\d[\d ().\-/]*", re.ASCII)
_NOT_XML = dict.fromkeys((0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "\ufffd")


def plain_cell(value: Value, zone: tzinfo) -> Cell:
    """Return a value for a file, with times in `zone`."""
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(microsecond=0)
    if isinstance(value, CappedCount):
        return str(value) if value.value > value.limit else value.value
    return value


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe before it if needed.

    That is if it begins, after spaces and invisible characters, with one of `= + - @` in any
    width, a tab, or a line end (OWASP: CSV injection).
    """
    for character in text:
        if character in _TRIGGERING_CONTROLS:
            return f"'{text}"
        if not is_unseen(character):
            return f"'{text}" if _is_trigger(character) else text
    return text


def csv_text(text: str) -> str:
    """Return a text that is harmless even if a spreadsheet splits it into several cells.

    The separator that a spreadsheet expects depends on its locale: a semicolon, a tab, a bar or a
    line end can make the middle of a text the beginning of a cell. So an apostrophe is put there
    too, by the rule of `harmless`.
    """
    pieces, done = [], 0
    safe = harmless(text)
    for index in _formulas_inside(safe):
        pieces += [safe[done:index], "'"]
        done = index
    return "".join([*pieces, safe[done:]])


def read_harmless(text: str) -> str:
    """Undo `harmless` or `csv_text`: return the text without their apostrophes."""
    bare = text.removeprefix("'")
    read = bare if harmless(bare) == text else text
    pieces, done = [], 0
    for place in _formulas_inside(read):
        if read[place - 1] == "'":
            pieces.append(read[done : place - 1])
            done = place
    return "".join([*pieces, read[done:]])


def is_signed_number(text: str) -> bool:
    """Tell whether a text is a signed number without an operation, such as `+44 20 7946`."""
    return _SIGNED_NUMBER.fullmatch(text) is not None


def excel_text(text: str) -> str:
    """Return a harmless text that fits into an Excel cell: a long one is cut, and ends in `…`.

    A signed number, such as a phone number, stays unchanged: its cell needs a text format.
    """
    text = (text if is_signed_number(text) else harmless(text)).translate(_NOT_XML)
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * EXCEL_CELL:
        return text
    return encoded[: 2 * (EXCEL_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def _formulas_inside(text: str) -> Iterator[int]:
    """Yield the positions where a formula would begin if the text were split, after apostrophes."""
    place = 0
    while separator := _SEPARATOR.search(text, place):
        place = separator.end()
        while place < len(text) and (text[place] in _PASSED or is_unseen(text[place])):
            place += 1
        # Any number of apostrophes, so that an added one can be recognised.
        while text[place : place + 1] == "'":
            place += 1
        if place < len(text) and _is_trigger(text[place]):
            yield place


def _is_trigger(character: str) -> bool:
    return unicodedata.normalize("NFKC", character)[:1] in _TRIGGERS
