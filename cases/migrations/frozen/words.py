"""The words by which cases and customers are found: pure functions on strings.

The same strings are stored in both databases, so both answer a search alike. A plain string is a
word. One behind `PART` is a run of three characters somewhere within a word, or what is left of a
number from one of its digits on; one behind `NUMBER` says which case it is, one behind `CUSTOMER`
whose.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

from cases.migrations.frozen.normalise import fold

SHORTEST_NUMBER, LONGEST_NUMBER = 7, 15
"""How many digits a grouped number has, as phone numbers do."""

MOST_WORDS = 5_000
"""How many words one case is found by; at `WORD_LENGTH` that is less than a tsvector can hold."""

WORD_LENGTH = 40
"""The most characters of a word, which is at most four times as many bytes; the rest is cut off."""

PART_LENGTH = 3
PART = "+"
NUMBER = "#"
CUSTOMER = "~"

# Vowel signs of the scripts of South Asia stand within words, though they are no letters.
_LETTER = "[^\\W_]|[\u0900-\u0963\u0966-\u0dff\u0e80-\u109f\u1780-\u17dd]"
_RUN = f"(?:{_LETTER})+"
# Scripts that put no space between words: Thai, kana and Chinese characters.
_UNSPACED = "\u0e01-\u0e4e\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
_UNSPACED += "\U00020000-\U0003ffff"
_EMOJI = "[\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff]"
_SKIN_TONES = "[\U0001f3fb-\U0001f3ff]"
_TOKEN = re.compile(f"{_RUN}|(?!{_SKIN_TONES}){_EMOJI}")
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
# Short texts are read together, which is faster; folding ends at 65,535 characters.
_BATCH = 4_096
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


def customer_word(customer_id: str) -> str:
    """Return the word that is in each case of a customer."""
    return CUSTOMER + blake2b(customer_id.encode("utf-8", "replace"), digest_size=8).hexdigest()


def text_words(text: str) -> list[str]:
    """Return the words of a text; codes with a digit also whole and in parts."""
    text = plain(text)
    tokens = tokens_of(text)
    words = _stored(tokens) + _stored(contractions_of(text))
    if has_digit(text):
        codes = [*filter(has_digit, compounds_of(text)), *filter(has_digit, set(tokens))]
        codes += grouped_numbers(text)
        words += [code[:WORD_LENGTH] for code in codes]
        words += chain.from_iterable(map(pieces_of, codes))
    return words


def key_words(text: str) -> list[str]:
    """Return the words of a text of which parts are searched too: a title, a name, a number."""
    text = plain(text)
    tokens = tokens_of(text)
    compounds = compounds_of(text) + contractions_of(text)
    joined = "".join(tokens)
    if has_digit(text) and len(tokens) > 1 and len(joined) <= WORD_LENGTH:
        # An account number, however it is grouped.
        compounds.append(joined)
    compounds += grouped_numbers(text)
    words = _stored(tokens) + [compound[:WORD_LENGTH] for compound in compounds]
    words += chain.from_iterable(map(pieces_of, chain(tokens, compounds)))
    return words


def case_words(
    *,
    case_id: int,
    title: str,
    customer_id: str,
    authors: Iterable[tuple[str, str]] = (),
    values: Iterable[str] = (),
    texts: Iterable[str] = (),
) -> list[str]:
    """Return the distinct words by which a case is found, at most `MOST_WORDS`.

    `authors` are pairs of handle and name, `values` those of properties and tags. `texts` are the
    rest: resolution, description, notes and posts, newest first. What comes last is left out where
    a case has too many words.
    """
    found = dict.fromkeys([f"{NUMBER}{case_id}", customer_word(customer_id)])
    for key in chain((title, customer_id), chain.from_iterable(authors), values):
        found.update(dict.fromkeys(key_words(key)))
    for text in _in_batches(texts):
        if len(found) >= MOST_WORDS:
            break
        found.update(dict.fromkeys(text_words(text)))
    return list(found)[:MOST_WORDS]


def customer_words(properties: Mapping[str, str]) -> list[str]:
    """Return the distinct words by which a customer's values are found, at most `MOST_WORDS`."""
    found: dict[str, None] = {}
    for value in properties.values():
        found.update(dict.fromkeys(key_words(value)))
    return list(found)[:MOST_WORDS]


def _in_batches(texts: Iterable[str]) -> Iterator[str]:
    """Yield the texts joined into a few longer ones, which are read faster than many short ones."""
    batch: list[str] = []
    length = 0
    for text in texts:
        if length + len(text) > _BATCH:
            yield "\n".join(batch)
            batch, length = [], 0
        batch.append(text)
        length += len(text)
    yield "\n".join(batch)


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


def _stored(tokens: Iterable[str]) -> list[str]:
    """Return the words that are stored for the tokens of a text."""
    words: list[str] = []
    for token in tokens:
        if token.isascii():
            words.append(token[:WORD_LENGTH])
        else:
            words += _words_of_token(token)
    return words


def _words_of_token(token: str) -> Iterator[str]:
    for piece in divide(token):
        if is_unspaced(piece):
            yield from pairs_of(piece)
            # Begins no pair, but may be all that is looked for.
            yield piece[-1]
        else:
            yield piece[:WORD_LENGTH]


def _ascii_digit(found: re.Match[str]) -> str:
    return str(unicodedata.digit(found[0]))
