"""Figures over time and over all open cases, for the charts of the dashboard.

Each is read from indexes and bounded; what takes longer to read is remembered for longer.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar

import orjson
from cachetools import TLRUCache, cached
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from cases.models import Case
from cases.search.backends import backend
from cases.search.backends.statements import fetch_rows
from cases.selectors.counts import CappedCount, count_each
from cases.selectors.dashboard.periods import AGES, Period, age_periods, median_periods, midnight
from cases.selectors.staff import person_name

DAY_LIMIT = 10_000
"""How far the cases of one day are counted."""
OPEN_LIMIT = 200_000
"""How many open cases, the newest ones, are told apart by age and by assignee."""
SERVICE_LIMIT = 10_000
"""How many open cases, the newest ones, are told apart by service."""
MEDIAN_LIMIT = 1_000
"""Of how many closed cases, the last ones, the median of a day or a week is."""
LONG_MEDIAN_LIMIT = 10_000
"""The same for the whole time that is shown."""
REMEMBERED_SECONDS = 60
_REMEMBERED_TIMES = 100

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Day:
    """How many cases were opened and how many closed on a day."""

    period: Period
    opened: CappedCount
    closed: CappedCount


@dataclass(frozen=True, slots=True)
class Median:
    """The median time to close, in seconds, of the cases closed in a period; None without any."""

    period: Period
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """What happened in a number of days; `overall` is the median of them all."""

    days: list[Day]
    medians: list[Median]
    overall: Median
    as_of: datetime
    took: float

    @property
    def is_sampled(self) -> bool:
        """Whether `overall` is of the last `LONG_MEDIAN_LIMIT` closed cases only."""
        return sum(day.closed.value for day in self.days) > LONG_MEDIAN_LIMIT


@dataclass(frozen=True, slots=True)
class Backlog:
    """The open cases: `ages` in the order of `AGES`, the others by their largest number first.

    `assignees` maps the id of a user, or None for no one. `counted` and `services_counted` tell of
    how many cases: all of them, or the newest as far as the limits go.
    """

    ages: list[int]
    assignees: dict[int | None, int]
    services: dict[str, int]
    counted: CappedCount
    services_counted: CappedCount
    as_of: datetime
    took: float


def _keep_until(_: object, value: Trend | Backlog, now: float) -> float:
    return now + min(REMEMBERED_SECONDS, _REMEMBERED_TIMES * value.took)


def _timer() -> float:
    return time.monotonic()


_trends: TLRUCache[Any, Trend] = TLRUCache(64, _keep_until, timer=_timer)
_backlogs: TLRUCache[Any, Backlog] = TLRUCache(64, _keep_until, timer=_timer)


def forget_figures() -> None:
    """Read everything again the next time."""
    _trends.clear()
    _backlogs.clear()


@cached(_trends, lock=Lock(), key=lambda days: (days[0], days[-1]))
def read_trend(days: tuple[Period, ...]) -> Trend:
    """Return what happened on the days, the oldest first, in two queries."""
    began = time.perf_counter()
    counted = count_each(
        {
            (day, moment): Case.objects.order_by()
            .filter(**{f"{moment}__gte": day.begin, f"{moment}__lt": day.end})
            .values("created")
            for day in days
            for moment in ("created", "closed_at")
        },
        DAY_LIMIT,
    )
    whole = Period(days[0].first, days[-1].last, days[0].zone)
    overall, *medians = _medians([whole, *median_periods(days)])
    return Trend(
        days=[Day(day, counted[day, "created"], counted[day, "closed_at"]) for day in days],
        medians=medians,
        overall=overall,
        as_of=timezone.now(),
        took=time.perf_counter() - began,
    )


@cached(_backlogs, lock=Lock())
def read_backlog(today: Period) -> Backlog:
    """Return how the open cases are spread, in two queries."""
    began = time.perf_counter()
    ages = [0] * len(AGES)
    assignees: dict[int | None, int] = {}
    for age, assignee, number in _count_open(today):
        ages[age] += number
        assignees[assignee] = assignees.get(assignee, 0) + number
    services: dict[str, int] = {}
    cases = 0
    for found, number in _count_services():
        cases += number
        for service in found:
            services[service] = services.get(service, 0) + number
    return Backlog(
        ages=ages,
        assignees=_largest_first(assignees),
        services=_largest_first(services),
        counted=CappedCount(sum(ages), OPEN_LIMIT),
        services_counted=CappedCount(cases, SERVICE_LIMIT),
        as_of=timezone.now(),
        took=time.perf_counter() - began,
    )


def read_names(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of users by their ids, in one query."""
    return {user.pk: person_name(user) for user in User.objects.filter(pk__in=ids)}


def _medians(periods: Sequence[Period]) -> list[Median]:
    columns: list[str] = []
    params: list[Any] = []
    for place, period in enumerate(periods):
        limit = MEDIAN_LIMIT if place else LONG_MEDIAN_LIMIT
        closed = Case.objects.filter(closed_at__gte=period.begin, closed_at__lt=period.end)
        rows = closed.order_by("-closed_at").values("closed_at", "created")[:limit]
        sql, own = rows.query.sql_with_params()
        columns.append(f"({backend().median_seconds.format(rows=sql)})")
        params += own
    (row,) = fetch_rows((f"SELECT {', '.join(columns)}", params))
    return [
        Median(period, None if seconds is None else float(seconds))
        for period, seconds in zip(periods, row, strict=True)
    ]


def _count_open(today: Period) -> list[tuple[int, int | None, int]]:
    """Return rows of place in `AGES`, assignee and number of cases."""
    rows = Case.objects.filter(closed_at__isnull=True).order_by("-created")
    sql, params = rows.values("created", "assignee_id")[:OPEN_LIMIT].query.sql_with_params()
    begins = [begin for begin, _ in age_periods(today) if begin]
    moments = [midnight(begin, today.zone) for begin in begins]
    whens = " ".join(f"WHEN created >= %s THEN {place}" for place in range(len(moments)))
    adapted = [connection.ops.adapt_datetimefield_value(moment) for moment in moments]
    age = f"CASE {whens} ELSE {len(moments)} END"
    statement = f"SELECT {age}, assignee_id, COUNT(*) FROM ({sql}) open_cases GROUP BY 1, 2"  # noqa: S608
    return fetch_rows((statement, [*adapted, *params]))


def _count_services() -> list[tuple[list[str], int]]:
    """Return rows of the services of a case and the number of cases with just those."""
    rows = Case.objects.filter(closed_at__isnull=True).order_by("-created")
    sql, params = rows.values("services")[:SERVICE_LIMIT].query.sql_with_params()
    statement = f"SELECT services, COUNT(*) FROM ({sql}) open_cases GROUP BY services"  # noqa: S608
    found = fetch_rows((statement, params))
    return [(orjson.loads(services), number) for services, number in found]


def _largest_first(numbers: dict[Key, int]) -> dict[Key, int]:
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], str(item[0]))))
