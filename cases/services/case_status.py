"""Closing and reopening, for the case page, bulk actions and `PATCH /case/{id}`."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from cases.choices import CaseStatus, EventKind, ObjectType
from cases.errors import FieldError, ValidationFailed
from cases.models import Case
from cases.properties.types import Definition
from cases.properties.values import Changes
from cases.selectors.properties import announced_definitions
from cases.services.activity import (
    ActionResult,
    Refusal,
    make_result,
    record_event,
    record_events,
)
from cases.services.case_locking import lock_cases, lock_with_originals
from cases.services.case_search import index_cases
from cases.services.incoming import Actor
from cases.text import is_blank


def close_cases(*, case_ids: Collection[int], actor: Actor, resolution: str = "") -> ActionResult:
    """Close those of the cases that are open and have a value in every required field.

    The case has the `resolution` until it is reopened.
    """
    with transaction.atomic():
        waiting = [case for case in lock_cases(case_ids=case_ids) if case.is_open]
        now = timezone.now()
        refusals = [refusal for case in waiting if (refusal := _refusal(case))]
        refused = {refusal.case_id for refusal in refusals}
        closing = [case for case in waiting if case.pk not in refused]
        if closing:
            _write(closing, {**status_fields(CaseStatus.CLOSED, actor, now)}, resolution, now)
            changes: Changes = {"status": [CaseStatus.OPEN.value, CaseStatus.CLOSED.value]}
            if resolution:
                changes["resolution"] = ["", resolution]
                index_cases(case_ids=[case.pk for case in closing])
            record_event(cases=closing, kind=EventKind.CLOSED, actor=actor, at=now, changes=changes)
    return make_result(case_ids=case_ids, changed=closing, refusals=refusals)


def reopen_cases(*, case_ids: Collection[int], actor: Actor) -> ActionResult:
    """Reopen those of the cases that are closed; a resolution remains only in the activity.

    An open case can't be a duplicate: the link is removed, in the activity of both cases.
    """
    with transaction.atomic():
        closed = [case for case in lock_with_originals(case_ids=case_ids) if not case.is_open]
        now = timezone.now()
        if closed:
            _write(closed, status_fields(CaseStatus.OPEN, actor, now), "", now)
            index_cases(case_ids=[case.pk for case in closed if case.resolution])
            record_events(
                kind=EventKind.REOPENED,
                actor=actor,
                at=now,
                changes=[(case, _reopening(case)) for case in closed],
            )
            _unlink([case for case in closed if case.duplicate_of_id], actor, now)
    return make_result(case_ids=case_ids, changed=closed)


def check_closable(case: Case) -> None:
    """Raise ValidationFailed with each required field that has no value in the case."""
    missing = missing_to_close(case)
    if missing:
        raise ValidationFailed(
            "The case was not changed: it can be closed once it has a value for "
            f"{get_text_list([field.label for field in missing], 'and')}.",
            [
                FieldError(field.name, "must have a value before the case can be closed")
                for field in missing
            ],
        )


def missing_to_close(case: Case) -> list[Definition]:
    """Return the live fields that are required to close and have no value in the case."""
    return [
        definition
        for definition in announced_definitions(ObjectType.CASE)
        if definition.required_to_close and is_blank(case.properties.get(definition.name, ""))
    ]


def status_fields(status: str, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the values of the columns that store the status."""
    closed = status == CaseStatus.CLOSED
    return {
        "status": status,
        "closed_at": now if closed else None,
        "closed_by": actor.name if closed else "",
    }


def _refusal(case: Case) -> Refusal | None:
    missing = missing_to_close(case)
    if not missing:
        return None
    labels = get_text_list([field.label for field in missing], _("and"))
    reason = _("A value is required before it can be closed: %(fields)s.") % {"fields": labels}
    return Refusal(case.pk, case.number, reason)


def _write(cases: list[Case], fields: dict[str, Any], resolution: str, now: datetime) -> None:
    """Write the status of locked cases, in one statement."""
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(
        last_updated=now, resolution=resolution, **fields
    )


def _reopening(case: Case) -> Changes:
    changes: Changes = {"status": [CaseStatus.CLOSED.value, CaseStatus.OPEN.value]}
    if case.resolution:
        changes["resolution"] = [case.resolution, ""]
    if case.duplicate_of_id:
        changes["duplicate_of"] = [Case(pk=case.duplicate_of_id).number, ""]
    return changes


def _unlink(duplicates: list[Case], actor: Actor, now: datetime) -> None:
    """Remove the links of reopened duplicates, also in the activity of the originals."""
    if not duplicates:
        return
    Case.objects.filter(pk__in=[case.pk for case in duplicates]).update(duplicate_of=None)
    changes = [
        (Case(pk=case.duplicate_of_id), {"duplicates": [case.number, ""]}) for case in duplicates
    ]
    record_events(kind=EventKind.DUPLICATE_UNDONE, actor=actor, at=now, changes=changes)
    originals = {original.pk for original, _ in changes}
    Case.objects.filter(pk__in=originals).update(last_updated=now)
