"""Forms for actions on cases, on the case page and in bulk."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import ValidationFailed
from cases.forms.plain_select import PlainSelect
from cases.forms.properties import with_plain_newlines
from cases.models.case import TAG_LENGTH
from cases.properties.offered_choice import OfferedChoice
from cases.properties.types import TEXTAREA_LENGTH
from cases.selectors.staff import find_colleague, person_name
from cases.services.tags import MOST_TAGS, tidy_tag
from cases.text import is_storable

UNASSIGNED = "unassigned"
"""The choice of no assignee."""

_NUMBER = re.compile(r"(?:cp\s*-?\s*|#)?([0-9]{1,18})", re.ASCII | re.IGNORECASE)
_TAGS_LENGTH = MOST_TAGS * (TAG_LENGTH + 2)


class ActionForm(forms.Form):
    """The form of an action; its inputs keep what was typed if the action is refused."""

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(with_plain_newlines(data) if data else data, label_suffix="", **options)

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the service besides the cases; of a valid form."""
        return {}


class AssignForm(ActionForm):
    """The assignee: one of `people`, or none.

    `current` is the current assignee; `me` is offered first, as *Me*.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        people: Sequence[User],
        current: User | None = None,
        me: User | None = None,
        **options: Any,
    ) -> None:
        initial = str(current.pk) if current else UNASSIGNED
        super().__init__(data, initial=None if me else {"assignee": initial}, **options)
        # The current assignee stays offered, even after leaving the team.
        everybody = [*people, *([current] if current and current not in people else [])]
        self.people = {str(person.pk): person for person in everybody}
        names = {key: person_name(person) for key, person in self.people.items()}
        first = [(str(me.pk), _("Me"))] if me and names.pop(str(me.pk), None) else []
        self.fields["assignee"] = OfferedChoice(
            name_of=_name_of,
            label=_("Assignee"),
            choices=[*first, (UNASSIGNED, _("Unassigned")), *names.items()],
            widget=PlainSelect,
        )

    @property
    def person(self) -> User | None:
        """The chosen person, None for no assignee; of a valid form."""
        return self.people.get(self.cleaned_data["assignee"])

    @property
    def arguments(self) -> dict[str, Any]:
        """The id of the person, None for no assignee."""
        return {"assignee": self.person.pk if self.person else None}


class TagForm(ActionForm):
    """Tags to add and to remove, separated by commas."""

    add = forms.CharField(label=gettext_lazy("Add tags"), required=False, max_length=_TAGS_LENGTH)
    remove = forms.CharField(
        label=gettext_lazy("Remove tags"), required=False, max_length=_TAGS_LENGTH
    )

    def clean_add(self) -> list[str]:
        """Return the names as they are stored."""
        return self._names("add")

    def clean_remove(self) -> list[str]:
        """Return the names as they are stored."""
        return self._names("remove")

    def clean(self) -> dict[str, Any]:
        """Refuse an empty form."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned["add"] and not cleaned["remove"]:
            self.add_error("add", _("Enter at least one tag."))
        return cleaned

    @property
    def arguments(self) -> dict[str, Any]:
        """The names."""
        return {"add": self.cleaned_data["add"], "remove": self.cleaned_data["remove"]}

    def _names(self, field: str) -> list[str]:
        written = [name for name in self.cleaned_data[field].split(",") if name.strip()]
        if len(written) > MOST_TAGS:
            raise ValidationError(_("Use at most %(most)d tags.") % {"most": MOST_TAGS})
        try:
            return list(dict.fromkeys(map(tidy_tag, written)))
        except ValidationFailed as problem:
            raise ValidationError(problem.message) from problem


class NoteForm(ActionForm):
    """An internal note."""

    note = forms.CharField(
        label=gettext_lazy("Internal note"),
        max_length=TEXTAREA_LENGTH,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class CloseForm(ActionForm):
    """The resolution, which may be empty."""

    resolution = forms.CharField(
        label=gettext_lazy("Resolution"),
        help_text=gettext_lazy("Internal. Optional."),
        max_length=TEXTAREA_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean_resolution(self) -> str:
        """Return what was typed. Raises ValidationError for text that can't be stored."""
        resolution = str(self.cleaned_data["resolution"])
        if not is_storable(resolution):
            raise ValidationError(_("The text contains a character that can't be stored."))
        return resolution

    @property
    def arguments(self) -> dict[str, Any]:
        """The resolution."""
        return {"resolution": self.cleaned_data["resolution"]}


class DuplicateForm(ActionForm):
    """The number of the case that this one duplicates: `CP-12`, `#12` or `12`."""

    original = forms.CharField(label=gettext_lazy("Number of the original case"), max_length=40)

    def clean_original(self) -> int:
        """Return the id of the other case. Raises ValidationError if it isn't a case number."""
        found = _NUMBER.fullmatch(self.cleaned_data["original"].strip())
        if found is None:
            raise ValidationError(_("Enter a case number, such as CP-1024."))
        return int(found[1])


def _name_of(key: str) -> str:
    person = find_colleague(key)
    return person_name(person) if person else key
