"""One row per property type: how a value is parsed, edited and shown.

All differences between types are in `RULES`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from cases.choices import PropertyStage, PropertyType
from cases.properties.offered_choice import OfferedChoice, no_longer_offered
from cases.properties.readings import find_values, folded, read_flag
from cases.text import UNSTORABLE_MESSAGE, is_storable, json_text

TEXT_LENGTH = 255
TEXTAREA_LENGTH = 65_535


class WrongJSONType(ValueError):
    """A value is not of a JSON type that its property takes (contract: 400)."""


class BrokenRule(ValueError):
    """A value has the right JSON type but breaks a rule of its property (contract: 422)."""


@dataclass(frozen=True, slots=True)
class ListValue:
    """One entry of a list: `name` is shown, `value` is sent."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition of a property (contract: Field definitions)."""

    name: str
    label: str
    type: str
    list_values: tuple[ListValue, ...] = ()
    searchable: bool = False
    stage: str = "live"
    required_to_close: bool = False

    @property
    def keeps_open(self) -> bool:
        """Whether a case can't be closed without a value; a retiring field is no longer required."""
        return self.required_to_close and self.stage == PropertyStage.LIVE


@dataclass(frozen=True, slots=True)
class TypeRules:
    """What one property type does with a value.

    `parse` turns a JSON value into the stored string and raises WrongJSONType or BrokenRule;
    `form_field` makes the input for staff, given the stored value; `display` makes the text that
    staff read, and `read` turns what they or a spreadsheet wrote into the stored string, or raises
    BrokenRule in their words; `widens_to` names the types that every stored value would also fit.
    """

    parse: Callable[[object, Definition], str]
    form_field: Callable[[Definition, str], forms.Field]
    display: Callable[[str, Definition], str]
    read: Callable[[str, Definition], str]
    has_list: bool = False
    widens_to: tuple[PropertyType, ...] = ()


def _parse_string(value: object, limit: int) -> str:
    value = _as_text(value)
    if not is_storable(value):
        raise BrokenRule(UNSTORABLE_MESSAGE)
    if len(value) > limit:
        raise BrokenRule(f"must have at most {limit:,} characters, and has {len(value):,}")
    return value


def _as_text(value: object) -> str:
    if isinstance(value, bool | int | float):
        return json_text(value)
    if not isinstance(value, str):
        raise WrongJSONType("must be a string")
    return value


def _parse_text(value: object, definition: Definition) -> str:
    return _parse_string(value, TEXT_LENGTH)


def _parse_textarea(value: object, definition: Definition) -> str:
    return _parse_string(value, TEXTAREA_LENGTH)


def _parse_list(value: object, definition: Definition) -> str:
    text = _as_text(value)
    found = find_values(text, definition.list_values)
    if len(set(found)) != 1:
        offered = ", ".join(entry.value for entry in definition.list_values)
        raise BrokenRule(f"must be one of: {offered}")
    return found[0]


def _parse_checkbox(value: object, definition: Definition) -> str:
    if not isinstance(value, bool | int | float | str):
        raise WrongJSONType("must be true or false")
    flag = read_flag(value)
    if flag is None:
        raise BrokenRule("must be true or false")
    return json_text(flag)


def _text_field(definition: Definition, stored: str) -> forms.Field:
    # A one-line input drops line breaks, which Khoros may send: that isn't a change by staff.
    one_line = not set("\r\n") & set(stored)
    widget = forms.TextInput() if one_line else forms.Textarea(attrs={"rows": 2})
    return forms.CharField(max_length=TEXT_LENGTH, strip=False, widget=widget)


def _textarea_field(definition: Definition, stored: str) -> forms.Field:
    return forms.CharField(
        max_length=TEXTAREA_LENGTH, strip=False, widget=forms.Textarea(attrs={"rows": 4})
    )


def _list_field(definition: Definition, stored: str) -> forms.Field:
    choices = [("", "—"), *((entry.value, entry.name) for entry in definition.list_values)]
    if stored and stored not in dict(choices):
        choices.append((stored, no_longer_offered(stored)))
    return OfferedChoice(choices=choices)


def _checkbox_field(definition: Definition, stored: str) -> forms.Field:
    # Three states, as in the API: a checkbox that was never answered is not a "no".
    return forms.ChoiceField(choices=[("", "—"), ("true", _("Yes")), ("false", _("No"))])


def _display_plain(value: str, definition: Definition) -> str:
    return value


def _display_list(value: str, definition: Definition) -> str:
    names = {entry.value: entry.name for entry in definition.list_values}
    return names.get(value, value)


def _display_checkbox(value: str, definition: Definition) -> str:
    return {"true": _("Yes"), "false": _("No")}.get(value, value)


def _read_list(text: str, definition: Definition) -> str:
    found = find_values(text, definition.list_values)
    if not found:
        names = ", ".join(entry.name for entry in definition.list_values)
        raise BrokenRule(_("must be one of: %(names)s") % {"names": names})
    if len(set(found)) > 1:
        problem = _("matches several entries: use a value instead (%(values)s)")
        raise BrokenRule(problem % {"values": ", ".join(found)})
    return found[0]


def _read_checkbox(text: str, definition: Definition) -> str:
    yes, no = _("Yes"), _("No")
    translated = {folded(yes): True, folded(no): False}
    found = translated.get(folded(text), read_flag(text))
    if found is None:
        raise BrokenRule(_("must be %(yes)s or %(no)s") % {"yes": yes, "no": no})
    return json_text(found)


RULES: dict[str, TypeRules] = {
    PropertyType.TEXT: TypeRules(
        _parse_text, _text_field, _display_plain, _parse_text, widens_to=(PropertyType.TEXTAREA,)
    ),
    PropertyType.TEXTAREA: TypeRules(
        _parse_textarea, _textarea_field, _display_plain, _parse_textarea
    ),
    PropertyType.SINGLE_SELECT_LIST: TypeRules(
        _parse_list, _list_field, _display_list, _read_list, has_list=True
    ),
    PropertyType.CHECKBOX: TypeRules(
        _parse_checkbox, _checkbox_field, _display_checkbox, _read_checkbox
    ),
}


def parse_value(value: object, definition: Definition) -> str:
    """Return the string to store for a JSON value; `""` where `null` or `""` clears it.

    Raises WrongJSONType (400) or BrokenRule (422). Contract: Custom properties.
    """
    if value is None or value == "":
        return ""
    return RULES[definition.type].parse(value, definition)


def parse_criterion(value: object, definition: Definition) -> object:
    """Return what a search compares stored values with: a checkbox's boolean as its string."""
    is_flag = definition.type == PropertyType.CHECKBOX and isinstance(value, bool)
    return RULES[definition.type].parse(value, definition) if is_flag else value


def display_value(value: str, definition: Definition) -> str:
    """Return a stored value as staff read it: a list's name, Yes or No, or itself."""
    return RULES[definition.type].display(value, definition)


def read_value(text: str, definition: Definition) -> str:
    """Return the string to store for a text that staff or a spreadsheet wrote; `""` for `""`.

    That is what `display_value` shows or the value itself, in any case of letters; a checkbox is
    also TRUE and FALSE, 1 and 0. Raises BrokenRule in the words of staff.
    """
    return RULES[definition.type].read(text, definition) if text else ""


def make_form_field(definition: Definition, stored: str) -> forms.Field:
    """Return the labelled, optional form field by which staff edit a stored value."""
    field = RULES[definition.type].form_field(definition, stored)
    field.label, field.required, field.initial = definition.label, False, stored
    return field
