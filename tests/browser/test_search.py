"""The search as staff use it: a key to get there, words as one remembers them, and what was found."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.api.wire import author, case, interaction
from tests.browser.portal import Portal
from tests.factories import CustomPropertyFactory, agent, issue_header

pytestmark = [pytest.mark.browser, pytest.mark.both_databases, pytest.mark.django_db]

LIST = "/admin/cases/case/?tab=all"


def titles(page: Page) -> Locator:
    return page.locator("#result_list .case-list-title")


def search(page: Page, text: str) -> None:
    """Search by keyboard alone."""
    page.keyboard.press("/")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_staff_find_a_case_by_whatever_they_remember_of_it(portal: Portal) -> None:
    CustomPropertyFactory(name="booking", label="Booking")
    header = issue_header()
    body = "Mein Koffer ist in Zürich geblieben, where is my suitcase?"
    post = interaction(1, body=body, author=author(1, handle="nora_lind"))
    payload = case(title="Lost on the way", booking="HX7Q2P", interactions=[post])
    found = portal.call("POST", "/case", header, payload).json()
    portal.call("POST", "/case", header, case(title="Praise for the crew", customerId="c-2"))
    portal.enter(agent())
    page = portal.open(LIST)
    expect(titles(page)).to_have_count(2)

    for text in ("hx7q", found["number"], "zurich", "suitcase lost", "@nora_l"):
        search(page, text)
        expect(titles(page)).to_have_text(["Lost on the way"])
    search(page, "suitcase")
    expect(page.locator("#result_list mark").first).to_have_text("suitcase")
    search(page, "suitcsae")
    expect(titles(page)).to_have_text(["Lost on the way"])
    expect(page.get_by_role("status").filter(has_text="Showing “")).to_contain_text("suitcase")
    search(page, "xyzzy")
    expect(titles(page)).to_have_count(0)


def test_the_case_page_searches_too(portal: Portal) -> None:
    opened = portal.call("POST", "/case", issue_header(), case(title="Lost on the way")).json()
    portal.enter(agent())
    page = portal.open(f"/admin/cases/case/{opened['id']}/change/")
    search(page, "lost")
    expect(titles(page)).to_have_text(["Lost on the way"])
