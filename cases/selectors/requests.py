"""Reads of recent requests."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from http import HTTPStatus
from operator import or_

from django.db.models import OuterRef, Q, QuerySet, Subquery

from cases.choices import SEARCHES, ObjectType, Operation
from cases.models import Integration, RecordedRequest

CHECK_USER_AGENT = "Case Portal contract check"
"""What the portal's own check calls itself, also where it calls without a key."""


@dataclass(frozen=True, slots=True)
class OperationFigures:
    """When Khoros last called an operation, and how that went; None where it never did."""

    operation: Operation
    last: RecordedRequest | None


def list_requests() -> QuerySet[RecordedRequest]:
    """Return the calls without their bodies, newest first.

    Each has as `became` the case that an accepted replay of it made or changed, or None.
    """
    accepted = RecordedRequest.objects.filter(
        replay_of=OuterRef("pk"), status__lt=HTTPStatus.BAD_REQUEST
    )
    calls = RecordedRequest.objects.select_related("integration", "case")
    became = Subquery(accepted.order_by("id").values("case")[:1])
    return calls.defer("body", "answer").annotate(became=became)


def waiting_requests(requests: QuerySet[RecordedRequest]) -> QuerySet[RecordedRequest]:
    """Return those that were refused, were kept, and wait to be replayed with success.

    A refused search waits for nobody: it would have stored nothing.
    """
    originals = requests.filter(body__isnull=False, replay_of__isnull=True)
    originals = originals.exclude(operation__in=SEARCHES)
    return originals.exclude(replays__status__lt=HTTPStatus.BAD_REQUEST)


def last_calls() -> list[OperationFigures]:
    """Return the newest call of each of the ten operations, in two queries.

    Replays and the portal's own checks are left out.
    """
    calls = _calls_of_khoros()
    newest = (_newest(calls.filter(operation=operation)) for operation in Operation)
    rows = {row.operation: row for row in list_requests().filter(reduce(or_, newest))}
    return [OperationFigures(operation, rows.get(operation.value)) for operation in Operation]


def last_fetched(object_type: str) -> datetime | None:
    """Return when Khoros last fetched the definitions of an object, if it is still recorded."""
    fetched = _fetches(_calls_of_khoros(), object_type)
    return fetched.order_by("-id").values_list("at", flat=True).first()


def newest_calls() -> list[int]:
    """Return the ids of the calls that the console and the settings page tell of, in two queries."""
    calls = _calls_of_khoros()
    kinds = [calls.filter(operation=operation) for operation in Operation]
    kinds += [_fetches(calls, object_type) for object_type in ObjectType]
    newest = RecordedRequest.objects.filter(reduce(or_, map(_newest, kinds)))
    return list(newest.values_list("pk", flat=True))


def _calls_of_khoros() -> QuerySet[RecordedRequest]:
    """Return the calls that are neither replays nor made by the portal's own checks; one query."""
    checks = list(Integration.objects.filter(for_checks=True).values_list("pk", flat=True))
    is_check = Q(integration__in=checks)
    is_check |= Q(integration__isnull=True, user_agent=CHECK_USER_AGENT)
    return RecordedRequest.objects.filter(replay_of__isnull=True).exclude(is_check)


def _fetches(calls: QuerySet[RecordedRequest], object_type: str) -> QuerySet[RecordedRequest]:
    return calls.filter(
        operation=Operation.READ_DEFINITIONS,
        path__contains=f"/meta/object/{object_type}",
        status=HTTPStatus.OK,
    )


def _newest(calls: QuerySet[RecordedRequest]) -> Q:
    return Q(pk=Subquery(calls.order_by("-id").values("pk")[:1]))
