"""Reads of cases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.models import Case, CaseEvent, Interaction


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a case's history; `changes` maps a field's name to `[before, after]`."""

    at: datetime
    kind: str
    actor: str
    changes: dict[str, list[Any]]


def case_conversation(case: Case) -> list[Interaction]:
    """Return the posts of a case in the order of time, with their authors, in one query."""
    return list(case.interactions.select_related("author").order_by("created", "id"))


def case_history(case: Case) -> list[HistoryEntry]:
    """Return what happened to a case, oldest first, in one query; the first entry is its opening.

    The opening has no row of its own: the case itself says when and by whom.
    """
    opening = HistoryEntry(case.created, "Opened", case.khoros_agent or "Khoros", {})
    events = CaseEvent.objects.filter(case=case).order_by("at", "id")
    return [
        opening,
        *(HistoryEntry(e.at, e.get_kind_display(), e.actor, e.changes) for e in events),
    ]
