"""Counts that stay cheap however many rows there are: they stop at a limit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import IntegerField, Model, OuterRef, QuerySet, Subquery

from cases.search.backends.statements import fetch_rows

Key = TypeVar("Key")

ROW_LIMIT = 1_000
"""How far the counts in the rows of a list go."""


@dataclass(frozen=True, slots=True)
class CappedCount:
    """A number of rows, exact up to `limit`; `str()` gives `12` or `1,000+`."""

    value: int
    limit: int

    def __bool__(self) -> bool:
        return self.value > 0

    def __str__(self) -> str:
        return f"{self.limit:,}+" if self.value > self.limit else f"{self.value:,}"


class _CountOf(Subquery):
    """The number of rows of a subquery, for each row of the outer query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


def count_up_to(queryset: QuerySet[Any], limit: int) -> CappedCount:
    """Count the rows of a queryset in one query that reads at most `limit` + 1 of them."""
    return CappedCount(queryset.order_by()[: limit + 1].count(), limit)


def count_related(
    owners: QuerySet[Any], keys: Collection[Any], related: type[Model], field: str
) -> dict[Any, CappedCount]:
    """Count, for each owner of a list's page, the `related` rows whose `field` is that owner.

    One query; it reads at most `ROW_LIMIT` + 1 rows for each owner.
    """
    rows = related._default_manager.filter(**{field: OuterRef("pk")}).order_by().values("pk")
    counted = owners.filter(pk__in=keys).order_by()
    counted = counted.annotate(_count=_CountOf(rows[: ROW_LIMIT + 1]))
    return {
        key: CappedCount(value, ROW_LIMIT) for key, value in counted.values_list("pk", "_count")
    }


def count_each(querysets: Mapping[Key, QuerySet[Any]], limit: int) -> dict[Key, CappedCount]:
    """Count the rows of several querysets in one query, each up to `limit`.

    The database reads each in the queryset's order: the index with that order, or without one
    any that fits the condition.
    """
    parts = [queryset[: limit + 1].query.sql_with_params() for queryset in querysets.values()]
    columns = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) counted)" for sql, _ in parts)  # noqa: S608 - Django's SQL
    params = [param for _, params in parts for param in params]
    (row,) = fetch_rows((f"SELECT {columns}", params))
    return {key: CappedCount(value, limit) for key, value in zip(querysets, row, strict=True)}
