"""Chance that a key decides: the same key makes the same choices, in any process and order."""

import string
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar

_T = TypeVar("_T")
_LETTERS = string.ascii_letters + string.digits
# Coprime to 10 and to 62, so that different numbers stay different.
_SPREAD = 7_043_621_899_717_693
_USED_UP = 1 << 64


class Dice:
    """A stream of choices; many times faster to begin than `random.Random`."""

    __slots__ = ("_key", "_left")

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._left = int.from_bytes(blake2b(self._key).digest())

    def below(self, limit: int) -> int:
        """Return a whole number from 0 up to, and without, `limit`."""
        if self._left < _USED_UP:
            self._key = blake2b(self._key).digest()
            self._left = int.from_bytes(blake2b(self._key).digest())
        self._left, number = divmod(self._left, limit)
        return number

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`, to six digits."""
        return low + (high - low) * self.below(1_000_000) / 1_000_000

    def chance(self, percent: int) -> bool:
        """Tell whether something happens that does so `percent` times of a hundred."""
        return self.below(100) < percent

    def one_of(self, items: Sequence[_T]) -> _T:
        """Return one of the items."""
        return items[self.below(len(items))]


def spell(pattern: str, number: int) -> str:
    """Return `pattern` with a digit for each `#` and a letter or digit for each `*`.

    Different numbers make different texts, as far as the pattern has room for them.
    """
    digits, letters = _wildcards(pattern)
    left = number * _SPREAD
    if digits:
        shown = iter(f"{left % 10**digits:0{digits}}")
        pattern = "".join(next(shown) if c == "#" else c for c in pattern)
    if letters:
        left %= 62**letters
        while letters:
            left, letter = divmod(left, 62)
            pattern = pattern.replace("*", _LETTERS[letter], 1)
            letters -= 1
    return pattern


@lru_cache(maxsize=64)
def _wildcards(pattern: str) -> tuple[int, int]:
    return pattern.count("#"), pattern.count("*")
