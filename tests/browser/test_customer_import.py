"""An administrator brings customers in from a spreadsheet's file."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from cases.choices import ObjectType, PropertyType
from cases.models import Customer
from tests.browser.portal import Portal
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
    page.get_by_role("button", name="Try the file").click()
    expect(page.get_by_role("heading", name="Rows at fault")).to_be_visible()
    expect(page.get_by_role("row", name="c-9")).to_contain_text("Must be one of: gold, silver.")
    expect(page.get_by_role("row", name="c-7")).to_contain_text("Ann Example")
    assert Customer.objects.count() == 1

    page.get_by_role("link", name="Choose another file").click()
    file.write_text(FILE.replace("bronze", "silver"), "utf-8")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Try the file").click()
    expect(page.get_by_role("heading", name="Rows at fault")).to_have_count(0)
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_text("Imported: 2 new, 1 changed, 0 left out.")).to_be_visible()
    assert Customer.objects.get(pk="c-7").properties["name"] == "Ann Example"
    assert set(Customer.objects.values_list("pk", flat=True)) == {"c-7", "c-8", "c-9"}
