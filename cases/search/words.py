"""The words by which cases and customers are found: pure functions on strings.

The same strings are stored in both databases, so both answer a search alike. A plain string is a
word. One behind `PART` is a run of three characters somewhere within a word, or what is left of a
number from one of its digits on; one behind `NUMBER` says which case it is, one behind `CUSTOMER`
whose.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import chain

from cases.search.tokens import (
    WORD_LENGTH,
    compounds_of,
    contractions_of,
    divide,
    grouped_numbers,
    has_digit,
    is_unspaced,
    pairs_of,
    pieces_of,
    plain,
    tokens_of,
)

NUMBER = "#"
CUSTOMER = "~"

MOST_WORDS = 5_000
"""How many words one case is found by; at `WORD_LENGTH` that is less than a tsvector can hold."""

# Short texts are read together, which is faster; folding ends at 65,535 characters.
_BATCH = 4_096


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
