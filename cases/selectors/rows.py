"""What the ORM has no words for: plain rows, whole lists of keys, conditions on words."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from cases.search.query import Condition, Either, Word

Query = tuple[str, Sequence[Any]]
"""A SELECT with `%s` for each value, and the values."""

_EACH = {
    "postgresql": "SELECT unnest(%s::bigint[])",
    "sqlite": "SELECT value FROM json_each(%s)",
}
_PART = "SELECT * FROM ({query}) AS part{number}"


def fetch_union(queries: Sequence[Query]) -> list[tuple[Any, ...]]:
    """Return the rows of all `queries`, each of which may have a LIMIT, in one statement."""
    if not queries:
        return []
    parts = (_PART.format(query=query, number=n) for n, (query, _) in enumerate(queries))
    sql = " UNION ALL ".join(parts)
    return fetch_rows((sql, [value for _, values in queries for value in values]))


def fetch_rows(query: Query) -> list[tuple[Any, ...]]:
    """Return the rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(*query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def each(keys: Sequence[int]) -> RawSQL:
    """Return whole numbers for a condition with `__in`, as one value however many there are.

    A thousand values of their own take longer to write into a statement than to find.
    """
    value = json.dumps(keys) if connection.vendor == "sqlite" else keys
    return RawSQL(_EACH[connection.vendor], [value])  # noqa: S611 - a value of the statement


def write_condition(condition: Condition) -> str:
    """Return a condition in the words of the database: a tsquery, or one of FTS5."""
    if isinstance(condition, Word):
        if connection.vendor == "postgresql":
            return f"'{condition.text}'{':*' if condition.is_prefix else ''}"
        return f'"{condition.text}"{"*" if condition.is_prefix else ""}'
    signs = (" & ", " | ") if connection.vendor == "postgresql" else (" AND ", " OR ")
    sign = signs[isinstance(condition, Either)]
    return f"({sign.join(map(write_condition, condition.of))})"
