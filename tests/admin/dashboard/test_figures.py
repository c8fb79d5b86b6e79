"""The charts of the dashboard: days of the reader, the backlog, and the lists behind each figure."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.admin.common.formatting import duration
from cases.admin.common.reader import ZONE_COOKIE
from cases.admin.dashboard.charts import Chart
from cases.models import Case
from cases.selectors.dashboard.figures import forget_figures, read_backlog, read_trend
from cases.selectors.dashboard.periods import AGES, Period, age_periods, last_days
from tests.factories import CaseFactory, agent, forget

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")
KOLKATA, NEW_YORK = ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets the clock."""

    def set_clock(moment: datetime) -> None:
        forget()
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return set_clock


def closed(opened: datetime, closed_at: datetime) -> Case:
    return CaseFactory.create(created=opened, last_updated=closed_at, closed=True)


def charts(client: Client, query: str = "", user: Any = None) -> dict[str, Chart]:
    """Return the charts of the dashboard by their names."""
    client.force_login(user or agent())
    context = client.get(f"{HOME}{query}").context
    return {chart.name: chart for chart in context["trend_charts"] + context["backlog_charts"]}


def figures(chart: Chart) -> dict[str, list[str]]:
    """Return what the rows of a chart that have anything say."""
    return {
        row.label: [cell.shown for cell in row.cells]
        for row in chart.rows
        if any(cell.value for cell in row.cells)
    }


def numbers_of(zone: ZoneInfo, days: int) -> dict[str, tuple[int, int]]:
    """Return the cases opened and closed on each day that has any."""
    trend = read_trend(tuple(last_days(days, zone)))
    return {
        day.period.first.isoformat(): (day.opened.value, day.closed.value)
        for day in trend.days
        if day.opened or day.closed
    }


def test_days_begin_at_the_readers_midnight_also_half_an_hour_off(at: Any) -> None:
    at(datetime(2026, 6, 10, 12, tzinfo=UTC))
    # Midnight of Kolkata is at 18:30 UTC.
    CaseFactory.create(created=datetime(2026, 6, 8, 18, 29, 59, tzinfo=UTC))
    CaseFactory.create(created=datetime(2026, 6, 8, 18, 30, tzinfo=UTC))
    assert numbers_of(KOLKATA, 7) == {"2026-06-08": (1, 0), "2026-06-09": (1, 0)}
    assert numbers_of(ZoneInfo("UTC"), 7) == {"2026-06-08": (2, 0)}


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(day: date, hours: int) -> None:
    period = Period(day, day, NEW_YORK)
    begin, end = period.begin.astimezone(UTC), period.end.astimezone(UTC)
    assert end - begin == timedelta(hours=hours)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25)])
def test_each_case_is_of_one_day_around_a_change_of_the_clocks(
    at: Any, day: date, hours: int
) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=NEW_YORK).astimezone(UTC)
    at(begin + timedelta(days=2))
    second = timedelta(seconds=1)
    for moment in (begin - second, begin, begin + timedelta(hours=hours) - second):
        closed(moment, moment)
    CaseFactory.create(created=begin + timedelta(hours=hours))
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert numbers_of(NEW_YORK, 7) == {
        before.isoformat(): (1, 1),
        day.isoformat(): (2, 2),
        after.isoformat(): (1, 0),
    }


def test_a_zone_that_skips_midnight_begins_its_day_when_the_clocks_do() -> None:
    # Cairo goes from 23:59:59 to 01:00 in the night to the last Friday of April.
    period = Period(date(2026, 4, 24), date(2026, 4, 24), ZoneInfo("Africa/Cairo"))
    assert period.begin.astimezone(UTC) == datetime(2026, 4, 23, 22, tzinfo=UTC)


def test_the_page_counts_in_the_zone_of_the_readers_browser(client: Client, at: Any) -> None:
    at(datetime(2026, 6, 10, 12, tzinfo=UTC))
    CaseFactory.create(created=datetime(2026, 6, 9, 19, tzinfo=UTC))
    client.cookies[ZONE_COOKIE] = "Asia%2FKolkata"
    assert figures(charts(client)["days"]) == {"10 Jun": ["1", "0"]}
    client.cookies[ZONE_COOKIE] = "America/New_York"
    assert figures(charts(client)["days"]) == {"9 Jun": ["1", "0"]}


