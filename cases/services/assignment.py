"""Assigning cases to a person, or to no one."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import EventKind
from cases.models import Case
from cases.selectors.staff import assignable_users, person_name
from cases.services.activity import ActionResult, Refusal, make_result, record_events
from cases.services.case_locking import lock_cases
from cases.services.incoming import Actor


def assign_cases(*, case_ids: Collection[int], actor: Actor, assignee: User | None) -> ActionResult:
    """Assign the cases to `assignee`, or to no one; refuses a person who may not change cases."""
    with transaction.atomic():
        cases = lock_cases(case_ids=case_ids)
        now = timezone.now()
        others = [case for case in cases if case.assignee_id != (assignee.pk if assignee else None)]
        if assignee and not assignable_users().filter(pk=assignee.pk).exists():
            reason = _("%(user)s isn't allowed to work on cases.") % {"user": person_name(assignee)}
            refusals = [Refusal(case.pk, case.number, reason) for case in others]
            return make_result(case_ids=case_ids, changed=[], refusals=refusals)
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
    return make_result(case_ids=case_ids, changed=others)


def _assignee_name(case: Case, users: dict[int, User]) -> str:
    return person_name(users[case.assignee_id]) if case.assignee_id in users else ""
