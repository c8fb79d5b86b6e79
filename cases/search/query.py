"""What someone who searches for cases is looking for: pure functions on strings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cases.search.tokens import (
    GROUPED,
    PART,
    PART_LENGTH,
    WORD_LENGTH,
    compounds_of,
    contractions_of,
    divide,
    grouped_numbers,
    is_number,
    is_unspaced,
    pairs_of,
    parts_of,
    plain,
    tokens_of,
)
from cases.search.words import NUMBER

MOST_TERMS = 8
"""How many words of a search count; each is a list to read."""

SHORTEST_PREFIX = PART_LENGTH
SHORTEST_CORRECTED = 4
LONGEST_CORRECTED = 20
_READ_LENGTH = 1_000
_MOST_PARTS = 8
_LARGEST_NUMBER = 2**63 - 1
_NUMBER = re.compile(r"(?:cp-?|#)?([0-9]{1,19})")
_TYPED = re.compile(rf"[+(]*{GROUPED.pattern}\)*(?!\S)|\S+")
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзиклмнопрстуфхцчшщъыьэюяєіїґў",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "אבגדהוזחטיכלמנסעפצקרשתםןףךץ",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءؤئ",
)


@dataclass(frozen=True, slots=True)
class Word:
    """A stored word to find, or with `is_prefix` any that begins so."""

    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of some conditions; there is at least one."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of some conditions; there is at least one."""

    of: tuple["Condition", ...]


Condition: TypeAlias = Word | Every | Either


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One word of a search, as it was typed between spaces, or one number with spaces in it.

    `tokens` are what it consists of, `joined` those that are written together (`ab12` of `AB-12`,
    `obrien` of `O'Brien`),
    `number` that of a case, where it may be one.
    """

    typed: str
    tokens: tuple[str, ...]
    joined: str = ""
    number: int | None = None

    @property
    def condition(self) -> Condition:
        """What a case must have to be found by this word."""
        return self.corrected({})

    def corrected(self, corrections: Mapping[str, Sequence[str]]) -> Condition:
        """Return the condition where some of the tokens may also be others."""
        last = len(self.tokens) - 1
        ways: list[Condition] = [
            Every(
                tuple(
                    Either((_condition(token, n == last), *map(meant, corrections.get(token, ()))))
                    for n, token in enumerate(self.tokens)
                )
            )
        ]
        if self.joined:
            ways.append(_condition(self.joined))
        if self.number is not None:
            ways.append(Word(f"{NUMBER}{self.number}"))
        return Either(tuple(ways))

    def shown_by(self, corrections: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
        """Return, for each of the tokens, the words of which one must be seen where this is found.

        `corrections` is what `corrected` takes.
        """
        joined = (self.joined,) if self.joined else ()
        return [(token, *corrections.get(token, ()), *joined) for token in self.tokens]


def read_terms(text: str) -> list[SearchTerm]:
    """Return the first `MOST_TERMS` words of a search that have a letter, digit or emoji."""
    return _terms(text)[:MOST_TERMS]


def has_more_terms(text: str) -> bool:
    """Tell whether a search has words that `read_terms` leaves out."""
    return len(text) > _READ_LENGTH or len(_terms(text)) > MOST_TERMS


def named_number(text: str) -> int | None:
    """Return the number of the case that a search names and nothing else: `CP-12`, `#12`, `12`."""
    return _number(plain(text[:_READ_LENGTH]).strip())


def misspellings(token: str) -> dict[str, int]:
    """Return what a token may have been meant to be, each with how likely it is: 0 is the most.

    All that is one letter away: two exchanged, one doubled or left out, one too many, another one.
    """
    if not SHORTEST_CORRECTED <= len(token) <= LONGEST_CORRECTED or not token.isalpha():
        return {}
    letters = next((found for found in _ALPHABETS if token[0] in found), "")
    cuts = [(token[:n], token[n:]) for n in range(len(token) + 1)]
    kinds = (
        [a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1],
        [a + b[1:] for a, b in cuts if b],
        [a + letter + b for a, b in cuts for letter in letters],
        [a + letter + b[1:] for a, b in cuts if b for letter in letters],
    )
    found: dict[str, int] = {}
    for likely, kind in enumerate(kinds):
        for word in kind:
            found.setdefault(word, min(likely, 1))
    found.pop(token, None)
    return found


def meant(word: str) -> Word:
    """Return the condition for a corrected word: as a prefix where it is long enough for that."""
    return Word(word, is_prefix=len(word) > SHORTEST_CORRECTED)


def _terms(text: str) -> list[SearchTerm]:
    terms = {}
    for typed in _typed(plain(text[:_READ_LENGTH])):
        tokens = tuple(token[:WORD_LENGTH] for token in tokens_of(typed))
        if tokens and typed not in terms:
            terms[typed] = SearchTerm(typed, tokens, _joined(typed)[:WORD_LENGTH], _number(typed))
    return list(terms.values())


def _typed(text: str) -> Iterator[str]:
    """Yield what stands between spaces; a number that is grouped by spaces stays one."""
    for found in _TYPED.findall(text):
        yield from [found] if _is_grouped_number(found) else found.split()


def _joined(typed: str) -> str:
    if _is_grouped_number(typed):
        return "".join(tokens_of(typed))
    return "".join([*compounds_of(typed), *contractions_of(typed)][:1])


def _is_grouped_number(typed: str) -> bool:
    return grouped_numbers(typed) == ["".join(tokens_of(typed))]


def _condition(token: str, may_go_on: bool = True) -> Condition:
    pieces = divide(token)
    if len(pieces) == 1:
        return _piece(token, may_go_on)
    return Every(tuple(_piece(piece, may_go_on) for piece in pieces))


def _piece(piece: str, may_go_on: bool) -> Condition:
    if is_unspaced(piece):
        pairs = [Word(pair, is_prefix=len(pair) == 1) for pair in pairs_of(piece)]
        return Every(tuple(dict.fromkeys(pairs)))
    if len(piece) < SHORTEST_PREFIX:
        return Word(piece)
    # In jane_doe, jane is not the beginning of janet: the words of a prefix would all be read.
    word = Word(piece, is_prefix=may_go_on)
    if is_number(piece):
        return Either((word, Word(f"{PART}{piece}", is_prefix=True)))
    parts = parts_of(piece)
    if 2 * len(set(parts)) < len(parts):
        # Of aaaaaaaa the parts would find every aaa.
        return word
    # Eight of them leave hardly a false hit among a million cases, and each is a list to read.
    some = dict.fromkeys((*parts[:: len(parts) // _MOST_PARTS + 1], parts[-1]))
    within = Every(tuple(Word(part) for part in some))
    return Either((word, within))


def _number(typed: str) -> int | None:
    found = _NUMBER.fullmatch(typed)
    number = int(found[1]) if found else 0
    return number if 0 < number <= _LARGEST_NUMBER else None
