"""The rows of custom fields and unmapped fields."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.admin.common.formatting import time_at
from cases.admin.custom_fields.messages import cases_of, customers_of, grouped
from cases.choices import ACCEPTED_STAGES, ObjectType, PropertyStage, PropertyType
from cases.models import CustomProperty
from cases.properties.names import name_problem
from cases.selectors.properties import Usage
from cases.selectors.unmapped_fields import UnmappedField

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_LISTED_VALUES = 5


@dataclass(frozen=True, slots=True)
class StageAction:
    """A button that changes a field's stage; `meaning` explains it in a sentence."""

    slug: str
    label: "StrPromise"
    meaning: "StrPromise"


_PUBLISH = StageAction(
    "publish",
    _lazy("Publish"),
    _lazy(
        "Offers the field to Khoros, where an admin can turn it on for agents. Its name "
        "can't be changed after that."
    ),
)
_PUBLISH_AGAIN = StageAction(
    "publish",
    _lazy("Publish again"),
    _lazy("Offers the field to Khoros again and accepts values."),
)
_RETIRE = StageAction(
    "retire",
    _lazy("Retire"),
    _lazy("Stops offering the field to Khoros. Values from forms that still have it are accepted."),
)
_ARCHIVE_DRAFT = StageAction(
    "archive", _lazy("Archive"), _lazy("Hides the draft. You can restore it.")
)
_ARCHIVE = StageAction(
    "archive",
    _lazy("Archive"),
    _lazy(
        "Hides the field and stops accepting values. What Khoros still sends is kept as "
        "unmapped. Stored values stay."
    ),
)
_RESTORE_DRAFT = StageAction("restore", _lazy("Restore"), _lazy("Restores it as a draft."))
_RESTORE = StageAction(
    "restore",
    _lazy("Restore"),
    _lazy(
        "Shows the field and its stored values again and accepts values, without offering "
        "it to Khoros."
    ),
)

STAGE_MEANINGS = {
    PropertyStage.DRAFT: _lazy("Not offered to Khoros yet"),
    PropertyStage.LIVE: _lazy("Offered to Khoros, values accepted"),
    PropertyStage.RETIRING: _lazy("No longer offered to Khoros, values still accepted"),
    PropertyStage.ARCHIVED: _lazy("Hidden, values not accepted"),
}

REQUIRED_MEANINGS = {
    PropertyStage.DRAFT: _lazy("Required to close once live"),
    PropertyStage.LIVE: _lazy("Required to close"),
    PropertyStage.RETIRING: _lazy("Not required to close while retiring"),
    PropertyStage.ARCHIVED: _lazy("Not required to close while archived"),
}
"""What *Required to close* means in each stage."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One custom field of the page."""

    field: CustomProperty
    used: Usage
    is_first: bool = False
    is_last: bool = False

    @property
    def meaning(self) -> str:
        """What the field's stage means for Khoros."""
        return str(STAGE_MEANINGS[PropertyStage(self.field.stage)])

    @property
    def required(self) -> str:
        """Whether cases need a value before they can be closed, in words; empty for other fields.

        Only a live field is required: agents no longer have a retiring one on their forms.
        """
        if not self.field.required_to_close:
            return ""
        return str(REQUIRED_MEANINGS[PropertyStage(self.field.stage)])

    @property
    def is_required(self) -> bool:
        """Whether a case without a value can't be closed now."""
        return self.field.required_to_close and self.field.stage == PropertyStage.LIVE

    @property
    def actions(self) -> tuple[StageAction, ...]:
        """The possible changes of the stage, the most common first."""
        was_live = self.field.name_is_fixed
        return {
            PropertyStage.DRAFT: (_PUBLISH, _ARCHIVE_DRAFT),
            PropertyStage.LIVE: (_RETIRE,),
            PropertyStage.RETIRING: (_PUBLISH_AGAIN, _ARCHIVE),
            PropertyStage.ARCHIVED: (
                (_RESTORE, _PUBLISH_AGAIN) if was_live else (_RESTORE_DRAFT, _PUBLISH)
            ),
        }[PropertyStage(self.field.stage)]

    @property
    def usage(self) -> str:
        """How much the field is used, in words."""
        is_case = self.field.object_type == ObjectType.CASE
        count = cases_of if is_case else customers_of
        if self.used.is_capped:
            return _("In use by %(number)s of the newest %(users)s") % {
                "number": grouped(self.used.number),
                "users": count(self.used.sampled),
            }
        if not self.used.number:
            return _("Not in use yet")
        return _("In use by %(users)s") % {"users": count(self.used.number)}

    @property
    def warning(self) -> str:
        """Why the field should not be archived yet, or `""`."""
        if not self.used.late:
            return ""
        return _(
            "Values still arrive: %(cases)s since the field was retired. Khoros still has "
            "an old copy of the form."
        ) % {"cases": cases_of(self.used.late)}

    @property
    def listed(self) -> list[str]:
        """The first names in the field's list, if it has one."""
        return [entry.name for entry in self.field.definition.list_values[:_LISTED_VALUES]]

    @property
    def more_listed(self) -> int:
        """How many list values there are beyond `listed`."""
        return max(0, len(self.field.definition.list_values) - _LISTED_VALUES)


@dataclass(frozen=True, slots=True)
class UnmappedRow:
    """One unmapped key.

    `problem` says why no field can have its name; `field` is the one that has it now.
    """

    key: UnmappedField
    problem: str = ""
    field: CustomProperty | None = None

    @property
    def can_fill_in(self) -> bool:
        """Whether the field of that name accepts values now."""
        return self.field is not None and self.field.stage in ACCEPTED_STAGES

    @property
    def frequency(self) -> str:
        """How many cases have a value under the key, in words."""
        return cases_of(self.key.cases)

    @property
    def last_seen(self) -> SafeString:
        """When the newest case with the key was opened."""
        return time_at(self.key.last_seen)

    @property
    def register_url(self) -> str:
        """The address of the form that registers the key."""
        query = {
            "object": ObjectType.CASE.value,
            "name": self.key.name,
            "type": (self.key.type or PropertyType.TEXT).value,
        }
        return f"{reverse('admin:cases_customproperty_add')}?{urlencode(query)}"


def field_rows(fields: Sequence[CustomProperty], uses: Mapping[str, Usage]) -> list[FieldRow]:
    """Return a row for each of the sorted `fields`."""
    last = len(fields) - 1
    return [
        FieldRow(
            field,
            uses[field.name],
            is_first=position == 0,
            is_last=position == last,
        )
        for position, field in enumerate(fields)
    ]


def unmapped_rows(
    keys: Iterable[UnmappedField], fields: Iterable[CustomProperty]
) -> list[UnmappedRow]:
    """Return a row for each key, given every case field, archived ones included."""
    by_name = {field.name.lower(): field for field in fields}
    return [_unmapped_row(key, by_name.get(key.name.lower())) for key in keys]


def _unmapped_row(key: UnmappedField, field: CustomProperty | None) -> UnmappedRow:
    if field is None:
        return UnmappedRow(key, problem=name_problem(key.name) or "")
    if field.name != key.name:
        problem = _("Its spelling differs from the field “%(name)s”.") % {"name": field.name}
        return UnmappedRow(key, problem=problem)
    return UnmappedRow(key, field=field)