@pytest.mark.parametrize(
    ("query", "days"), [("", 30), ("?days=7", 7), ("?days=90", 90), ("?days=1e9", 30)]
)
def test_it_shows_7_30_or_90_days(client: Client, query: str, days: int) -> None:
    CaseFactory.create()
    shown = charts(client, query)
    assert len(shown["days"].rows) == days
    assert len(shown["medians"].rows) == {7: 7, 30: 30, 90: 13}[days]


def test_a_day_counts_so_far_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.selectors.dashboard.figures.DAY_LIMIT", 2)
    CaseFactory.create_batch(3)
    assert charts(client)["days"].rows[-1].cells[0].shown == "2+"


def test_the_median_is_the_time_that_the_case_in_the_middle_took(client: Client, at: Any) -> None:
    now = datetime(2026, 6, 10, 12, tzinfo=UTC)
    at(now)
    for hours in (1, 2, 40):
        closed(now - timedelta(hours=hours), now)
    day_before = now - timedelta(days=1)
    closed(day_before - timedelta(minutes=90), day_before)
    closed(now - timedelta(days=60), now - timedelta(days=45))
    medians = charts(client)["medians"]
    assert figures(medians) == {"9 Jun": ["1 h 30 min"], "10 Jun": ["2 h"]}
    assert medians.rows[0].cells[0].shown == "none closed"
    assert client.get(HOME).context["median"] == "1 h 30 min"


def test_medians_of_three_months_are_of_weeks_up_to_today(client: Client, at: Any) -> None:
    now = datetime(2026, 6, 10, 12, tzinfo=UTC)
    at(now)
    closed(now - timedelta(days=20), now - timedelta(days=6))
    closed(now - timedelta(days=9), now - timedelta(days=7))
    rows = charts(client, "?days=90")["medians"].rows
    assert [row.cells[0].shown for row in rows[-2:]] == ["2 d", "14 d"]
    assert rows[-1].title == "Thu 4 Jun – Wed 10 Jun 2026"


def test_the_median_of_very_many_is_of_those_closed_last_and_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MEDIAN_LIMIT", "LONG_MEDIAN_LIMIT"):
        monkeypatch.setattr(f"cases.selectors.dashboard.figures.{name}", 1)
    now = timezone.now()
    closed(now - timedelta(days=5), now - timedelta(seconds=2))
    closed(now - timedelta(hours=1), now - timedelta(seconds=1))
    client.force_login(agent())
    context = client.get(HOME).context
    assert context["median"] == "1 h"
    assert context["median_of"]


def test_a_case_has_one_age_and_the_ages_have_no_gap(at: Any) -> None:
    now = datetime(2026, 3, 9, 1, tzinfo=UTC)
    at(now)
    today = last_days(1, NEW_YORK)[0]
    assert today.first == date(2026, 3, 8)
    periods = age_periods(today)
    for (begin, _), (_, end) in pairwise(periods):
        assert begin is not None
        assert begin - end == timedelta(days=1)
    for begin, end in periods:
        for day in {begin or end, end}:
            CaseFactory.create(created=datetime(day.year, day.month, day.day, 12, tzinfo=NEW_YORK))
    ages = read_backlog(today).ages
    assert len(ages) == len(AGES)
    assert ages == [1, 2, 2, 2, 2, 2, 1]


def test_the_backlog_is_told_apart_by_person_and_by_service(client: Client) -> None:
    ann, ben = agent(first_name="Ann", last_name="Lee"), agent(first_name="", last_name="")
    CaseFactory.create_batch(2, assignee=ann, services=["facebook", "twitter"])
    CaseFactory.create_batch(1, assignee=ben, services=["twitter"])
    CaseFactory.create_batch(3, services=[])
    CaseFactory.create(assignee=ann, services=["twitter"], closed=True)
    shown = charts(client)
    assert figures(shown["assignees"]) == {
        "Unassigned": ["3"],
        "Ann Lee": ["2"],
        ben.username: ["1"],
    }
    assert figures(shown["services"]) == {"twitter": ["3"], "facebook": ["2"]}


