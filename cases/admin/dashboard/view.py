"""The dashboard: figures, charts and what needs attention."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.addresses import instance_url
from cases.admin.common.formatting import duration, format_number, time_of_day
from cases.admin.common.navigation import list_url, may_open
from cases.admin.common.recent_cases import case_rows
from cases.admin.dashboard.charts import (
    ages_chart,
    assignees_chart,
    days_chart,
    medians_chart,
    services_chart,
)
from cases.admin.dashboard.links import cases_url
from cases.admin.dashboard.notices import (
    case_notices,
    field_notices,
    first_steps,
    key_notices,
    request_notices,
)
from cases.models import ApiKey, Case, CustomProperty, RecordedRequest
from cases.selectors.case_list.query import Tab
from cases.selectors.dashboard.figures import (
    LONG_MEDIAN_LIMIT,
    read_backlog,
    read_names,
    read_trend,
)
from cases.selectors.dashboard.notices import (
    CaseFigures,
    case_figures,
    count_refused_requests,
    field_figures,
    key_figures,
)
from cases.selectors.dashboard.periods import Period, last_days

DAYS = {"7": 7, "30": 30, "90": 90}
DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure at the top, and the list of its cases."""

    number: str
    label: str
    url: str


def add_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what this user may see to the context of the dashboard.

    The number of queries depends only on what the user may see.
    """
    fields = field_figures() if may_open(request, CustomProperty) else None
    keys = key_figures() if may_open(request, ApiKey) else None
    refused = count_refused_requests() if may_open(request, RecordedRequest) else None
    cases = _cases(request) if may_open(request, Case) else {}
    is_new = not (cases and cases["figures"].any) and keys is not None and not keys.used
    dashboard: dict[str, Any] = {
        "title": _("Dashboard"),
        "has_role": sum(len(group["items"]) for group in context["sidebar_navigation"]) > 1,
        "steps": list(first_steps(keys, fields)) if is_new and keys else [],
        "instance_url": instance_url(),
        "notices": [
            *(key_notices(keys) if keys and not is_new else ()),
            *(request_notices(refused) if refused else ()),
            *(case_notices(cases["figures"]) if cases else ()),
            *(field_notices(fields) if fields else ()),
        ],
    }
    return context | dashboard | cases


def _cases(request: HttpRequest) -> dict[str, Any]:
    # A user who may open the list of cases is signed in.
    assert isinstance(request.user, User)  # noqa: S101
    number = DAYS.get(request.GET.get("days", ""), DEFAULT_DAYS)
    days = last_days(number, timezone.get_current_timezone())
    today = days[-1]
    figures = case_figures(user=request.user, day_began=today.begin)
    rows = case_rows(request, figures.newest, moment="created")
    waiting = case_rows(request, figures.waiting, moment="last_updated", with_customer=False)
    return {
        "figures": figures,
        "tiles": _tiles(figures, today.last.isoformat()),
        "case_list_url": list_url(Case),
        "unassigned_url": cases_url(Tab.UNASSIGNED),
        "newest": rows,
        "waiting": waiting,
        **(_charts(days) if figures.any else {}),
    }


def _charts(days: list[Period]) -> dict[str, Any]:
    trend, backlog = read_trend(tuple(days)), read_backlog(days[-1])
    names = read_names([key for key in backlog.assignees if key is not None])
    return {
        "days": [(number, number == len(days)) for number in DAYS.values()],
        "number_of_days": len(days),
        "trend_charts": [days_chart(trend), medians_chart(trend)],
        "backlog_charts": [
            ages_chart(backlog, days[-1]),
            assignees_chart(backlog, names),
            services_chart(backlog),
        ],
        "trend_as_of": time_of_day(trend.as_of),
        "backlog_as_of": time_of_day(backlog.as_of),
        "median": None if trend.overall.seconds is None else duration(trend.overall.seconds),
        "median_of": format_number(LONG_MEDIAN_LIMIT) if trend.is_sampled else "",
        "median_url": cases_url(
            Tab.CLOSED, closed_from=days[0].first.isoformat(), closed_to=days[-1].last.isoformat()
        ),
    }


def _tiles(figures: CaseFigures, today: str) -> list[Tile]:
    count = figures.open.value
    labelled = [
        (figures.open, ngettext("open case", "open cases", count), cases_url(Tab.OPEN)),
        (
            figures.opened,
            _("opened today"),
            cases_url(Tab.ALL, created_from=today, created_to=today),
        ),
        (
            figures.closed,
            _("closed today"),
            cases_url(Tab.CLOSED, closed_from=today, closed_to=today),
        ),
        (figures.mine, _("assigned to me"), cases_url(Tab.MINE)),
        (figures.unassigned, _("unassigned"), cases_url(Tab.UNASSIGNED)),
        (
            figures.needs_review,
            ngettext("needs review", "need review", figures.needs_review.value),
            cases_url(Tab.NEEDS_REVIEW),
        ),
    ]
    return [Tile(format_number(number), label, url) for number, label, url in labelled]
