"""Marking cases as reviewed."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from cases.choices import EventKind
from cases.models import Case
from cases.services.activity import ActionResult, make_result, record_event
from cases.services.case_locking import lock_cases
from cases.services.incoming import Actor


def mark_reviewed(*, case_ids: Collection[int], actor: Actor) -> ActionResult:
    """Mark those of the cases that need review as reviewed."""
    with transaction.atomic():
        cases = [case for case in lock_cases(case_ids=case_ids) if case.needs_review]
        now = timezone.now()
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(
            reviewed_at=now, last_updated=now
        )
        record_event(cases=cases, kind=EventKind.REVIEWED, actor=actor, at=now, changes={})
    return make_result(case_ids=case_ids, changed=cases)
