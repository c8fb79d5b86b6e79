"""The form that filters a list, made from the table of its filters."""

from collections.abc import Mapping, Sequence
from typing import cast

from django import forms
from django.utils.translation import gettext as _

from cases.forms.plain_select import PlainSelect
from cases.selectors.filters import Filter, Kind, shown_day


class ListFilterForm(forms.Form):
    """A field for each filter, filled with the active filters; submitted by GET."""

    use_required_attribute = False

    def __init__(self, filters: Sequence[Filter], chosen: Mapping[str, str]) -> None:
        """Make the fields; each list of choices is read once, and always has the chosen value."""
        super().__init__(auto_id="filter_%s", initial=dict(chosen))
        self._words: dict[str, dict[str, str]] = {}
        for known in filters:
            field = _FIELDS[known.kind](known, chosen.get(known.name, ""))
            self.fields[known.name] = field
            if isinstance(field, forms.ChoiceField):
                pairs = cast(Sequence[tuple[str, str]], field.choices)
                self._words[known.name] = {str(key): str(label) for key, label in pairs}
            elif known.kind is Kind.DAY and (day := chosen.get(known.name)):
                self._words[known.name] = {day: shown_day(day)}

    def label(self, name: str) -> str:
        """Return the label of a filter, or its name if there is no such filter any more."""
        return str(self.fields[name].label) if name in self.fields else name

    def words(self, name: str) -> str:
        """Return a chosen value as people read it."""
        value = str(self.initial[name])
        return self._words.get(name, {}).get(value, value)


def _choice(known: Filter, chosen: str) -> forms.Field:
    choices = [("", _("Any")), *known.choices()]
    if chosen not in {value for value, _label in choices}:
        choices.append((chosen, chosen))
    return forms.ChoiceField(
        label=str(known.label),
        choices=choices,
        help_text=str(known.help_text),
        widget=PlainSelect,
    )


def _text(known: Filter, chosen: str) -> forms.Field:
    return forms.CharField(label=str(known.label), help_text=str(known.help_text))


def _day(known: Filter, chosen: str) -> forms.Field:
    widget = forms.TextInput(attrs={"type": "date"})
    return forms.CharField(label=str(known.label), help_text=str(known.help_text), widget=widget)


_FIELDS = {Kind.CHOICE: _choice, Kind.TEXT: _text, Kind.DAY: _day}
