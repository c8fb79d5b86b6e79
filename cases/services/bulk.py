"""Bulk actions: the services that change one case, applied to many, batch by batch."""

import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import BulkAction
from cases.errors import NotFound, ValidationFailed
from cases.models import BulkJob, Case
from cases.selectors.case_list.filters import unread_filters
from cases.selectors.case_list.listing import listed_cases, search_case_list
from cases.selectors.case_list.query import read_query
from cases.selectors.case_search.search import SearchResult
from cases.selectors.counts import CappedCount, count_up_to
from cases.services.activity import ActionResult
from cases.services.assignment import assign_cases
from cases.services.case_status import close_cases, reopen_cases
from cases.services.incoming import Actor
from cases.services.tags import tag_cases

AT_ONCE = 100
"""Up to how many cases are done within the first request; more become a job with a page."""
BATCH = 500
"""How many cases one transaction changes."""
MOST_LISTED_IDS = 10_000
"""Up to how many ids a job stores; a longer one reads the list again for each batch."""
LISTED_REFUSALS = 300
"""How many refused cases the result lists; further ones are only counted."""
STORED_JOBS = 20
STORED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected cases: `case_ids`, or if None all cases of the list at `query`, a query string.

    Cases of the list with a greater id than `newest` are left out: the person didn't see them.
    """

    query: str = ""
    case_ids: tuple[int, ...] | None = None
    newest: int | None = None


Arguments = Mapping[str, Any]
Action = Callable[[Collection[int], Actor, Arguments], ActionResult]


def start_job(
    *, owner: User, action: BulkAction, arguments: Arguments, selection: Selection
) -> BulkJob:
    """Return a new job that has not started; delete old finished jobs.

    `arguments` are those of the action: `resolution` to close, `assignee` (an id or None) to
    assign, `add` and `remove` (names) to tag. Raises ValidationFailed if no case is selected.
    """
    ids = _selected_ids(selection, owner)
    if not ids:
        raise ValidationFailed(_("No cases are selected, or none of them match any more."))
    is_open_ended = len(ids) > MOST_LISTED_IDS
    _prune(owner)
    return BulkJob.objects.create(
        owner=owner,
        action=action,
        arguments=dict(arguments),
        query=read_query(selection.query).first_page().encode(),
        case_ids=None if is_open_ended else ids,
        total=None if is_open_ended else len(ids),
        first_id=ids[0],
        last_id=(selection.newest or _newest_id()) if is_open_ended else ids[-1],
        created=timezone.now(),
    )


def advance_job(*, job_id: int, owner: User, seconds: float = 0) -> BulkJob:
    """Do the next batch of a job, and more for up to `seconds`; return the job after that.

    Does nothing to a job that is finished or stopped. Simultaneous callers take turns, each with
    its own batch. Raises NotFound, and ValidationFailed if the list's filter has changed.
    """
    until = time.monotonic() + seconds
    while True:
        job = _do_batch(job_id, owner)
        if job.finished_at or job.stopped or time.monotonic() >= until:
            return job


def stop_job(*, job_id: int, owner: User) -> None:
    """Stop a job before its next batch; changes made so far remain. Raises NotFound."""
    _set_stopped(job_id, owner, stopped=True)


def resume_job(*, job_id: int, owner: User) -> None:
    """Resume a stopped job. Raises NotFound."""
    _set_stopped(job_id, owner, stopped=False)


def measure_selection(*, owner: User, selection: Selection) -> tuple[CappedCount, SearchResult]:
    """Return the number of selected cases, up to `MOST_LISTED_IDS`, and the search result."""
    found = _find_selected(selection, owner)
    return count_up_to(found.cases, MOST_LISTED_IDS), found


def without_later_cases(selection: Selection) -> Selection:
    """Return the selection without cases that arrive later; one query if it is a list."""
    if selection.case_ids is not None or selection.newest is not None:
        return selection
    return replace(selection, newest=_newest_id())


def _newest_id() -> int:
    return Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _find_selected(selection: Selection, owner: User) -> SearchResult:
    if selection.case_ids is not None:
        return SearchResult(Case.objects.filter(pk__in=selection.case_ids))
    found = search_case_list(read_query(selection.query), owner)
    if selection.newest is None:
        return found
    return replace(found, cases=found.cases.filter(pk__lte=selection.newest))


def _selected_ids(selection: Selection, owner: User) -> list[int]:
    """Return the sorted ids of the selection, up to one more than `MOST_LISTED_IDS`."""
    cases = _find_selected(selection, owner).cases
    return list(cases.order_by("pk").values_list("pk", flat=True)[: MOST_LISTED_IDS + 1])


def _do_batch(job_id: int, owner: User) -> BulkJob:
    with transaction.atomic():
        job = _locked(job_id, owner)
        if job.finished_at or job.stopped:
            return job
        ids = _next_ids(job)
        if ids:
            result = _ACTIONS[job.action](ids, Actor.from_user(owner), job.arguments)
            _count(job, ids, result)
        if len(ids) < BATCH or ids[-1] >= job.last_id:
            job.finished_at = timezone.now()
        job.save()
    return job


def _next_ids(job: BulkJob) -> list[int]:
    if job.case_ids is not None:
        start = bisect_right(job.case_ids, job.position)
        return list(job.case_ids[start : start + BATCH])
    list_query = read_query(job.query)
    # Sorted, because the order of filters follows that of the custom fields, which may change.
    is_read = sorted(list_query.pairs()) == sorted(parse_qsl(job.query))
    if not is_read or unread_filters(list_query.filters):
        # Without the filter, the rest would be all cases.
        raise ValidationFailed(
            _("A field that the list was filtered by has changed. Start again from the list.")
        )
    cases = listed_cases(list_query, job.owner).filter(pk__gt=job.position, pk__lte=job.last_id)
    return list(cases.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _count(job: BulkJob, ids: list[int], result: ActionResult) -> None:
    job.position = ids[-1]
    job.handled += len(ids)
    job.changed += len(result.changed)
    job.unchanged += len(result.unchanged)
    job.refused += len(result.refusals)
    room = LISTED_REFUSALS - len(job.refusals)
    job.refusals += [
        {"case": refusal.case_id, "reason": refusal.reason}
        for refusal in result.refusals[: max(0, room)]
    ]


def _set_stopped(job_id: int, owner: User, *, stopped: bool) -> None:
    with transaction.atomic():
        job = _locked(job_id, owner)
        if job.finished_at is None:
            job.stopped = stopped
            job.save(update_fields=["stopped"])


def _locked(job_id: int, owner: User) -> BulkJob:
    job = BulkJob.objects.select_for_update().filter(pk=job_id, owner=owner).first()
    if job is None:
        raise NotFound(_("Bulk action not found."))
    return job


def _prune(owner: User) -> None:
    """Delete jobs over a month old, and all but the newest finished or stopped ones of the owner."""
    BulkJob.objects.filter(created__lt=timezone.now() - timedelta(days=STORED_DAYS)).delete()
    idle = BulkJob.objects.filter(Q(finished_at__isnull=False) | Q(stopped=True), owner=owner)
    old = idle.order_by("-pk").values_list("pk", flat=True)[STORED_JOBS - 1 :]
    BulkJob.objects.filter(pk__in=list(old)).delete()


def _close(ids: Collection[int], actor: Actor, arguments: Arguments) -> ActionResult:
    return close_cases(case_ids=ids, actor=actor, resolution=arguments.get("resolution", ""))


def _reopen(ids: Collection[int], actor: Actor, arguments: Arguments) -> ActionResult:
    return reopen_cases(case_ids=ids, actor=actor)


def _assign(ids: Collection[int], actor: Actor, arguments: Arguments) -> ActionResult:
    key = arguments.get("assignee")
    assignee = None if key is None else User.objects.filter(pk=key).first()
    if key is not None and assignee is None:
        # Not unassigned instead: a person was chosen.
        raise ValidationFailed(_("The new assignee's account no longer exists."))
    return assign_cases(case_ids=ids, actor=actor, assignee=assignee)


def _tag(ids: Collection[int], actor: Actor, arguments: Arguments) -> ActionResult:
    return tag_cases(
        case_ids=ids,
        actor=actor,
        add=arguments.get("add", ()),
        remove=arguments.get("remove", ()),
    )


_ACTIONS: dict[str, Action] = {
    BulkAction.CLOSE: _close,
    BulkAction.REOPEN: _reopen,
    BulkAction.ASSIGN: _assign,
    BulkAction.TAG: _tag,
}
