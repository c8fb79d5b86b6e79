"""Everything that happens to a case: it is opened, worked, closed and reopened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.choices import CaseStatus, EventKind
from cases.models import Case, CaseEvent, Customer, Interaction
from cases.services.incoming import Actor, KhorosContext, NewCase
from cases.services.interactions import add_interactions

Changes = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case that is on disk, with its posts in the order in which they came."""

    case: Case
    interactions: list[Interaction]


def open_case(*, new: NewCase, context: KhorosContext) -> OpenedCase:
    """Store a case with its posts, authors and customer, all or nothing.

    It is on disk when this returns; a customer id that is not known yet makes that customer.
    Takes at most five statements within its transaction. Contract: `POST /case`.
    """
    now = timezone.now()
    # Without a savepoint of its own, so that a caller's transaction costs no more statements.
    with transaction.atomic(savepoint=False):
        Customer.objects.bulk_create(
            [Customer(id=new.customer_id, created=now, last_updated=now)], ignore_conflicts=True
        )
        case = Case.objects.create(
            customer_id=new.customer_id,
            title=new.title,
            description=new.description,
            properties={name: value for name, value in new.properties.items() if value},
            unregistered=new.unregistered or None,
            khoros_agent=context.agent,
            khoros_initiative=context.initiative,
            khoros_company=context.company,
            created=now,
            last_updated=now,
            **_status_fields(new.status, Actor.from_khoros(context), now),
        )
        return OpenedCase(case, add_interactions(case=case, interactions=new.interactions))


def close_cases(*, case_ids: Collection[int], actor: Actor) -> int:
    """Close those of the cases that are open, and return how many that were."""
    return _set_status(case_ids, CaseStatus.CLOSED, actor)


def reopen_cases(*, case_ids: Collection[int], actor: Actor) -> int:
    """Reopen those of the cases that are closed, and return how many that were."""
    return _set_status(case_ids, CaseStatus.OPEN, actor)


def set_case_properties(*, case_id: int, values: Mapping[str, str], actor: Actor) -> Changes:
    """Set registered properties to checked strings, `""` clearing one, and return what changed.

    Properties that `values` doesn't name stay as they are, also when somebody else changes them
    at the same time. Raises Case.DoesNotExist.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case_id)
        changes: Changes = {
            name: [case.properties.get(name, ""), value]
            for name, value in values.items()
            if case.properties.get(name, "") != value
        }
        if changes:
            merged = case.properties | {name: after for name, (_, after) in changes.items()}
            case.properties = {name: value for name, value in merged.items() if value}
            case.last_updated = timezone.now()
            case.save(update_fields=["properties", "last_updated"])
            _record([case], EventKind.UPDATED, actor, case.last_updated, changes)
    return changes


def _set_status(case_ids: Collection[int], status: CaseStatus, actor: Actor) -> int:
    now = timezone.now()
    with transaction.atomic():
        others = Case.objects.filter(pk__in=case_ids).exclude(status=status)
        # Sorted, so that two bulk changes lock shared cases in the same order.
        cases = list(others.select_for_update().order_by("pk").only("pk", "status"))
        if not cases:
            return 0
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(
            last_updated=now, **_status_fields(status, actor, now)
        )
        kind = EventKind.CLOSED if status == CaseStatus.CLOSED else EventKind.REOPENED
        _record(cases, kind, actor, now, {"status": [cases[0].status, status.value]})
    return len(cases)


def _status_fields(status: str, actor: Actor, now: datetime) -> dict[str, Any]:
    closed = status == CaseStatus.CLOSED
    return {
        "status": status,
        "closed_at": now if closed else None,
        "closed_by": actor.name if closed else "",
    }


def _record(
    cases: Sequence[Case], kind: EventKind, actor: Actor, at: datetime, changes: Changes
) -> None:
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=case, kind=kind, at=at, user=actor.user, actor=actor.name, changes=changes
        )
        for case in cases
    )
