"""Two people on one case: the second to save learns what the first one did."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction

from cases.errors import NotFound
from cases.models import CaseEvent
from cases.properties.values import Changes
from cases.selectors.case_page import others_events
from cases.services.case_status import lock_with_originals
from cases.services.cases import lock_case, update_case
from cases.services.conflicts import ChangedMeanwhileError, check_shown
from cases.services.history import FIELD_PREFIX
from cases.services.incoming import Actor, CasePatch

MOST_EVENTS = 50
"""Of how many entries of the history a person is told at once."""


@contextmanager
def held_case(
    *,
    case_id: int,
    seen: int | None,
    user: User | None,
    fields: Collection[str] = (),
    also: Collection[int] = (),
) -> Iterator[list[CaseEvent]]:
    """Hold a case while it is changed, and yield what others did to it since it was shown.

    `seen` is the last entry of the history that the person saw, or None to ask nothing. The case
    that it doubles and the cases `also` are held with it: what is changed within locks no other
    one. Raises ChangedMeanwhileError where others have changed one of `fields` since, and NotFound.
    """
    with transaction.atomic():
        if not lock_with_originals(case_ids=[case_id], also=also):
            raise NotFound(f"There is no case with the id {case_id}.")
        both = _changed_by_others(case_id, seen, user, fields)
        if both:
            raise ChangedMeanwhileError(both)
        yield others_since(case_id=case_id, seen=seen, user=user)


def others_since(*, case_id: int, seen: int | None, user: User | None) -> list[CaseEvent]:
    """Return what others did to a case since the entry `seen`, and who; nothing for None.

    The first `MOST_EVENTS`, oldest first.
    """
    if seen is None:
        return []
    events = others_events(case_id, seen=seen, user=user)
    return list(events.select_related("user")[:MOST_EVENTS])


def save_properties(
    *, case_id: int, shown: Mapping[str, str], values: Mapping[str, str], actor: Actor
) -> Changes:
    """Set values that were edited from `shown`, and return what changed.

    Raises ChangedMeanwhileError as `check_shown` does, and NotFound.
    """
    with transaction.atomic():
        stored = lock_case(case_id=case_id).properties
        check_shown(stored, shown=shown, values=values)
        patch = CasePatch(properties=dict(values))
        changes = update_case(case_id=case_id, patch=patch, actor=actor)
    return {name.removeprefix(FIELD_PREFIX): change for name, change in changes.items()}


def _changed_by_others(
    case_id: int, seen: int | None, user: User | None, fields: Collection[str]
) -> set[str]:
    """Return which of `fields` others have changed since, in however many entries."""
    if seen is None or not fields:
        return set()
    events = others_events(case_id, seen=seen, user=user).filter(changes__has_any_keys=[*fields])
    changes = events.values_list("changes", flat=True)
    return {name for changed in changes for name in changed}.intersection(fields)
