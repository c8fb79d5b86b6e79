"""The page of the API's description, as a browser draws it."""

import pytest
from playwright.sync_api import expect

from cases.choices import Operation
from tests.browser.portal import Portal
from tests.factories import CustomPropertyFactory, administrator, issue_header

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_it_shows_the_ten_operations_and_asks_no_other_host(portal: Portal) -> None:
    requested: list[str] = []
    complaints: list[str] = []
    portal.page.on("request", lambda request: requested.append(request.url))
    portal.page.on("console", lambda message: complaints.append(message.text))
    portal.enter(administrator())
    page = portal.open("/docs")
    expect(page.locator(".opblock")).to_have_count(len(Operation.values))
    page.get_by_role("button", name="/case Open a case").first.click()
    expect(page.get_by_text("Stores a case with its posts")).to_be_visible()
    asked = [url for url in requested if not url.startswith(("data:", "blob:"))]
    assert len(asked) > 5
    assert all(url.startswith(f"{portal.url}/") for url in asked)
    assert not complaints


def test_an_operation_can_be_tried_with_a_registered_field(portal: Portal) -> None:
    CustomPropertyFactory(name="clubNumber", label="Club number")
    header = issue_header()
    portal.enter(administrator())
    page = portal.open("/docs")
    page.get_by_role("button", name="Authorize").click()
    page.locator(".auth-container input").fill(header)
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()
    page.get_by_role("button", name="/case Open a case").first.click()
    expect(page.locator(".opblock-body").first).to_contain_text("clubNumber")
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    answer = page.locator(".live-responses-table")
    expect(answer).to_contain_text("201")
    expect(answer).to_contain_text("Club number: text")
