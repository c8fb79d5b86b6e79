"""Everything that happens to a case: it is opened, worked, closed and reopened."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone

from cases.choices import CaseStatus, EventKind
from cases.errors import FieldError, NotFound, ValidationFailed
from cases.models import Case, CaseEvent, Integration, Interaction
from cases.properties.values import Changes, check_unregistered, merge_properties
from cases.services.customers import ensure_customer
from cases.services.incoming import Actor, CasePatch, KhorosContext, NewCase, NewInteraction
from cases.services.interactions import add_interactions

_COMPARED_CASES = 100


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case that is on disk, with its posts in the order in which they came."""

    case: Case
    interactions: list[Interaction]


def open_case(
    *, new: NewCase, context: KhorosContext, integration: Integration | None = None
) -> OpenedCase:
    """Store a case with its posts, authors and customer, all or nothing.

    It is on disk when this returns, unless the caller holds a transaction of its own; a customer
    id that is not known yet makes that customer. Takes at most six statements within its
    transaction. Contract: `POST /case`.
    """
    now = timezone.now()
    # Without a savepoint of its own, so that a caller's transaction costs no more statements.
    with transaction.atomic(savepoint=False):
        ensure_customer(customer_id=new.customer_id, now=now)
        case = Case.objects.create(
            customer_id=new.customer_id,
            title=new.title,
            description=new.description,
            properties={name: value for name, value in new.properties.items() if value},
            unregistered=new.unregistered or None,
            khoros_agent=context.agent,
            khoros_initiative=context.initiative,
            khoros_company=context.company,
            integration=integration,
            possible_duplicate_of_id=_possible_duplicate(new),
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


def update_case(*, case_id: int, patch: CasePatch, actor: Actor) -> Changes:
    """Apply a patch to a case and return what changed, as `[before, after]` by field.

    What the patch doesn't name stays as it is, also when somebody else changes it at the same
    time; posts that the case already has are not doubled. A patch that changes nothing leaves
    no trace. Raises NotFound, or ValidationFailed where unregistered keys outgrow their bound.
    Contract: `PATCH /case/{id}`.
    """
    now = timezone.now()
    with transaction.atomic():
        case = lock_case(case_id=case_id)
        changes = _change_fields(case, patch, now)
        if changes:
            _record([case], EventKind.UPDATED, actor, now, changes)
        added = _append_interactions(case, patch.interactions)
        if added:
            _record([case], EventKind.POSTS_ADDED, actor, now, added)
        if changes or added:
            case.last_updated = now
            case.save()
        if patch.status is not None:
            _set_status([case_id], CaseStatus(patch.status), actor)
    return changes | added


def lock_case(*, case_id: int) -> Case:
    """Return a case that nobody else can change until the transaction ends. Raises NotFound."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NotFound(f"There is no case with the id {case_id}.")
    return case


def _change_fields(case: Case, patch: CasePatch, now: datetime) -> Changes:
    """Set what differs on `case`, without saving it, and return `[before, after]` by field."""
    changes: Changes = {}
    for name in ("customer_id", "title", "description"):
        before, after = getattr(case, name), getattr(patch, name)
        if after is not None and after != before:
            changes[name] = [before, after]
            setattr(case, name, after)
    if "customer_id" in changes:
        ensure_customer(customer_id=case.customer_id, now=now)
    values = merge_properties(case.properties, patch.properties)
    case.properties = values.merged
    unregistered = (case.unregistered or {}) | patch.unregistered
    check_unregistered(unregistered, broken_rule=_refuse)
    if unregistered != (case.unregistered or {}):
        changes["unregistered"] = [case.unregistered or {}, unregistered]
        case.unregistered = unregistered
    return changes | values.changes


def _append_interactions(case: Case, interactions: Sequence[NewInteraction]) -> Changes:
    """Store the posts that the case does not have yet; return how their number changed."""
    if not interactions:
        return {}
    known = set(case.interactions.order_by().values_list("service", "service_id"))
    added = add_interactions(
        case=case, interactions=[post for post in interactions if post.key not in known]
    )
    return {"posts": [len(known), len(known) + len(added)]} if added else {}


def _refuse(name: str, message: str) -> NoReturn:
    raise ValidationFailed(f"Nothing was saved: {name} {message}.", [FieldError(name, message)])


def _possible_duplicate(new: NewCase) -> Subquery | None:
    """Return, as a part of the statement that stores the case, the newest case that it may double.

    That is one of the same customer with one of the same posts, among the customer's newest
    cases only, so that a customer with a great many of them doesn't slow the intake down
    (contract: Retries, *possible duplicate*).
    """
    if not new.interactions:
        return None
    recent = Case.objects.filter(customer_id=new.customer_id).order_by("-created", "-id")
    same_posts = Interaction.objects.filter(
        case_id__in=recent.values("pk")[:_COMPARED_CASES],
        service__in=sorted({post.service for post in new.interactions}),
        service_id__in=sorted({post.service_id for post in new.interactions}),
    )
    return Subquery(same_posts.order_by("-case_id").values("case_id")[:1])


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
        CaseEvent(case=case, kind=kind, at=at, user=actor.user, actor=actor.name, changes=changes)
        for case in cases
    )
