"""Customers: found by their id and fields, shown with these and their cases."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cases.admin.customer_import import CustomerImport
from cases.admin.customer_page import CustomerPage
from cases.admin.display import format_number, time_ago
from cases.admin.read_only import clipped
from cases.admin.visible_text import isolated
from cases.choices import ObjectType
from cases.models import Customer
from cases.properties.types import Definition, display_value
from cases.selectors.counts import CappedCount
from cases.selectors.customer_list import FOUND_CUSTOMERS, find_customers
from cases.selectors.customers import count_customer_cases
from cases.selectors.properties import announced_definitions

FIELDS_SHOWN = 3
"""How many live fields the list shows beside the id."""

_SHOWN_TEXT = 120


@admin.register(Customer)
class CustomerAdmin(CustomerImport, CustomerPage):
    """The list of customers and the page of one."""

    list_display = ("identifier", "number_of_cases", "opened", "updated")
    sortable_by = ("opened",)
    # Only says that there is a search; what is searched stands in `find_customers`.
    search_fields = ("id",)
    search_help_text = _("The beginning of an id, or a name, address, phone or other field")
    list_before_template = "admin/cases/customers_cut.html"
    most_found = FOUND_CUSTOMERS

    @admin.display(description=_("Customer"))
    def identifier(self, customer: Customer) -> SafeString:
        """Return the id, in the direction of its own script."""
        return clipped(customer.pk)

    @admin.display(description=_("Cases"))
    def number_of_cases(self, customer: Any) -> str:
        """Return the count that the list has made."""
        return format_number(customer.row_count)

    @admin.display(description=_("Created"), ordering="created")
    def opened(self, customer: Customer) -> SafeString:
        """Return when the customer was made."""
        return time_ago(customer.created)

    @admin.display(description=_("Last updated"))
    def updated(self, customer: Customer) -> SafeString:
        """Return when the customer's fields last changed."""
        return time_ago(customer.last_updated)

    def count_rows(self, keys: Collection[str]) -> Mapping[str, CappedCount]:
        """Return the number of cases by customer id."""
        return count_customer_cases(keys)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """Return the customers whose id begins so, spaces and all, or whose values have the words."""
        return find_customers(queryset, search_term), False

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Return the columns; beside the id stand the fields by which people are recognised."""
        live = announced_definitions(ObjectType.CUSTOMER)
        shown = sorted(live, key=lambda found: not found.searchable)[:FIELDS_SHOWN]
        first, *others = self.list_display
        return [first, *map(_field_column, shown, range(FIELDS_SHOWN)), *others]


def _field_column(definition: Definition, number: int) -> Callable[[Customer], SafeString | str]:
    """Return a column of the list for one live field."""

    @admin.display(description=isolated(definition.label), empty_value="–")
    def shown(customer: Customer) -> SafeString | str:
        stored = customer.properties.get(definition.name)
        text = display_value(stored, definition) if isinstance(stored, str) else ""
        if len(text) > _SHOWN_TEXT:
            text = f"{text[: _SHOWN_TEXT - 1]}…"
        return clipped(text) if text else ""

    # The theme names the column after it.
    shown.__name__ = f"field_{number}"
    return shown
