"""A case is opened, and changed by Khoros and staff through one patch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.db import transaction
from django.db.models import Q, Subquery
from django.utils import timezone

from cases.choices import CaseStatus, EventKind
from cases.errors import FieldError, ValidationFailed
from cases.models import Case, Integration, Interaction
from cases.properties.values import Changes, check_unregistered, merge_properties
from cases.services.activity import FIELD_PREFIX, property_changes, record_event
from cases.services.case_locking import lock_case, lock_with_originals
from cases.services.case_search import index_cases, index_opened_case
from cases.services.case_status import (
    check_closable,
    close_cases,
    reopen_cases,
    status_fields,
)
from cases.services.conflicts import check_shown
from cases.services.customers import ensure_customer
from cases.services.incoming import Actor, CasePatch, KhorosContext, NewCase, NewInteraction
from cases.services.interactions import store_interactions
from cases.text import is_blank, make_excerpt

_COMPARED_CASES = 100
_EXCERPT_POSTS = 10


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
    id that is not known yet makes that customer. Takes at most seven statements within its
    transaction. Contract: `POST /case`.
    """
    now = timezone.now()
    # Without a savepoint of its own, so that a caller's transaction costs no more statements.
    with transaction.atomic(savepoint=False):
        ensure_customer(
            customer_id=new.customer_id, now=now, context=context, locks=_same_posts_locks(new)
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
            integration=integration,
            possible_duplicate_of_id=_possible_duplicate(new),
            created=now,
            last_updated=now,
            services=sorted({post.service for post in new.interactions}),
            excerpt=_excerpt(new.interactions),
            **status_fields(new.status, Actor.from_khoros(context), now),
        )
        posts = store_interactions(case=case, interactions=new.interactions, now=now).added
        index_opened_case(case=case, posts=posts)
        return OpenedCase(case, posts)


def update_case(*, case_id: int, patch: CasePatch, actor: Actor) -> Changes:
    """Apply a patch to a case and return what changed, as `[before, after]` by field.

    What the patch doesn't name stays as it is, also when someone else changes it at the same
    time; posts that the case already has are not doubled, and edited ones keep what they were. A patch that changes nothing leaves
    no trace. Custom fields have the names of `property_changes`. Raises NotFound, or
    ValidationFailed where unmapped keys outgrow their bound, or where the patch closes a case
    that lacks what closing requires.
    Contract: `PATCH /case/{id}`.
    """
    with transaction.atomic():
        if patch.status == CaseStatus.OPEN:
            lock_with_originals(case_ids=[case_id])
        case = lock_case(case_id=case_id)
        # What waited for the case comes after what it waited for, in its history as well.
        now = timezone.now()
        own, custom = _change_fields(case, patch, actor, now)
        changes = own | property_changes(custom)
        if changes:
            record_event(cases=[case], kind=EventKind.UPDATED, actor=actor, at=now, changes=changes)
        posts = _store_interactions(case, patch.interactions, now)
        if posts:
            kind = EventKind.POSTS_ADDED if "posts" in posts else EventKind.POSTS_EDITED
            record_event(cases=[case], kind=kind, actor=actor, at=now, changes=posts)
        if changes or posts:
            case.last_updated = now
            case.save()
            index_cases(case_ids=[case.pk])
        _set_status(case, patch.status, actor)
    return changes | posts


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


def _change_fields(
    case: Case, patch: CasePatch, actor: Actor, now: datetime
) -> tuple[Changes, Changes]:
    """Set what differs on `case`, without saving it, and return `[before, after]` by field.

    The case's own fields and custom ones by themselves: they may have the same names.
    """
    changes: Changes = {}
    for name in ("customer_id", "title", "description"):
        before, after = getattr(case, name), getattr(patch, name)
        if after is not None and after != before:
            changes[name] = [before, after]
            setattr(case, name, after)
    if "customer_id" in changes:
        context = actor.context or KhorosContext()
        ensure_customer(customer_id=case.customer_id, now=now, context=context)
    values = merge_properties(case.properties, patch.properties)
    case.properties = values.merged
    unregistered = (case.unregistered or {}) | patch.unregistered
    check_unregistered(unregistered, broken_rule=_refuse)
    if unregistered != (case.unregistered or {}):
        changes["unregistered"] = [case.unregistered or {}, unregistered]
        case.unregistered, case.reviewed_at = unregistered, None
    return changes, values.changes


def _store_interactions(
    case: Case, interactions: Sequence[NewInteraction], now: datetime
) -> Changes:
    """Store posts that are new or edited; return how their number changed, and how many were edited."""
    if not interactions:
        return {}
    ids = sorted({post.service_id for post in interactions})
    stored = case.interactions.filter(service_id__in=ids).select_related("author")
    before = case.interactions.count()
    posts = store_interactions(
        case=case,
        interactions=interactions,
        now=now,
        stored=stored.prefetch_related("revisions__author"),
    )
    if not (posts.added or posts.edited):
        return {}
    case.services = sorted({*case.services, *(post.service for post in posts.added)})
    case.excerpt = _newest_excerpt(case)
    changes: Changes = {"posts": [before, before + len(posts.added)]} if posts.added else {}
    return changes | ({"edited_posts": ["", len(posts.edited)]} if posts.edited else {})


def _set_status(case: Case, status: str | None, actor: Actor) -> None:
    """Bring a locked case to `status`. Raises ValidationFailed where it can't be closed yet."""
    if status == CaseStatus.CLOSED and case.is_open:
        check_closable(case)
        close_cases(case_ids=[case.pk], actor=actor)
    elif status == CaseStatus.OPEN and not case.is_open:
        reopen_cases(case_ids=[case.pk], actor=actor)


def _excerpt(posts: Sequence[NewInteraction]) -> str:
    """Return the first words of the newest post that a customer wrote."""
    written = [
        post
        for post in posts
        if not is_blank(post.body) and not (post.author and post.author.brand_owned)
    ]
    # Of the same moment, the one that came last: `max` takes the first that it meets.
    newest = max(reversed(written), key=lambda post: post.created, default=None)
    return make_excerpt(newest.body) if newest else ""


def _newest_excerpt(case: Case) -> str:
    """Return the same for a stored case, in one query; `""` where the newest few are all blank."""
    of_customers = Q(author=None) | Q(author__brand_owned=False)
    posts = case.interactions.filter(of_customers).exclude(body="").order_by("-created", "-id")
    newest = posts.values_list("body", flat=True)[:_EXCERPT_POSTS]
    return make_excerpt(next((body for body in newest if not is_blank(body)), ""))


def _refuse(name: str, message: str) -> NoReturn:
    raise ValidationFailed(f"Nothing was saved: {name} {message}.", [FieldError(name, message)])


def _same_posts_locks(new: NewCase) -> list[str]:
    """Return locks that cases of one customer share which may double each other.

    So the second of two that come at the same moment sees the first.
    """
    return [f"{new.customer_id}\n{post.service}\n{post.service_id}" for post in new.interactions]


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
