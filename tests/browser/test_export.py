"""An export as staff make it: with progress where scripts run, as a plain download where not."""

from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from cases.models import Customer
from tests.browser.portal import Portal
from tests.browser.test_pages_fit import check
from tests.factories import CaseFactory, CustomerFactory, agent, team_lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LIST = "/admin/cases/case/?tab=all&columns=title,number"


def test_the_list_is_saved_as_a_workbook_and_the_page_says_how_many_rows(
    portal: Portal, tmp_path: Path
) -> None:
    CaseFactory.create_batch(30, customer=CustomerFactory())
    CaseFactory(title="=1+1")
    portal.enter(agent())
    page = portal.open(LIST)
    page.get_by_role("link", name="Export").click()
    expect(page.get_by_role("heading", name="31 rows")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    expect(page.get_by_text("31 rows were saved to")).to_be_visible()
    assert not check(page)
    path = tmp_path / "cases.xlsx"
    download.value.save_as(path)
    rows = list(openpyxl.load_workbook(path).active.values)  # type: ignore[union-attr]
    assert rows[0] == ("Title", "Number")
    assert "'=1+1" in {row[0] for row in rows}
    assert len(rows) == 32


def test_an_export_that_breaks_off_saves_nothing_and_says_so(portal: Portal) -> None:
    CaseFactory()
    portal.enter(agent())
    page = portal.open("/admin/cases/case/export/?tab=all")
    page.route("**/export/csv/*", lambda route: route.fulfill(body=b"1 10\nabc"))
    page.get_by_role("link", name="CSV").click()
    expect(page.get_by_text("The export failed. No file was saved.")).to_be_visible()


def test_without_a_script_a_link_downloads_the_file(portal: Portal, chromium: Browser) -> None:
    CaseFactory(title="Where is it?")
    portal.enter(agent())
    cookies = portal.page.context.cookies()
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]
    page = context.new_page()
    page.goto(f"{portal.url}/admin/cases/case/export/?tab=all")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "Where is it?" in Path(download.value.path()).read_text("utf-8-sig")
    context.close()


def test_numbers_are_written_as_the_reader_does(portal: Portal, chromium: Browser) -> None:
    now = timezone.now()
    Customer.objects.bulk_create(
        Customer(id=f"c-{n}", created=now, last_updated=now) for n in range(1_200)
    )
    portal.enter(team_lead())
    cookies = portal.page.context.cookies()
    context = chromium.new_context(locale="de-DE")
    context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]
    page = context.new_page()
    page.goto(f"{portal.url}/admin/cases/customer/export/")
    expect(page.get_by_role("heading", name="1.200 rows")).to_be_visible()
    with page.expect_download():
        page.get_by_role("link", name="CSV").click()
    expect(page.get_by_text("1.200 rows were saved to")).to_be_visible()
    context.close()
