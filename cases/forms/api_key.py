"""The form in which an administrator asks for an API key."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.errors import FieldError
from cases.services.api_keys import INTEGRATION_LENGTH


class ApiKeyForm(forms.Form):
    """The integration and the last day, if any; the service has the rules."""

    integration = forms.CharField(
        required=False,
        initial="Khoros",
        label=_("Integration"),
        help_text=_(
            "The system that will use the key. If it already has one, both keys work "
            "until you revoke the old one."
        ),
        widget=forms.TextInput(attrs={"maxlength": INTEGRATION_LENGTH, "dir": "auto"}),
    )
    last_day = forms.DateField(
        required=False,
        label=_("Last day"),
        help_text=_(
            "The key works until the end of this day. Leave empty for a key that doesn't expire."
        ),
        # Databases and time zones can't handle much later dates.
        validators=[
            MaxValueValidator(date(2999, 12, 31), _("Leave empty, or choose an earlier day."))
        ],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @property
    def expires(self) -> datetime | None:
        """The moment at which the last day is over, in the portal's time zone."""
        day = self.cleaned_data["last_day"]
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))

    def show_problems(self, problems: Sequence[FieldError]) -> None:
        """Show the errors that the service found at their fields."""
        for problem in problems:
            field = {"expires": "last_day"}.get(problem.name, problem.name)
            self.add_error(field if field in self.fields else None, problem.message)
