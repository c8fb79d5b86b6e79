"""What a value becomes in a file: plain, and without anything that a spreadsheet would run."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, tzinfo

from cases.selectors.counts import CappedCount
from cases.text import is_unseen

Value = str | int | float | bool | datetime | CappedCount | None
"""What a column of a list says of a row."""
Cell = str | int | float | bool | datetime | None
"""The same as a file is made of it: a time is in the reader's zone, to the second."""

EXCEL_CELL = 32_767
"""How many characters (of UTF-16) a cell of Excel holds."""

_TRIGGERS = "=+-@"
_TRIGGERING_CONTROLS = "\t\r\n"
_SEPARATOR = re.compile(r"[;\t|\r\n]")
# Between a separator and what a cell then begins with: further ones, and quotes that are taken off.
_PASSED = ';|"'
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

    That is what begins, after spaces and characters that no one sees, with one of `= + - @` in any
    width, a tab, or an end of line (OWASP: CSV injection).
    """
    for character in text:
        if character in _TRIGGERING_CONTROLS:
            return f"'{text}"
        if not is_unseen(character):
            return f"'{text}" if _is_trigger(character) else text
    return text


def csv_text(text: str) -> str:
    """Return a text that is harmless also where a spreadsheet reads it as several cells.

    Which separator it takes depends on its country: by a semicolon, a tab or a bar, or by a line
    that ends where its cell does not, the middle of a text becomes the beginning of a cell. So an
    apostrophe goes there too, before what `harmless` has one for.
    """
    pieces, done = [], 0
    safe = harmless(text)
    for place in _formulas_inside(safe):
        pieces += [safe[done:place], "'"]
        done = place
    return "".join([*pieces, safe[done:]])


def read_harmless(text: str) -> str:
    """Return the text that `harmless` or `csv_text` made this of: without their apostrophes."""
    bare = text.removeprefix("'")
    read = bare if harmless(bare) == text else text
    pieces, done = [], 0
    for place in _formulas_inside(read):
        if read[place - 1] == "'":
            pieces.append(read[done : place - 1])
            done = place
    return "".join([*pieces, read[done:]])


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


def _formulas_inside(text: str) -> Iterator[int]:
    """Yield where a formula would begin, were the text divided; apostrophes may be before it."""
    place = 0
    while separator := _SEPARATOR.search(text, place):
        place = separator.end()
        while place < len(text) and (text[place] in _PASSED or is_unseen(text[place])):
            place += 1
        # Any number of them, so that one more can be told from those that were there.
        while text[place : place + 1] == "'":
            place += 1
        if place < len(text) and _is_trigger(text[place]):
            yield place


def _is_trigger(character: str) -> bool:
    return unicodedata.normalize("NFKC", character)[:1] in _TRIGGERS
