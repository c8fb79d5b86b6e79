"""PostgreSQL: words as a tsvector with a GIN index.

It looks at the words of the newest rows first, so that a common word costs the same however many
rows there are; a rare one is looked up in the index.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q
from django.db.models.expressions import RawSQL

from cases.search.backends.base import COUNTED_WORDS, Backend, Hits, WordIndex
from cases.search.backends.statements import fetch_keys, fetch_rows
from cases.search.query import Condition, Word

SAMPLE = 5_000
"""In how many of the newest rows it looks first, to know how common a word is."""

COMMON = 35
"""With so many hits among those, reading on takes less time than the index."""

FEW = 10_000
"""How many hits of the index it takes; with more, the word is too common as well."""

RECENT_ROWS = 75_000
"""Among how many of the newest rows a word that is as common as that has enough hits."""

NARROWED_ROWS = 25_000
"""How many of the newest rows it reads for a list that leaves rows out."""

RECENT_HITS = 1_000
"""How many hits among the newest rows it takes, for a list that has only some of the rows."""

ALL_ROWS = 2**62
"""More than there are: a limit that keeps the planner from the index of words."""

# The newest rows lie together: reading them all is quicker than finding many by the index.
_RECENT = (
    "SELECT key FROM (SELECT {index.order} AS place, {index.key} AS key, words FROM {index.table}"
    " ORDER BY {index.order} DESC LIMIT {rows}) AS recent WHERE words @@ %s::tsquery"
    " ORDER BY place DESC LIMIT {limit}"
)
# A materialised query is planned for all its rows: the limit tempts no planner into a scan.
_INDEXED = (
    "WITH hits AS MATERIALIZED (SELECT {index.order} AS place, {index.key} AS key"
    " FROM {index.table} WHERE words @@ %s::tsquery) SELECT key FROM"
    " (SELECT place, key FROM hits LIMIT {limit}) AS taken ORDER BY place DESC"
)
# Asked for by its key, a row's words are read without the index of all words.
_LISTED = (
    "SELECT listed.id FROM ({rows}) AS listed WHERE (SELECT s.words FROM cases_casesearch s"
    " WHERE s.case_id = listed.id) @@ %s::tsquery LIMIT {limit}"
)
_COUNTS = (
    "SELECT ("
    " WITH hits AS MATERIALIZED ("
    "  SELECT 1 FROM cases_casesearch WHERE words @@ v.query::tsquery)"
    " SELECT count(*) FROM (SELECT 1 FROM hits LIMIT {limit}) AS counted)"
    " FROM unnest(%s::text[]) WITH ORDINALITY AS v (query, number) ORDER BY v.number"
)
# Counting a common word would read its whole list of cases; the statistics name those that are in
# far more cases than are counted.
_COMMONEST = (
    "SELECT known.word FROM pg_stats, pg_class,"
    " unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known (word, share)"
    " WHERE schemaname = current_schema() AND tablename = 'cases_casesearch'"
    " AND attname = 'words' AND pg_class.oid = 'cases_casesearch'::regclass"
    " AND known.word IS NOT NULL AND known.share * reltuples > {limit}"
)
_SURELY_COUNTED = 10 * COUNTED_WORDS


class PostgreSQL(Backend):
    """PostgreSQL 14 and later."""

    conjunction, disjunction = " & ", " | "
    words_type = "tsvector"
    words_placeholder = "array_to_tsvector(%s::text[])"
    matching = (
        "WITH hits AS MATERIALIZED (SELECT {index.order} AS place, {index.key} AS key"
        " FROM {index.table} WHERE words @@ %s::tsquery)"
        " SELECT key FROM hits ORDER BY place DESC LIMIT {limit}"
    )
    contains = "strpos({column}, %s) > 0"
    # Compares without LIKE, so that no character of the text has a meaning of its own.
    begins_with = "{column} ~>=~ %s AND {column} ~<~ %s"
    ids_from = (
        "SELECT id FROM {table} WHERE id ~>=~ %s AND id ~<~ %s ORDER BY id USING ~<~ LIMIT {limit}"
    )
    median_seconds = (
        "SELECT EXTRACT(EPOCH FROM"
        " percentile_disc(0.5) WITHIN GROUP (ORDER BY closed_at - created))"
        " FROM ({rows}) AS closings"
    )

    def each(self, keys: Sequence[int]) -> RawSQL:
        """Return an array of the numbers."""
        return RawSQL("SELECT unnest(%s::bigint[])", [keys])

    def stored_words(self, words: Collection[str]) -> list[str]:
        """Return an array."""
        return list(words)

    def write_word(self, word: Word) -> str:
        """Return a lexeme of a tsquery."""
        return f"'{word.text}'{':*' if word.is_prefix else ''}"

    def newest_hits(self, index: WordIndex, wanted: Condition, limit: int) -> Hits:
        """Return them from the newest rows where the word is common, else from the index."""
        condition = self.write_condition(wanted)
        if _is_common(index, condition):
            recent = _recent(index, condition, RECENT_ROWS, limit)
            if len(recent) >= limit:
                return Hits(recent, are_all=False)
        hits = _indexed(index, condition)
        if hits.are_all:
            return hits
        # Many rows have it, but hardly any of late.
        keys = _recent(index, condition, ALL_ROWS, limit)
        return Hits(keys, are_all=len(keys) < limit)

    def some_hits(self, index: WordIndex, wanted: Condition) -> Hits:
        """Return all where the word is rare, else those among the newest rows."""
        condition = self.write_condition(wanted)
        if not _is_common(index, condition) and (hits := _indexed(index, condition)).are_all:
            return hits
        return Hits(_recent(index, condition, NARROWED_ROWS, RECENT_HITS), are_all=False)

    def first_of(
        self, rows: str, values: Sequence[Any], wanted: Condition, limit: int
    ) -> list[int]:
        """Return them by reading the words of each row in turn."""
        # The statement is the ORM's, with its placeholders.
        sql = _LISTED.format(rows=rows, limit=limit)
        return fetch_keys(sql, *values, self.write_condition(wanted))

    def count_words(self, conditions: Sequence[Word]) -> list[int]:
        """Return the counts."""
        queries = [self.write_word(word) for word in conditions]
        return [count for (count,) in fetch_rows((_COUNTS.format(limit=COUNTED_WORDS), [queries]))]

    def commonest_words(self) -> set[str]:
        """Return those of the table's statistics."""
        return set(fetch_keys(_COMMONEST.format(limit=_SURELY_COUNTED)))

    def list_contains(self, column: str, value: str) -> Q:
        """Return a condition that has an index."""
        return Q(**{f"{column}__contains": [value]})

    def key_equals(self, column: str, key: str, value: str) -> Q:
        """Return a condition that has an index."""
        return Q(**{f"{column}__contains": {key: value}})

    def grams_source(self, property_name: str, grams: Sequence[str]) -> tuple[str, str, Any]:
        """Return the table of values with the condition of its GIN index."""
        condition = "cases_trigrams(v.property, v.value) @> %s"
        return "cases_customervalue v", condition, [f"{property_name}:{gram}" for gram in grams]


def _is_common(index: WordIndex, condition: str) -> bool:
    return len(_recent(index, condition, SAMPLE, COMMON)) >= COMMON


def _recent(index: WordIndex, condition: str, rows: int, limit: int) -> list[Any]:
    return fetch_keys(_RECENT.format(index=index, rows=rows, limit=limit), condition)


def _indexed(index: WordIndex, condition: str) -> Hits:
    keys = fetch_keys(_INDEXED.format(index=index, limit=FEW + 1), condition)
    return Hits(keys, are_all=len(keys) <= FEW)
