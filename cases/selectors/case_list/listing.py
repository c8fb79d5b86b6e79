"""Reads of the case list: tabs and their counts, pages, and what comes before and after a case.

No page skips over rows: it begins at a position, so the five hundredth takes as long as the
first. Conditions are written as the partial indexes of `Case` are.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, When

from cases.choices import CaseStatus
from cases.models import Case
from cases.models.case import NEEDS_REVIEW
from cases.search.query import named_number
from cases.selectors.case_list.filters import case_filters
from cases.selectors.case_list.query import CaseListQuery, Position, Tab
from cases.selectors.case_search.search import SearchResult, search_cases
from cases.selectors.counts import CappedCount, count_each
from cases.selectors.filters import read_conditions

TAB_LIMIT = 999
"""How far the tabs count."""

_SHOWN = (
    "customer_id",
    "title",
    "status",
    "khoros_agent",
    "possible_duplicate_of_id",
    "assignee__username",
    "assignee__first_name",
    "assignee__last_name",
    "tags",
    "services",
    "excerpt",
    "reviewed_at",
    "created",
    "last_updated",
    "closed_at",
    "closed_by",
)

_TABS: dict[Tab, Callable[[User], Q]] = {
    Tab.MINE: lambda user: Q(closed_at__isnull=True, assignee=user.pk),
    Tab.UNASSIGNED: lambda user: Q(closed_at__isnull=True, assignee__isnull=True),
    Tab.OPEN: lambda user: Q(closed_at__isnull=True),
    Tab.CLOSED: lambda user: Q(closed_at__isnull=False),
    Tab.NEEDS_REVIEW: lambda user: NEEDS_REVIEW,
    Tab.ALL: lambda user: Q(),
}


@dataclass(frozen=True, slots=True)
class Page:
    """The cases of one page, and the state of the list for the pages around it."""

    cases: list[Case]
    newer: CaseListQuery | None
    older: CaseListQuery | None
    number: int


def tab_cases(tab: Tab, user: User, *, column: str = "last_updated") -> QuerySet[Case]:
    """Return the cases of a tab, in no order; `column` is what they are going to be sorted by."""
    # Open cases in the order of their last change have an index that begins with the status.
    by_status = tab == Tab.OPEN and column == "last_updated"
    condition = Q(status=CaseStatus.OPEN) if by_status else _TABS[tab](user)
    return Case.objects.filter(condition).order_by()


def count_tabs(user: User) -> dict[Tab, CappedCount]:
    """Return the number of cases of each tab, in one query that reads few entries of an index."""
    # The order makes the database read the index; without it a scan may seem cheaper.
    tabs = {tab: tab_cases(tab, user).order_by("-last_updated", "-id").values("pk") for tab in Tab}
    return count_each(tabs, TAB_LIMIT)


def count_cases(cases: QuerySet[Case], limit: int) -> CappedCount:
    """Return the number of cases of a sorted list, which reads at most `limit` + 1 of its rows."""
    return CappedCount(cases.values("pk")[: limit + 1].count(), limit)


def count_filtered(cases: QuerySet[Case], list_query: CaseListQuery) -> CappedCount | None:
    """Return the number of cases that filters leave; None where that might read all cases.

    Counts along the index of what is filtered by, as far as the tabs are counted.
    """
    used = [known for known in case_filters() if known.name in list_query.filters]
    if not all(known.has_index(list_query.filters[known.name]) for known in used):
        return None
    column = next((known.column for known in used if known.column), "")
    # In its order the database reads the index of the filter, and ends at the bound.
    return count_cases(cases.order_by(f"-{column}") if column else cases, TAB_LIMIT)


def listed_cases(list_query: CaseListQuery, user: User) -> QuerySet[Case]:
    """Return all cases of a list in its order, whichever page it is at; a search is made at once."""
    return search_case_list(list_query, user).cases


def search_case_list(list_query: CaseListQuery, user: User) -> SearchResult:
    """Return the same, and what was looked for."""
    cases = in_order(tab_cases(list_query.tab, user, column=list_query.column), list_query)
    conditions = read_conditions(list_query.filters, case_filters(), user)
    if conditions is None:
        return SearchResult(cases.none())
    cases = cases.filter(*conditions)
    return search_cases(cases, list_query.search) if list_query.search else SearchResult(cases)


def in_order(cases: QuerySet[Case], list_query: CaseListQuery) -> QuerySet[Case]:
    """Return cases, of the list or not, in its order."""
    return cases.order_by(*_order(list_query, descending=list_query.descending))


def shown_cases(cases: QuerySet[Case], *, with_properties: bool) -> QuerySet[Case]:
    """Return cases with what a row of the list shows, and `has_unregistered`, in one query."""
    columns = (*_SHOWN, "properties") if with_properties else _SHOWN
    odd = ExpressionWrapper(Q(unregistered__isnull=False), output_field=BooleanField())
    return cases.select_related("assignee").only(*columns).annotate(has_unregistered=odd)


def find_page(cases: QuerySet[Case], list_query: CaseListQuery, size: int) -> Page:
    """Return the page of the list that `list_query` is at: one query; a page of nothing is the first.

    `cases` is what `listed_cases` returns. Going back, a page that isn't full is the first one too.
    """
    if list_query.before:
        found = list(beyond(cases, list_query, list_query.before, forward=False)[: size + 1])
        if len(found) >= size:
            rows = found[:size][::-1]
            return _page(rows, list_query, newer=len(found) > size, older=True)
    elif list_query.after:
        found = list(beyond(cases, list_query, list_query.after, forward=True)[: size + 1])
        if found:
            return _page(found[:size], list_query, newer=True, older=len(found) > size)
    found = list(_named_first(cases, list_query)[: size + 1])
    return _page(found[:size], list_query.first_page(), newer=False, older=len(found) > size)


def neighbours(
    list_query: CaseListQuery, case: Case, user: User, *, position: Position | None = None
) -> tuple[Position | None, Position | None]:
    """Return the positions before and after that of `case` in a list; two queries of one row each.

    `position` is where the list showed the case, which may have moved since or left the list.
    Without it that is where the case would be.
    """
    cases = listed_cases(list_query, user).exclude(pk=case.pk)
    start = position or list_query.position_of(case)
    before, after = (
        beyond(cases, list_query, start, forward=forward)
        .values_list(list_query.column, "pk")
        .first()
        for forward in (False, True)
    )
    return before and Position(*before), after and Position(*after)


def beyond(
    cases: QuerySet[Case], list_query: CaseListQuery, position: Position, *, forward: bool
) -> QuerySet[Case]:
    """Return the cases after a position, or those before it, the nearest first."""
    descending = list_query.descending == forward
    than = "lt" if descending else "gt"
    nearer = Q(**{f"pk__{than}": position.pk})
    if list_query.column != "id":
        # The first condition is where the index is entered; the second settles equal values.
        nearer |= Q(**{f"{list_query.column}__{than}": position.value})
        cases = cases.filter(**{f"{list_query.column}__{than}e": position.value})
    return cases.filter(nearer).order_by(*_order(list_query, descending=descending))


def _named_first(cases: QuerySet[Case], list_query: CaseListQuery) -> QuerySet[Case]:
    """Return the cases with the one first whose number was searched for.

    It takes a place of the page, and stands again where the order has it.
    """
    number = named_number(list_query.search)
    if number is None:
        return cases
    is_other = models.Case(When(pk=number, then=0), default=1)
    return cases.order_by(is_other, *_order(list_query, descending=list_query.descending))


def _order(list_query: CaseListQuery, *, descending: bool) -> tuple[str, ...]:
    sign = "-" if descending else ""
    return tuple(f"{sign}{column}" for column in dict.fromkeys((list_query.column, "id")))


def _page(cases: list[Case], list_query: CaseListQuery, *, newer: bool, older: bool) -> Page:
    number = list_query.number if newer else 1
    before = after = None
    if newer and cases:
        before = list_query.first_page(
            before=list_query.position_of(cases[0]), number=max(number - 1, 1)
        )
    if older and cases:
        after = list_query.first_page(after=list_query.position_of(cases[-1]), number=number + 1)
    return Page(cases, before, after, number)
