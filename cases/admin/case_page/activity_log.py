"""The activity of a case in words: who changed what, with the values before and after."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin.common.formatting import format_number, time_at
from cases.choices import CaseStatus
from cases.models import Case, CaseEvent
from cases.properties.types import Definition, display_value
from cases.selectors.staff import staff_name
from cases.services.activity import FIELD_PREFIX

ENTRIES_SHOWN = 50
MOST_ENTRIES = 500
"""Entries that the page shows at first, and at most."""

_SHOWN_TEXT = 160
_LEAD = 40

_LABELS = {
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "customer_id": gettext_lazy("Customer"),
    "status": gettext_lazy("Status"),
    "posts": gettext_lazy("Number of posts"),
    "edited_posts": gettext_lazy("Edited posts"),
    "unregistered": gettext_lazy("Unmapped fields"),
    "assignee": gettext_lazy("Assignee"),
    "tags": gettext_lazy("Tags"),
    "note": gettext_lazy("Note"),
    "resolution": gettext_lazy("Resolution"),
    "duplicate_of": gettext_lazy("Duplicate of"),
    "duplicates": gettext_lazy("Duplicates"),
}

Definitions = Mapping[str, Definition]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an entry, as people read it; the values may be empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the activity; `side` says whether staff or Khoros acted."""

    what: str
    who: str
    side: str
    when: SafeString
    changes: list[Change]


def entries(events: Sequence[CaseEvent], definitions: Definitions) -> list[Entry]:
    """Return events in words, in their own order."""
    return [
        Entry(
            what=event.get_kind_display(),
            who=who(event),
            side=_("staff") if event.user_id else _("in Khoros"),
            when=time_at(event.at),
            changes=[
                Change(
                    label_of(name, definitions),
                    *_cut(
                        _changed_value(name, before, definitions),
                        _changed_value(name, after, definitions),
                    ),
                )
                for name, (before, after) in event.changes.items()
            ],
        )
        for event in events
    ]


def who(event: CaseEvent) -> str:
    """Return who acted, with the same name as elsewhere on the page."""
    return staff_name(event.user, stored=event.actor)


def opening(case: Case) -> Entry:
    """Return the first entry, which has no row: it is made from the case itself."""
    agent = case.khoros_agent or "Khoros"
    return Entry(_("Opened"), agent, _("in Khoros"), time_at(case.created), [])


def label_of(name: str, definitions: Definitions) -> str:
    """Return the label for what an entry changed."""
    if name in _LABELS:
        return str(_LABELS[name])
    field = name.removeprefix(FIELD_PREFIX)
    return definitions[field].label if field in definitions else field


def plain(value: Any) -> str:
    """Return a JSON value to read: a string as it is, anything else written out."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _changed_value(name: str, value: Any, definitions: Definitions) -> str:
    field = name.removeprefix(FIELD_PREFIX)
    if name not in _LABELS and field in definitions:
        return display_value(str(value), definitions[field])
    if name == "status":
        return str(dict(CaseStatus.choices).get(value, value))
    if name == "tags" and isinstance(value, list):
        return ", ".join(map(str, value))
    if name in {"posts", "edited_posts"} and isinstance(value, int):
        return format_number(value)
    return "" if value in ({}, None) else plain(value)


def _cut(before: str, after: str) -> tuple[str, str]:
    """Return two values, long ones cut to the part where they begin to differ."""
    if max(len(before), len(after)) <= _SHOWN_TEXT:
        return before, after
    alike = next(
        (index for index, (old, new) in enumerate(zip(before, after, strict=False)) if old != new),
        min(len(before), len(after)),
    )
    start = alike - _LEAD if alike > _SHOWN_TEXT // 2 else 0
    return _part(before, start), _part(after, start)


def _part(text: str, start: int) -> str:
    shown = f"…{text[start:]}" if start else text
    return Truncator(shown).chars(_SHOWN_TEXT)
