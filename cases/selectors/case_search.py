"""Search for cases, answered from the words of `CaseSearch` and `CustomerSearch`.

Few hits are taken as they are. Of many, PostgreSQL reads the cases in the order of the list and
looks at the words of each, so that a common word costs no more than a rare one; FTS5 is quick with
many. Both give the same answer where there are few.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from cases.models import Case
from cases.properties.search_terms import (
    Condition,
    Either,
    Every,
    Term,
    Word,
    meant,
    misspellings,
    read_terms,
)
from cases.properties.words import customer_word
from cases.selectors.rows import fetch_rows, fetch_union

FOUND_CASES = 1_000
"""How many cases a search finds; who looks for an older one adds a word."""

FEW = 20_000
"""Up to how many hits PostgreSQL sorts; of more it reads the list instead."""

READ_CASES = 50_000
"""How far down the list it reads then."""

MOST_CUSTOMERS = 500
"""Of how many customers with a word in their values the cases are found."""

_MOST_CORRECTIONS = 3
_COUNTED = 100

# A materialised query is planned for all its rows: the limit tempts no planner into a scan.
_HITS = {
    "postgresql": (
        "WITH hits AS MATERIALIZED (SELECT case_id FROM cases_casesearch"
        " WHERE words @@ %s::tsquery) SELECT case_id FROM hits LIMIT {limit}"
    ),
    "sqlite": (
        "SELECT rowid FROM cases_casesearch_fts WHERE cases_casesearch_fts MATCH %s LIMIT {limit}"
    ),
}
_CUSTOMERS = {
    "postgresql": (
        "WITH hits AS MATERIALIZED (SELECT customer_id FROM cases_customersearch"
        " WHERE words @@ %s::tsquery) SELECT {number} AS number, customer_id"
        " FROM hits LIMIT {limit}"
    ),
    "sqlite": (
        "SELECT {number} AS number, c.customer_id FROM cases_customersearch_fts f"
        " CROSS JOIN cases_customersearch c ON c.id = f.rowid"
        " WHERE f.cases_customersearch_fts MATCH %s LIMIT {limit}"
    ),
}
_COUNTS = {
    "postgresql": (
        "SELECT v.number, ("
        " WITH hits AS MATERIALIZED ("
        "  SELECT 1 FROM cases_casesearch WHERE words @@ v.query::tsquery)"
        " SELECT count(*) FROM (SELECT 1 FROM hits LIMIT {limit}) AS counted)"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS v (query, number)"
    ),
    "sqlite": (
        "SELECT v.key + 1, (SELECT count(*) FROM (SELECT 1 FROM cases_casesearch_fts"
        " WHERE cases_casesearch_fts MATCH v.value LIMIT {limit})) FROM json_each(%s) AS v"
    ),
}
# Asked for by its key, a row's words are read without the index of all words.
_NEWEST = (
    "SELECT listed.id FROM ({cases}) AS listed WHERE (SELECT s.words FROM cases_casesearch s"
    " WHERE s.case_id = listed.id) @@ %s::tsquery LIMIT {limit}"
)
_MATCHING = "SELECT rowid FROM cases_casesearch_fts WHERE cases_casesearch_fts MATCH %s"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: at most `FOUND_CASES` of the cases that were searched, in their order.

    `words` are those to mark in what is shown. `instead` names the words that were found in place
    of a misspelled one.
    """

    cases: QuerySet[Case]
    words: tuple[str, ...] = ()
    instead: Mapping[str, Sequence[str]] = field(default_factory=dict)


def search_cases(cases: QuerySet[Case], text: str) -> Found:
    """Return those of sorted `cases` in which each word of `text` is found somewhere.

    A word is found where another one begins with it, and in titles, names and the like also
    within others. Where nothing at all is found, misspelled words are corrected. A number finds
    the case with it. Takes at most five statements.
    """
    terms = read_terms(text)
    if not terms:
        return Found(cases.none())
    words = tuple(dict.fromkeys(word for term in terms for word in (*term.tokens, term.joined)))
    words = tuple(filter(None, words))
    wanted = _with_customers([term.condition for term in terms])
    hits = _hits(wanted)
    if hits:
        return Found(_among(cases, wanted, hits), words)
    instead = _corrections(terms)
    if not instead:
        return Found(cases.none(), words)
    wanted = _with_customers([term.corrected(instead) for term in terms])
    others = tuple(word for found in instead.values() for word in found)
    return Found(_among(cases, wanted, _hits(wanted)), (*words, *others), instead)


