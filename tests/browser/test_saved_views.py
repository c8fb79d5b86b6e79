"""Saved views as staff use them: filter the list, save it, share it, start with it, change it."""

import pytest
from playwright.sync_api import expect

from tests.browser.portal import Portal
from tests.browser.test_pages_fit import check
from tests.factories import CaseFactory, SavedViewFactory, agent

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LIST = "/admin/cases/case/"


def test_a_search_becomes_the_teams_view_and_a_colleagues_start(portal: Portal) -> None:
    wanted, other = CaseFactory(title="Refund for shoes"), CaseFactory(title="Late parcel")
    page = portal.page
    portal.enter(agent(first_name="Mara", last_name="Klein"))
    portal.open(f"{LIST}?tab=open&q=refund")
    page.get_by_text("Save as view").click()
    name = page.get_by_label("Name", exact=True)
    expect(name).to_be_focused()
    name.fill("Refunds")
    page.get_by_label("Share with the team").check()
    page.get_by_role("button", name="Save view").click()

    expect(page.get_by_text("“Refunds” was saved.")).to_be_visible()
    expect(page.get_by_role("link", name=wanted.number, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=other.number, exact=True)).to_have_count(0)

    portal.enter(agent(username="omar"))
    portal.open(LIST)
    expect(page.get_by_role("link", name=other.number, exact=True)).to_be_visible()
    page.locator(".sv-menu summary").first.click()
    page.get_by_role("link", name="Manage views").click()
    expect(page.get_by_text("Mara Klein")).to_be_visible()
    page.get_by_role("button", name="Set as my start view").click()
    expect(page.get_by_text("now opens “Refunds”")).to_be_visible()

    page.get_by_role("link", name="Cases").first.click()
    expect(page.get_by_role("link", name=wanted.number, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=other.number, exact=True)).to_have_count(0)


def test_a_view_is_changed_on_the_list_renamed_and_deleted(portal: Portal) -> None:
    user = agent()
    view = SavedViewFactory(owner=user, name="Refunds", query="tab=open&q=refund")
    closed = CaseFactory(title="Refund", closed=True)
    page = portal.page
    portal.enter(user)
    portal.open(f"{LIST}views/{view.pk}/")
    page.get_by_role("link", name="Closed").first.click()
    expect(page.get_by_role("link", name=closed.number, exact=True)).to_be_visible()
    page.get_by_role("button", name="Update view").click()
    expect(page.get_by_text("was updated")).to_be_visible()
    view.refresh_from_db()
    assert "tab=closed" in view.query

    portal.open(f"{LIST}views/")
    page.get_by_role("link", name="Rename or share").click()
    page.get_by_label("Name", exact=True).fill("Settled refunds")
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete view").click()
    expect(page.get_by_text("“Settled refunds” was deleted.")).to_be_visible()
    expect(page.get_by_text("No saved views yet")).to_be_visible()


def test_the_menus_work_by_keyboard(portal: Portal) -> None:
    user = agent()
    SavedViewFactory(owner=user, name="Refunds", query="tab=closed")
    page = portal.page
    portal.enter(user)
    portal.open(f"{LIST}?tab=open")
    menu = page.locator(".sv-menu").first
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Refunds")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Refunds")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{portal.url}{LIST}?tab=closed&view={user.saved_views.get().pk}")


@pytest.mark.long
def test_the_pages_fit_and_are_readable_with_any_name(portal: Portal) -> None:
    user = agent()
    names = ("W" * 80, "طلبات الاسترداد المتأخرة \u202e!", "👩‍👩‍👧 <b>bold</b>")
    for name in names:
        SavedViewFactory(owner=user, name=name, query="tab=open&q=" + "x" * 300)
        SavedViewFactory(owner__first_name=name[:30], name=name, shared=True)
    view = user.saved_views.first()
    page = portal.page
    portal.enter(user)
    faults = []
    for path in ("", "add/?query=tab%3Dopen", f"{view.pk}/change/", f"{view.pk}/delete/"):
        portal.open(f"{LIST}views/{path}")
        faults += [f"{path}: {fault}" for fault in check(page)]
    for place in range(2):
        portal.open(f"{LIST}?tab=open&view={view.pk}")
        page.locator(".sv-menu summary").nth(place).click()
        faults += [f"menu {place}: {fault}" for fault in check(page)]
    assert not faults, "\n".join(faults)
