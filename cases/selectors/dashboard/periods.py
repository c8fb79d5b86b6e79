"""The days and weeks of the reader that the charts of the dashboard have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.utils import timezone

AGES = (0, 1, 3, 7, 14, 30, 90)
"""The days at which open cases of an age begin: opened today, yesterday or before, …"""

_WEEKLY_FROM = 60


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the reader, `last` included; `begin` and `end` are the moments around them."""

    first: date
    last: date
    zone: tzinfo

    @property
    def begin(self) -> datetime:
        """The first midnight."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The midnight after the last day."""
        return midnight(self.last + timedelta(days=1), self.zone)


def last_days(number: int, zone: tzinfo) -> list[Period]:
    """Return that many days up to today, the oldest first, each as a period."""
    today = timezone.now().astimezone(zone).date()
    days = [today - timedelta(days=back) for back in reversed(range(number))]
    return [Period(day, day, zone) for day in days]


def age_periods(today: Period) -> list[tuple[date | None, date]]:
    """Return the first and the last day on which cases of each of `AGES` were opened."""
    ends = [today.last - timedelta(days=days) for days in AGES]
    begins = [end + timedelta(days=1) for end in ends[1:]]
    return list(zip([*begins, None], ends, strict=True))


def median_periods(days: Sequence[Period]) -> list[Period]:
    """Return the days themselves, or the weeks up to today where they are many."""
    if len(days) < _WEEKLY_FROM:
        return list(days)
    weeks = [days[max(0, end - 7) : end] for end in range(len(days), 0, -7)]
    return [Period(week[0].first, week[-1].last, week[0].zone) for week in reversed(weeks)]


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the first moment of a day."""
    # Where the clocks skip midnight, this is the moment at which they do.
    return datetime(day.year, day.month, day.day, tzinfo=zone)
