"""The customer list: columns, search and export."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cases.admin.common.changelist import CappedPaginator
from cases.admin.common.formatting import format_number, time_ago
from cases.admin.common.listing import column
from cases.admin.common.untrusted_text import clipped
from cases.admin.customers.changelist import (
    CustomerChangeList,
    FilteredPaginator,
    list_context,
    one_parameter,
)
from cases.admin.customers.columns import all_fields, chosen_fields, display_column, file_fields
from cases.admin.customers.importing import CustomerImport
from cases.admin.customers.view import CustomerPage
from cases.models import Customer
from cases.selectors.case_list.query import COLUMNS, MOVE_UP
from cases.selectors.counts import CappedCount
from cases.selectors.customers.customer import count_customer_cases
from cases.selectors.customers.filters import customer_filters
from cases.selectors.customers.listing import FOUND_CUSTOMERS, find_customers
from cases.selectors.field_filters import read_values


class CustomerListAdmin(CustomerImport, CustomerPage):
    """The list of customers and the page of one."""

    list_display = ("identifier", "number_of_cases", "opened", "updated")
    sortable_by = ("opened",)
    # Only turns the search on; `find_customers` does it.
    search_fields = ("id",)
    search_help_text = _("Start of an id, or a name, address, phone or other field")
    change_list_template = "admin/cases/customers/list.html"
    list_before_template = "admin/cases/customers/capped_note.html"
    most_found = FOUND_CUSTOMERS

    @column(label=_("Customer"), value=lambda customer: customer.pk)
    def identifier(self, customer: Customer) -> SafeString:
        """Return the id, in the direction of its own script."""
        return clipped(customer.pk)

    @column(label=_("Cases"), value=lambda customer: customer.row_count)
    def number_of_cases(self, customer: Any) -> str:
        """Return the count that the list has read."""
        return format_number(customer.row_count)

    @column(
        label=_("Created"),
        value=lambda customer: customer.created,
        is_time=True,
        ordering="created",
    )
    def opened(self, customer: Customer) -> SafeString:
        """Return when the customer was created."""
        return time_ago(customer.created)

    @column(label=_("Last updated"), value=lambda customer: customer.last_updated, is_time=True)
    def updated(self, customer: Customer) -> SafeString:
        """Return when the customer's fields last changed."""
        return time_ago(customer.last_updated)

    def count_rows(self, keys: Collection[str]) -> Mapping[str, CappedCount]:
        """Return the number of cases by customer id."""
        return count_customer_cases(keys)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """Return the customers whose id begins with the text, or whose values have its words."""
        return find_customers(queryset, search_term), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CustomerChangeList]:
        """Return the list that can be filtered by fields."""
        return CustomerChangeList

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Customer], *args: Any, **kwargs: Any
    ) -> CappedPaginator:
        """Return the paginator, with a lower limit if the list is filtered."""
        is_filtered = bool(read_values(request.GET, customer_filters()))
        paginator = FilteredPaginator if is_filtered else self.paginator
        return paginator(queryset, *args, **kwargs)

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Return the columns: the id, the chosen fields and the others."""
        return self._columns(map(display_column, chosen_fields(request.GET)))

    def export_names(self, request: HttpRequest) -> Sequence[Any]:
        """Return the columns of a file: the chosen fields, or else every field."""
        is_chosen = request.GET.get(COLUMNS)
        fields = chosen_fields(request.GET) if is_chosen else all_fields()
        # Fields last, with the headers that an import recognises.
        return (*self.list_display, *file_fields(fields))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list with its filters and a choice of columns."""
        is_choosing = MOVE_UP in request.GET
        request.GET = one_parameter(request.GET)  # type: ignore[assignment]
        answer = super().changelist_view(request, extra_context)
        context = answer.context_data if isinstance(answer, TemplateResponse) else None
        if context and "cl" in context:
            context |= list_context(context["cl"], request.GET)
            context["is_choosing_columns"] = is_choosing
        return answer

    def _columns(self, fields: Iterable[Any]) -> Sequence[Any]:
        first, *others = self.list_display
        return [first, *fields, *others]
