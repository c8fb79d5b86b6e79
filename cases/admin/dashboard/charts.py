"""The charts of the dashboard, each with a table of the same figures and links to the cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.admin.common.formatting import duration, format_number
from cases.admin.common.untrusted_text import isolated
from cases.admin.dashboard.links import cases_url
from cases.selectors.case_list.filters import UNASSIGNED
from cases.selectors.case_list.query import Tab
from cases.selectors.counts import CappedCount
from cases.selectors.dashboard.figures import Backlog, Median, Trend
from cases.selectors.dashboard.periods import AGES, Period, age_periods

DRAWN_BARS = 8
"""How many services or people have their own bar in a chart; the others share one."""

TABLE_ROWS = 100

_HOUR, _DAY = 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: `value` is the length of its bar, `shown` its text, `url` the list of its cases."""

    value: float | None
    shown: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one day, age, service or person; `title` is the long form of `label`."""

    label: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Chart:
    """A chart and its table.

    `kind` is columns, bars or line; `head` has the heading of the rows, then one for each figure;
    `colours` are names of `--chart-…` in the style sheet. `rest` is the bar that other rows share.
    """

    name: str
    title: str
    kind: str
    head: tuple[str, ...]
    colours: tuple[str, ...]
    rows: Sequence[Row]
    empty: str
    note: str = ""
    rest: Row | None = None

    @property
    def data_id(self) -> str:
        """The id of the element with `data`."""
        return f"chart-{self.name}-data"

    @property
    def table_id(self) -> str:
        """The id of the element with the table."""
        return f"chart-{self.name}-table"

    @cached_property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        values = (cell.value for row in self.rows for cell in row.cells)
        return not any(value is not None if self.kind == "line" else value for value in values)

    @cached_property
    def legend(self) -> list[tuple[str, str]]:
        """The names of the figures with their colours, where there are several."""
        return list(zip(self.head[1:], self.colours, strict=True)) if len(self.colours) > 1 else []

    @cached_property
    def data(self) -> dict[str, Any]:
        """What `charts.js` draws."""
        rows = [*self.rows[:DRAWN_BARS], self.rest] if self.rest else self.rows
        return {
            "kind": self.kind,
            "labels": [row.label for row in rows],
            "titles": [row.title for row in rows],
            "series": [
                {
                    "label": label,
                    "colour": colour,
                    "values": [row.cells[index].value for row in rows],
                    "shown": [row.cells[index].shown for row in rows],
                    "urls": [row.cells[index].url for row in rows],
                }
                for index, (label, colour) in enumerate(
                    zip(self.head[1:], self.colours, strict=True)
                )
            ],
        }


def days_chart(trend: Trend) -> Chart:
    """Return how many cases were opened and closed on each day."""
    rows = [
        _period_row(
            day.period,
            _count(day.opened, cases_url(Tab.ALL, **_between("created", day.period))),
            _count(day.closed, cases_url(Tab.CLOSED, **_between("closed", day.period))),
        )
        for day in trend.days
    ]
    return Chart(
        name="days",
        title=_("Opened and closed per day"),
        kind="columns",
        head=(_("Day"), _("Opened"), _("Closed")),
        colours=("opened", "closed"),
        rows=rows,
        empty=_("No cases were opened or closed in this period."),
    )


def medians_chart(trend: Trend) -> Chart:
    """Return the median time to close of each day or week."""
    longest = max((median.seconds or 0 for median in trend.medians), default=0)
    in_days = longest >= 3 * _DAY
    is_weekly = any(each.period.first != each.period.last for each in trend.medians)
    rows = [_median_row(median, _DAY if in_days else _HOUR) for median in trend.medians]
    return Chart(
        name="medians",
        title=_("Median time to close"),
        kind="line",
        head=(
            _("Week") if is_weekly else _("Day"),
            _("Median"),
        ),
        colours=("median",),
        rows=rows,
        empty=_("No cases were closed in this period."),
        note=_("in days") if in_days else _("in hours"),
    )


def ages_chart(backlog: Backlog, today: Period) -> Chart:
    """Return how many open cases there are of each age."""
    pairs = zip(_age_labels(), age_periods(today), backlog.ages, strict=True)
    rows = [
        Row(label, label, (_number(number, cases_url(Tab.OPEN, **_days(first, last))),))
        for label, (first, last), number in pairs
    ]
    return _bars("ages", _("Open by age"), _("Age"), rows, backlog.counted)


def assignees_chart(backlog: Backlog, names: Mapping[int, str]) -> Chart:
    """Return how many open cases each person has, and how many are unassigned."""
    rows = []
    for key, number in backlog.assignees.items():
        name = _("Unassigned") if key is None else isolated(names.get(key, f"#{key}"))
        assignee = UNASSIGNED if key is None else str(key)
        rows.append(Row(name, name, (_number(number, cases_url(Tab.OPEN, assignee=assignee)),)))
    return _bars("assignees", _("Open by assignee"), _("Assignee"), rows, backlog.counted)


def services_chart(backlog: Backlog) -> Chart:
    """Return how many open cases have posts of each service; a case may have several."""
    rows = [
        Row(
            isolated(service),
            isolated(service),
            (_number(number, cases_url(Tab.OPEN, service=service)),),
        )
        for service, number in backlog.services.items()
    ]
    title, counted = _("Open by service"), backlog.services_counted
    return _bars("services", title, _("Service"), rows, counted)


def _bars(name: str, title: str, of: str, rows: list[Row], counted: CappedCount) -> Chart:
    is_whole = counted.value < counted.limit
    number = {"number": format_number(counted.limit)}
    return Chart(
        name=name,
        title=title,
        kind="bars",
        head=(of, _("Open cases")),
        colours=(name,),
        rows=rows[:TABLE_ROWS],
        empty=_("None of the open cases have one.") if counted else _("Every case is closed."),
        note="" if is_whole else _("of the newest %(number)s") % number,
        rest=_rest(rows[DRAWN_BARS:]) if len(rows) > DRAWN_BARS + 1 else None,
    )


def _rest(rows: Sequence[Row]) -> Row:
    label = ngettext("%(number)s other", "%(number)s others", len(rows))
    label %= {"number": format_number(len(rows))}
    total = sum(row.cells[0].value or 0 for row in rows)
    return Row(label, label, (Cell(total, format_number(total)),))


def _period_row(period: Period, *cells: Cell) -> Row:
    first, last = date_format(period.first, "j M"), date_format(period.last, "D j M Y")
    if period.first == period.last:
        return Row(first, last, cells)
    return Row(first, f"{date_format(period.first, 'D j M')} – {last}", cells)


def _median_row(median: Median, unit: int) -> Row:
    if median.seconds is None:
        return _period_row(median.period, Cell(None, _("none closed")))
    url = cases_url(Tab.CLOSED, **_between("closed", median.period))
    value = round(median.seconds / unit, 2)
    return _period_row(median.period, Cell(value, duration(median.seconds), url))


def _count(count: CappedCount, url: str) -> Cell:
    return Cell(min(count.value, count.limit), format_number(count), url if count else "")


def _number(number: int, url: str) -> Cell:
    return Cell(number, format_number(number), url if number else "")


def _between(moment: str, period: Period) -> dict[str, str]:
    return {
        f"{moment}_from": period.first.isoformat(),
        f"{moment}_to": period.last.isoformat(),
    }


def _days(first: date | None, last: date) -> dict[str, str]:
    begin = {"created_from": first.isoformat()} if first else {}
    return {**begin, "created_to": last.isoformat()}


def _age_labels() -> Iterable[str]:
    yield _("opened today")
    for begin, after in pairwise(AGES[1:]):
        yield _("%(first)s–%(last)s days") % {"first": begin, "last": after - 1}
    yield _("%(first)s days or more") % {"first": AGES[-1]}
