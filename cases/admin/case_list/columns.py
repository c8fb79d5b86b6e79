"""The columns of the case list, and its rows."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.admin.case_list.cells import (
    CellContext,
    assignee_cell,
    closed_cell,
    customer_cell,
    number_cell,
    service_cell,
    status_cell,
    tags_cell,
    text_cell,
    title_cell,
)
from cases.admin.common.formatting import time_ago
from cases.admin.common.listing import FileColumn
from cases.admin.common.untrusted_text import isolated
from cases.choices import ObjectType
from cases.models import Case
from cases.properties.types import Definition, display_value
from cases.selectors.properties import announced_definitions
from cases.selectors.staff import person_name

PROPERTY_PREFIX = "property_"
DEFAULT_COLUMNS = (
    "number",
    "title",
    "customer",
    "service",
    "created",
    "updated",
    "assignee",
    "tags",
    "status",
)

Text = str | Promise
Value = str | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `cell` is what the list shows, `value` the same as plain text or time.

    `sort` is a name of `SORTS` for a column that the list can be sorted by; `is_time` tells whether
    its values are times.
    """

    name: str
    label: Text
    cell: Callable[[Case, CellContext], SafeString | str]
    value: Callable[[Case], Value]
    sort: str = ""
    is_time: bool = False

    def file_column(self) -> FileColumn:
        """Return the column as a file has it: with exact times, where the list shows how long ago."""
        return FileColumn(str(self.label), self.value, self.is_time)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the list, ready to show: `cells` are all but the checkbox, whose label is `label`."""

    key: str
    label: str
    cells: SafeString


def all_columns() -> dict[str, Column]:
    """Return every available column by its name, those of live properties last."""
    properties = (_property_column(found) for found in announced_definitions(ObjectType.CASE))
    return {column.name: column for column in (*_COLUMNS, *properties)}


def chosen_columns(names: Collection[str]) -> list[Column]:
    """Return the columns with those names in their order; the default ones if none is known.

    The title is always among them: it says which case a row is.
    """
    columns = all_columns()
    known = [columns[name] for name in names if name in columns]
    if not known:
        return [columns[name] for name in DEFAULT_COLUMNS]
    title = columns["title"]
    return known if title in known else [title, *known]


def list_rows(
    cases: Sequence[Case], columns: Sequence[Column], context: CellContext
) -> list[CaseRow]:
    """Return the rows of the list.

    A template for the hundreds of cells would take longer than the rest of the page.
    """
    begins = [_cell_begin(column) for column in columns]
    label = _("Select %(number)s")
    return [
        CaseRow(
            str(case.pk),
            label % {"number": case.number},
            format_html_join(
                "",
                "{}{}</td>",
                (
                    (begin, column.cell(case, context))
                    for begin, column in zip(begins, columns, strict=True)
                ),
            ),
        )
        for case in cases
    ]


def _cell_begin(column: Column) -> SafeString:
    return format_html(
        '<td role="cell" class="case-list-cell case-list-cell-{}" data-label="{}">',
        column.name,
        isolated(column.label),
    )


def _property_column(definition: Definition) -> Column:
    def value(case: Case) -> str:
        stored = case.properties.get(definition.name)
        return display_value(stored, definition) if isinstance(stored, str) else ""

    return Column(
        f"{PROPERTY_PREFIX}{definition.name}",
        definition.label,
        lambda case, context: text_cell(value(case)),
        value,
    )


_COLUMNS = (
    Column("number", _lazy("Number"), number_cell, lambda case: case.number, "number"),
    Column("title", _lazy("Title"), title_cell, lambda case: case.title),
    Column("customer", _lazy("Customer"), customer_cell, lambda case: case.customer_id),
    Column("service", _lazy("Service"), service_cell, lambda case: ", ".join(case.services)),
    Column(
        "created",
        _lazy("Opened"),
        lambda case, context: time_ago(case.created),
        lambda case: case.created,
        "created",
        is_time=True,
    ),
    Column(
        "updated",
        _lazy("Last activity"),
        lambda case, context: time_ago(case.last_updated),
        lambda case: case.last_updated,
        "updated",
        is_time=True,
    ),
    Column(
        "assignee",
        _lazy("Assignee"),
        assignee_cell,
        lambda case: person_name(case.assignee) if case.assignee else "",
    ),
    Column("tags", _lazy("Tags"), tags_cell, lambda case: ", ".join(case.tags)),
    Column("status", _lazy("Status"), status_cell, lambda case: case.get_status_display()),
    Column(
        "agent",
        _lazy("Khoros agent"),
        lambda case, context: text_cell(case.khoros_agent),
        lambda case: case.khoros_agent,
    ),
    Column("closed", _lazy("Closed"), closed_cell, lambda case: case.closed_at, is_time=True),
    Column(
        "closed_by",
        _lazy("Closed by"),
        lambda case, context: text_cell(case.closed_by),
        lambda case: case.closed_by,
    ),
)
