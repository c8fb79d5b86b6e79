"""The customer list: filtered by fields, with the chosen columns."""

from collections.abc import Collection
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR, SEARCH_VAR
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from cases.admin.common.changelist import CappedPaginator
from cases.admin.common.filter_chips import filter_chips
from cases.admin.common.read_only import CountingChangeList
from cases.admin.customers.columns import all_fields, chosen_fields
from cases.forms.list_filters import ListFilterForm
from cases.models import Customer
from cases.selectors.case_list.query import COLUMNS, MOVE_UP, read_columns
from cases.selectors.customers.filters import customer_filters
from cases.selectors.field_filters import FIELD_PREFIXES, read_values
from cases.selectors.filters import read_conditions


class FilteredPaginator(CappedPaginator):
    """Has a lower limit: matching customers are scattered over the table."""

    limit = 1_000


class CustomerChangeList(CountingChangeList):
    """The list, filtered by the fields in its address."""

    chosen: dict[str, str]

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the parameters for Django to read.

        Not those of fields, even if they are empty: Django would take them for columns, and
        show all customers if there is no such column.
        """
        given: dict[str, Any] = super().get_filters_params(params)
        return {
            name: value
            for name, value in given.items()
            if name != COLUMNS and not name.startswith(FIELD_PREFIXES)
        }

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Customer]:
        """Return the matching customers; none if a filter is invalid."""
        filters = customer_filters()
        self.chosen = read_values(request.GET, filters)
        customers = super().get_queryset(request, exclude_parameters)
        self.has_active_filters = bool(self.chosen)
        conditions = read_conditions(self.chosen, filters, cast(User, request.user))
        return customers.none() if conditions is None else customers.filter(*conditions)


def list_context(cl: CustomerChangeList, query: QueryDict) -> dict[str, Any]:
    """Return what the template shows above the rows: filters, columns and active filters."""
    filters = customer_filters()
    form = ListFilterForm(filters, cl.chosen)
    shown = chosen_fields(query)
    others = [column for column in all_fields() if column not in shown]
    return {
        "filter_form": form,
        "filter_pairs": _pairs_without(query, form.fields),
        "clear_url": _url_without(query, [*cl.chosen, SEARCH_VAR]),
        "chips": filter_chips(filters, form, cl.chosen, lambda name: _url_without(query, [name])),
        "column_choices": [(column, column in shown) for column in (*shown, *others)],
        "column_pairs": _pairs_without(query, [COLUMNS]),
        "usual_columns_url": _url_without(query, [COLUMNS]),
    }


def one_parameter(query: QueryDict) -> QueryDict:
    """Return the same address with its columns in one parameter, after moving one up if asked."""
    plain = query.copy()
    plain.pop(MOVE_UP, None)
    if columns := read_columns(query):
        plain[COLUMNS] = ",".join(columns)
    return plain


def _pairs_without(query: QueryDict, names: Collection[str]) -> list[tuple[str, str]]:
    left_out = {*names, PAGE_VAR, ERROR_FLAG}
    return [(name, str(value)) for name, value in query.items() if name not in left_out]


def _url_without(query: QueryDict, names: Collection[str]) -> str:
    return f"?{urlencode(_pairs_without(query, names))}"
