"""The pieces of a text that are looked for as one: words, numbers, emoji and parts of them."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex

from cases.text import EMOJI, fold

SHORTEST_NUMBER, LONGEST_NUMBER = 7, 15
"""How many digits a grouped number has, as phone numbers do."""

WORD_LENGTH = 40
"""The most characters of a word, which is at most four times as many bytes; the rest is cut off."""

PART_LENGTH = 3
PART = "+"

# Vowel signs of the scripts of South Asia stand within words, though they are no letters.
_LETTER = "[^\\W_]|[\u0900-\u0963\u0966-\u0dff\u0e80-\u109f\u1780-\u17dd]"
_RUN = f"(?:{_LETTER})+"
# Scripts that put no space between words: Thai, kana and Chinese characters.
_UNSPACED = "\u0e01-\u0e4e\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
_UNSPACED += "\U00020000-\U0003ffff"
_TOKEN = regex.compile(f"(?V1){_RUN}|{EMOJI}")
_ASCII_LETTER = "[a-z0-9]"
_ASCII_TOKEN = re.compile(f"{_ASCII_LETTER}+")
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_SCRIPTS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")


def _joined_runs(letter: str, joint: str) -> re.Pattern[str]:
    one = f"(?:{letter})"
    # From the first letter of a run only: from each of them, a long one would be read to its end.
    return re.compile(f"{one}(?<!{one}{one}){one}*(?:{joint}{one}+)+")


# What is written with these between its parts is also one word: AB-12-345, jane.doe, jane_doe.
_COMPOUND = _joined_runs(_LETTER, "[-./:@_+#]")
_ASCII_COMPOUND = _joined_runs(_ASCII_LETTER, "[-./:@_+#]")
# Letters around an apostrophe are also one word: o'brien, don't.
_CONTRACTION = _joined_runs(_LETTER, "'")
_ASCII_CONTRACTION = _joined_runs(_ASCII_LETTER, "'")
# Digits that only these stand between may be one number, however it is grouped: +49 (0)30 123-45.
_BETWEEN_GROUPS = "[ \t\u00a0()./\u2010-\u2013-]{1,3}"
# Begins with a digit, so that the engine passes over all else at once.
GROUPED = re.compile(f"[0-9](?<![^\\W_][0-9])[0-9]*(?:{_BETWEEN_GROUPS}[0-9]+)+(?![^\\W_])")
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d+")
# A mark of a lower class belongs to its letter, as the dots that make ka into ga in kana do.
_LOWEST_ACCENT = 10
_NOT_COMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("\u02bb\u02bc\u2018\u2019", "'")
)


def plain(text: str) -> str:
    """Return `text` folded, and without accents: `Müller` is `muller`."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", fold(text))
    bare = "".join(c for c in letters if unicodedata.combining(c) < _LOWEST_ACCENT)
    bare = unicodedata.normalize("NFC", bare).translate(_NOT_COMPOSED)
    return _DIGIT.sub(_ascii_digit, bare)


def tokens_of(text: str) -> list[str]:
    """Return the words of a plain text as they stand in it, uncut; each emoji is one."""
    return (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)


def compounds_of(text: str) -> list[str]:
    """Return what is several words joined by hyphens and the like, as one word each."""
    pattern = _ASCII_COMPOUND if text.isascii() else _COMPOUND
    return ["".join(tokens_of(found)) for found in pattern.findall(text)]


def contractions_of(text: str) -> list[str]:
    """Return what is written with apostrophes, as one word each."""
    if "'" not in text:
        return []
    pattern = _ASCII_CONTRACTION if text.isascii() else _CONTRACTION
    return [found.replace("'", "") for found in pattern.findall(text)]


def grouped_numbers(text: str) -> list[str]:
    """Return the numbers that neighbouring groups of digits may be, none of them within another."""
    return [number for run in GROUPED.findall(text) for number in _joined_groups(run)]


def divide(token: str) -> list[str]:
    """Return the pieces of a token that are of one kind: with spaces between words, or without."""
    return _SCRIPTS.findall(token) if not token.isascii() else [token]


def is_unspaced(token: str) -> bool:
    """Tell whether a token is of a script that puts no space between words."""
    return not token.isascii() and _HAS_UNSPACED.match(token) is not None


def has_digit(token: str) -> bool:
    """Tell whether a token may be a number or a code."""
    return _DIGIT.search(token) is not None


def is_number(token: str) -> bool:
    """Tell whether a token has digits alone."""
    return _DIGITS.fullmatch(token) is not None


def pairs_of(run: str) -> list[str]:
    """Return each two neighbours of an unspaced run, or the one character that it is."""
    return [run[n : n + 2] for n in range(len(run) - 1)] or [run]


@lru_cache(maxsize=10_000)
def parts_of(token: str) -> tuple[str, ...]:
    """Return each three neighbours of a token, marked as parts; none where it is shorter."""
    token = token[:WORD_LENGTH]
    return tuple(PART + token[n : n + PART_LENGTH] for n in range(len(token) - PART_LENGTH + 1))


@lru_cache(maxsize=10_000)
def pieces_of(token: str) -> tuple[str, ...]:
    """Return what a token is found by from within: parts, and each number also from any digit on.

    Three digits stand in many numbers: in a long case those of a number that isn't there may all
    be found. So what begins with the digits that are looked for is stored instead.
    """
    token = token[:WORD_LENGTH]
    ends = (
        PART + digits[n:]
        for digits in _DIGITS.findall(token)
        for n in range(len(digits) - PART_LENGTH + 1)
    )
    return (*(() if is_number(token) else parts_of(token)), *ends)


def _joined_groups(run: str) -> Iterator[str]:
    """Yield as many neighbouring groups as fit into one number, from each of the groups on."""
    groups = _DIGITS.findall(run)
    reached = 0
    for start in range(len(groups)):
        number, end = "", start
        while end < len(groups) and len(number) + len(groups[end]) <= LONGEST_NUMBER:
            number += groups[end]
            end += 1
        if end > max(reached, start + 1) and len(number) >= SHORTEST_NUMBER:
            yield number
        reached = max(reached, end)


def _ascii_digit(found: re.Match[str]) -> str:
    return str(unicodedata.digit(found[0]))
