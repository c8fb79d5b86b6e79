"""The form in which staff name a saved view and share it."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.errors import FieldError
from cases.models.staff import VIEW_NAME_LENGTH


class SavedViewForm(forms.Form):
    """A view's name and who sees it; the services have the rules."""

    name = forms.CharField(
        required=False,
        label=_("Name"),
        help_text=_("For example: Refunds on Instagram, oldest first."),
        widget=forms.TextInput(attrs={"maxlength": VIEW_NAME_LENGTH, "dir": "auto"}),
    )
    shared = forms.BooleanField(
        required=False,
        label=_("Share with the team"),
        help_text=_("Everyone who sees cases can open and copy it. Only you can change it."),
    )
    start = forms.BooleanField(
        required=False,
        label=_("My start view"),
        help_text=_("“Cases” in the menu opens this view, for you only."),
    )

    def show_problems(self, problems: Sequence[FieldError]) -> None:
        """Show the errors that a service found at their fields."""
        for problem in problems:
            self.add_error(problem.name if problem.name in self.fields else None, problem.message)
