"""The custom fields of a case or customer as a form for staff."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst

from cases.properties.types import (
    BrokenRule,
    Definition,
    WrongJSONType,
    make_form_field,
    parse_value,
)


class PropertiesForm(forms.Form):
    """Inputs for the accepted definitions, with the same rules as for values from Khoros.

    Each input is submitted with the value that was shown. Only changed values are checked and
    saved, so that two people who edit the same object don't undo each other's changes.
    """

    prefix = "property"

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        definitions: Mapping[str, Definition],
        stored: Mapping[str, str],
    ) -> None:
        super().__init__(data and with_plain_newlines(data), label_suffix="")
        self.definitions = definitions
        self.both_changed: set[str] = set()
        for name, definition in definitions.items():
            field = make_form_field(definition, stored.get(name, ""))
            field.show_hidden_initial = True
            self.fields[name] = field

    def is_valid(self) -> bool:
        """Tell whether all input can be saved: nothing breaks a rule or is `removed_input`."""
        return super().is_valid() and not self.removed_input

    def clean(self) -> dict[str, Any]:
        """Check only what was changed: other errors aren't this person's to fix."""
        for name, definition in self.definitions.items():
            if name not in self.changed_data:
                self.errors.pop(name, None)
            elif name in self.cleaned_data:
                self._check(name, definition)
        return self.cleaned_data

    @property
    def changes(self) -> dict[str, str]:
        """The strings to store by name, `""` for a cleared one; of a valid form."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    @property
    def shown(self) -> dict[str, str]:
        """The values that the inputs showed at first, by name; of a bound form."""
        initials = {name: self.data.get(self[name].html_initial_name) for name in self.fields}
        return {name: value for name, value in initials.items() if value is not None}

    @property
    def removed_input(self) -> dict[str, str]:
        """What was typed into inputs of fields that have since been archived, by name."""
        start = self.add_prefix("")
        sent = {
            key.removeprefix(start): self.data[key] for key in self.data if key.startswith(start)
        }
        return {
            name: typed
            for name, typed in sent.items()
            if name not in self.fields and typed != self.data.get(self.add_initial_prefix(name), "")
        }

    @property
    def rows(self) -> list[tuple[forms.BoundField, Definition]]:
        """Each input with its definition, in the order of the fields."""
        return [(self[name], definition) for name, definition in self.definitions.items()]

    def show_conflict(self, stored: Mapping[str, str], both_changed: Collection[str]) -> None:
        """Base the form on what is `stored` now, keeping everything that was typed.

        `both_changed` names the fields that someone else has changed too; saving again overwrites
        them.
        """
        self.both_changed = set(both_changed)
        data = {name: self.data[name] for name in self.data}
        for name in self.fields:
            now = stored.get(name, "")
            if name not in self.changed_data:
                data[self.add_prefix(name)] = now
            data[self[name].html_initial_name] = now
        self.data = data

    def _check(self, name: str, definition: Definition) -> None:
        try:
            self.cleaned_data[name] = parse_value(self.cleaned_data[name], definition)
        except (WrongJSONType, BrokenRule) as problem:
            self.add_error(name, f"{capfirst(str(problem))}.")


def with_plain_newlines(data: QueryDict) -> QueryDict:
    """Return `data` without the carriage returns that browsers add to line ends."""
    plain = data.copy()
    for name, values in plain.lists():
        plain.setlist(name, [value.replace("\r\n", "\n") for value in values])
    return plain