def test_many_services_end_in_one_bar_and_the_table_has_each(client: Client) -> None:
    for number in range(12):
        CaseFactory.create(services=[f"service{number}"])
    chart = charts(client)["services"]
    assert len(chart.rows) == 12
    assert chart.data["labels"][-1] == "4 others"
    assert chart.data["series"][0]["values"] == [1] * 8 + [4]


def test_a_backlog_that_is_too_long_is_that_of_the_newest_and_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.selectors.dashboard.figures.OPEN_LIMIT", 2)
    monkeypatch.setattr("cases.selectors.dashboard.figures.SERVICE_LIMIT", 1)
    now = timezone.now()
    for days in (0, 1, 200):
        CaseFactory.create(created=now - timedelta(days=days), services=[f"s{days}"])
    shown = charts(client)
    assert figures(shown["ages"]) == {"opened today": ["1"], "1–2 days": ["1"]}
    assert shown["ages"].note == "of the newest 2"
    assert figures(shown["services"]) == {"s0": ["1"]}


def test_each_figure_leads_to_the_cases_that_it_counts(client: Client, at: Any) -> None:
    now = datetime(2026, 6, 10, 1, tzinfo=UTC)
    at(now)
    ann = agent(first_name="Ann")
    for days in (0, 1, 5, 8, 20, 40, 100):
        CaseFactory.create(created=now - timedelta(days=days), services=["a b&c"], assignee=ann)
        CaseFactory.create(created=now - timedelta(days=days, hours=3))
        closed(now - timedelta(days=days, hours=2), now - timedelta(days=days))
    client.cookies[ZONE_COOKIE] = "America/New_York"
    followed = 0
    for name, chart in charts(client, "?days=7").items():
        for cell in (cell for row in chart.rows for cell in row.cells if cell.url):
            content = client.get(cell.url).content.decode()
            listed = set(re.findall(r"/case/(\d+)/change/", content))
            if name != "medians":
                assert len(listed) == int(cell.shown), f"{name}: {cell}"
            assert listed, f"{name}: {cell}"
            followed += 1
    assert followed > 15


def test_tiles_lead_to_the_cases_that_they_count(client: Client) -> None:
    me = agent()
    CaseFactory.create_batch(2, assignee=me)
    CaseFactory.create(unregistered={"x": "1"})
    now = timezone.now()
    closed(now - timedelta(days=3), now)
    client.force_login(me)
    tiles = client.get(HOME).context["tiles"]
    assert [tile.number for tile in tiles] == ["3", "3", "1", "2", "1", "1"]
    for tile in tiles:
        content = client.get(tile.url).content.decode()
        assert len(set(re.findall(r"/case/(\d+)/change/", content))) == int(tile.number), tile


def test_hostile_names_stay_texts_in_tables_and_data(client: Client) -> None:
    CaseFactory.create(services=[HOSTILE, "</script>", "\u202eevil"])
    CaseFactory.create(assignee=agent(first_name=HOSTILE))
    client.force_login(agent())
    content = client.get(HOME).content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert" in content
    assert "\u202e" not in content


def test_a_portal_whose_cases_are_all_closed_says_so_in_each_chart(client: Client) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    closed(long_ago, long_ago)
    client.force_login(agent())
    content = client.get(HOME).content.decode()
    assert content.count("Every case is closed.") == 4
    assert "No cases were opened or closed in this period." in content
    assert "No cases were closed in this period." in content


def test_what_was_quick_to_read_is_soon_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    days = tuple(last_days(7, KOLKATA))
    now = 0.0
    tenths = count()
    clock = SimpleNamespace(monotonic=lambda: now, perf_counter=lambda: next(tenths) / 10)
    monkeypatch.setattr("cases.selectors.dashboard.figures.time", clock)
    assert read_trend(days).took == pytest.approx(0.1)
    CaseFactory.create()
    now = 61.0
    assert read_trend(days).days[-1].opened.value == 1
    CaseFactory.create()
    assert read_trend(days).days[-1].opened.value == 1
    forget_figures()
    assert read_trend(days).days[-1].opened.value == 2


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "under a minute"),
        (29, "under a minute"),
        (31, "1 min"),
        (3_570, "1 h"),
        (3_600 * 5 + 600, "5 h 10 min"),
        (86_399, "1 d"),
        (86_400 * 2 + 3 * 3_600, "2 d 3 h"),
        (86_400 * 1_234, "1,234 d"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown
