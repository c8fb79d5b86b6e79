"""Reads of a whole list, in chunks: constant memory and no deep offset, however long it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

CHUNK = 1_000
"""How many rows one query reads."""

ORDERED_ROWS = 10_000
"""How many rows are read in the list's own order; a longer list comes newest first."""


@dataclass(frozen=True, slots=True)
class WholeList:
    """All rows of a list: how many there were when it was opened, and the rows in chunks."""

    total: int
    chunks: Iterator[list[Any]]


def read_whole_list(queryset: QuerySet[Any]) -> WholeList:
    """Open a list. `chunks` reads as it is used, `CHUNK` rows with each query.

    A row that changes place meanwhile is neither missed nor repeated: the rows are walked by key.
    """
    keys = list(queryset.values_list("pk", flat=True)[: ORDERED_ROWS + 1])
    if len(keys) <= ORDERED_ROWS:
        return WholeList(len(keys), _in_order(queryset, keys))
    return WholeList(queryset.order_by().count(), _newest_first(queryset))


def _in_order(queryset: QuerySet[Any], keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), CHUNK):
        wanted = keys[start : start + CHUNK]
        found = {row.pk: row for row in queryset.order_by().filter(pk__in=wanted)}
        yield [found[key] for key in wanted if key in found]


def _newest_first(queryset: QuerySet[Any]) -> Iterator[list[Any]]:
    rows = queryset.order_by("-pk")
    chunk = list(rows[:CHUNK])
    while chunk:
        yield chunk
        chunk = list(rows.filter(pk__lt=chunk[-1].pk)[:CHUNK]) if len(chunk) == CHUNK else []
