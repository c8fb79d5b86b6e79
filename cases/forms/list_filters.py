"""The form that filters a list, made from the table of its filters."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cases.selectors.filters import Filter, Kind


class ListFilterForm(forms.Form):
    """A field for each filter, filled with what the list is filtered by; it is sent by GET."""

    use_required_attribute = False

    def __init__(self, filters: Sequence[Filter], chosen: Mapping[str, str]) -> None:
        """Make the fields; each list of choices is read once, and has the chosen value at least."""
        super().__init__(auto_id="filter_%s", initial=dict(chosen))
        self._words: dict[str, dict[str, str]] = {}
        for known in filters:
            field = _FIELDS[known.kind](known, chosen.get(known.name, ""))
            self.fields[known.name] = field
            if isinstance(field, forms.ChoiceField):
                pairs = cast(Sequence[tuple[str, str]], field.choices)
                self._words[known.name] = {str(key): str(label) for key, label in pairs}

    def label(self, name: str) -> str:
        """Return what people call a filter; its name where there is no such filter any more."""
        return str(self.fields[name].label) if name in self.fields else name

    def words(self, name: str) -> str:
        """Return a chosen value as people know it."""
        value = str(self.initial[name])
        return self._words.get(name, {}).get(value, value)


class PlainSelect(forms.Select):
    """A select of one value out of plain choices.

    Django's own renders a template for each option, and a list offers hundreds of people and tags.
    """

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """Return the element with all its options."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, " selected" if str(key) == chosen else "", text) for key, text in self.choices),
        )
        own = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, own, options)


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
