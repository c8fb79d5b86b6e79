"""Locks on cases, held until the end of the transaction."""

from collections.abc import Collection

from django.contrib.auth.models import User

from cases.errors import NotFound
from cases.models import Case, CaseEvent
from cases.selectors.case_page import others_events
from cases.services.conflicts import ChangedMeanwhileError

MOST_EVENTS = 50
"""How many changes by others a person is shown at once."""


def lock_case(*, case_id: int) -> Case:
    """Return a case that no one else can change until the transaction ends. Raises NotFound."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NotFound(f"There is no case with the id {case_id}.")
    return case


def lock_cases(*, case_ids: Collection[int]) -> list[Case]:
    """Return those of the cases that exist; no one else can change them until the transaction ends.

    Sorted, so that two bulk changes lock shared cases in the same order.
    """
    return list(Case.objects.select_for_update().filter(pk__in=case_ids).order_by("pk"))


def lock_with_originals(*, case_ids: Collection[int], also: Collection[int] = ()) -> list[Case]:
    """Return those of the cases that exist, locked together with their originals and `also`.

    All at once, so that two transactions lock shared cases in the same order.
    """
    wanted = set(case_ids)
    locked = lock_cases(case_ids=wanted | _originals(wanted) | set(also))
    return [case for case in locked if case.pk in wanted]


def lock_unchanged_case(
    *,
    case_id: int,
    seen: int | None,
    user: User | None,
    fields: Collection[str] = (),
    also: Collection[int] = (),
) -> list[CaseEvent]:
    """Lock a case that a person was shown, and return what others did to it since.

    `seen` is the last entry of its activity that the person saw, or None to check nothing. The case
    that it duplicates and the cases `also` are locked with it, so that the transaction needs no
    further locks. Raises ChangedMeanwhileError if others have changed one of `fields` since, and
    NotFound.
    """
    if not lock_with_originals(case_ids=[case_id], also=also):
        raise NotFound(f"There is no case with the id {case_id}.")
    conflicting = _changed_by_others(case_id, seen, user, fields)
    if conflicting:
        raise ChangedMeanwhileError(conflicting)
    return others_since(case_id=case_id, seen=seen, user=user)


def others_since(*, case_id: int, seen: int | None, user: User | None) -> list[CaseEvent]:
    """Return what others did to a case since the entry `seen`, and who; nothing for None.

    The first `MOST_EVENTS`, oldest first.
    """
    if seen is None:
        return []
    events = others_events(case_id, seen=seen, user=user)
    return list(events.select_related("user")[:MOST_EVENTS])


def _changed_by_others(
    case_id: int, seen: int | None, user: User | None, fields: Collection[str]
) -> set[str]:
    """Return which of `fields` others have changed since, in however many entries."""
    if seen is None or not fields:
        return set()
    events = others_events(case_id, seen=seen, user=user).filter(changes__has_any_keys=[*fields])
    changes = events.values_list("changes", flat=True)
    return {name for changed in changes for name in changed}.intersection(fields)


def _originals(case_ids: Collection[int]) -> set[int]:
    """Return the ids of the cases that these are duplicates of."""
    duplicates = Case.objects.filter(pk__in=case_ids, duplicate_of__isnull=False)
    return {
        case.duplicate_of_id
        for case in duplicates.only("duplicate_of")
        if case.duplicate_of_id is not None
    }
