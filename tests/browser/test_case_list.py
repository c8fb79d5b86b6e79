"""The case list in daily use: tabs, filters, columns, pages, keys, on a desktop and a phone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from cases.choices import PropertyType
from cases.models import Tag
from tests.browser.portal import ONE_OF_ALL_SCREENS, Portal, assert_accessible
from tests.factories import CaseFactory, CustomPropertyFactory, agent

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

INBOX = "/admin/cases/case/"


def titles(page: Page) -> Locator:
    return page.locator("#result_list .case-list-title")


def fill() -> None:
    """Make a priority, a tag, and 60 open cases, each changed a minute before the one above it."""
    values = [{"name": "Very high", "value": "hi"}, {"name": "Low", "value": "low"}]
    CustomPropertyFactory(
        name="priority",
        label="Priority",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=values,
    )
    Tag.objects.create(name="press")
    now = timezone.now()
    for n in range(60):
        CaseFactory(
            title=f"Parcel {n}",
            last_updated=now - timedelta(minutes=n + 1),
            properties={"priority": "hi" if n % 20 == 0 else "low"},
            tags=["press"] if n < 25 else [],
            excerpt=f"Where is parcel {n}?",
        )


def test_staff_find_their_cases_by_tabs_and_filters(portal: Portal) -> None:
    page, user = portal.page, agent(first_name="Nina")
    fill()
    CaseFactory(title="Mine", assignee=user)
    CaseFactory(title="Done", closed=True)
    portal.sign_in(user)
    portal.open(INBOX)
    tabs = page.get_by_role("navigation", name="Case list tabs")

    tabs.get_by_role("link", name="Mine 1").click()
    expect(titles(page)).to_have_text(["Mine"])
    tabs.get_by_role("link", name="Closed 1").click()
    expect(titles(page)).to_have_text(["Done"])

    tabs.get_by_role("link", name="Open 61").click()
    expect(tabs.get_by_role("link", name="Open 61")).to_have_attribute("aria-current", "page")
    page.locator("summary", has_text="Filters").click()
    page.get_by_role("combobox", name="Priority").select_option("Very high")
    page.get_by_label("Tag", exact=True).select_option("press")
    page.get_by_role("button", name="Apply filters").click()
    expect(titles(page)).to_have_text(["Parcel 0", "Parcel 20"])
    # Filters that were left alone stay out of the address.
    assert page.url.endswith("?tab=open&tag=press&property_priority=hi")

    page.get_by_role("link", name="Remove Tag: press").click()
    expect(titles(page)).to_have_text(["Parcel 0", "Parcel 20", "Parcel 40"])
    page.get_by_role("link", name="Clear").first.click()
    expect(titles(page)).to_have_count(50)


def test_staff_page_through_the_list_and_come_back_to_their_place(portal: Portal) -> None:
    page = portal.page
    fill()
    portal.sign_in(agent())
    portal.open(INBOX)
    first = titles(page).all_inner_texts()
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_text("Page 2")).to_be_visible()
    expect(titles(page)).to_have_text([f"Parcel {n}" for n in range(50, 60)])
    page.get_by_role("link", name="Newer").click()
    expect(titles(page)).to_have_text(first)
    page.get_by_role("columnheader", name="Last activity").get_by_role("link").click()
    expect(titles(page).first).to_have_text("Parcel 59")
    header = page.get_by_role("columnheader", name="Last activity")
    expect(header).to_have_attribute("aria-sort", "ascending")


def test_staff_choose_columns_and_their_order(portal: Portal) -> None:
    page = portal.page
    fill()
    portal.sign_in(agent())
    portal.open(INBOX)
    page.locator("summary", has_text="Columns").click()
    for name in ("Customer", "Service", "Opened", "Last activity", "Tags", "Assignee"):
        page.get_by_role("checkbox", name=name, exact=True).uncheck()
    page.get_by_role("checkbox", name="Priority").check()
    page.get_by_role("button", name="Apply columns").click()
    heads = page.get_by_role("columnheader")
    expect(heads).to_have_text(["Select all", "Number", "Title", "Status", "Priority"])
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("button", name="Move Priority up").click()
    expect(heads).to_have_text(["Select all", "Number", "Title", "Priority", "Status"])
    expect(page.get_by_role("row", name="Parcel 0").get_by_text("Very high")).to_be_visible()


def test_the_keyboard_is_enough(portal: Portal) -> None:
    page = portal.page
    fill()
    portal.sign_in(agent())
    portal.open(INBOX)
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(page.get_by_role("link", name="Parcel 1", exact=True)).to_be_focused()
    page.locator("summary", has_text="Filters").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Priority")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Priority")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(
        re.compile(r"/change/\?_changelist_filters=tab%3Dopen&_position=\d+_\d+$")
    )


@pytest.mark.parametrize(("width", "scheme"), ONE_OF_ALL_SCREENS)
def test_nothing_keeps_anybody_out(portal: Portal, width: int, scheme: str) -> None:
    page = portal.page
    fill()
    CaseFactory(title="شحنتي لم تصل بعد", unregistered={"a": 1}, services=["x" * 60, "b", "c"])
    portal.sign_in(agent())
    page.set_viewport_size({"width": width, "height": 844})
    for query in ("", "?tab=open&tag=press", "?tab=closed", "?tab=all&move_up=x"):
        portal.open(f"{INBOX}{query}")
        page.evaluate(
            "dark => document.documentElement.classList.toggle('dark', dark)", scheme == "dark"
        )
        page.wait_for_timeout(300)
        assert_accessible(page)
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )


def test_a_sheet_tells_the_keys_and_turns_them_off(portal: Portal) -> None:
    page = portal.page
    fill()
    portal.enter(agent())
    portal.open(INBOX)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Next and previous case in the list")).to_be_visible()
    assert_accessible(page)
    sheet.get_by_role("checkbox", name="Use single-key shortcuts").uncheck()
    sheet.get_by_role("button", name="Done").click()
    portal.open(INBOX)
    for key in ("j", "/", "?"):
        page.keyboard.press(key)
    expect(sheet).to_be_hidden()
    assert page.evaluate("document.activeElement === document.body")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    sheet.get_by_role("checkbox", name="Use single-key shortcuts").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Parcel 0", exact=True)).to_be_focused()


def test_views_and_search_share_a_row_and_a_phone_shows_the_pages_whole_name(
    portal: Portal,
) -> None:
    page = portal.page
    fill()
    portal.enter(agent())
    page.set_viewport_size({"width": 1360, "height": 800})
    portal.open(INBOX)
    views = page.locator("summary", has_text="Save as view").bounding_box()
    search = page.get_by_role("textbox", name="Search").bounding_box()
    assert views
    assert search
    assert (
        search["y"] < views["y"] + views["height"] and views["y"] < search["y"] + search["height"]
    )

    page.set_viewport_size({"width": 390, "height": 844})
    heading = page.get_by_role("heading", name="Cases")
    assert heading.evaluate("one => one.scrollWidth <= one.clientWidth")
    for name in ("Bulk actions", "Export"):
        box = page.get_by_role("link", name=name).bounding_box()
        assert box
        assert box["width"] < 48
        assert box["height"] < 48


def test_empty_boxes_are_dark_in_the_dark(portal: Portal) -> None:
    page = portal.page
    fill()
    portal.enter(agent())
    portal.open(INBOX)
    page.evaluate("document.documentElement.classList.add('dark')")
    box = page.get_by_role("checkbox", name="Select CP-").first
    assert box.evaluate("one => getComputedStyle(one).colorScheme") == "dark"
