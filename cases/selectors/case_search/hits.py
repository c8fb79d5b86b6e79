"""Which cases of a list have the words of a search, the newest first.

Of a list of all cases both databases find the same.
"""

from django.db.models import QuerySet

from cases.models import Case
from cases.search.backends import backend
from cases.search.backends.base import CASE_WORDS, Hits
from cases.search.query import Condition

FOUND_CASES = 500
"""How many cases a search finds, the newest; who looks for an older one adds a word."""

READ_CASES = 50_000
"""How far down a list that leaves cases out it reads, where the newest hits have too few of it."""


def find_hits(cases: QuerySet[Case], wanted: Condition) -> Hits:
    """Return the newest cases that match, as many as a list of `cases` may need."""
    if _is_narrowed(cases):
        return backend().some_hits(CASE_WORDS, wanted)
    return backend().newest_hits(CASE_WORDS, wanted, FOUND_CASES + 1)


def newest_of(cases: QuerySet[Case], wanted: Condition, hits: Hits) -> tuple[list[int], bool]:
    """Return the first of `cases` that match, and whether there may be more."""
    if hits.are_none:
        return [], False
    hit = cases.filter(pk__in=backend().each(hits.keys)).values_list("pk", flat=True)
    found = list(hit[: FOUND_CASES + 1])
    is_read = hits.are_all
    if len(found) <= FOUND_CASES and not is_read:
        rows, values = cases.values("id")[:READ_CASES].query.sql_with_params()
        found = backend().first_of(rows, values, wanted, FOUND_CASES + 1)
        is_read = not cases[READ_CASES:].exists()
    return found[:FOUND_CASES], len(found) > FOUND_CASES or not is_read


def _is_narrowed(cases: QuerySet[Case]) -> bool:
    """Tell whether a list leaves cases out, so that some of the newest hits may not be in it."""
    return bool(cases.query.where)
