"""A customer's fields are corrected in a browser: each kind of input, and two people at once."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from cases.choices import PropertyStage
from cases.models import CustomProperty
from cases.selectors.properties import forget_definitions
from cases.services.customers import update_customer
from tests.browser.portal import Portal
from tests.browser.test_pages_fit import check
from tests.factories import CustomerFactory, CustomPropertyFactory, team_lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

FIELDS = {
    "name": {"label": "Name"},
    "arabic": {"label": "الاسم"},
    "lines": {"label": "Postal address", "stage": PropertyStage.RETIRING},
    "note": {"label": "Remarks", "type": "textarea"},
    "level": {
        "label": "Level",
        "type": "single_sel_list",
        "list_values": [{"name": "Gold card", "value": "gold"}],
    },
    "vip": {"label": "VIP", "type": "checkbox"},
}
STORED = {
    "name": "Jane Doe",
    "arabic": "أحمد 12",
    "lines": "1 Main Street\r\nVienna",
    "note": "\n" + "long " * 900,
    "level": "bronze",
    "vip": "true",
}


def test_fields_are_corrected_by_keys_and_two_people_keep_what_they_typed(portal: Portal) -> None:
    for name, values in FIELDS.items():
        CustomPropertyFactory(object_type="customer", name=name, **values)
    customer = CustomerFactory(properties=STORED)
    portal.enter(team_lead())
    page = portal.open(urlsplit(customer.url).path)
    assert check(page) == []

    page.get_by_label("VIP").select_option("")
    page.get_by_label("Name").fill("Joan Doe")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved: Name and VIP.")).to_be_visible()
    customer.refresh_from_db()
    # What no one touched is as it was, to the letter.
    kept = {name: value for name, value in STORED.items() if name not in {"name", "vip"}}
    assert customer.properties == {"name": "Joan Doe", **kept}

    page.get_by_label("Name").fill("Mine")
    update_customer(customer_id=customer.pk, properties={"name": "Theirs"})
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Name is now Theirs")
    expect(page.get_by_label("Name")).to_have_value("Mine")
    assert check(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: Name.")).to_be_visible()

    page.get_by_label("Level").select_option("gold")
    CustomProperty.objects.filter(name="level").update(list_values=[])
    forget_definitions()
    page.get_by_role("button", name="Save").click()
    told = re.compile("gold is no longer offered")
    expect(page.get_by_label("Level")).to_have_accessible_description(told)
    assert check(page) == []
