"""Cursors: where a page of a sorted list begins, as the address of the page carries it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


def write_cursor(*values: datetime | int) -> str:
    """Return the cursor of a row, given what it is sorted by: `1772355600000000_42`.

    A time becomes its microseconds since 1970, and `True` is 1.
    """
    return "_".join(str(_as_number(value)) for value in values)


def read_cursor(text: str, *kinds: type[datetime | int]) -> tuple[Any, ...] | None:
    """Return the values of a cursor, one of each of `kinds`, or None where `text` is not such a cursor."""
    numbers = text.split("_")
    if len(numbers) != len(kinds) or not all(map(_NUMBER.fullmatch, numbers)):
        return None
    try:
        return tuple(
            _as_kind(int(number), kind) for number, kind in zip(numbers, kinds, strict=True)
        )
    except OverflowError:
        return None


def _as_number(value: datetime | int) -> int:
    return (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else int(value)


def _as_kind(number: int, kind: type[datetime | int]) -> datetime | int:
    return _EPOCH + number * _MICROSECOND if issubclass(kind, datetime) else kind(number)
