"""A seeded portal, as who tries it meets it: a full inbox, a dashboard, cases to search and open."""

import pytest
from django.core.management import call_command
from django.db.models import Q
from playwright.sync_api import expect

from cases.models import Case
from tests.browser.portal import Portal
from tests.factories import administrator

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_a_seeded_portal_can_be_worked_at_once(portal: Portal) -> None:
    call_command("seed_cases", cases=400, seed=5, workers=1, verbosity=0)
    portal.enter(administrator())

    page = portal.open("/admin/")
    still_open = Case.objects.filter(status="open").count()
    expect(page.get_by_role("link", name=f"{still_open} open cases")).to_be_visible()
    for card in ("Opened and closed per day", "Open by service"):
        expect(page.get_by_role("region", name=card, exact=True).locator("canvas")).to_be_visible()

    with_booking = ~Q(properties__bookingReference=None)
    case = Case.objects.filter(with_booking, interactions__isnull=False).order_by("-pk")[0]
    portal.open("/admin/cases/case/?tab=all")
    expect(page.locator("#result_list tbody tr")).to_have_count(50)
    page.keyboard.press("/")
    page.keyboard.type(case.properties["bookingReference"])
    page.keyboard.press("Enter")
    page.locator("#result_list .case-list-title").filter(has_text=case.title).first.click()
    expect(page.get_by_role("heading", name=case.title, exact=True)).to_be_visible()
    assert page.locator("article").count() >= 1
