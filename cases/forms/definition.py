"""The form for the definition of a custom field.

It only reads what was typed; the rules are in `cases.properties.drafting`, the service applies
them, and `show_problems` shows the errors at the fields.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.choices import ObjectType, PropertyType
from cases.errors import FieldError
from cases.models import CustomProperty
from cases.properties.drafting import LABEL_LENGTH
from cases.properties.names import MAX_LENGTH
from cases.properties.types import RULES, Definition, ListValue

TYPE_HINTS = {
    PropertyType.TEXT: _lazy("One line, up to 255 characters"),
    PropertyType.TEXTAREA: _lazy("Several lines, up to 65,535 characters"),
    PropertyType.SINGLE_SELECT_LIST: _lazy("One of the values you list"),
    PropertyType.CHECKBOX: _lazy("Yes or no"),
}

_SHOWN = "shown"
"""The hidden input with the definition that the page showed."""


class ListValuesWidget(forms.Widget):
    """Reads the rows `list_name` and `list_value`; the page's template writes them."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> list[ListValue]:
        """Return every row in which something was typed, in the order of the page."""
        if not isinstance(data, QueryDict):
            return []
        rows = zip(data.getlist("list_name"), data.getlist("list_value"), strict=False)
        stripped = ((shown.strip(), value.strip()) for shown, value in rows)
        # The name defaults to the value.
        return [ListValue(shown or value, value) for shown, value in stripped if shown or value]


class DefinitionForm(forms.Form):
    """A definition as typed; `field` is the one to change, or None for a new one.

    `shown` is the definition that the page showed, so that two people who change the same field
    don't undo each other's changes; None for a new one, and if the page didn't send it.
    """

    label = forms.CharField(
        required=False,
        label=_lazy("Label"),
        help_text=_lazy("Shown to agents in Khoros and to staff here."),
        widget=forms.TextInput(attrs={"maxlength": LABEL_LENGTH, "dir": "auto"}),
    )
    name = forms.CharField(
        required=False,
        label=_lazy("Name"),
        help_text=_lazy(
            "The key in the API, for example clubNumber: a letter first, then letters, "
            "digits and underscores. It can't be changed once the field is published."
        ),
        widget=forms.TextInput(
            attrs={
                "maxlength": MAX_LENGTH,
                "autocapitalize": "off",
                "spellcheck": "false",
                "dir": "ltr",
            }
        ),
    )
    type = forms.ChoiceField(
        label=_lazy("Type"),
        choices=PropertyType.choices,
        initial=PropertyType.TEXT,
        widget=forms.RadioSelect,
    )
    list_values = forms.Field(required=False, label=_lazy("List values"), widget=ListValuesWidget)
    searchable = forms.BooleanField(
        required=False,
        label=_lazy("Searchable"),
        help_text=_lazy("Khoros agents can find customers by this field."),
    )
    required_to_close = forms.BooleanField(
        required=False,
        label=_lazy("Required to close"),
        help_text=_lazy(
            "While the field is live, a case needs a value before it can be closed: here, "
            "in bulk or from Khoros. This includes cases that are already open."
        ),
    )

    def __init__(
        self, *args: Any, object_type: str, field: CustomProperty | None = None, **kwargs: Any
    ) -> None:
        if field is not None:
            kwargs["initial"] = _initial(field) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        stored = field.definition if field is not None else None
        self.shown = _read_shown(self.data) if self.is_bound else stored
        for name in ("label", "name"):
            self.fields[name].widget.attrs["aria-required"] = "true"
        # Only customers are searched for, and only cases are closed.
        other = "required_to_close" if object_type == ObjectType.CUSTOMER else "searchable"
        del self.fields[other]
        if field is not None and field.name_is_fixed:
            self._fix(field)

    def show_problems(self, problems: Sequence[FieldError]) -> None:
        """Show the errors that a service found at their fields."""
        for problem in problems:
            self.add_error(problem.name if problem.name in self.fields else None, problem.message)

    @property
    def definition(self) -> Definition:
        """The definition in the form, valid or not."""
        return Definition(
            name=self._text("name"),
            label=self._text("label"),
            type=self.chosen_type,
            list_values=tuple(self["list_values"].value() or ()),
            searchable=self._is_ticked("searchable"),
            required_to_close=self._is_ticked("required_to_close"),
        )

    @property
    def shown_text(self) -> str:
        """The value of the hidden input with the definition that the page shows, `""` for none."""
        if self.shown is None:
            return ""
        return signing.dumps(asdict(self.shown), salt=_SHOWN, compress=True)

    @property
    def typed(self) -> dict[str, Any]:
        """The typed values of the changed inputs, by name."""
        now = self.definition
        return {
            name: self[name].value()
            for name in self.fields
            if getattr(now, name) != getattr(self.shown, name, None)
        }

    @property
    def chosen_type(self) -> str:
        """The chosen type, text by default."""
        chosen = str(self["type"].value())
        return chosen if chosen in RULES else str(PropertyType.TEXT)

    def _text(self, name: str) -> str:
        return str(self[name].value() or "").strip()

    def _is_ticked(self, name: str) -> bool:
        return name in self.fields and bool(self[name].value())

    def _fix(self, field: CustomProperty) -> None:
        """Disable what can't change in a field that Khoros knows."""
        self.fields["name"].disabled = True
        self.fields["name"].help_text = _("Khoros already uses this name, so it can't be changed.")
        possible = {field.type, *RULES[field.type].widens_to}
        # Other types are not offered. The service refuses them, after checking whether someone
        # else has changed the type.
        types = self.fields["type"].widget
        if isinstance(types, forms.RadioSelect):
            types.choices = [entry for entry in PropertyType.choices if entry[0] in possible]


def _read_shown(data: Mapping[str, Any]) -> Definition | None:
    """Return the definition that the page showed, or None if it didn't send it."""
    try:
        state = signing.loads(data.get(_SHOWN, ""), salt=_SHOWN)
        entries = (ListValue(**entry) for entry in state.pop("list_values"))
        return Definition(**state, list_values=tuple(entries))
    except (signing.BadSignature, KeyError, TypeError):
        # Another version of the portal may have made the page.
        return None


def _initial(field: CustomProperty) -> dict[str, Any]:
    definition = field.definition
    return {
        "label": definition.label,
        "name": definition.name,
        "type": definition.type,
        "list_values": list(definition.list_values),
        "searchable": definition.searchable,
        "required_to_close": definition.required_to_close,
    }


def change_rows(rows: Sequence[ListValue], change: str) -> list[ListValue]:
    """Return `rows` after `up-2`, `down-2` or `remove-2`; anything else changes nothing.

    For the buttons of the rows in browsers without scripts.
    """
    act, _dash, number = change.partition("-")
    changed = list(rows)
    if number not in map(str, range(len(rows))):
        return changed
    index = int(number)
    row = changed.pop(index)
    if act == "remove":
        return changed
    steps = {"up": -1, "down": 1}.get(act, 0)
    changed.insert(max(0, index + steps), row)
    return changed
