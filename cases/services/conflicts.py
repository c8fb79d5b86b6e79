"""Conflicts: two people edit the same values, and the second to save is told."""

from collections.abc import Collection, Mapping


class ChangedMeanwhileError(Exception):
    """Someone else has changed what this person is about to change; nothing was written.

    `fields` are the names that both changed.
    """

    def __init__(self, fields: Collection[str]) -> None:
        super().__init__("It has changed since the page was opened.")
        self.fields = set(fields)


def changed_since(shown: Mapping[str, str], stored: Mapping[str, str]) -> set[str]:
    """Return the names of the values that differ between `shown` and `stored`."""
    return {name for name, value in shown.items() if _plain(stored.get(name, "")) != _plain(value)}


def check_shown(
    stored: Mapping[str, str], *, shown: Mapping[str, str], values: Mapping[str, str]
) -> None:
    """Check that `values`, which were edited from `shown`, undo no one else's change.

    Raises ChangedMeanwhileError if a stored value is neither the one shown nor the new one.
    """
    edited_from = {name: shown.get(name, "") for name in values}
    both = changed_since(edited_from, stored) & changed_since(values, stored)
    if both:
        raise ChangedMeanwhileError(both)


def _plain(value: str) -> str:
    """Return a value with plain line ends, however a browser submits them."""
    return value.replace("\r\n", "\n").replace("\r", "\n")
