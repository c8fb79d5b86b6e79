"""The dashboard as staff use it: charts that lead to lists, in the reader's zone and colours."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.portal import Portal
from tests.browser.test_pages_fit import check, show_in
from tests.factories import PASSWORD, CaseFactory, administrator, agent

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# The colours of the first bar of each chart, and where the bars of one are.
COLOURS = """() => [...document.querySelectorAll(".cp-chart canvas")].map(
    (canvas) => Chart.getChart(canvas).data.datasets[0].backgroundColor)"""
BAR = """([name, index]) => {
    const canvas = document.querySelector(`.cp-chart-card-${name} canvas`);
    canvas.scrollIntoView({block: "center"});
    const { x, y, base } = Chart.getChart(canvas).getDatasetMeta(0).data[index];
    const box = canvas.getBoundingClientRect();
    return name === "days" ? [box.x + x, box.y + (y + base) / 2]
        : [box.x + (x + base) / 2, box.y + y];
}"""
ANIMATED = """() => Chart.getChart(document.querySelector(".cp-chart canvas")).options.animation"""


def fill() -> None:
    """Make open and closed cases of several days, people and services."""
    now = timezone.now()
    ann = agent(first_name="Ann", last_name="Lee")
    arabic = agent(first_name="محمد", last_name="علي")
    for days in (0, 0, 2, 9, 45):
        opened = now - timedelta(days=days)
        CaseFactory.create(created=opened, assignee=ann, services=["twitter"])
        CaseFactory.create(created=opened, assignee=arabic, services=["facebook", "x" * 60])
        CaseFactory.create(created=opened, title=f"Nobody's, {days} days old")
        CaseFactory.create(
            created=opened - timedelta(hours=30 + days), last_updated=opened, closed=True
        )


def press_bar(page: Page, chart: str, index: int) -> None:
    """Press the bar of a chart with the mouse."""
    page.wait_for_timeout(400)
    x, y = page.evaluate(BAR, [chart, index])
    page.mouse.move(x, y)
    with page.expect_navigation():
        page.mouse.click(x, y)


def numbers(page: Page) -> Any:
    """Return the cases that the list shows."""
    return page.locator("#result_list tbody tr")


def test_a_bar_and_a_figure_lead_to_the_cases_behind_them(portal: Portal) -> None:
    fill()
    portal.enter(agent())
    page = portal.open("/admin/")
    press_bar(page, "assignees", 1)
    expect(page).to_have_url(re.compile(r"assignee=\d+"))
    expect(numbers(page)).to_have_count(5)

    page = portal.open("/admin/")
    press_bar(page, "days", 29)
    expect(numbers(page)).to_have_count(6)

    page = portal.open("/admin/")
    card = page.get_by_role("region", name="Open by service", exact=True)
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    row = card.get_by_role("row", name="twitter")
    expect(row).to_be_visible()
    row.get_by_role("link", name="5").press("Enter")
    expect(numbers(page)).to_have_count(5)

    page = portal.open("/admin/")
    page.get_by_role("link", name="unassigned").first.click()
    expect(page.get_by_text("Nobody's, 45 days old").first).to_be_visible()


def test_the_switch_shows_more_or_fewer_days(portal: Portal) -> None:
    fill()
    portal.enter(agent())
    page = portal.open("/admin/")
    switch = page.get_by_role("navigation", name="Days shown")
    expect(switch.locator("[aria-current]")).to_have_text("30 days")
    switch.get_by_role("link", name="90 days").click()
    expect(page.get_by_role("heading", name="The last 90 days")).to_be_visible()
    expect(switch.locator("[aria-current]")).to_have_text("90 days")
    assert page.locator(".cp-chart-card-days tbody tr").count() == 90


def test_charts_take_the_colours_of_light_and_dark(portal: Portal) -> None:
    fill()
    portal.enter(administrator())
    page = portal.open("/admin/")
    light = page.evaluate(COLOURS)
    assert len(light) == 5
    assert all(light)
    show_in(page, "dark")
    page.wait_for_function(f"light => ({COLOURS})().every((own, i) => own !== light[i])", arg=light)
    show_in(page, "light")
    page.wait_for_function(f"light => ({COLOURS})().every((own, i) => own === light[i])", arg=light)


@pytest.mark.long
def test_the_page_fits_and_is_readable_also_with_its_tables_open(portal: Portal) -> None:
    fill()
    portal.enter(administrator())
    page = portal.open("/admin/")
    for summary in page.locator(".cp-chart-table summary").all():
        summary.click()
    found = check(page)
    assert not found, "\n".join(found)


def test_nothing_moves_for_who_wants_no_motion(portal: Portal) -> None:
    fill()
    portal.enter(agent())
    portal.page.emulate_media(reduced_motion="reduce")
    assert portal.open("/admin/").evaluate(ANIMATED) is False
    portal.page.emulate_media(reduced_motion="no-preference")
    portal.page.wait_for_function(f"({ANIMATED})() !== false")


def test_without_scripts_the_tables_are_there(portal: Portal, chromium: Browser) -> None:
    fill()
    portal.enter(agent())
    cookies: Any = portal.page.context.cookies()
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{portal.url}/admin/")
    assert page.locator(".cp-chart[hidden]").count() == 5
    assert page.locator(".cp-chart-card-services tbody tr").count() == 3
    context.close()


def test_times_and_numbers_are_the_readers(portal: Portal, chromium: Browser) -> None:
    user = agent()
    now = timezone.now()
    CaseFactory.create(created=now - timedelta(days=400), title="Of last year")
    context = chromium.new_context(timezone_id="Asia/Kathmandu", locale="de-DE")
    page = context.new_page()
    # The login already tells the portal where the reader is.
    page.goto(f"{portal.url}/admin/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    time = page.locator(".cp-section-head time").first
    expect(time).to_have_attribute("datetime", re.compile(r"\+05:45$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()
