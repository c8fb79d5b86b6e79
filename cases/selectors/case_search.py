"""Search for cases, answered from the words of `CaseSearch` and `CustomerSearch`.

Finds the newest cases that match. PostgreSQL looks at the words of the newest cases first, so that
a common word costs the same however many cases there are; a rare one is looked up in the index.
FTS5 is quick with both. Both give the same answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from cases.models import Case
from cases.properties.search_terms import (
    Condition,
    Either,
    Every,
    Word,
    has_more_terms,
    read_terms,
)
from cases.properties.words import customer_word
from cases.selectors.corrections import find_corrections
from cases.selectors.counts import CappedCount
from cases.selectors.rows import each, fetch_rows, fetch_union, write_condition

FOUND_CASES = 500
"""How many cases a search finds, the newest; who looks for an older one adds a word."""

SAMPLE = 5_000
"""In how many of the newest cases PostgreSQL looks first, to know how common a word is."""

COMMON = 35
"""With so many hits among those, reading on takes less time than the index."""

FEW = 10_000
"""How many hits of the index it takes; with more, the word is too common as well."""

RECENT_CASES = 25_000
"""How many of the newest cases it reads for a common word."""

READ_CASES = 50_000
"""How far down a list that leaves cases out it reads where those have too few of it."""

RECENT_HITS = 1_000
"""How many hits among the newest cases it takes, for a list that has only some of the cases."""

MOST_CUSTOMERS = 500
"""Of how many customers with a word in their values the cases are found: the last written."""

# The newest rows lie together: reading them all is quicker than finding many by the index.
_RECENT = (
    "SELECT case_id FROM (SELECT case_id, words FROM cases_casesearch"
    " ORDER BY case_id DESC LIMIT {cases}) AS recent WHERE words @@ %s::tsquery"
    " ORDER BY case_id DESC LIMIT {limit}"
)
# A materialised query is planned for all its rows: the limit tempts no planner into a scan.
_INDEXED = (
    "WITH hits AS MATERIALIZED (SELECT case_id FROM cases_casesearch"
    " WHERE words @@ %s::tsquery) SELECT case_id FROM hits LIMIT {limit}"
)
_MATCHING = (
    "SELECT rowid FROM cases_casesearch_fts WHERE cases_casesearch_fts MATCH %s"
    " ORDER BY rowid DESC LIMIT {limit}"
)
_CUSTOMERS = {
    "postgresql": (
        "WITH hits AS MATERIALIZED (SELECT id, customer_id FROM cases_customersearch"
        " WHERE words @@ %s::tsquery) SELECT {number} AS number, customer_id"
        " FROM hits ORDER BY id DESC LIMIT {limit}"
    ),
    "sqlite": (
        "SELECT {number} AS number, c.customer_id FROM cases_customersearch_fts f"
        " CROSS JOIN cases_customersearch c ON c.id = f.rowid"
        " WHERE f.cases_customersearch_fts MATCH %s ORDER BY f.rowid DESC LIMIT {limit}"
    ),
}
# Asked for by its key, a row's words are read without the index of all words.
_LISTED = {
    "postgresql": (
        "SELECT listed.id FROM ({cases}) AS listed WHERE (SELECT s.words FROM cases_casesearch s"
        " WHERE s.case_id = listed.id) @@ %s::tsquery LIMIT {limit}"
    ),
    "sqlite": (
        "SELECT listed.id FROM ({cases}) AS listed WHERE listed.id IN (SELECT rowid"
        " FROM cases_casesearch_fts WHERE cases_casesearch_fts MATCH %s) LIMIT {limit}"
    ),
}


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


@dataclass(frozen=True, slots=True)
class _Hits:
    """Cases that match, whether or not the list has them: all there are, or the newest."""

    ids: list[int]
    are_all: bool


def search_cases(cases: QuerySet[Case], text: str) -> Found:
    """Return those of sorted `cases` in which each word of `text` is found somewhere.

    A word is found where another one begins with it, and in titles, names and the like also
    within others. Where nothing at all is found, misspelled words are corrected. A number finds
    the case with it. Takes at most twelve statements.
    """
    terms = read_terms(text)
    if not terms:
        return Found(cases.none(), CappedCount(0, 0))
    enough = RECENT_HITS if _is_narrowed(cases) else FOUND_CASES + 1
    wanted, is_part = _with_customers([term.condition for term in terms])
    hits = _hits(wanted, enough)
    instead = {} if hits.ids or not hits.are_all else find_corrections(terms)
    if instead:
        wanted, is_part = _with_customers([term.corrected(instead) for term in terms])
        hits = _hits(wanted, enough)
    found, is_cut = _newest(cases.order_by("-pk"), wanted, hits)
    count = CappedCount(len(found) + is_cut, len(found))
    is_short = has_more_terms(text)
    return Found(
        cases.filter(pk__in=each(found)),
        count=count,
        sought=[words for term in terms for words in term.shown_by(instead)],
        is_cut=is_cut,
        is_part=is_part,
        is_short=is_short,
        instead=instead,
    )


def _is_narrowed(cases: QuerySet[Case]) -> bool:
    """Tell whether a list leaves cases out, so that some of the newest hits may not be in it."""
    return bool(cases.query.where)


def _hits(wanted: Condition, enough: int) -> _Hits:
    if connection.vendor == "sqlite":
        ids = _keys(_MATCHING.format(limit=enough), wanted)
        return _Hits(ids, are_all=len(ids) < enough)
    if len(_keys(_RECENT.format(cases=SAMPLE, limit=COMMON), wanted)) < COMMON:
        ids = _keys(_INDEXED.format(limit=FEW + 1), wanted)
        if len(ids) <= FEW:
            return _Hits(ids, are_all=True)
    recent = _keys(_RECENT.format(cases=RECENT_CASES, limit=enough), wanted)
    return _Hits(recent, are_all=False)


def _newest(cases: QuerySet[Case], wanted: Condition, hits: _Hits) -> tuple[list[int], bool]:
    """Return the first of `cases` that match, and whether there may be more."""
    if not hits.ids and hits.are_all:
        return [], False
    hit = cases.filter(pk__in=each(hits.ids)).values_list("pk", flat=True)
    found = list(hit[: FOUND_CASES + 1])
    is_read = hits.are_all
    if len(found) <= FOUND_CASES and not is_read:
        depth = RECENT_CASES
        if _is_narrowed(cases):
            found, depth = _listed(cases, wanted), READ_CASES
        is_read = not cases[depth:].exists()
    return found[:FOUND_CASES], len(found) > FOUND_CASES or not is_read


def _listed(cases: QuerySet[Case], wanted: Condition) -> list[int]:
    """Return the first of `cases` that match, one more than are found at most."""
    inner, values = cases.values("id")[:READ_CASES].query.sql_with_params()
    # The statement is the ORM's, with its placeholders.
    sql = _LISTED[connection.vendor].format(cases=inner, limit=FOUND_CASES + 1)
    return _keys(sql, wanted, values)


def _keys(sql: str, wanted: Condition, values: Sequence[Any] = ()) -> list[int]:
    return [key for (key,) in fetch_rows((sql, [*values, write_condition(wanted)]))]


def _with_customers(conditions: Sequence[Condition]) -> tuple[Condition, bool]:
    """Return the conditions together, each also fulfilled by a customer whose values match it.

    And whether there are more such customers than it names.
    """
    sql = _CUSTOMERS[connection.vendor]
    hits: list[list[Condition]] = [[] for _ in conditions]
    queries = [
        (sql.format(number=number, limit=MOST_CUSTOMERS + 1), [write_condition(condition)])
        for number, condition in enumerate(conditions)
    ]
    for number, key in fetch_union(queries):
        hits[number].append(Word(customer_word(key)))
    pairs = zip(conditions, hits, strict=True)
    wanted = (Either((condition, *found[:MOST_CUSTOMERS])) for condition, found in pairs)
    return Every(tuple(wanted)), max(map(len, hits)) > MOST_CUSTOMERS
