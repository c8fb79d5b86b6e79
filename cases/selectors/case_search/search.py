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
class Found:
    """What a search found: the newest of the cases that were searched, in their order.

    `count` is how many of a search there are, None where nothing was searched for. `is_cut` where
    there may be older ones, `is_part` where a word has more customers than those whose cases are
    found, `is_short` where the search has more words than are looked for. `sought` has, for each word
    that was looked for, those of which one shows that it was found. `instead` names the words that
    were found in place of a misspelled one.
    """

    cases: QuerySet[Case]
    count: CappedCount | None = None
    sought: Sequence[Sequence[str]] = ()
    is_cut: bool = False
    is_part: bool = False
    is_short: bool = False
    instead: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """All words to mark in what is shown."""
        return tuple(dict.fromkeys(chain.from_iterable(self.sought)))


def search_cases(cases: QuerySet[Case], text: str) -> Found:
    """Return those of sorted `cases` in which each word of `text` is found somewhere.

    A word is found where another one begins with it, and in titles, names and the like also
    within others. Where nothing at all is found, misspelled words are corrected. A number finds
    the case with it. Takes at most twelve statements.
    """
    terms = read_terms(text)
    if not terms:
        return Found(cases.none(), CappedCount(0, 0))
    wanted, is_part = _with_customers([term.condition for term in terms])
    hits = find_hits(cases, wanted)
    instead = find_corrections(terms) if hits.are_none else {}
    if instead:
        wanted, is_part = _with_customers([term.corrected(instead) for term in terms])
        hits = find_hits(cases, wanted)
    found, is_cut = newest_of(cases.order_by("-pk"), wanted, hits)
    has_more = is_cut and bool(found)
    count = CappedCount(len(found) + has_more, len(found))
    is_short = has_more_terms(text)
    return Found(
        cases.filter(pk__in=backend().each(found)),
        count=count,
        sought=list(dict.fromkeys(words for term in terms for words in term.shown_by(instead))),
        is_cut=is_cut,
        is_part=is_part,
        is_short=is_short,
        instead=instead,
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
