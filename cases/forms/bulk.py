"""The selection of a bulk action, and the form for its arguments."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.choices import BulkAction
from cases.forms.case_actions import ActionForm, AssignForm, CloseForm, TagForm
from cases.selectors.staff import assignable_users
from cases.services.bulk import Selection

MOST_CHOSEN = 1_000
"""How many cases can be ticked."""
QUERY_LENGTH = 40_000
"""Characters of the list's query string, in which a letter can take up to twelve."""

_NO_CASE = _lazy("Select at least one case.")


class SelectionForm(forms.Form):
    """The selected cases: those that are ticked, or all cases of the list at `query`."""

    select_across = forms.IntegerField(required=False, min_value=0, max_value=1)
    query = forms.CharField(
        required=False,
        max_length=QUERY_LENGTH,
        error_messages={
            "max_length": _lazy(
                "The search and filters are too long for a bulk action. Remove some of them."
            )
        },
    )
    newest = forms.IntegerField(required=False, min_value=0, max_value=BigIntegerField.MAX_BIGINT)

    def clean(self) -> dict[str, Any]:
        """Read the ticked cases."""
        cleaned = super().clean() or {}
        # Django's name for the checkboxes of the list.
        given = cast(QueryDict, self.data).getlist("_selected_action")
        ids = {int(key) for key in given if key.isascii() and key.isdigit() and len(key) < 20}
        ids = {key for key in ids if key <= BigIntegerField.MAX_BIGINT}
        if not cleaned.get("select_across") and not 0 < len(ids) <= MOST_CHOSEN:
            raise ValidationError(_NO_CASE)
        cleaned["ids"] = tuple(sorted(ids))
        return cleaned

    @property
    def problem(self) -> str:
        """The error of an invalid form."""
        return str((self.errors.get("query") or [_NO_CASE])[0])

    @property
    def selection(self) -> Selection:
        """The selection of a valid form."""
        everything = self.cleaned_data.get("select_across")
        ids = None if everything else self.cleaned_data["ids"]
        given = self.cleaned_data
        return Selection(query=given["query"], case_ids=ids, newest=given["newest"])


def make_action_form(
    action: BulkAction, data: QueryDict | None = None, *, user: User
) -> ActionForm:
    """Return the form for the arguments of a bulk action; `data` is what was posted, if anything."""
    if action == BulkAction.ASSIGN:
        return AssignForm(data, people=list(assignable_users()), me=user, prefix=PREFIX)
    form = _FORMS.get(action, ActionForm)(data, prefix=PREFIX)
    if action == BulkAction.TAG:
        for field in form.fields.values():
            field.help_text = _("Separate several tags with commas.")
            field.widget.attrs |= {"dir": "auto", "autocomplete": "off", "list": "bulk-tags"}
    return form


PREFIX = "with"
"""The prefix of the names of an action's inputs, unlike those of the selection."""

_FORMS: dict[str, type[ActionForm]] = {BulkAction.CLOSE: CloseForm, BulkAction.TAG: TagForm}
