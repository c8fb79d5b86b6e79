"""Long texts that are shown folded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cases.properties.types import Definition, display_value

LONG_TEXT = 1_200
"""The number of characters above which a text is folded; or above `LONG_LINES` lines."""
LONG_LINES = 20


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `beginning` is what is shown while it is folded, `""` if it is short.

    `size` is the number of characters. If a text is too long for the page, `whole` is only a part
    of it, and `elsewhere` is the address that shows all of it.
    """

    whole: str
    beginning: str
    size: int = 0
    elsewhere: str = ""

    @classmethod
    def of(cls, whole: str, *, size: int = 0, elsewhere: str = "") -> "Text":
        """Return the text, with its beginning if it is long."""
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
