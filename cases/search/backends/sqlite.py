"""SQLite: words in a table of FTS5, which is quick with common words and with rare ones."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import BooleanField, F, Func, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import Exact

from cases.search.backends.base import COUNTED_WORDS, Backend, Hits, WordIndex
from cases.search.backends.statements import fetch_keys
from cases.search.query import Condition, Word

RECENT_HITS = 1_000
"""How many of the newest hits it takes, for a list that has only some of the rows."""

_LISTED = (
    "SELECT listed.id FROM ({rows}) AS listed WHERE listed.id IN (SELECT rowid"
    " FROM cases_casesearch_fts WHERE cases_casesearch_fts MATCH %s) LIMIT {limit}"
)
_COUNTS = (
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM cases_casesearch_fts"
    " WHERE cases_casesearch_fts MATCH v.value LIMIT {limit})) FROM json_each(%s) AS v"
    " ORDER BY v.key"
)


class _ListContains(Func):
    """Whether a JSON list holds a string."""

    template = "EXISTS (SELECT 1 FROM json_each(%(expressions)s)"
    arg_joiner = ") WHERE value = "
    output_field = BooleanField()


class SQLite(Backend):
    """SQLite 3.38 and later, with FTS5."""

    conjunction, disjunction = " AND ", " OR "
    words_type = "text"
    words_placeholder = "%s"
    matching = (
        "SELECT c.{index.key} AS key FROM (SELECT rowid AS place FROM {index.table}_fts"
        " WHERE {index.table}_fts MATCH %s ORDER BY rowid DESC LIMIT {limit}) AS f"
        " CROSS JOIN {index.table} AS c ON c.{index.order} = f.place"
    )
    contains = "instr({column}, %s) > 0"
    # Compares without LIKE, whose index SQLite can't use and whose case it doesn't mind.
    begins_with = "{column} >= %s AND {column} < %s"
    ids_from = "SELECT id FROM {table} WHERE id >= %s AND id < %s ORDER BY id LIMIT {limit}"
    median_seconds = (
        "WITH closings AS ({rows}), times AS ("
        "SELECT (julianday(closed_at) - julianday(created)) * 86400 AS taken FROM closings)"
        " SELECT taken FROM times ORDER BY taken LIMIT 1"
        " OFFSET (SELECT (COUNT(*) - 1) / 2 FROM times)"
    )

    def each(self, keys: Sequence[int]) -> RawSQL:
        """Return a JSON list of the numbers."""
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(keys))])

    def stored_words(self, words: Collection[str]) -> str:
        """Return a text that FTS5 divides at spaces."""
        return " ".join(words)

    def write_word(self, word: Word) -> str:
        """Return a string of FTS5."""
        return f'"{word.text}"{"*" if word.is_prefix else ""}'

    def newest_hits(self, index: WordIndex, wanted: Condition, limit: int) -> Hits:
        """Return them in the order in which FTS5 has them."""
        sql = self.matching.format(index=index, limit=limit)
        keys = fetch_keys(sql, self.write_condition(wanted))
        return Hits(keys, are_all=len(keys) < limit)

    def some_hits(self, index: WordIndex, wanted: Condition) -> Hits:
        """Return the newest of them."""
        return self.newest_hits(index, wanted, RECENT_HITS)

    def first_of(
        self, rows: str, values: Sequence[Any], wanted: Condition, limit: int
    ) -> list[int]:
        """Return those among all that match."""
        sql = _LISTED.format(rows=rows, limit=limit)
        return fetch_keys(sql, *values, self.write_condition(wanted))

    def count_words(self, conditions: Sequence[Word]) -> list[int]:
        """Return the counts."""
        queries = json.dumps([self.write_word(word) for word in conditions])
        return fetch_keys(_COUNTS.format(limit=COUNTED_WORDS), queries)

    def commonest_words(self) -> set[str]:
        """Return none: counting stops at the bound."""
        return set()

    def list_contains(self, column: str, value: str) -> Any:
        """Return a condition that reads each list."""
        return _ListContains(F(column), Value(value))

    def key_equals(self, column: str, key: str, value: str) -> Any:
        """Return a condition that reads each object."""
        # Not by a keyword: a name with two underscores would read as a path.
        return Exact(KeyTextTransform(key, column), Value(value))

    def grams_source(self, property_name: str, grams: Sequence[str]) -> tuple[str, str, Any]:
        """Return the table of FTS5 beside that of values."""
        source = "cases_customervalue_fts f CROSS JOIN cases_customervalue v ON v.id = f.rowid"
        quoted = ('"{}"'.format(gram.replace('"', '""')) for gram in grams)
        return source, "f.cases_customervalue_fts MATCH %s", " AND ".join(quoted)
