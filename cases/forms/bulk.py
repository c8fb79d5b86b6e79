"""What staff fill in before something is done to many cases."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.choices import BulkAction
from cases.errors import ValidationFailed
from cases.forms.properties import with_plain_newlines
from cases.properties.types import TEXTAREA_LENGTH
from cases.selectors.staff import assignable_users, person_name
from cases.services.bulk import Selection
from cases.services.tags import MOST_TAGS, tidy_tag
from cases.text import UNSTORABLE_MESSAGE, is_storable

MOST_CHOSEN = 1_000
"""How many cases can be chosen one by one."""
QUERY_LENGTH = 40_000
"""Characters of the list's query string: a search and some filters, each letter written as twelve."""

_NO_CASE = _lazy("Choose at least one case.")

ME, NOBODY = "me", "nobody"


class SelectionForm(forms.Form):
    """Which cases: those that are ticked, or all that the list at `query` holds."""

    select_across = forms.IntegerField(required=False, min_value=0, max_value=1)
    query = forms.CharField(
        required=False,
        max_length=QUERY_LENGTH,
        error_messages={
            "max_length": _lazy(
                "The search and the filters are too long to do anything with what they find. "
                "Leave some out."
            )
        },
    )
    newest = forms.IntegerField(required=False, min_value=0, max_value=BigIntegerField.MAX_BIGINT)

    def clean(self) -> dict[str, Any]:
        """Read the ticked cases."""
        cleaned = super().clean() or {}
        # The list's own name for its boxes.
        given = cast(QueryDict, self.data).getlist("_selected_action")
        ids = {int(key) for key in given if key.isascii() and key.isdigit() and len(key) < 20}
        ids = {key for key in ids if key <= BigIntegerField.MAX_BIGINT}
        if not cleaned.get("select_across") and not 0 < len(ids) <= MOST_CHOSEN:
            raise ValidationError(_NO_CASE)
        cleaned["ids"] = tuple(sorted(ids))
        return cleaned

    @property
    def problem(self) -> str:
        """What is wrong with a form that is not valid."""
        return str((self.errors.get("query") or [_NO_CASE])[0])

    @property
    def selection(self) -> Selection:
        """The cases that are meant, of a form that is valid."""
        everything = self.cleaned_data.get("select_across")
        ids = None if everything else self.cleaned_data["ids"]
        given = self.cleaned_data
        return Selection(query=given["query"], case_ids=ids, newest=given["newest"])


class ActionForm(forms.Form):
    """What one action asks; `arguments` is what the services take, of a form that is valid."""

    def __init__(self, data: QueryDict | None = None, *, user: User) -> None:
        super().__init__(data and with_plain_newlines(data), prefix="with")
        self.user = user

    @property
    def arguments(self) -> dict[str, Any]:
        """What the action needs."""
        return {}


class CloseForm(ActionForm):
    """How the matter ended."""

    resolution = forms.CharField(
        label=_lazy("Resolution note"),
        help_text=_lazy("Optional. It stays with each case, for colleagues to read."),
        required=False,
        max_length=TEXTAREA_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean_resolution(self) -> str:
        """Refuse what no database can hold."""
        resolution: str = self.cleaned_data["resolution"]
        if not is_storable(resolution):
            raise ValidationError(
                _("The note %(problem)s.") % {"problem": UNSTORABLE_MESSAGE}, code="unstorable"
            )
        return resolution

    @property
    def arguments(self) -> dict[str, Any]:
        """The resolution."""
        return {"resolution": self.cleaned_data["resolution"]}


class AssignForm(ActionForm):
    """Whose the cases shall be."""

    assignee = forms.ChoiceField(label=_lazy("Assign to"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [person for person in assignable_users() if person.pk != self.user.pk]
        field = cast(forms.ChoiceField, self.fields["assignee"])
        field.choices = [
            (ME, _("Me")),
            (NOBODY, _("Nobody")),
            *((str(person.pk), person_name(person)) for person in others),
        ]

    @property
    def arguments(self) -> dict[str, Any]:
        """The id of the person, None for nobody."""
        chosen = self.cleaned_data["assignee"]
        key = {ME: self.user.pk, NOBODY: None}.get(chosen)
        return {"assignee": key if chosen in {ME, NOBODY} else int(chosen)}


class TagForm(ActionForm):
    """Which tags to put on, and which to take off."""

    add = forms.CharField(label=_lazy("Add tags"), required=False, max_length=2_000)
    remove = forms.CharField(label=_lazy("Remove tags"), required=False, max_length=2_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = _("Separate several tags with commas.")
            field.widget.attrs |= {"dir": "auto", "autocomplete": "off", "list": "bulk-tags"}

    def clean_add(self) -> list[str]:
        """Return the names as they are stored."""
        return self._names("add")

    def clean_remove(self) -> list[str]:
        """Return the names as they are stored."""
        return self._names("remove")

    def clean(self) -> dict[str, Any]:
        """Refuse a form that asks for nothing."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned["add"] and not cleaned["remove"]:
            raise ValidationError(_("Name at least one tag."))
        return cleaned

    @property
    def arguments(self) -> dict[str, Any]:
        """The names."""
        return {"add": self.cleaned_data["add"], "remove": self.cleaned_data["remove"]}

    def _names(self, field: str) -> list[str]:
        written = [name for name in self.cleaned_data[field].split(",") if name.strip()]
        if len(written) > MOST_TAGS:
            raise ValidationError(_("At most %(most)d tags.") % {"most": MOST_TAGS})
        try:
            return list(dict.fromkeys(map(tidy_tag, written)))
        except ValidationFailed as problem:
            raise ValidationError(problem.message) from problem


ACTION_FORMS: dict[str, type[ActionForm]] = {
    BulkAction.CLOSE: CloseForm,
    BulkAction.REOPEN: ActionForm,
    BulkAction.ASSIGN: AssignForm,
    BulkAction.TAG: TagForm,
}
