"""Marking cases as duplicates of others, and undoing it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import CaseStatus, EventKind
from cases.errors import FieldError, NotFound, ValidationFailed
from cases.models import Case, CaseEvent
from cases.models.case import NUMBER_PREFIX
from cases.properties.values import Changes
from cases.services.activity import record_event
from cases.services.case_locking import lock_cases, lock_with_originals
from cases.services.case_status import status_fields
from cases.services.incoming import Actor


def mark_duplicate(*, case_id: int, original_id: int, actor: Actor) -> None:
    """Link a case to its original, in the activity of both, and close it.

    A duplicate doesn't need the values that are required to close. Does nothing if the cases are
    already linked. Raises NotFound, and ValidationFailed if the case is linked to another one, or
    the link would make a cycle or a chain.
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
        _touch(original, now)
        other: Changes = {"duplicates": ["", case.number]}
        record_event(cases=[original], kind=kind, actor=actor, at=now, changes=other)


def undo_duplicate(*, case_id: int, actor: Actor) -> None:
    """Remove the link, and reopen the case if marking it had closed it.

    Does nothing if the case isn't a duplicate. Raises NotFound.
    """
    with transaction.atomic():
        case = _locked_with_original(case_id)
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
        _touch(original, now)
        other: Changes = {"duplicates": [case.number, ""]}
        record_event(cases=[original], kind=kind, actor=actor, at=now, changes=other)


def _pair(found: dict[int, Case], case_id: int, original_id: int) -> tuple[Case, Case]:
    """Return the duplicate and its original. Raises NotFound, ValidationFailed."""
    if case_id not in found:
        raise NotFound(f"There is no case with the id {case_id}.")
    problem = ""
    case, original = found[case_id], found.get(original_id)
    if original is None:
        problem = _("Case %(number)s was not found.") % {"number": f"{NUMBER_PREFIX}{original_id}"}
    elif original.pk == case.pk:
        problem = _("A case can't be a duplicate of itself.")
    elif case.duplicate_of_id not in {None, original.pk}:
        problem = _("%(number)s is already marked as a duplicate. Undo that first.") % {
            "number": case.number
        }
    elif original.duplicate_of_id is not None:
        problem = _("%(number)s is itself a duplicate. Enter the number of its original.") % {
            "number": original.number
        }
    elif case.duplicates.exists():
        problem = _("Other cases are marked as duplicates of %(number)s. Undo that first.") % {
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


def _locked_with_original(case_id: int) -> Case:
    cases = lock_with_originals(case_ids=[case_id])
    if not cases:
        raise NotFound(f"There is no case with the id {case_id}.")
    return cases[0]


def _touch(case: Case, now: datetime) -> None:
    Case.objects.filter(pk=case.pk).update(last_updated=now)
