"""Two people on the same values: the second to save learns that the first one changed them."""

from collections.abc import Collection, Mapping


class ChangedMeanwhileError(Exception):
    """Someone else changed what this person is about to change; nothing was written.

    `fields` are the names that both changed.
    """

    def __init__(self, fields: Collection[str]) -> None:
        super().__init__("It has changed since the page was opened.")
        self.fields = set(fields)


def changed_since(shown: Mapping[str, str], stored: Mapping[str, str]) -> set[str]:
    """Return the names of the values that were `shown` and are now `stored` otherwise."""
    return {name for name, value in shown.items() if _plain(stored.get(name, "")) != _plain(value)}


def check_shown(
    stored: Mapping[str, str], *, shown: Mapping[str, str], values: Mapping[str, str]
) -> None:
    """Check that `values`, which were edited from `shown`, undo no one's work.

    Raises ChangedMeanwhileError where one is stored that is neither what was shown nor what is
    wanted.
    """
    edited_from = {name: shown.get(name, "") for name in values}
    both = changed_since(edited_from, stored) & changed_since(values, stored)
    if both:
        raise ChangedMeanwhileError(both)


def _plain(value: str) -> str:
    """Return a value with its line ends as a browser leaves them when it sends them back."""
    return value.replace("\r\n", "\n").replace("\r", "\n")
