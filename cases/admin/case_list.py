"""The list of cases: what it shows, filters, searches and sorts by."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesRadioFilter

from cases.admin.case_columns import CaseChangeList, CaseColumns
from cases.admin.changelist import CappedPaginator
from cases.admin.filters import (
    BrandOwnedFilter,
    ServiceFilter,
    UnregisteredFilter,
    WholeDaysFilter,
    make_list_filter,
)
from cases.choices import ObjectType
from cases.models import Case
from cases.properties.types import RULES
from cases.selectors import inbox
from cases.selectors.cases import search_cases
from cases.selectors.inbox_query import read_query
from cases.selectors.properties import announced_definitions


def neighbours(request: HttpRequest, case: Case, query: str) -> tuple[int | None, int | None]:
    """Return the ids of the cases before and after `case` in the list of a query string.

    The case page has that query string from its own `_changelist_filters`.
    """
    return inbox.neighbours(read_query(query), case, cast(User, request.user))


def filtered_cases(request: HttpRequest, query: str) -> QuerySet[Case]:
    """Return all cases of the list of a query string in its order, whichever page it is at."""
    return inbox.inbox_cases(read_query(query), cast(User, request.user))


FOUND_CASES = 1_000
"""How many cases a search finds; who looks for an older one adds a word."""


class CaseList(CaseColumns, ModelAdmin):
    """The part of the admin of cases that is the list."""

    list_display_links = ("number_column", "title_column")
    list_per_page = 50
    list_filter_submit = True
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    extra_lookups = ("customer__id__exact",)
    # Only says that there is a search; what is searched stands in `search_cases`.
    search_fields = ("title",)
    search_help_text = "Number, title, customer, @handle or text"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CaseChangeList]:
        """Return the list that knows the posts of its rows."""
        return CaseChangeList

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Return the filters; each live list property has one."""
        definitions = announced_definitions(ObjectType.CASE)
        return [
            ("status", ChoicesRadioFilter),
            ServiceFilter,
            *(make_list_filter(found) for found in definitions if RULES[found.type].has_list),
            BrandOwnedFilter,
            UnregisteredFilter,
            ("last_updated", WholeDaysFilter),
            ("created", WholeDaysFilter),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        """Return the first `FOUND_CASES` matches, searched once for the count and the page."""
        if not search_term.strip():
            return queryset, False
        found = list(search_cases(queryset, search_term).values_list("pk", flat=True)[:FOUND_CASES])
        return queryset.filter(pk__in=found), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name."""
        return super().changelist_view(request, {"title": "Cases", **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Return the cases with their customers, whom both the list and the page show."""
        return super().get_queryset(request).select_related("customer")
