"""How rows of a file become customers: validation, and a preview of the changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import ModelResource
from import_export.results import Result, RowResult
from tablib import Dataset

from cases.forms.customer_file import FAULT, ROW
from cases.forms.customer_headers import ID
from cases.models import Customer
from cases.properties.types import BrokenRule, Definition, display_value, read_value
from cases.properties.values import Changes, merge_properties
from cases.services.customers import import_customers
from cases.services.export_cells import csv_text, harmless, read_harmless
from cases.text import is_blank

BATCH = 500
"""How many customers one transaction of an import writes."""

ID_LENGTH = 255


class CustomerResource(ModelResource):
    """Customers by their id; an empty cell leaves the value unchanged.

    Existing customers are changed, others are created. A dry run writes nothing, and invalid
    rows are never written.
    """

    class Meta:
        model = Customer
        fields = (ID,)
        import_id_fields = (ID,)
        instance_loader_class = CachedInstanceLoader
        use_bulk = True
        batch_size = BATCH
        skip_unchanged = True
        skip_html_diff = True
        store_instance = True

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        super().__init__()
        self.definitions = definitions
        self.seen: set[str] = set()
        self.values: dict[str, dict[str, str]] = {}

    def import_instance(self, instance: Customer, row: Mapping[str, str], **kwargs: Any) -> None:
        """Set what the row says on the unsaved customer. Raises ValidationError by field."""
        errors: dict[str, str] = {}
        values: dict[str, str] = {}
        instance.pk = row[ID]
        if row.get(FAULT):
            errors[FAULT] = row[FAULT]
        elif problem := self._id_problem(instance.pk):
            errors[ID] = problem
        # Of invalid rows too: which of the two is meant is unknown.
        self.seen.add(instance.pk)
        for name, definition in self.definitions.items():
            try:
                value = _read_cell(row.get(name, ""), instance.properties.get(name, ""), definition)
            except BrokenRule as problem_of_value:
                errors[name] = f"{capfirst(str(problem_of_value))}."
            else:
                values |= {name: value} if value else {}
        if errors:
            raise ValidationError(dict(errors))
        self.values[instance.pk] = values
        instance.properties = merge_properties(instance.properties, values).merged

    def skip_row(
        self,
        instance: Customer,
        original: Customer,
        row: Mapping[str, str],
        import_validation_errors: Mapping[str, Any] | None = None,
    ) -> bool:
        """Tell whether the row changes nothing."""
        is_there = original.created is not None
        return (
            is_there and not import_validation_errors and instance.properties == original.properties
        )

    def bulk_create(self, using_transactions: bool, dry_run: bool, *_: Any, **kwargs: Any) -> None:
        """Store a batch of new customers."""
        self._store(self.create_instances, dry_run=dry_run)

    def bulk_update(self, using_transactions: bool, dry_run: bool, *_: Any, **kwargs: Any) -> None:
        """Store a batch of changed customers."""
        self._store(self.update_instances, dry_run=dry_run)

    def _store(self, customers: list[Customer], *, dry_run: bool) -> None:
        if customers and not dry_run:
            import_customers(customers={one.pk: self.values[one.pk] for one in customers})
        customers.clear()

    def _id_problem(self, key: str) -> str:
        if is_blank(key):
            return _("Every row needs an id.")
        if len(key) > ID_LENGTH:
            return _("An id can have at most %(most)d characters.") % {"most": ID_LENGTH}
        if key in self.seen:
            return _("Duplicate id: see an earlier row.")
        return ""


def _read_cell(cell: str, stored: str, definition: Definition) -> str:
    """Return the value that a cell sets, or `""` for none. Raises BrokenRule.

    A cell that equals the export of the stored value sets none, however it could be read: the list
    may no longer offer that value, or use one name for two.
    """
    shown = display_value(stored, definition)
    if cell in {csv_text(shown), harmless(shown)}:
        return ""
    return read_value(read_harmless(cell), definition)


@dataclass(frozen=True, slots=True)
class RowPreview:
    """What a row of the file would do: `changes` are label, before and after, as staff read them."""

    number: int
    customer_id: str
    is_new: bool
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """An invalid row: `problems` are a field's label and what is wrong with it."""

    number: int
    customer_id: str
    problems: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import would do, or has done, in counts and in the first rows of each kind.

    `writing` has the indexes in the dataset of the rows that create or change a customer.
    """

    new: int
    changed: int
    unchanged: int
    refused: int
    previews: list[RowPreview]
    problems: list[RowProblem]
    writing: list[int]


def run_import(
    dataset: Dataset, definitions: Mapping[str, Definition], *, dry_run: bool, shown: int
) -> ImportReport:
    """Import the valid rows, or preview that; report `shown` rows of each kind."""
    resource = CustomerResource(definitions)
    result: Result = resource.import_data(dataset, dry_run=dry_run, use_transactions=False)
    for error in (
        *result.base_errors,
        *(error for row, found in result.row_errors() for error in found),
    ):
        # An unexpected error is not an error in the file.
        raise error.error
    totals = result.totals
    writing = [
        index
        for index, row in enumerate(result.rows)
        if row.import_type in {RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE}
    ]
    return ImportReport(
        new=totals[RowResult.IMPORT_TYPE_NEW],
        changed=totals[RowResult.IMPORT_TYPE_UPDATE],
        unchanged=totals[RowResult.IMPORT_TYPE_SKIP],
        refused=totals[RowResult.IMPORT_TYPE_INVALID],
        previews=[
            _preview(_cell(dataset, index, ROW), result.rows[index], definitions)
            for index in writing[:shown]
        ],
        problems=_problems(result, dataset, definitions, shown),
        writing=writing,
    )


def _preview(number: int, row: RowResult, definitions: Mapping[str, Definition]) -> RowPreview:
    is_new = row.import_type == RowResult.IMPORT_TYPE_NEW
    before = {} if is_new else row.original.properties
    changes: Changes = merge_properties(before, row.instance.properties).changes
    return RowPreview(
        number=number,
        customer_id=row.instance.pk,
        is_new=is_new,
        changes=[
            (
                definitions[name].label,
                display_value(old, definitions[name]),
                display_value(new, definitions[name]),
            )
            for name, (old, new) in changes.items()
            if name in definitions
        ],
    )


def _problems(
    result: Result, dataset: Dataset, definitions: Mapping[str, Definition], shown: int
) -> list[RowProblem]:
    labels = {name: definition.label for name, definition in definitions.items()} | {
        ID: "id",
        FAULT: _("Shape"),
    }
    return [
        RowProblem(
            number=_cell(dataset, row.number - 1, ROW),
            customer_id=_cell(dataset, row.number - 1, ID),
            problems=[
                (labels.get(name, name), " ".join(messages))
                for name, messages in row.field_specific_errors.items()
            ],
        )
        for row in result.invalid_rows[:shown]
    ]


def _cell(dataset: Dataset, index: int, column: str) -> Any:
    headers: Sequence[str] = dataset.headers
    return dataset[index][headers.index(column)]