def _among(cases: QuerySet[Case], wanted: Condition, hits: Collection[int]) -> QuerySet[Case]:
    """Return the first of `cases` that match; `hits` are all that do, or more than can be sorted."""
    if len(hits) > FOUND_CASES:
        if connection.vendor == "sqlite":
            matching = RawSQL(_MATCHING, [_write(wanted)])  # noqa: S611 - a constant
            hits = _first(cases, matching)
        elif len(hits) > FEW:
            hits = _newest(cases, wanted)
        else:
            # One array instead of thousands of parameters.
            hits = _first(cases, RawSQL("SELECT unnest(%s::bigint[])", [list(hits)]))
    return cases.filter(pk__in=hits)


def _hits(wanted: Condition) -> list[int]:
    limit = FEW + 1 if connection.vendor == "postgresql" else FOUND_CASES + 1
    sql = _HITS[connection.vendor].format(limit=limit)
    return [key for (key,) in fetch_rows((sql, [_write(wanted)]))]


def _first(cases: QuerySet[Case], keys: RawSQL) -> list[int]:
    """Return the first of the hits in the order of `cases`."""
    return list(cases.filter(pk__in=keys).values_list("pk", flat=True)[:FOUND_CASES])


def _newest(cases: QuerySet[Case], wanted: Condition) -> list[int]:
    """Return the first cases that match, read one after the other in their order."""
    inner, values = cases.values("id")[:READ_CASES].query.sql_with_params()
    # The statement is the ORM's, with its placeholders.
    sql = _NEWEST.format(cases=inner, limit=FOUND_CASES)
    return [key for (key,) in fetch_rows((sql, [*values, _write(wanted)]))]


def _with_customers(conditions: Sequence[Condition]) -> Condition:
    """Return the conditions together, each also fulfilled by a customer whose values match it."""
    sql = _CUSTOMERS[connection.vendor]
    hits: list[list[Condition]] = [[] for _ in conditions]
    queries = [
        (sql.format(number=number, limit=MOST_CUSTOMERS), [_write(condition)])
        for number, condition in enumerate(conditions)
    ]
    for number, key in fetch_union(queries):
        hits[number].append(Word(customer_word(key)))
    pairs = zip(conditions, hits, strict=True)
    return Every(tuple(Either((condition, *found)) for condition, found in pairs))


def _corrections(terms: Sequence[Term]) -> dict[str, list[str]]:
    """Return, by misspelled token, the words that were probably meant, the likeliest first."""
    tokens = dict.fromkeys(token for term in terms for token in term.tokens)
    candidates = [
        (token, word, likely) for token in tokens for word, likely in misspellings(token).items()
    ]
    if not candidates:
        return {}
    queries = [_write(meant(word)) for _, word, _ in candidates]
    is_sqlite = connection.vendor == "sqlite"
    sql = _COUNTS[connection.vendor].format(limit=_COUNTED)
    rows = fetch_rows((sql, [json.dumps(queries) if is_sqlite else queries]))
    ranked: dict[str, list[tuple[Any, ...]]] = {}
    for number, count in rows:
        token, word, likely = candidates[number - 1]
        if count:
            ranked.setdefault(token, []).append((likely, -count, word))
    return {
        token: [word for _, _, word in sorted(found)[:_MOST_CORRECTIONS]]
        for token, found in ranked.items()
    }


def _write(condition: Condition) -> str:
    """Return a condition in the words of the database: a tsquery, or one of FTS5."""
    if isinstance(condition, Word):
        if connection.vendor == "postgresql":
            return f"'{condition.text}'{':*' if condition.is_prefix else ''}"
        return f'"{condition.text}"{"*" if condition.is_prefix else ""}'
    signs = (" & ", " | ") if connection.vendor == "postgresql" else (" AND ", " OR ")
    sign = signs[isinstance(condition, Either)]
    return f"({sign.join(map(_write, condition.of))})"
