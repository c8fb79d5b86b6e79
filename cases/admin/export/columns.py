"""The columns of each list as a file has them: values instead of what a page makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from html import unescape
from itertools import count
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.db.models import Model, QuerySet
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from cases.admin.customers.columns import FieldColumn
from cases.choices import ObjectType
from cases.forms.customer_headers import CustomerHeaders
from cases.models import Author, Customer, RecordedRequest
from cases.selectors.counts import CappedCount
from cases.selectors.properties import accepted_definitions
from cases.services.export_cells import Value

Prepare = Callable[[Sequence[Any]], None]


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column of the file."""

    label: str
    value: Callable[[Any], Value]
    is_time: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to write: its rows in its order, its columns in theirs.

    `prepare` gives the rows of a chunk what their columns need, in as few queries as a page.
    """

    rows: QuerySet[Any]
    columns: Sequence[ExportColumn]
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


def _account(author: Author) -> str:
    return _("Brand") if author.brand_owned else _("Customer")


_VALUES: dict[type[Model], dict[str, Callable[[Any], Value]]] = {
    Customer: {
        "identifier": lambda customer: customer.pk,
        "number_of_cases": lambda customer: customer.row_count,
        "opened": lambda customer: customer.created,
        "updated": lambda customer: customer.last_updated,
    },
    Author: {
        "display_name": str,
        "display_handle": lambda author: author.handle,
        "service_name": lambda author: author.service,
        "ownership": _account,
        "number_of_posts": lambda author: author.row_count,
    },
    RecordedRequest: {
        "called": lambda row: row.at,
        "call": lambda row: row.operation or f"{row.method} {row.path}",
        "outcome": lambda row: f"{row.status} {row.error}".strip(),
        "case_link": lambda row: row.case.number if row.case else "",
        "took": lambda row: row.duration_ms,
        "agent": lambda row: row.khoros_agent,
        "integration": lambda row: str(row.integration) if row.integration else "",
        "client": lambda row: row.user_agent,
    },
}
_TIMES = {"opened", "updated", "called"}


def list_columns(model_admin: ModelAdmin, names: Sequence[Any]) -> list[ExportColumn]:
    """Return the columns of a list of Django's, those of fields last, as a file has them."""
    fields = [name for name in names if isinstance(name, FieldColumn)]
    own = [
        _column(model_admin, name)
        for name in names
        if name not in fields and name != "action_checkbox"
    ]
    # As an import takes them back.
    headers = CustomerHeaders(accepted_definitions(ObjectType.CUSTOMER) if fields else {})
    return own + [
        ExportColumn(headers.header_of(field.definition), field.value) for field in fields
    ]


def count_for_rows(model_admin: Any, rows: Sequence[Any]) -> None:
    """Give each row of a list its `row_count`, in one query."""
    counts = model_admin.count_rows([row.pk for row in rows])
    for row in rows:
        row.row_count = counts.get(row.pk, 0)


def _column(model_admin: ModelAdmin, name: str) -> ExportColumn:
    label = str(label_for_field(name, model_admin.model, model_admin))
    label = _("%(label)s (ms)") % {"label": label} if name == "took" else label
    known = _VALUES.get(model_admin.model, {}).get(name)
    value = known or _shown(model_admin, name)
    return ExportColumn(label[:1].upper() + label[1:], value, name in _TIMES)


def _shown(model_admin: ModelAdmin, name: str) -> Callable[[Any], Value]:
    """Return what reads a column that only says how it looks: its text."""

    def value(row: Any) -> Value:
        shown = getattr(model_admin, name, None)
        found = shown(row) if shown else getattr(row, name, "")
        if isinstance(found, int | CappedCount):
            return found
        return unescape(strip_tags("" if found is None else str(found)))

    return value
