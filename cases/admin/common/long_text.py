"""Long texts, of which a page shows the beginning."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cases.properties.types import Definition, display_value

LONG_TEXT = 1_200
"""Characters, or `LONG_LINES` lines, from which on a text is folded."""
LONG_LINES = 20


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `beginning` is what a folded one shows, and `""` where it is short enough.

    `size` is the number of characters. `elsewhere` is the address that shows all of a text that
    is too long to travel with the page: then `whole` is a part of it.
    """

    whole: str
    beginning: str
    size: int = 0
    elsewhere: str = ""

    @classmethod
    def of(cls, whole: str, *, size: int = 0, elsewhere: str = "") -> "Text":
        """Return `whole`, with its beginning where it is long."""
        beginning = "\n".join(whole[:LONG_TEXT].split("\n")[:LONG_LINES])
        cut = size > len(whole)
        return cls(
            whole,
            "" if beginning == whole and not cut else beginning.rstrip(),
            size or len(whole),
            elsewhere if cut else "",
        )


def labelled_texts(
    properties: Mapping[str, str], definitions: Iterable[Definition]
) -> list[tuple[str, Text]]:
    """Return what staff read of each field, by its label; `""` where it has no value."""
    return [
        (found.label, Text.of(display_value(properties.get(found.name, ""), found)))
        for found in definitions
    ]
