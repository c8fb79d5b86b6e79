"""What the words of a search were probably meant to be, where nothing at all has them."""

from collections.abc import Collection, Sequence
from typing import Any

from cases.search.backends import backend
from cases.search.backends.base import COUNTED_WORDS
from cases.search.query import SearchTerm, meant, misspellings

_MOST_CORRECTIONS = 3


def find_corrections(terms: Sequence[SearchTerm]) -> dict[str, list[str]]:
    """Return, by misspelled token, the words that were probably meant, the likeliest first.

    At most three for each, all of them in cases; two statements on PostgreSQL, one on SQLite.
    """
    tokens = dict.fromkeys(token for term in terms for token in term.tokens)
    candidates = [
        (token, word, likely) for token in tokens for word, likely in misspellings(token).items()
    ]
    counts = _counts([word for _, word, _ in candidates])
    ranked: dict[str, list[tuple[Any, ...]]] = {}
    for token, word, likely in candidates:
        if counts[word]:
            ranked.setdefault(token, []).append((likely, -counts[word], word))
    return {
        token: [word for _, _, word in sorted(found)[:_MOST_CORRECTIONS]]
        for token, found in ranked.items()
    }


def _counts(words: Collection[str]) -> dict[str, int]:
    """Return in how many cases each of the words is, or one that begins with it; up to a bound."""
    if not words:
        return {}
    common = backend().commonest_words().intersection(words)
    counted = sorted(set(words) - common)
    counts = backend().count_words([meant(word) for word in counted])
    return dict.fromkeys(common, COUNTED_WORDS) | dict(zip(counted, counts, strict=True))
