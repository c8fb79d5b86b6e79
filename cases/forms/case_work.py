"""What staff type to work a case: whom it goes to, tags, notes, how it ended, what it doubles."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.plain_select import PlainSelect
from cases.forms.properties import with_plain_newlines
from cases.models.case import TAG_LENGTH
from cases.properties.offered_choice import OfferedChoice
from cases.properties.types import TEXTAREA_LENGTH
from cases.selectors.staff import find_colleague, person_name
from cases.text import is_storable

_NUMBER = re.compile(r"(?:cp\s*-?\s*|#)?([0-9]{1,18})", re.ASCII | re.IGNORECASE)
_TAGS_LENGTH = 20 * (TAG_LENGTH + 2)


class WorkForm(forms.Form):
    """One act on a case; its inputs keep what was typed when the act is refused."""

    def __init__(self, data: QueryDict | None = None, **values: Any) -> None:
        super().__init__(with_plain_newlines(data) if data else data, label_suffix="", **values)


class AssignForm(WorkForm):
    """Whom the case goes to: one of `people`, or nobody."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        people: Sequence[User],
        current: User | None,
    ) -> None:
        super().__init__(data, initial={"assignee": str(current.pk) if current else ""})
        # Who has it stays offered, also after leaving the team.
        everybody = [*people, *([current] if current and current not in people else [])]
        self.people = {str(person.pk): person for person in everybody}
        names = [(key, person_name(person)) for key, person in self.people.items()]
        self.fields["assignee"] = OfferedChoice(
            name_of=_name_of,
            label=_("Assignee"),
            required=False,
            choices=[("", _("Nobody")), *names],
            widget=PlainSelect,
        )

    @property
    def person(self) -> User | None:
        """The chosen person, None for nobody; of a valid form."""
        return self.people.get(self.cleaned_data["assignee"])


class TagForm(WorkForm):
    """Tags to put on a case, divided by commas."""

    tags = forms.CharField(label=gettext_lazy("Add a tag"), max_length=_TAGS_LENGTH)

    @property
    def names(self) -> Collection[str]:
        """The names as typed; of a valid form."""
        return [name for name in self.cleaned_data["tags"].split(",") if name.strip()]


class NoteForm(WorkForm):
    """What staff write for each other."""

    note = forms.CharField(
        label=gettext_lazy("Internal note"),
        max_length=TEXTAREA_LENGTH,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CloseForm(WorkForm):
    """How the matter ended, in the words of who closes it; may be empty."""

    resolution = forms.CharField(
        label=gettext_lazy("Resolution"),
        max_length=TEXTAREA_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_resolution(self) -> str:
        """Return what was typed. Raises ValidationError for what no database holds."""
        resolution = str(self.cleaned_data["resolution"])
        if not is_storable(resolution):
            raise ValidationError(_("The text holds a character that can't be stored."))
        return resolution


class DuplicateForm(WorkForm):
    """The number of the case that this one doubles: `CP-12`, `#12` or `12`."""

    original = forms.CharField(label=gettext_lazy("Number of the other case"), max_length=40)

    def clean_original(self) -> int:
        """Return the id of the other case. Raises ValidationError for what is no number."""
        found = _NUMBER.fullmatch(self.cleaned_data["original"].strip())
        if found is None:
            raise ValidationError(_("Type the number of a case, such as CP-1024."))
        return int(found[1])


def _name_of(key: str) -> str:
    person = find_colleague(key)
    return person_name(person) if person else key
