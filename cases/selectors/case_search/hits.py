"""Which cases have the words of a search, the newest first.

PostgreSQL looks at the words of the newest cases first, so that a common word costs the same however
many cases there are; a rare one is looked up in the index. FTS5 is quick with both. Of a list of all
cases both find the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from cases.models import Case
from cases.search.query import Condition
from cases.selectors.rows import each, fetch_rows, write_condition

FOUND_CASES = 500
"""How many cases a search finds, the newest; who looks for an older one adds a word."""

SAMPLE = 5_000
"""In how many of the newest cases PostgreSQL looks first, to know how common a word is."""

COMMON = 35
"""With so many hits among those, reading on takes less time than the index."""

FEW = 10_000
"""How many hits of the index it takes; with more, the word is too common as well."""

RECENT_CASES = 75_000
"""Among how many of the newest cases a word that is as common as that has `FOUND_CASES`."""

NARROWED_CASES = 25_000
"""How many of the newest cases it reads for a list that leaves cases out."""

READ_CASES = 50_000
"""How far down such a list it reads where those have too few of it."""

ALL_CASES = 2**62
"""More than there are: a limit that keeps the planner from the index of words."""

RECENT_HITS = 1_000
"""How many hits among the newest cases it takes, for a list that has only some of the cases."""

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
class Hits:
    """Cases that match, whether or not a list has them: all there are, or the newest."""

    ids: list[int]
    are_all: bool

    @property
    def are_none(self) -> bool:
        """No case at all matches."""
        return self.are_all and not self.ids


def find_hits(cases: QuerySet[Case], wanted: Condition) -> Hits:
    """Return the newest cases that match, as many as a list of `cases` may need."""
    return _some_hits(wanted) if _is_narrowed(cases) else _newest_hits(wanted)


def newest_of(cases: QuerySet[Case], wanted: Condition, hits: Hits) -> tuple[list[int], bool]:
    """Return the first of `cases` that match, and whether there may be more."""
    if hits.are_none:
        return [], False
    hit = cases.filter(pk__in=each(hits.ids)).values_list("pk", flat=True)
    found = list(hit[: FOUND_CASES + 1])
    is_read = hits.are_all
    if len(found) <= FOUND_CASES and not is_read:
        found = _listed(cases, wanted)
        is_read = not cases[READ_CASES:].exists()
    return found[:FOUND_CASES], len(found) > FOUND_CASES or not is_read


def _newest_hits(wanted: Condition) -> Hits:
    """Return the newest cases that match, for a list of them all."""
    enough = FOUND_CASES + 1
    if connection.vendor == "sqlite":
        return _matching(wanted, enough)
    if _is_common(wanted):
        recent = _recent(wanted, RECENT_CASES, enough)
        if len(recent) >= enough:
            return Hits(recent, are_all=False)
    hits = _indexed(wanted)
    if hits.are_all:
        return hits
    # Many cases have it, but hardly any of late.
    ids = _recent(wanted, ALL_CASES, enough)
    return Hits(ids, are_all=len(ids) < enough)


def _some_hits(wanted: Condition) -> Hits:
    """Return cases that match, for a list that may leave any of them out: all, or the newest."""
    if connection.vendor == "sqlite":
        return _matching(wanted, RECENT_HITS)
    if not _is_common(wanted) and (hits := _indexed(wanted)).are_all:
        return hits
    return Hits(_recent(wanted, NARROWED_CASES, RECENT_HITS), are_all=False)


def _matching(wanted: Condition, enough: int) -> Hits:
    ids = _keys(_MATCHING.format(limit=enough), wanted)
    return Hits(ids, are_all=len(ids) < enough)


def _is_common(wanted: Condition) -> bool:
    return len(_recent(wanted, SAMPLE, COMMON)) >= COMMON


def _recent(wanted: Condition, cases: int, limit: int) -> list[int]:
    return _keys(_RECENT.format(cases=cases, limit=limit), wanted)


def _indexed(wanted: Condition) -> Hits:
    ids = _keys(_INDEXED.format(limit=FEW + 1), wanted)
    return Hits(ids, are_all=len(ids) <= FEW)


def _is_narrowed(cases: QuerySet[Case]) -> bool:
    """Tell whether a list leaves cases out, so that some of the newest hits may not be in it."""
    return bool(cases.query.where)


def _listed(cases: QuerySet[Case], wanted: Condition) -> list[int]:
    """Return the first of `cases` that match, one more than are found at most."""
    inner, values = cases.values("id")[:READ_CASES].query.sql_with_params()
    # The statement is the ORM's, with its placeholders.
    sql = _LISTED[connection.vendor].format(cases=inner, limit=FOUND_CASES + 1)
    return _keys(sql, wanted, values)


def _keys(sql: str, wanted: Condition, values: Sequence[Any] = ()) -> list[int]:
    return [key for (key,) in fetch_rows((sql, [*values, write_condition(wanted)]))]
