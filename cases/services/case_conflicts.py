"""Two people on one case: the second to save learns what the first one did."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction

from cases.models import CaseEvent
from cases.properties.values import Changes
from cases.selectors.case_page import events_since
from cases.services.cases import lock_case, update_case
from cases.services.conflicts import ChangedMeanwhileError, check_shown
from cases.services.incoming import Actor, CasePatch


@contextmanager
def held_case(
    *, case_id: int, seen: int | None, user: User | None, fields: Collection[str] = ()
) -> Iterator[list[CaseEvent]]:
    """Hold a case while it is changed, and yield what others did to it since it was shown.

    `seen` is the last entry of the history that the person saw, or None to ask nothing. Raises
    ChangedMeanwhileError where others have changed one of `fields` since, and NotFound.
    """
    with transaction.atomic():
        lock_case(case_id=case_id)
        events = others_since(case_id=case_id, seen=seen, user=user)
        both = {name for event in events for name in event.changes} & set(fields)
        if both:
            raise ChangedMeanwhileError(both)
        yield events


def others_since(*, case_id: int, seen: int | None, user: User | None) -> list[CaseEvent]:
    """Return what others did to a case since the entry `seen`, oldest first; nothing for None."""
    events = [] if seen is None else events_since(case_id, seen=seen)
    return [event for event in events if user is None or event.user_id != user.pk]


def save_properties(
    *, case_id: int, shown: Mapping[str, str], values: Mapping[str, str], actor: Actor
) -> Changes:
    """Set values that were edited from `shown`, and return what changed.

    Raises ChangedMeanwhileError as `check_shown` does, and NotFound.
    """
    with transaction.atomic():
        stored = lock_case(case_id=case_id).properties
        check_shown(stored, shown=shown, values=values)
        return update_case(case_id=case_id, patch=CasePatch(properties=dict(values)), actor=actor)
