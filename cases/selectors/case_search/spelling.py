"""What the words of a search were probably meant to be, where nothing at all has them."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from cases.search.query import Term, meant, misspellings
from cases.selectors.rows import fetch_rows, write_condition

_MOST_CORRECTIONS = 3
_COUNTED = 100
_SURELY_COUNTED = 10 * _COUNTED

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
# Counting a common word would read its whole list of cases; PostgreSQL's statistics name those that
# are in far more cases than are counted.
_COMMONEST = (
    "SELECT known.word FROM pg_stats, pg_class,"
    " unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known (word, share)"
    " WHERE schemaname = current_schema() AND tablename = 'cases_casesearch'"
    " AND attname = 'words' AND pg_class.oid = 'cases_casesearch'::regclass"
    " AND known.word IS NOT NULL AND known.share * reltuples > {limit}"
)


def find_corrections(terms: Sequence[Term]) -> dict[str, list[str]]:
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
    is_sqlite = connection.vendor == "sqlite"
    common = set() if is_sqlite else _commonest().intersection(words)
    counted = sorted(set(words) - common)
    queries = [write_condition(meant(word)) for word in counted]
    sql = _COUNTS[connection.vendor].format(limit=_COUNTED)
    rows = fetch_rows((sql, [json.dumps(queries) if is_sqlite else queries]))
    return dict.fromkeys(common, _COUNTED) | {counted[n - 1]: count for n, count in rows}


def _commonest() -> set[str]:
    return {word for (word,) in fetch_rows((_COMMONEST.format(limit=_SURELY_COUNTED), []))}
