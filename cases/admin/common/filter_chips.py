"""Active filters of a list, each with a link that removes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cases.forms.list_filters import ListFilterForm
from cases.selectors.filters import Filter, unread_values
from cases.text import make_excerpt


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, and the address of the list without it.

    No row matches a filter that is not understood.
    """

    label: str
    value: str
    url: str
    is_understood: bool = True


def filter_chips(
    filters: Sequence[Filter],
    form: ListFilterForm,
    chosen: Mapping[str, str],
    without: Callable[[str], str],
) -> list[Chip]:
    """Return a chip for each chosen value; `without` returns the address of the list without one."""
    unread = unread_values(chosen, filters)
    return [
        Chip(
            form.label(name),
            make_excerpt(form.words(name)),
            without(name),
            is_understood=name not in unread,
        )
        for name in chosen
    ]
