"""The activity of cases, and the results of actions on them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cases.choices import EventKind
from cases.models import Case, CaseEvent
from cases.properties.values import Changes
from cases.services.incoming import Actor

OWN_NAMES = frozenset(
    {
        *("title", "description", "customer_id", "status", "posts", "unregistered", "assignee"),
        "edited_posts",
        *("tags", "note", "resolution", "duplicate_of", "duplicates"),
    }
)
"""Names of built-in fields in entries; a custom field of the same name gets a prefix."""

FIELD_PREFIX = "field:"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A case on which an action was refused, and the reason as a sentence."""

    case_id: int
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class ActionResult:
    """The result of an action: the ids of changed cases and of those that needed no change.

    A case that doesn't exist is among the unchanged.
    """

    changed: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def make_result(
    *, case_ids: Collection[int], changed: Sequence[Case], refusals: Sequence[Refusal] = ()
) -> ActionResult:
    """Return the result of an action on `case_ids`, given those it changed and refused."""
    done = [case.pk for case in changed]
    handled = {*done, *(refusal.case_id for refusal in refusals)}
    return ActionResult(done, [pk for pk in case_ids if pk not in handled], list(refusals))


def record_event(
    *, cases: Sequence[Case], kind: EventKind, actor: Actor, at: datetime, changes: Changes
) -> None:
    """Add the same entry to the activity of each of the cases, in one statement.

    To be called in the transaction that changes them.
    """
    record_events(kind=kind, actor=actor, at=at, changes=[(case, changes) for case in cases])


def record_events(
    *, kind: EventKind, actor: Actor, at: datetime, changes: Sequence[tuple[Case, Changes]]
) -> None:
    """Add an entry with its own changes to the activity of each case, in one statement."""
    context = actor.context.stored() if actor.context else None
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=case,
            kind=kind,
            at=at,
            user=actor.user,
            actor=actor.name,
            changes=own,
            khoros_context=context,
        )
        for case, own in changes
    )


def property_changes(changes: Changes) -> Changes:
    """Return the changes of custom fields by their names in entries."""
    return {
        f"{FIELD_PREFIX}{name}" if name in OWN_NAMES else name: change
        for name, change in changes.items()
    }
