"""The list of customers: filters by fields and columns, by mouse and keyboard, on any screen."""

import pytest
from playwright.sync_api import expect

from cases.choices import ObjectType, PropertyType
from tests.browser.portal import ONE_OF_ALL_SCREENS, Portal, assert_accessible
from tests.factories import CustomerFactory, CustomPropertyFactory, team_lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LIST = "/admin/cases/customer/"


def fill() -> None:
    """Make three fields and two customers."""
    of = {"object_type": ObjectType.CUSTOMER}
    CustomPropertyFactory.create(name="name", label="Name", position=1, **of)
    CustomPropertyFactory.create(name="email", label="Email", position=2, **of)
    CustomPropertyFactory.create(name="city", label="City", position=3, **of)
    CustomPropertyFactory.create(
        name="vip", label="VIP", type=PropertyType.CHECKBOX, position=4, **of
    )
    CustomerFactory.create(id="C-1", properties={"name": "Mara Lind", "vip": "true"})
    CustomerFactory.create(id="C-2", properties={"name": "Otto Krug", "vip": "false"})


def test_a_team_lead_finds_customers_by_their_fields(portal: Portal) -> None:
    page = portal.page
    fill()
    portal.sign_in(team_lead())
    portal.open(LIST)
    rows, filters = (
        page.locator("#result_list tbody tr"),
        page.locator("summary", has_text="Filters"),
    )
    expect(rows).to_have_count(2)

    filters.click()
    page.get_by_role("textbox", name="Name").fill("lind")
    page.get_by_role("combobox", name="VIP").select_option("Yes")
    page.get_by_role("button", name="Apply filters").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Mara Lind")
    assert page.url.endswith("?property_name=lind&property_vip=true")

    page.get_by_role("link", name="Remove VIP: Yes").click()
    expect(page).to_have_url(f"{portal.url}{LIST}?property_name=lind")
    filters.press("Enter")
    page.get_by_role("textbox", name="Name").press("Escape")
    expect(page.get_by_role("button", name="Apply filters")).to_be_hidden()
    expect(filters).to_be_focused()
    page.get_by_role("link", name="Clear").click()
    expect(rows).to_have_count(2)


def test_a_team_lead_chooses_the_columns(portal: Portal) -> None:
    page = portal.page
    fill()
    portal.sign_in(team_lead())
    portal.open(f"{LIST}?property_vip=true")
    heads = page.locator("#result_list thead th")
    expect(heads.filter(has_text="VIP")).to_have_count(0)

    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="VIP").check()
    page.get_by_role("button", name="Apply columns").last.click()
    expect(heads.filter(has_text="VIP")).to_have_count(1)
    # The panel stays open while columns are moved.
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("button", name="Move VIP up").click()
    expect(heads.nth(3)).to_contain_text("VIP")
    expect(page.get_by_role("button", name="Move VIP up")).to_be_visible()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)


@pytest.mark.parametrize(("width", "scheme"), ONE_OF_ALL_SCREENS)
def test_the_panels_keep_nobody_out(portal: Portal, width: int, scheme: str) -> None:
    page = portal.page
    fill()
    portal.sign_in(team_lead())
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for panel in ("Filters", "Columns"):
        portal.open(f"{LIST}?property_name=lind")
        page.locator("summary", has_text=panel).click()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
