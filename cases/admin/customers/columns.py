"""The columns of the customer list that show a field."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.http import QueryDict
from django.utils.safestring import SafeString

from cases.admin.common.listing import FileColumn
from cases.admin.common.untrusted_text import clipped, isolated
from cases.choices import ObjectType
from cases.forms.customer_headers import CustomerHeaders
from cases.models import Customer
from cases.properties.types import Definition, display_value
from cases.selectors.case_list.query import read_columns
from cases.selectors.properties import accepted_definitions, announced_definitions
from cases.text import shorten

FIELDS_SHOWN = 3
"""How many live fields the list shows if none are chosen."""

_SHOWN_TEXT = 120


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """A column for one live field; `value` returns a customer's value as people read it."""

    definition: Definition

    @property
    def name(self) -> str:
        """Its name in the address."""
        return self.definition.name

    @property
    def label(self) -> str:
        """Its label."""
        return self.definition.label

    def value(self, customer: Customer) -> str:
        """Return the text of the customer's value, `""` if there is none."""
        stored = customer.properties.get(self.name)
        return display_value(stored, self.definition) if isinstance(stored, str) else ""


@dataclass(frozen=True, slots=True)
class FileField:
    """The column of a field in a file, with a header that an import recognises."""

    field: FieldColumn
    headers: CustomerHeaders

    def file_column(self) -> FileColumn:
        """Return the column as a file has it."""
        return FileColumn(self.headers.header_of(self.field.definition), self.field.value)


def display_column(column: FieldColumn) -> Callable[[Customer], SafeString | None]:
    """Return the column as a callable for `list_display`."""

    @admin.display(description=isolated(column.label), empty_value="–")
    def shown(customer: Customer) -> SafeString | None:
        text = column.value(customer)
        return clipped(shorten(text, _SHOWN_TEXT)) if text else None

    # The theme derives the name of the column from this.
    shown.__name__ = f"field_{column.name}"
    return shown


def all_fields() -> list[FieldColumn]:
    """Return a column for each live field."""
    return [FieldColumn(found) for found in announced_definitions(ObjectType.CUSTOMER)]


def file_fields(fields: Iterable[FieldColumn]) -> list[FileField]:
    """Return the columns of fields as a file has them."""
    headers = CustomerHeaders(accepted_definitions(ObjectType.CUSTOMER))
    return [FileField(field, headers) for field in fields]


def chosen_fields(query: QueryDict) -> list[FieldColumn]:
    """Return the columns named in an address, or else the first fields, searchable ones first."""
    fields = {column.name: column for column in all_fields()}
    known = [fields[name] for name in read_columns(query) if name in fields]
    usual = sorted(fields.values(), key=lambda column: not column.definition.searchable)
    return known or usual[:FIELDS_SHOWN]
