"""Hints beside a search that leaves cases out."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.admin.common.formatting import format_number
from cases.search.query import MOST_TERMS
from cases.selectors.case_search.search import SearchResult

_NEWEST = _lazy("Many cases match. Showing only the newest %(number)s.")
_NEWEST_BACKWARDS = _lazy("Many cases match. Showing only the newest %(number)s, oldest first.")
_LEFT_OUT = _lazy(
    "Only the newest %(number)s matching cases are included. Older ones are left out."
)
_SOME_CUSTOMERS = _lazy(
    "Many customers match, so the cases of some were not searched. Add a word to find them."
)


def newest_found(found: SearchResult) -> str:
    """Return how many cases are listed if a search finds more, else `""`."""
    return format_number(found.count.limit) if found.count and found.is_cut else ""


def search_hints(found: SearchResult, *, descending: bool) -> list[str]:
    """Return the hints for the search of a list; `descending` is its order."""
    return _hints(found, _NEWEST if descending else _NEWEST_BACKWARDS)


def selection_hints(found: SearchResult) -> list[str]:
    """Return the hints for selecting all cases of a search."""
    return _hints(found, _LEFT_OUT)


def _hints(found: SearchResult, cut: Promise) -> list[str]:
    hints = []
    if number := newest_found(found):
        newest = str(cut) % {"number": number}
        hints.append(f"{newest} {_('Add a word or a filter to find older ones.')}")
    if found.is_partial:
        hints.append(str(_SOME_CUSTOMERS))
    if found.drops_words:
        hints.append(
            _("Only the first %(number)d words of the search are used.") % {"number": MOST_TERMS}
        )
    return hints
