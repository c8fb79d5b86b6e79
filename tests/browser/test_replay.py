"""What was refused is not lost: staff see why, mend the cause and replay it, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from cases.choices import PropertyType
from tests.api.wire import case, interaction
from tests.browser.portal import Portal
from tests.factories import CustomPropertyFactory, administrator, issue_header

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

REQUESTS = "/admin/cases/recordedrequest/"


def offer(page: Page, label: str, shown: str, value: str) -> None:
    """Add a value to a list on the settings page."""
    page.get_by_role("link", name="Custom fields").first.click()
    page.get_by_role("link", name=f"Edit “{label}”").click()
    page.get_by_role("button", name="Add a value").click()
    row = page.locator("#list-rows .settings-row").last
    row.get_by_label("Name").fill(shown)
    row.get_by_label("Value").fill(value)
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text(f"“{label}” was saved.")).to_be_visible()


def open_refused(page: Page) -> None:
    """Open the newest refused call from the list of requests."""
    page.get_by_role("link", name="Requests").first.click()
    row = page.get_by_role("row").filter(has_text="422 validation_failed")
    row.get_by_role("link", name="POST /case").click()


def test_a_refused_case_is_mended_tried_and_replayed(portal: Portal) -> None:
    page, header = portal.page, issue_header()
    CustomPropertyFactory.create(
        name="tier",
        label="Club tier",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": "Gold", "value": "au"}],
    )
    sent = case(title="Miles are missing", tier="ag", interactions=[interaction()])
    assert portal.call("POST", "/case", header, sent).status_code == 422
    portal.enter(administrator())

    portal.open("/admin/")
    open_refused(page)
    why = page.get_by_role("region", name="Why it was refused")
    expect(why.get_by_role("cell", name="tier", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Request", exact=True)).to_contain_text(
        "Miles are missing"
    )

    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_text("A replay would still be refused (422).")).to_be_visible()

    offer(page, "Club tier", "Silver", "ag")
    open_refused(page)
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_text("A replay would be accepted now (201).")).to_be_visible()
    expect(page.get_by_role("region", name="Replays")).to_have_count(0)

    page.get_by_role("button", name="Replay").click()
    became = page.get_by_role("region", name="Replays")
    expect(became).to_contain_text("201")
    became.get_by_role("link", name="Miles are missing").click()
    expect(page.get_by_role("heading", name="Miles are missing", level=2)).to_be_visible()
    expect(page.get_by_label("Club tier")).to_have_value("ag")

    portal.open(f"{REQUESTS}?outcome=waiting")
    expect(page.get_by_role("row").filter(has_text="POST /case")).to_have_count(0)
