"""The case list as a page: its tabs, rows, order, filters, columns and pagination."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.views import ChangeList

from cases.admin.case_list.cells import CellContext
from cases.admin.case_list.columns import (
    PROPERTY_PREFIX,
    CaseRow,
    Column,
    all_columns,
    chosen_columns,
    list_rows,
)
from cases.admin.case_list.messages import EmptyState, empty_state, not_understood
from cases.admin.common import changelist
from cases.admin.common.filter_chips import Chip, filter_chips
from cases.admin.common.list_position import listed_case_urls
from cases.admin.common.search_hints import newest_found, search_hints
from cases.forms.list_filters import ListFilterForm
from cases.models import Case
from cases.selectors.case_list.filters import case_filters
from cases.selectors.case_list.listing import (
    Page,
    count_cases,
    count_filtered,
    count_tabs,
    find_page,
    search_case_list,
    shown_cases,
)
from cases.selectors.case_list.query import COLUMNS, MOVE_UP, CaseListQuery, Tab, read_query
from cases.selectors.case_search.search import SearchResult
from cases.selectors.case_search.snippets import find_snippets
from cases.selectors.counts import CappedCount
from cases.selectors.customers.customer import customer_names
from cases.selectors.filters import Filter

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab with the number of all its cases, whatever the list is filtered by."""

    label: str
    count: CappedCount
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a column; `url` sorts by it, `direction` is for `aria-sort`."""

    column: Column
    url: str = ""
    direction: str = ""


class CaseChangeList(ChangeList):
    """The case list within Django's changelist, which runs the actions.

    It reads the address with `read_query` and pages by position; Django's filters, sorting and
    numbered pages are not used.
    """

    list_query: CaseListQuery
    found: SearchResult
    rows: list[CaseRow]
    page: Page
    count: CappedCount | None

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Case]:
        """Return all cases of the list; for an action on ticked cases, all cases there are.

        A ticked case may have left its tab or filter since; it is included anyway.
        """
        self.list_query = read_query(request.GET)
        self.query = self.list_query.search
        self.filter_specs: list[Any] = []
        self.has_filters, self.has_active_filters = False, self.list_query.is_narrowed
        if request.method == "POST" and request.POST.get("select_across", "0") != "1":
            self.found = SearchResult(Case.objects.order_by("-last_updated", "-id"))
        else:
            self.found = search_case_list(self.list_query, cast(User, request.user))
        return self.found.cases

    def get_results(self, request: HttpRequest) -> None:
        """Find the cases of this page; count the whole list unless a filter makes that expensive.

        A search knows its count.
        """
        self.columns = chosen_columns(self.list_query.columns)
        with_properties = any(found.name.startswith(PROPERTY_PREFIX) for found in self.columns)
        cases = shown_cases(self.queryset, with_properties=with_properties)
        self.page = find_page(cases, self.list_query, self.list_per_page)
        snippets = find_snippets(self.page.cases, self.found.words_by_term)
        customers = customer_names([case.customer_id for case in self.page.cases])
        urls = listed_case_urls(self.list_query, self.page.cases)
        cell_context = CellContext(request, urls, self.found.words, snippets, customers)
        self.rows = list_rows(self.page.cases, self.columns, cell_context)
        self.result_list = self.page.cases
        self.count = self._count()
        self.multi_page = bool(self.page.newer or self.page.older)
        shown = len(self.rows) + self.multi_page
        self.result_count = self.count.value if self.count else shown
        self.full_result_count = self.result_count
        self.show_full_result_count, self.show_admin_actions = False, True
        self.can_show_all = False
        # What the search form submits too; without it, a first search is in all cases.
        pairs = self.list_query.first_page(search="").pairs()
        self.filter_params = {
            name: [value] for name, value in pairs if name != "tab" or self.list_query.is_narrowed
        }

    def _count(self) -> CappedCount | None:
        limit = changelist.COUNTED_ROWS
        if self.found.count is not None:
            return self.found.count
        if not self.list_query.is_narrowed:
            return count_cases(self.queryset, limit)
        if not (self.page.newer or self.page.older):
            return CappedCount(len(self.page.cases), limit)
        return count_filtered(self.queryset, self.list_query)


def case_list_context(cl: CaseChangeList, user: User) -> dict[str, Any]:
    """Return what the template of the list shows around its rows; one query counts the tabs."""
    list_query, filters = cl.list_query.first_page(), case_filters()
    form = ListFilterForm(filters, list_query.filters)
    chips = _chips(list_query, filters, form)
    counts = count_tabs(user)
    return {
        "tabs": _tabs(list_query, counts),
        "headers": [_header(column, list_query) for column in cl.columns],
        "chips": chips,
        "corrections": [(typed, ", ".join(used)) for typed, used in cl.found.corrections.items()],
        "newest": newest_found(cl.found),
        "hints": search_hints(cl.found, descending=list_query.descending),
        "clear_url": _url(list_query.filtered({}).first_page(search="")),
        "filter_form": form,
        "filter_pairs": _pairs_without(list_query, form.fields),
        "column_choices": _column_choices(cl),
        "column_pairs": _pairs_without(list_query, {COLUMNS: None}),
        "is_choosing_columns": MOVE_UP in cl.params,
        "usual_columns_url": _url(list_query.first_page(columns=())),
        "empty": _empty(
            list_query,
            counts,
            is_understood=all(chip.is_understood for chip in chips),
            is_cut=cl.found.is_cut,
        ),
        "list_query": cl.list_query.encode(),
    }


def _url(list_query: CaseListQuery) -> str:
    return f"?{list_query.encode()}"


def _pairs_without(list_query: CaseListQuery, names: Mapping[str, object]) -> Pairs:
    return [(name, value) for name, value in list_query.pairs() if name not in names]


def _tabs(list_query: CaseListQuery, counts: Mapping[Tab, CappedCount]) -> list[TabLink]:
    return [
        TabLink(
            str(tab.label), counts[tab], _url(list_query.first_page(tab=tab)), tab == list_query.tab
        )
        for tab in Tab
    ]


def _header(column: Column, list_query: CaseListQuery) -> Header:
    if not column.sort:
        return Header(column)
    if list_query.sort.removeprefix("-") != column.sort:
        return Header(column, _url(list_query.first_page(sort=f"-{column.sort}")))
    if list_query.descending:
        return Header(column, _url(list_query.first_page(sort=column.sort)), "descending")
    return Header(column, _url(list_query.first_page(sort=f"-{column.sort}")), "ascending")


def _chips(
    list_query: CaseListQuery, filters: Sequence[Filter], form: ListFilterForm
) -> list[Chip]:
    search = [Chip(_("Search"), list_query.search, _url(list_query.first_page(search="")))]
    narrowed = filter_chips(
        filters, form, list_query.filters, lambda name: _url(list_query.without(name))
    )
    return [*(search if list_query.search else []), *narrowed]


def _column_choices(cl: CaseChangeList) -> list[tuple[Column, bool]]:
    """Return every column and whether it is shown; shown ones first, in their order."""
    shown = [column.name for column in cl.columns]
    others = [column for name, column in all_columns().items() if name not in shown]
    return [*((column, True) for column in cl.columns), *((column, False) for column in others)]


def _empty(
    list_query: CaseListQuery,
    counts: Mapping[Tab, CappedCount],
    *,
    is_understood: bool,
    is_cut: bool,
) -> EmptyState:
    if not is_understood:
        return not_understood()
    everywhere = "" if list_query.tab == Tab.ALL else _url(list_query.first_page(tab=Tab.ALL))
    return empty_state(
        list_query.tab,
        narrowed=list_query.is_narrowed,
        is_cut=is_cut,
        any_case=bool(counts[Tab.ALL]),
        everywhere=everywhere,
    )
