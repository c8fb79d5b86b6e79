"""An administrator brings customers in from a spreadsheet's file."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.choices import ObjectType, PropertyType
from cases.models import Customer
from tests.browser.portal import Portal
from tests.browser.test_pages_fit import check
from tests.factories import CustomerFactory, CustomPropertyFactory, administrator

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

FILE = "id;Full name;Tier\nc-7;Ann Example;gold\nc-8;مريم \u202eآدم;silver\nc-9;Bo;bronze\n"


def test_a_file_is_tried_mended_and_brought_in(portal: Portal, tmp_path: Path) -> None:
    CustomPropertyFactory(object_type=ObjectType.CUSTOMER, name="name", label="Full name")
    CustomPropertyFactory(
        object_type=ObjectType.CUSTOMER,
        name="tier",
        label="Tier",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": "Gold", "value": "gold"}, {"name": "Silver", "value": "silver"}],
    )
    CustomerFactory(id="c-7", properties={"name": "Ann", "tier": "gold"})
    portal.enter(administrator())
    page = portal.open("/admin/cases/customer/")
    page.get_by_role("link", name="Import").click()

    file = tmp_path / "customers.csv"
    file.write_text(FILE, "utf-8")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Preview import").click()
    expect(page.get_by_role("heading", name="Rows with errors")).to_be_visible()
    expect(page.get_by_role("row", name="c-9")).to_contain_text("Must be one of: Gold, Silver.")
    expect(page.get_by_role("row", name="c-7")).to_contain_text("Ann Example")
    assert not check(page)
    assert Customer.objects.count() == 1

    page.get_by_role("link", name="Choose another file").click()
    file.write_text(FILE.replace("bronze", "silver"), "utf-8")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Preview import").click()
    expect(page.get_by_role("heading", name="Rows with errors")).to_have_count(0)
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_text("Imported: 2 new, 1 changed, 0 skipped.")).to_be_visible()
    assert Customer.objects.get(pk="c-7").properties["name"] == "Ann Example"
    assert set(Customer.objects.values_list("pk", flat=True)) == {"c-7", "c-8", "c-9"}


def try_rows(page: Page, number: int, tmp_path: Path) -> None:
    """Choose a file of so many new customers and have it tried."""
    file = tmp_path / "customers.csv"
    file.write_text("id\n" + "".join(f"c-{n}\n" for n in range(number)), "utf-8")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Preview import").click()


def test_a_long_import_shows_how_far_it_is_and_goes_on_where_it_stopped(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.services.customer_imports.STEP_ROWS", 100)
    monkeypatch.setattr("cases.admin.customers.importing.PATIENCE_SECONDS", 0)
    portal.enter(administrator())
    page = portal.open("/admin/cases/customer/import/")
    try_rows(page, 400, tmp_path)
    # What is driven by a script stops here, as if the window were closed.
    page.route("**/bulk.js", lambda route: route.abort())
    portal.follow(page.get_by_role("button", name="Import 400 rows"))
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "25")
    assert not check(page)
    page.unroute("**/bulk.js")

    portal.open("/admin/cases/customer/import/")
    expect(page.get_by_text("You have an unfinished import: 100 of 400 rows.")).to_be_visible()
    assert not check(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Imported: 400 new, 0 changed, 0 skipped.")).to_be_visible()
    assert Customer.objects.count() == 400


def test_without_a_script_continue_goes_on_with_an_import(
    portal: Portal, chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.services.customer_imports.STEP_ROWS", 2)
    monkeypatch.setattr("cases.admin.customers.importing.PATIENCE_SECONDS", 0)
    portal.enter(administrator())
    cookies = portal.page.context.cookies()
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]
    page = context.new_page()
    page.goto(f"{portal.url}/admin/cases/customer/import/")
    try_rows(page, 5, tmp_path)
    page.get_by_role("button", name="Import 5 rows").click()
    expect(page.get_by_text("2 of 5 rows")).to_be_visible()
    for _press in range(2):
        page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Imported: 5 new, 0 changed, 0 skipped.")).to_be_visible()
    context.close()
