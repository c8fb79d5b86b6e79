"""What a company does on its first day, in a browser: connect, work a case, register a field."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.api.wire import case, recorded
from tests.browser.portal import Portal
from tests.factories import CustomPropertyFactory, administrator, issue_header

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SETTINGS = "/admin/cases/customproperty/"


def issue_key(portal: Portal) -> str:
    """Issue an API key in the back office and return the header value that the page shows."""
    page = portal.page
    page.get_by_role("link", name="API keys").first.click()
    page.locator('a[href$="/apikey/add/"]').first.click()
    page.get_by_label("Integration").fill("Khoros")
    page.get_by_role("button", name="Issue key").click()
    return page.locator("#header").inner_text()


def register_list(page: Page, name: str, label: str, values: list[tuple[str, str]]) -> None:
    """Register and publish a list on the settings page."""
    page.get_by_role("link", name="New field").click()
    page.get_by_label("Label").fill(label)
    page.get_by_label("Name", exact=True).first.fill(name)
    page.get_by_role("radio", name="List").check()
    rows = page.locator("#list-rows .settings-row")
    for place, (shown, value) in enumerate(values):
        if place >= rows.count():
            page.get_by_role("button", name="Add a value").click()
        rows.nth(place).get_by_label("Name").fill(shown)
        rows.nth(place).get_by_label("Value").fill(value)
    page.get_by_role("button", name="Save and publish").click()


def preview(page: Page) -> list[Any]:
    """Return the fields that the settings page says Khoros will fetch."""
    fields: list[Any] = json.loads(page.locator("#preview").inner_text())["fields"]
    return fields


def announced(portal: Portal, header: str) -> list[Any]:
    """Return the fields that Khoros fetches."""
    fields: list[Any] = portal.call("GET", "/meta/object/case", header).json()["fields"]
    return fields


def test_a_company_connects_khoros_works_a_case_and_registers_a_field(portal: Portal) -> None:
    page = portal.page
    portal.sign_in(administrator())
    header = issue_key(portal)

    answer = portal.call("POST", "/case", header, recorded("khoros_case"))
    assert answer.status_code == 201
    opened = answer.json()

    page.get_by_role("link", name="Cases").first.click()
    page.get_by_role("link", name=opened["title"]).click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(opened['url'])}(\?|$)"))
    expect(page.get_by_text("My suitcase never arrived in Lisbon.")).to_be_visible()

    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text(f"{opened['number']} is now closed.")).to_be_visible()
    closed = portal.call("GET", f"/case/{opened['id']}", header).json()
    assert closed["status"] == "closed"
    assert closed["lastUpdated"] > opened["lastUpdated"]

    page.get_by_role("link", name="Back to the list").click()
    page.get_by_role("navigation", name="Case list tabs").get_by_role(
        "link", name="Closed 1"
    ).click()
    page.get_by_role("row", name=opened["number"]).get_by_role("checkbox").check()
    page.get_by_role("button", name="Reopen…").click()
    page.get_by_role("button", name="Reopen 1 case").click()
    expect(page.get_by_text("Reopened 1 case.")).to_be_visible()
    assert portal.call("GET", f"/case/{opened['id']}", header).json()["status"] == "open"

    page.get_by_role("link", name="Custom fields").first.click()
    register_list(page, "tier", "Club tier", [("Gold", "au"), ("Silver", "ag")])
    expect(page.get_by_text("“Club tier” is live")).to_be_visible()
    field = {
        "name": "tier",
        "label": "Club tier",
        "type": "single_sel_list",
        "searchable": False,
        "listValues": [{"name": "Gold", "value": "au"}, {"name": "Silver", "value": "ag"}],
    }
    assert preview(page) == announced(portal, header) == [field]

    refused = portal.call("POST", "/case", header, case(tier="bronze"))
    assert refused.status_code == 422
    assert [fault["name"] for fault in refused.json()["fields"]] == ["tier"]

    accepted = portal.call("POST", "/case", header, case(tier="ag"))
    assert (accepted.status_code, accepted.json()["tier"]) == (201, "ag")

    page.goto(accepted.json()["url"])
    tier = page.get_by_label("Club tier")
    expect(tier).to_have_js_property("tagName", "SELECT")
    expect(tier).to_have_value("ag")
    tier.select_option("Gold")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: Club tier.")).to_be_visible()
    expect(tier).to_have_value("au")
    history = page.get_by_role("region", name="Activity")
    expect(history.get_by_text("Silver")).to_be_visible()
    expect(history.get_by_text("Gold")).to_be_visible()
    assert portal.call("GET", f"/case/{accepted.json()['id']}", header).json()["tier"] == "au"


def test_a_key_that_came_unregistered_is_registered_and_its_values_come_in(
    portal: Portal,
) -> None:
    page, header = portal.page, issue_header()
    kept = portal.call("POST", "/case", header, case(clubNumber="HC-204")).json()
    assert "clubNumber" not in kept
    portal.enter(administrator())

    portal.open(SETTINGS).get_by_role("link", name="Create field clubNumber").click()
    expect(page.get_by_label("Label")).to_have_value("Club number")
    page.get_by_role("button", name="Save and publish").click()

    expect(page.get_by_text("None. Every key that Khoros sent has a field.")).to_be_visible()
    assert [field["name"] for field in preview(page)] == ["clubNumber"]
    assert portal.call("GET", f"/case/{kept['id']}", header).json()["clubNumber"] == "HC-204"
    page.goto(kept["url"])
    expect(page.get_by_label("Club number")).to_have_value("HC-204")


def three_fields(portal: Portal) -> Page:
    """Return the settings page with the fields one, two and three."""
    for name in ("one", "two", "three"):
        CustomPropertyFactory.create(name=name, label=name.title())
    portal.enter(administrator())
    return portal.open(SETTINGS)


def names(fields: list[Any]) -> list[str]:
    return [field["name"] for field in fields]


def test_dragging_a_field_changes_the_order_that_khoros_gets(portal: Portal) -> None:
    page, header = three_fields(portal), issue_header()
    handles = page.locator("#fields .settings-handle")
    handles.nth(2).drag_to(handles.nth(0), target_position={"x": 3, "y": 1})
    expect(page.get_by_role("status").filter(has_text="Order saved")).to_be_visible()
    assert names(preview(page)) == names(announced(portal, header)) == ["three", "one", "two"]


def test_the_keyboard_moves_a_field_and_keeps_its_place(portal: Portal) -> None:
    page, header = three_fields(portal), issue_header()
    page.get_by_role("button", name="Move “Three” up").focus()
    for order in (["one", "three", "two"], ["three", "one", "two"]):
        with page.expect_response("**/order/"):
            page.keyboard.press("Enter")
        expect(page.locator("#order-status")).to_have_text("Order saved")
        assert names(preview(page)) == names(announced(portal, header)) == order
    # At the top there is no further up: the way down has the focus.
    expect(page.get_by_role("button", name="Move “Three” down")).to_be_focused()
