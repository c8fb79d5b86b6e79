"""Lists that can be exported: each column has a value as well as a cell."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from itertools import count
from typing import Any, Protocol, TypeVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from unfold.admin import ModelAdmin

from cases.selectors.counts import CappedCount
from cases.services.export_cells import Value

IDS = "_ids"
"""The parameter with the ids of rows that were selected one by one."""

Prepare = Callable[[Sequence[Any]], None]
Cell = TypeVar("Cell", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a file: `value` reads it from a row."""

    label: str
    value: Callable[[Any], Value]
    is_time: bool = False


class HasFileColumn(Protocol):
    """A column that is not a method of the admin, and makes its own file column."""

    def file_column(self) -> FileColumn:
        """Return the column as a file has it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to export: its sorted rows and its columns.

    `prepare` reads what the columns of a chunk of rows need, in as few queries as for a page.
    """

    rows: QuerySet[Any]
    columns: Sequence[FileColumn]
    prepare: Prepare

    @property
    def labels(self) -> list[str]:
        """The labels, each once: repeated ones are numbered."""
        given = {column.label for column in self.columns}
        taken: set[str] = set()
        labels = []
        for column in self.columns:
            label = column.label
            numbers = count(2)
            while label in taken or (label != column.label and label in given):
                label = f"{column.label} ({next(numbers)})"
            taken.add(label)
            labels.append(label)
        return labels

    def zoned_labels(self, zone: tzinfo) -> list[str]:
        """Return the labels, with the name of `zone` on those of times."""
        named = zip(self.labels, self.columns, strict=True)
        return [f"{label} ({zone})" if column.is_time else label for label, column in named]


def column(
    *,
    label: Any,
    value: Callable[[Any], Value],
    file_label: Any = "",
    is_time: bool = False,
    ordering: str | None = None,
) -> Callable[[Cell], Cell]:
    """Make a method that renders a cell a column of the list and of exported files.

    `value` returns what a file contains for a row; `file_label` is the label there, if different.
    """

    def decorate(cell: Cell) -> Cell:
        cell.file_column = FileColumn(file_label or label, value, is_time)  # type: ignore[attr-defined]
        return admin.display(description=label, ordering=ordering)(cell)

    return decorate


class ListAdmin(ModelAdmin):
    """An admin whose list can be exported."""

    can_export = True

    def listing(self, request: HttpRequest, query: QueryDict, ids: Sequence[int]) -> Listing:
        """Return the list at `query`, or the rows `ids` of it. Raises BadRequest."""
        asked = copy.copy(request)
        asked.GET = query  # type: ignore[assignment]
        try:
            shown = self.get_changelist_instance(asked)
        except IncorrectLookupParameters as problem:
            raise BadRequest("Unknown filter.") from problem
        rows = shown.queryset.filter(pk__in=ids) if ids else shown.queryset
        columns = [self._file_column(name) for name in self.export_names(request)]
        return Listing(rows, columns, partial(count_for_rows, self))

    def export_names(self, request: HttpRequest) -> Sequence[Any]:
        """Return the columns of a file: those of the list."""
        return self.get_list_display(request)

    def _file_column(self, name: str | HasFileColumn) -> FileColumn:
        if not isinstance(name, str):
            return name.file_column()
        found: FileColumn = getattr(self, name).file_column
        label = str(found.label)
        return FileColumn(label[:1].upper() + label[1:], found.value, found.is_time)


def count_for_rows(model_admin: Any, rows: Sequence[Any]) -> None:
    """Give each row of a list its `row_count`, in one query."""
    counts: Mapping[Any, CappedCount] = model_admin.count_rows([row.pk for row in rows])
    for row in rows:
        row.row_count = counts.get(row.pk, 0)
