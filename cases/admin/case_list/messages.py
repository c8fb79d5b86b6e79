"""What the case list says where it has nothing to show, or not all that a search would find."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.admin.common.formatting import format_number
from cases.search.query import MOST_TERMS
from cases.selectors.case_list.query import Tab
from cases.selectors.case_search.search import Found


@dataclass(frozen=True, slots=True)
class EmptyState:
    """What to say instead of rows; `url` leads on, and is empty where nothing would help."""

    icon: str
    title: str
    text: str
    url: str = ""
    link: str = ""


_TABS = {
    Tab.MINE: (
        "person_check",
        _lazy("No open case is assigned to you"),
        _lazy("Take one of those that nobody works on yet."),
    ),
    Tab.UNASSIGNED: (
        "task_alt",
        _lazy("Every open case is assigned"),
        _lazy("New cases appear here until somebody takes them."),
    ),
    Tab.OPEN: (
        "task_alt",
        _lazy("Every case is closed"),
        _lazy("When an agent opens a case in Khoros, it appears here at once."),
    ),
    Tab.CLOSED: (
        "inventory_2",
        _lazy("No case is closed yet"),
        _lazy("Cases that staff or Khoros close appear here."),
    ),
    Tab.ATTENTION: (
        "visibility",
        _lazy("Nothing needs a look"),
        _lazy("Possible duplicates and cases with unregistered keys appear here."),
    ),
}

_NEWEST = _lazy("Many cases match: the list has the newest %(number)s of them.")
_NEWEST_BACKWARDS = _lazy(
    "Many cases match: the list has the newest %(number)s of them, and the oldest of those first."
)
_LEFT_OUT = _lazy("Only the newest %(number)s cases that match are meant: older ones are left out.")
_NONE_NEWEST = _lazy(
    "The words are in many cases, but in none of the newest of this list. Older ones were not looked"
    " through: add a word or a filter."
)
_SOME_CUSTOMERS = _lazy(
    "Many customers match: the cases of some of them are not searched. Add a word to find those."
)


def empty_state(
    tab: Tab, *, narrowed: bool, is_cut: bool, any_case: bool, everywhere: str
) -> EmptyState:
    """Return what a tab without rows says.

    `narrowed` tells whether a search or filter is on, `is_cut` whether older cases may match;
    `everywhere` is the address of the same among all cases, empty where that is shown already.
    """
    if narrowed:
        title, text = _("No case matches"), _("Try fewer words or filters.")
        if is_cut:
            title, text = _("None of the newest cases matches"), str(_NONE_NEWEST)
        return EmptyState("search_off", title, text, everywhere, _("Look in all cases"))
    if not any_case or tab not in _TABS:
        text = _("When an agent opens a case in Khoros, it appears here at once.")
        return EmptyState("inbox", _("No case has arrived yet"), text)
    icon, title, text = (str(part) for part in _TABS[tab])
    if tab == Tab.MINE:
        return EmptyState(icon, title, text, "?tab=unassigned", _("Show unassigned cases"))
    return EmptyState(icon, title, text)


def not_understood() -> EmptyState:
    """Return what a list says that is filtered by a value which means nothing."""
    text = _("Remove the filter that is marked as not understood, and choose its value anew.")
    return EmptyState("filter_alt_off", _("A filter is not understood"), text)


def newest_found(found: Found) -> str:
    """Return how many cases a list has of a search that finds more; else nothing."""
    return format_number(found.count.limit) if found.count and found.is_cut else ""


def search_hints(found: Found, *, descending: bool) -> list[str]:
    """Return what is to be known of the search of a list; `descending` is its order."""
    return _hints(found, _NEWEST if descending else _NEWEST_BACKWARDS)


def selection_hints(found: Found) -> list[str]:
    """Return the same where all cases of a search are chosen for something."""
    return _hints(found, _LEFT_OUT)


def _hints(found: Found, cut: Promise) -> list[str]:
    hints = []
    if number := newest_found(found):
        newest = str(cut) % {"number": number}
        hints.append(f"{newest} {_('Add a word or a filter to find older ones.')}")
    if found.is_part:
        hints.append(str(_SOME_CUSTOMERS))
    if found.is_short:
        hints.append(
            _("Only the first %(number)d words of the search count.") % {"number": MOST_TERMS}
        )
    return hints
