"""A language of its own, in which every text that goes through gettext stands between « and »."""

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest
from asgiref.local import Local
from django.utils.translation import trans_real

# What holds strangers' texts, values and names of the wire rather than the portal's own words.
_DATA_ELEMENTS = {"bdi", "code", "kbd", "pre", "samp", "textarea", "time"}
_DATA_CLASSES = {"material-symbols-outlined", "cp-control", "unsafe-link", "case-avatar"}
_UNREAD_ELEMENTS = {"script", "style", "template", "noscript"}
_VOID_ELEMENTS = {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "col"}
_READ_ATTRIBUTES = ("title", "aria-label", "aria-description", "placeholder", "alt", "data-label")


class PseudoTranslation(trans_real.DjangoTranslation):
    """A catalogue that holds every message, as itself between « and »."""

    def gettext(self, message: str) -> str:
        return f"«{message.rpartition(trans_real.CONTEXT_SEPARATOR)[2]}»" if message else ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@contextmanager
def pseudo_language() -> Iterator[None]:
    """Speak it instead of English."""
    pseudo = PseudoTranslation("en")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trans_real, "_translations", {"en": pseudo})
        patch.setattr(trans_real, "_default", pseudo)
        patch.setattr(trans_real, "_active", Local())
        yield


class _Reader(HTMLParser):
    """Collects what a person reads of a page and is neither data nor between « and »."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        classes = (values.get("class") or "").split()
        is_data = (
            tag in _DATA_ELEMENTS | _UNREAD_ELEMENTS
            or values.get("dir") == "auto"
            or bool(_DATA_CLASSES & set(classes))
        )
        for name in () if is_data and tag != "input" else _READ_ATTRIBUTES:
            rest = self._untranslated(values.get(name) or "", 0)[0]
            self._note(rest, f"{tag}[{name}]")
        if tag == "input" and values.get("type") in {"submit", "button"}:
            self._note(self._untranslated(values.get("value") or "", 0)[0], "input[value]")
        if tag not in _VOID_ELEMENTS:
            self._open.append((tag, is_data))

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in {name for name, _ in self._open}:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        is_data = any(hidden for _, hidden in self._open)
        if is_data and self._open[-1][0] in _UNREAD_ELEMENTS:
            return
        rest, depth = self._untranslated(data, self._depth)
        if is_data:
            # The quotation marks of data are data.
            return
        self._depth = depth
        self._note(rest, self._open[-1][0] if self._open else "")

    def _untranslated(self, text: str, depth: int) -> tuple[str, int]:
        rest = ""
        for character in text:
            if character == "«":
                depth += 1
            elif character == "»":
                depth = max(0, depth - 1)
            elif depth == 0:
                rest += character
        return rest, depth

    def _note(self, rest: str, where: str) -> None:
        text = " ".join(rest.split())
        if any(character.isalpha() for character in text):
            self.found.append(f"{where}: {text}")


def untranslated(html: str) -> list[str]:
    """Return the texts of a page that gettext never saw, each with the element that holds it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
