"""Statements that the ORM has no words for, and their rows."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

Query = tuple[str, Sequence[Any]]
"""A SELECT with `%s` for each value, and the values."""

_PART = "SELECT * FROM ({query}) AS part{number}"


def fetch_rows(query: Query) -> list[tuple[Any, ...]]:
    """Return the rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(*query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def fetch_keys(sql: str, *values: Any) -> list[Any]:
    """Return the one column of a query."""
    return [key for (key,) in fetch_rows((sql, values))]


def fetch_union(queries: Sequence[Query]) -> list[tuple[Any, ...]]:
    """Return the rows of all `queries`, each of which may have a LIMIT, in one statement."""
    if not queries:
        return []
    parts = (_PART.format(query=query, number=n) for n, (query, _) in enumerate(queries))
    sql = " UNION ALL ".join(parts)
    return fetch_rows((sql, [value for _, values in queries for value in values]))
