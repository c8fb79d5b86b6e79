"""Forms of a page as a browser fills and sends them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_UNSENT = {"submit", "button", "image", "reset", "file"}


@dataclass(slots=True)
class Form:
    """A form: what it would send untouched, and the buttons that send it."""

    action: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)

    def filled(self, button: str = "", **changes: str) -> dict[str, str | list[str]]:
        """Return what is sent when a button is pressed, with `changes` typed in before.

        Raises KeyError for an input that the form doesn't have.
        """
        sent: dict[str, list[str]] = {}
        for name, value in self.values:
            sent.setdefault(name, []).append(value)
        for name, value in changes.items():
            if name not in sent:
                raise KeyError(f"the form has no input {name}: {sorted(sent)}")
            sent[name] = [value]
        if button:
            sent[button] = [self.buttons[button]]
        return dict(sent)


class _Reader(HTMLParser):
    """Collects the forms of a page; inputs outside of a form are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._text: list[str] | None = None
        self._name = ""
        self._options: list[tuple[str, bool]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read a form or a part of one."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input":
            self._read_input(self._form, given, checked="checked" in given)
        elif tag == "button" and given.get("name"):
            self._form.buttons[given["name"]] = given.get("value", "")
        elif tag == "textarea":
            self._name, self._text = given.get("name", ""), []
        elif tag == "select":
            self._name, self._options = given.get("name", ""), []
        elif tag == "option" and self._options is not None:
            self._options.append((given.get("value", ""), "selected" in given))

    def handle_endtag(self, tag: str) -> None:
        """Keep what was read."""
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._text is not None and self._form:
            self._form.values.append((self._name, "".join(self._text).removeprefix("\n")))
            self._text = None
        elif tag == "select" and self._options is not None and self._form:
            chosen = [value for value, selected in self._options if selected]
            offered = [value for value, _ in self._options]
            self._form.values.append((self._name, (chosen or offered or [""])[0]))
            self._options = None

    def handle_data(self, data: str) -> None:
        """Keep the text of a textarea."""
        if self._text is not None:
            self._text.append(data)

    def _read_input(self, form: Form, given: dict[str, str], *, checked: bool) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        if kind in {"checkbox", "radio"} and not checked:
            return
        if kind in _UNSENT:
            if name:
                form.buttons[name] = given.get("value", "")
        elif name:
            form.values.append((name, given.get("value", "")))


def read_forms(page: str) -> list[Form]:
    """Return the forms of a page in their order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_with(page: str, button: str) -> Form | None:
    """Return the form that a button of this name sends, None where the page has none."""
    return next((form for form in read_forms(page) if button in form.buttons), None)
