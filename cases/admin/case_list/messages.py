"""What the case list says where it has nothing to show."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.selectors.case_list.query import Tab


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

_NONE_NEWEST = _lazy(
    "The words are in many cases, but in none of the newest of this list. Older ones were not looked"
    " through: add a word or a filter."
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
