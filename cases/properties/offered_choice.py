"""A choice that was offered when a page was opened, but may no longer be when it is submitted."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class OfferedChoice(forms.ChoiceField):
    """A choice that stays selected when refused, so that submitting it again is refused again.

    Otherwise the list would show its first entry, and submitting again would clear the stored value.
    `name_of` returns the label of a choice that the list lacks.
    """

    def __init__(self, *, name_of: Callable[[str], str] = str, **options: Any) -> None:
        super().__init__(**options)
        self.name_of = name_of

    def validate(self, value: Any) -> None:
        """Raise ValidationError for a choice that isn't offered, and let the widget offer it."""
        if not value or self.valid_value(value):
            return super().validate(value)
        name = self.name_of(value)
        self.widget.choices = [*self.widget.choices, (value, no_longer_offered(name))]
        problem = _("%(choice)s is no longer offered. Choose again.") % {"choice": name}
        raise ValidationError(problem, code="invalid_choice")


def no_longer_offered(name: str) -> str:
    """Return the label for a stored choice that is no longer offered."""
    return _("%(value)s (no longer offered)") % {"value": name}
