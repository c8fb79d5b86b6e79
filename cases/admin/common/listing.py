"""Lists that can be written to a file: what each column holds besides how it looks."""

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
"""The parameter of an address that names rows which are chosen one by one."""

Prepare = Callable[[Sequence[Any]], None]
Cell = TypeVar("Cell", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a file: `value` reads it from a row."""

    label: str
    value: Callable[[Any], Value]
    is_time: bool = False


class HasFileColumn(Protocol):
    """A column of a list that is not a method of its admin, and knows its own column of a file."""

    def file_column(self) -> FileColumn:
        """Return the column as a file has it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to write: its rows in its order, its columns in theirs.

    `prepare` gives the rows of a chunk what their columns need, in as few queries as a page.
    """

    rows: QuerySet[Any]
    columns: Sequence[FileColumn]
    prepare: Prepare

    @property
    def labels(self) -> list[str]:
        """The labels, each once: a repeated one gets the next number that makes it another."""
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
        """Return the labels, those of times with the name of the zone `zone`."""
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
    """Make a method that shows a cell of a list a column, which a file has too.

    `value` reads from a row what stands in the file, under `file_label` where that is another one.
    """

    def decorate(cell: Cell) -> Cell:
        cell.file_column = FileColumn(file_label or label, value, is_time)  # type: ignore[attr-defined]
        return admin.display(description=label, ordering=ordering)(cell)

    return decorate


class ListAdmin(ModelAdmin):
    """An admin whose list can be written to a file, by the page that makes files of any list."""

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
