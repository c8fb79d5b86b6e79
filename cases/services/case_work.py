"""What staff do to cases besides closing and tagging: assign, note, mark as duplicates, look at."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import CaseStatus, EventKind
from cases.errors import FieldError, NotFound, ValidationFailed
from cases.models import Case, CaseEvent, CaseNote
from cases.models.case import NUMBER_PREFIX
from cases.properties.types import TEXTAREA_LENGTH
from cases.properties.values import Changes
from cases.selectors.staff import assignable_users, person_name
from cases.services.case_search import index_cases
from cases.services.case_status import lock_with_originals, status_fields
from cases.services.history import (
    Outcome,
    Refusal,
    lock_cases,
    make_outcome,
    record_event,
    record_events,
)
from cases.services.incoming import Actor
from cases.text import UNSTORABLE_MESSAGE, is_blank, is_storable


def assign_cases(*, case_ids: Collection[int], actor: Actor, assignee: User | None) -> Outcome:
    """Give the cases to `assignee`, or to nobody; refuses a person who may not work cases."""
    with transaction.atomic():
        cases = lock_cases(case_ids=case_ids)
        now = timezone.now()
        others = [case for case in cases if case.assignee_id != (assignee.pk if assignee else None)]
        if assignee and not assignable_users().filter(pk=assignee.pk).exists():
            reason = _("%(user)s may not work cases.") % {"user": person_name(assignee)}
            refusals = [Refusal(case.pk, case.number, reason) for case in others]
            return make_outcome(case_ids=case_ids, changed=[], refusals=refusals)
        names = User.objects.in_bulk({case.assignee_id for case in others if case.assignee_id})
        after = person_name(assignee) if assignee else ""
        Case.objects.filter(pk__in=[case.pk for case in others]).update(
            assignee=assignee, last_updated=now
        )
        record_events(
            kind=EventKind.ASSIGNED,
            actor=actor,
            at=now,
            changes=[(case, {"assignee": [_assignee_name(case, names), after]}) for case in others],
        )
    return make_outcome(case_ids=case_ids, changed=others)


def add_note(*, case_id: int, actor: Actor, body: str, seen: int | None = None) -> CaseNote:
    """Add a note for colleagues; Khoros never sees it. Raises NotFound, ValidationFailed.

    `seen` is the last entry of the history when it was written. Where the same person has added
    the same since, one form came twice: that note is returned, and none is added.
    """
    _check_note(body)
    with transaction.atomic():
        (case,) = _found(lock_cases(case_ids=[case_id]), case_id)
        now = timezone.now()
        if seen is not None and (added := _noted_since(seen, case, actor, body)):
            return added
        note = CaseNote.objects.create(
            case=case, user=actor.user, author=actor.name, body=body, created=now
        )
        _touch([case], now)
        index_cases(case_ids=[case.pk])
        record_event(
            cases=[case],
            kind=EventKind.NOTE_ADDED,
            actor=actor,
            at=now,
            changes={"note": ["", body]},
        )
    return note


def mark_duplicate(*, case_id: int, original_id: int, actor: Actor) -> None:
    """Link a case to the one that it doubles, in the history of both, and close it.

    What is required to close is not asked of a duplicate. Does nothing where they are linked so
    already. Raises NotFound, and ValidationFailed where the case is linked to another one, or the
    link would make a circle or a chain.
    """
    with transaction.atomic():
        found = {case.pk: case for case in lock_cases(case_ids={case_id, original_id})}
        now = timezone.now()
        case, original = _pair(found, case_id, original_id)
        if case.duplicate_of_id == original.pk:
            return
        changes: Changes = {"duplicate_of": ["", original.number]}
        if case.is_open:
            changes["status"] = [CaseStatus.OPEN.value, CaseStatus.CLOSED.value]
            for name, value in status_fields(CaseStatus.CLOSED, actor, now).items():
                setattr(case, name, value)
        case.duplicate_of, case.last_updated = original, now
        case.save()
        kind = EventKind.DUPLICATE_MARKED
        record_event(cases=[case], kind=kind, actor=actor, at=now, changes=changes)
        _touch([original], now)
        other: Changes = {"duplicates": ["", case.number]}
        record_event(cases=[original], kind=kind, actor=actor, at=now, changes=other)


def undo_duplicate(*, case_id: int, actor: Actor) -> None:
    """Take the link away again, and reopen the case if marking it has closed it.

    Does nothing to a case that is no duplicate. Raises NotFound.
    """
    with transaction.atomic():
        (case,) = _found(lock_with_originals(case_ids=[case_id]), case_id)
        now = timezone.now()
        original = case.duplicate_of
        if original is None:
            return
        changes: Changes = {"duplicate_of": [original.number, ""]}
        if _closed_by_marking(case):
            changes["status"] = [CaseStatus.CLOSED.value, CaseStatus.OPEN.value]
            for name, value in status_fields(CaseStatus.OPEN, actor, now).items():
                setattr(case, name, value)
        case.duplicate_of, case.last_updated = None, now
        case.save()
        kind = EventKind.DUPLICATE_UNDONE
        record_event(cases=[case], kind=kind, actor=actor, at=now, changes=changes)
        _touch([original], now)
        other: Changes = {"duplicates": [case.number, ""]}
        record_event(cases=[original], kind=kind, actor=actor, at=now, changes=other)


def mark_looked_at(*, case_ids: Collection[int], actor: Actor) -> Outcome:
    """Say that somebody has seen to what made the cases need a look."""
    with transaction.atomic():
        cases = [case for case in lock_cases(case_ids=case_ids) if case.needs_a_look]
        now = timezone.now()
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(
            looked_at=now, last_updated=now
        )
        record_event(cases=cases, kind=EventKind.LOOKED_AT, actor=actor, at=now, changes={})
    return make_outcome(case_ids=case_ids, changed=cases)


def _check_note(body: str) -> None:
    problem = ""
    if is_blank(body):
        problem = _("Write something first.")
    elif len(body) > TEXTAREA_LENGTH:
        problem = _("A note has at most %(most)s characters.") % {"most": f"{TEXTAREA_LENGTH:,}"}
    elif not is_storable(body):
        problem = _("A note %(problem)s.") % {"problem": UNSTORABLE_MESSAGE}
    if problem:
        raise ValidationFailed(problem, [FieldError("note", problem)])


def _noted_since(seen: int, case: Case, actor: Actor, body: str) -> CaseNote | None:
    """Return the note of this text that this person has added since the entry `seen`, if any."""
    since = CaseEvent.objects.filter(
        case=case, pk__gt=seen, user=actor.user, kind=EventKind.NOTE_ADDED, changes__note__1=body
    )
    notes = CaseNote.objects.filter(case=case, user=actor.user, body=body)
    return notes.last() if since.exists() else None


def _pair(found: dict[int, Case], case_id: int, original_id: int) -> tuple[Case, Case]:
    """Return the duplicate and its original. Raises NotFound, ValidationFailed."""
    if case_id not in found:
        raise NotFound(f"There is no case with the id {case_id}.")
    problem = ""
    case, original = found[case_id], found.get(original_id)
    if original is None:
        problem = _("There is no case %(number)s.") % {"number": f"{NUMBER_PREFIX}{original_id}"}
    elif original.pk == case.pk:
        problem = _("A case can't be a duplicate of itself.")
    elif case.duplicate_of_id not in {None, original.pk}:
        problem = _("%(number)s is marked as a duplicate already; undo that first.") % {
            "number": case.number
        }
    elif original.duplicate_of_id is not None:
        problem = _("%(number)s is a duplicate itself; name the case that it doubles.") % {
            "number": original.number
        }
    elif case.duplicates.exists():
        problem = _("Other cases are marked as duplicates of %(number)s; undo that first.") % {
            "number": case.number
        }
    if problem or original is None:
        raise ValidationFailed(problem, [FieldError("duplicate_of", problem)])
    return case, original


def _closed_by_marking(case: Case) -> bool:
    if case.closed_at is None:
        return False
    marked = CaseEvent.objects.filter(case=case, kind=EventKind.DUPLICATE_MARKED, at=case.closed_at)
    return any("duplicate_of" in event.changes for event in marked)


def _found(cases: list[Case], case_id: int) -> list[Case]:
    if not cases:
        raise NotFound(f"There is no case with the id {case_id}.")
    return cases


def _touch(cases: Sequence[Case], now: datetime) -> None:
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(last_updated=now)


def _assignee_name(case: Case, users: dict[int, User]) -> str:
    return person_name(users[case.assignee_id]) if case.assignee_id in users else ""
