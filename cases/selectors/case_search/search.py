"""Search for cases, answered from the words of `CaseSearch` and `CustomerSearch`.

Finds the newest cases that match; SQLite and PostgreSQL give the same answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import QuerySet

from cases.models import Case
from cases.search.backends import backend
from cases.search.backends.base import CUSTOMER_WORDS
from cases.search.backends.statements import fetch_union
from cases.search.query import (
    Condition,
    Either,
    Every,
    Word,
    has_more_terms,
    read_terms,
)
from cases.search.words import customer_word
from cases.selectors.case_search.hits import find_hits, newest_of
from cases.selectors.case_search.spelling import find_corrections
from cases.selectors.counts import CappedCount

MOST_CUSTOMERS = 500
"""Of how many customers with a word in their values the cases are found: the last written."""

_NUMBERED = "SELECT {number} AS number, key FROM ({rows}) AS found"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found: the newest of the cases that were searched, in their order.

    `count` is the number of cases found, None where nothing was searched for. `is_cut`: there may
    be older matches. `is_partial`: a word matches more customers than those whose cases were
    searched. `drops_words`: the search has more words than are used. `words_by_term` has, for each
    term, the words of which one shows that it was found. `corrections` has, by misspelled word,
    the words that were searched for in its place.
    """

    cases: QuerySet[Case]
    count: CappedCount | None = None
    words_by_term: Sequence[Sequence[str]] = ()
    is_cut: bool = False
    is_partial: bool = False
    drops_words: bool = False
    corrections: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """All words to mark in what is shown."""
        return tuple(dict.fromkeys(chain.from_iterable(self.words_by_term)))


def search_cases(cases: QuerySet[Case], text: str) -> SearchResult:
    """Return those of sorted `cases` in which each word of `text` is found somewhere.

    A word is found where another one begins with it, and in titles, names and the like also
    within others. Where nothing at all is found, misspelled words are corrected. A number finds
    the case with it. Takes at most twelve statements.
    """
    terms = read_terms(text)
    if not terms:
        return SearchResult(cases.none(), CappedCount(0, 0))
    wanted, is_partial = _with_customers([term.condition for term in terms])
    hits = find_hits(cases, wanted)
    corrections = find_corrections(terms) if hits.are_none else {}
    if corrections:
        wanted, is_partial = _with_customers([term.corrected(corrections) for term in terms])
        hits = find_hits(cases, wanted)
    found, is_cut = newest_of(cases.order_by("-pk"), wanted, hits)
    has_more = is_cut and bool(found)
    count = CappedCount(len(found) + has_more, len(found))
    drops_words = has_more_terms(text)
    return SearchResult(
        cases.filter(pk__in=backend().each(found)),
        count=count,
        words_by_term=list(
            dict.fromkeys(words for term in terms for words in term.shown_by(corrections))
        ),
        is_cut=is_cut,
        is_partial=is_partial,
        drops_words=drops_words,
        corrections=corrections,
    )


def _with_customers(conditions: Sequence[Condition]) -> tuple[Condition, bool]:
    """Return the conditions together, each also fulfilled by a customer whose values match it.

    And whether there are more such customers than it names.
    """
    rows = backend().matching.format(index=CUSTOMER_WORDS, limit=MOST_CUSTOMERS + 1)
    hits: list[list[Condition]] = [[] for _ in conditions]
    queries = [
        (_NUMBERED.format(number=number, rows=rows), [backend().write_condition(condition)])
        for number, condition in enumerate(conditions)
    ]
    for number, key in fetch_union(queries):
        hits[number].append(Word(customer_word(key)))
    pairs = zip(conditions, hits, strict=True)
    wanted = (Either((condition, *found[:MOST_CUSTOMERS])) for condition, found in pairs)
    return Every(tuple(wanted)), max(map(len, hits)) > MOST_CUSTOMERS
