"""Messages of the case list when it has nothing to show."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.selectors.case_list.query import Tab


@dataclass(frozen=True, slots=True)
class EmptyState:
    """What to show instead of rows; `url` is where to go next, or empty."""

    icon: str
    title: str
    text: str
    url: str = ""
    link: str = ""


_TABS = {
    Tab.MINE: (
        "person_check",
        _lazy("No open cases are assigned to you"),
        _lazy("Pick one of the unassigned cases."),
    ),
    Tab.UNASSIGNED: (
        "task_alt",
        _lazy("Every open case is assigned"),
        _lazy("New cases appear here until someone is assigned."),
    ),
    Tab.OPEN: (
        "task_alt",
        _lazy("Every case is closed"),
        _lazy("When an agent opens a case in Khoros, it appears here right away."),
    ),
    Tab.CLOSED: (
        "inventory_2",
        _lazy("No closed cases yet"),
        _lazy("Cases that staff or Khoros close appear here."),
    ),
    Tab.NEEDS_REVIEW: (
        "visibility",
        _lazy("Nothing needs review"),
        _lazy("Possible duplicates and cases with unmapped fields appear here."),
    ),
}

_NONE_NEWEST = _lazy(
    "Many cases contain these words, but none of the newest in this list do. Older cases "
    "were not searched. Add a word or a filter."
)


def empty_state(
    tab: Tab, *, narrowed: bool, is_cut: bool, any_case: bool, everywhere: str
) -> EmptyState:
    """Return what a tab without rows says.

    `narrowed` tells whether a search or filter is on, `is_cut` whether older cases may match;
    `everywhere` is the address of the same among all cases, empty where that is shown already.
    """
    if narrowed:
        title, text = _("No matching cases"), _("Try fewer words or filters.")
        if is_cut:
            title, text = _("None of the newest cases match"), str(_NONE_NEWEST)
        return EmptyState("search_off", title, text, everywhere, _("Search all cases"))
    if not any_case or tab not in _TABS:
        text = _("When an agent opens a case in Khoros, it appears here right away.")
        return EmptyState("inbox", _("No cases yet"), text)
    icon, title, text = (str(part) for part in _TABS[tab])
    if tab == Tab.MINE:
        return EmptyState(icon, title, text, "?tab=unassigned", _("Show unassigned cases"))
    return EmptyState(icon, title, text)


def not_understood() -> EmptyState:
    """Return the message of a list with an invalid filter."""
    text = _("Remove the invalid filter, or choose another value.")
    return EmptyState("filter_alt_off", _("A filter is invalid"), text)
