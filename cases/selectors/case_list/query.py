"""The address of the case list: tab, search, filters, order, columns and page, read and written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.selectors.case_list.filters import case_filters
from cases.selectors.cursors import read_cursor, write_cursor
from cases.selectors.field_filters import read_values
from cases.selectors.filters import VALUE_LENGTH
from cases.text import is_storable, storable_part

_PAGES = 10**9


class Tab(models.TextChoices):
    """The parts of the case list."""

    MINE = "mine", _("Mine")
    UNASSIGNED = "unassigned", _("Unassigned")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    NEEDS_REVIEW = "needs-review", _("Needs review")
    ALL = "all", _("All")


SORTS = {"updated": "last_updated", "created": "created", "number": "id"}
"""What the list can be sorted by, and the column of it; the id decides between equals."""

DEFAULT_SORT = "-updated"

COLUMNS, MOVE_UP = "columns", "move_up"
"""The parameters that name the columns of a list, and one to move a place further ahead."""


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a case in a sorted list: the value that it is sorted by, and its id."""

    value: datetime | int
    pk: int

    def __str__(self) -> str:
        """Return the cursor that `read_position` takes; of a list sorted by id that alone."""
        is_id = not isinstance(self.value, datetime)
        return write_cursor(self.pk) if is_id else write_cursor(self.value, self.pk)


@dataclass(frozen=True, slots=True)
class CaseListQuery:
    """One state of the case list.

    `filters` has values by the names of `case_filters`, and those that no one understands as they
    were given: a list never shows more cases than its address asks for. `sort` is a name of `SORTS`, with `-` for
    the greatest first; `columns` are names, unchecked, or nothing for the usual ones; `view` is
    the saved view that it began with. A page
    begins `after` a position or ends `before` one; `number` is what to call it.
    """

    tab: Tab = Tab.OPEN
    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = DEFAULT_SORT
    columns: tuple[str, ...] = ()
    view: str = ""
    after: Position | None = None
    before: Position | None = None
    number: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter leaves cases of the tab out."""
        return bool(self.search or self.filters)

    @property
    def column(self) -> str:
        """The column of the table by which the list is sorted."""
        return SORTS[self.sort.removeprefix("-")]

    @property
    def descending(self) -> bool:
        """Whether the greatest comes first."""
        return self.sort.startswith("-")

    def position_of(self, case: Case) -> Position:
        """Return the place of a case in this order."""
        return Position(getattr(case, self.column), case.pk)

    def first_page(self, **changes: Any) -> "CaseListQuery":
        """Return the first page of this list, with `changes` to it."""
        return replace(self, **{"after": None, "before": None, "number": 1, **changes})

    def without(self, name: str) -> "CaseListQuery":
        """Return the first page of this list without one filter."""
        return self.filtered({key: value for key, value in self.filters.items() if key != name})

    def filtered(self, filters: Mapping[str, str]) -> "CaseListQuery":
        """Return the first page of this list with other filters, in their usual order as before."""
        is_usual = self.sort == usual_sort(self.filters)
        return self.first_page(filters=filters, sort=usual_sort(filters) if is_usual else self.sort)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters of the address of this state, in a fixed order."""
        found: list[tuple[str, object]] = [
            ("tab", self.tab.value),
            ("q", self.search),
            *self.filters.items(),
            ("sort", "" if self.sort == usual_sort(self.filters) else self.sort),
            (COLUMNS, ",".join(self.columns)),
            ("view", self.view),
            ("after", self.after or ""),
            ("before", self.before or ""),
            ("n", self.number if self.number > 1 else ""),
        ]
        return [(name, str(value)) for name, value in found if value != ""]

    def encode(self) -> str:
        """Return the query string of the address of this state."""
        return urlencode(self.pairs())


def usual_sort(filters: Collection[str]) -> str:
    """Return the order that a list has of itself, given the names of its filters."""
    # In any other order the database would look for the cases of some days among all of them.
    by_day = {"created_from", "created_to"}.intersection(filters)
    return "-created" if by_day else DEFAULT_SORT


def read_query(query: str | QueryDict) -> CaseListQuery:
    """Return the state of the list that a query string asks for.

    What makes no sense is left out, but never what narrows the list: a filter stays whatever its
    value is, or though its field is gone, and a search is cut to `VALUE_LENGTH` characters. Without
    a tab it is that of open cases, or of all where something is searched for or filtered by.
    """
    given = QueryDict(query) if isinstance(query, str) else query
    filters = read_values(given, case_filters())
    search = storable_part(given.get("q", "")).strip()[:VALUE_LENGTH].rstrip()
    sort = _text(given, "sort")
    sort = sort if sort.removeprefix("-") in SORTS else usual_sort(filters)
    after = read_position(_text(given, "after"), sort)
    before = None if after else read_position(_text(given, "before"), sort)
    return CaseListQuery(
        tab=_read_tab(given, narrowed=bool(search or filters)),
        search=search,
        filters=filters,
        sort=sort,
        columns=read_columns(given),
        view=_text(given, "view"),
        after=after,
        before=before,
        number=_read_number(_text(given, "n")) if after or before else 1,
    )


def read_position(text: str, sort: str) -> Position | None:
    """Return the position that a cursor names in a list of that order, or None where it names none."""
    if SORTS[sort.removeprefix("-")] == "id":
        key = read_cursor(text, int)
        return Position(key[0], key[0]) if key else None
    values = read_cursor(text, datetime, int)
    return Position(*values) if values else None


def _text(given: QueryDict, name: str) -> str:
    value = given.get(name, "")
    return value if len(value) <= VALUE_LENGTH and is_storable(value) else ""


def _read_tab(given: QueryDict, *, narrowed: bool) -> Tab:
    tab = given.get("tab")
    if tab in Tab.values:
        return Tab(tab)
    return Tab.ALL if narrowed else Tab.OPEN


def read_columns(given: QueryDict) -> tuple[str, ...]:
    """Return the columns in their order, each once; `raise` moves one a place further ahead."""
    names = [name for value in given.getlist(COLUMNS) for name in value.split(",") if name]
    columns = list(dict.fromkeys(filter(is_storable, names)))
    moved = given.get(MOVE_UP)
    if moved in columns[1:]:
        place = columns.index(moved)
        columns[place - 1], columns[place] = columns[place], columns[place - 1]
    return tuple(columns)


def _read_number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
    return min(max(number, 1), _PAGES)
