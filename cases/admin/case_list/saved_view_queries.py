"""The query of a saved view: what it stores, which parts still apply, and its description."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.admin.case_list.columns import all_columns, chosen_columns
from cases.choices import ObjectType
from cases.models import SavedView
from cases.selectors.case_list.filters import case_filters
from cases.selectors.case_list.query import CaseListQuery, read_query
from cases.selectors.field_filters import PRESENCE_PREFIX, VALUE_PREFIX
from cases.selectors.filters import Kind, shown_day
from cases.selectors.properties import all_properties
from cases.selectors.saved_views import vanished_values

VIEW_PARAMETER = "view"
"""The parameter of the list's address that names the view it was opened from."""

_OWN = {"tab", "q", "sort", "columns", VIEW_PARAMETER}
SORT_WORDS = {
    "-updated": _lazy("Last updated, newest first"),
    "updated": _lazy("Last updated, oldest first"),
    "-created": _lazy("Opened, newest first"),
    "created": _lazy("Opened, oldest first"),
    "-number": _lazy("Number, highest first"),
    "number": _lazy("Number, lowest first"),
}

Parts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ViewState:
    """The list that a view opens, and the names of its parts that no longer exist."""

    list_query: CaseListQuery
    left_out: list[str] = field(default_factory=list)


def list_state(parameters: QueryDict) -> str:
    """Return what a view stores of the list's address: all valid parameters except the page."""
    list_query = read_query(parameters)
    return list_query.first_page(columns=_known_columns(list_query), view="").encode()


def view_state(view: SavedView) -> ViewState:
    """Return the state that a view opens; at most one query for each kind of missing part."""
    list_query = read_query(view.query)
    filters = {known.name: known for known in case_filters()}
    unknown = {
        name for name, _value in parse_qsl(view.query) if name not in filters and name not in _OWN
    }
    columns = _known_columns(list_query)
    unknown |= set(list_query.columns) - set(columns)
    left_out = _names_of(unknown) if unknown else []
    for name in unknown:
        list_query = list_query.without(name)
    for name in vanished_values(list_query.filters):
        left_out.append(f"{filters[name].label}: {list_query.filters[name]}")
        list_query = list_query.without(name)
    return ViewState(list_query.first_page(columns=columns, view=str(view.pk)), left_out)


class QueryText:
    """Describes views in words; reads the choices of a filter only once for all of them."""

    def __init__(self) -> None:
        self._filters = {known.name: known for known in case_filters()}
        self._choices: dict[str, dict[str, str]] = {}

    def describe(self, query: str) -> Parts:
        """Return the parts of a state of the list, each as its label and value."""
        list_query = read_query(query)
        parts: Parts = [(_("Tab"), str(list_query.tab.label))]
        if list_query.search:
            parts.append((_("Search"), list_query.search))
        parts += [self._filter(name, value) for name, value in list_query.filters.items()]
        parts.append((_("Order"), str(SORT_WORDS[list_query.sort])))
        if list_query.columns:
            labels = [str(column.label) for column in chosen_columns(list_query.columns)]
            parts.append((_("Columns"), ", ".join(labels)))
        return parts

    def _filter(self, name: str, value: str) -> tuple[str, str]:
        known = self._filters.get(name)
        if known is None:
            # Of a field that is no longer live.
            return _without_prefix(name), value
        if known.kind is Kind.DAY:
            return str(known.label), shown_day(value)
        if name not in self._choices:
            self._choices[name] = {key: str(label) for key, label in known.choices()}
        return str(known.label), self._choices[name].get(value, value)


def _known_columns(list_query: CaseListQuery) -> tuple[str, ...]:
    known = all_columns()
    return tuple(name for name in list_query.columns if name in known)


def _names_of(parameters: set[str]) -> list[str]:
    """Return the labels of fields that are no longer live, by their parameters, each once."""
    labels = {field.name: field.label for field in all_properties(ObjectType.CASE)}
    names = (_without_prefix(name) for name in parameters)
    return sorted({labels.get(name, name) for name in names})


def _without_prefix(name: str) -> str:
    for prefix in (VALUE_PREFIX, PRESENCE_PREFIX):
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name
