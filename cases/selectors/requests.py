"""Reads of recent requests."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from http import HTTPStatus
from operator import or_

from django.db.models import Q, QuerySet, Subquery

from cases.choices import Operation
from cases.models import Integration, RecordedRequest


@dataclass(frozen=True, slots=True)
class OperationFigures:
    """When Khoros last called an operation, and how that went; None where it never did."""

    operation: Operation
    last: RecordedRequest | None


def list_requests() -> QuerySet[RecordedRequest]:
    """Return the calls without their bodies, newest first."""
    return RecordedRequest.objects.select_related("integration", "case").defer("body", "answer")


def waiting_requests(requests: QuerySet[RecordedRequest]) -> QuerySet[RecordedRequest]:
    """Return those that were refused, were kept, and wait to be replayed with success."""
    originals = requests.filter(body__isnull=False, replay_of__isnull=True)
    return originals.exclude(replays__status__lt=HTTPStatus.BAD_REQUEST)


def last_calls() -> list[OperationFigures]:
    """Return the newest call of each of the ten operations, in two queries.

    Replays and the portal's own checks are left out.
    """
    checks = list(Integration.objects.filter(for_checks=True).values_list("pk", flat=True))
    calls = RecordedRequest.objects.filter(replay_of__isnull=True).exclude(integration__in=checks)
    newest = (
        Q(pk=Subquery(calls.filter(operation=operation).order_by("-id").values("pk")[:1]))
        for operation in Operation
    )
    rows = {row.operation: row for row in list_requests().filter(reduce(or_, newest))}
    return [OperationFigures(operation, rows.get(operation.value)) for operation in Operation]


def last_fetched(object_type: str) -> datetime | None:
    """Return when Khoros last fetched the definitions of an object, if it is still recorded."""
    fetched = RecordedRequest.objects.filter(
        operation=Operation.READ_DEFINITIONS,
        path__contains=f"/meta/object/{object_type}",
        status=200,
        integration__for_checks=False,
    )
    return fetched.order_by("-id").values_list("at", flat=True).first()
