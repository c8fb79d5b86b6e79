"""Many cases at once, as staff do it: chosen across pages, done with progress, told with reasons."""

import pytest
from playwright.sync_api import expect

from cases.models import Case
from tests.browser.portal import Portal
from tests.browser.test_pages_fit import check
from tests.factories import CaseFactory, CustomerFactory, CustomPropertyFactory, agent

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LIST = "/admin/cases/case/?tab=open"

# Scrolled to the end, nothing lies over the last row's box.
LAST_IS_FREE = """() => {
  const box = [...document.querySelectorAll("input.action-select")].at(-1);
  const {x, y, width, height} = box.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) === box;
}"""


def test_all_that_match_are_closed_with_progress_and_the_refused_are_named(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.services.bulk.BATCH", 40)
    CustomPropertyFactory(name="cause", label="Cause", required_to_close=True)
    customer = CustomerFactory()
    CaseFactory.create_batch(120, customer=customer, properties={"cause": "snow"})
    refused = CaseFactory(customer=customer)
    portal.enter(agent())

    page = portal.open(LIST)
    page.get_by_role("checkbox", name="Select all cases on this page").check()
    page.get_by_role("button", name="Select all 121 matching cases").click()
    page.get_by_role("button", name="Close…").click()
    page.get_by_label("Resolution").fill("The snow has melted")
    assert not check(page)
    page.get_by_role("button", name="Close 121 cases").click()

    expect(page.get_by_text("Closed 120 cases.")).to_be_visible()
    expect(page.get_by_text("1 case could not be closed.")).to_be_visible()
    assert not check(page)
    assert Case.objects.filter(resolution="The snow has melted").count() == 120
    portal.follow(page.get_by_role("link", name="Recent bulk actions"))
    assert not check(page)
    page.get_by_role("link", name="Close cases").click()
    page.get_by_role("link", name=refused.number).click()
    expect(page.get_by_role("heading", name=refused.title).first).to_be_visible()


@pytest.mark.long
def test_work_that_was_left_goes_on_when_its_page_is_opened_again(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.services.bulk.BATCH", 30)
    CaseFactory.create_batch(120, customer=CustomerFactory())
    portal.enter(agent())
    page = portal.open(LIST)
    steps = "**/bulk/*/step/"
    page.route(steps, lambda route: route.abort())
    page.get_by_role("checkbox", name="Select all cases on this page").check()
    page.get_by_role("button", name="Select all 120 matching cases").click()
    page.get_by_role("button", name="Reopen…").click()
    page.get_by_role("button", name="Reopen 120 cases").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuetext", "0 of 120 cases")
    expect(page.get_by_text("Connection lost. Trying again…")).to_be_visible()
    assert not check(page)

    page.unroute(steps)
    page.reload()
    expect(page.get_by_text("120 cases were already open.")).to_be_visible()


def test_a_few_are_tagged_by_keyboard(portal: Portal) -> None:
    one, two = CaseFactory(), CaseFactory()
    portal.enter(agent())
    page = portal.open(LIST)
    for case in (one, two):
        page.get_by_role("checkbox", name=f"Select {case.number}").press("Space")
    expect(page.get_by_text("2 of 2 selected")).to_be_visible()
    page.get_by_role("button", name="Tags…").press("Enter")
    page.get_by_label("Add tags").fill("storm")
    page.get_by_label("Add tags").press("Enter")
    expect(page.get_by_text("Changed the tags of 2 cases.")).to_be_visible()
    assert Case.objects.get(pk=one.pk).tags == ["storm"]


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1920, 1080), (390, 800)])
def test_the_last_case_of_a_page_can_be_chosen_too(portal: Portal, width: int, height: int) -> None:
    last = CaseFactory()
    CaseFactory.create_batch(29, customer=last.customer)
    portal.enter(agent())
    page = portal.open(f"{LIST}&sort=-number")
    page.set_viewport_size({"width": width, "height": height})
    page.locator("input.action-select").first.check()
    expect(page.get_by_text("1 of 30 selected")).to_be_visible()
    page.get_by_role("checkbox", name=f"Select {last.number}", exact=True).check()
    expect(page.get_by_text("2 of 30 selected")).to_be_visible()
    page.mouse.move(width / 2, height / 2)
    page.mouse.wheel(0, 100_000)
    page.wait_for_timeout(300)
    assert page.evaluate(LAST_IS_FREE)


def test_the_last_row_of_a_narrow_list_is_seen_whole_while_cases_are_chosen(portal: Portal) -> None:
    case = CaseFactory()
    CaseFactory.create_batch(9, customer=case.customer)
    portal.enter(agent())
    page = portal.open(LIST)
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator("input.action-select").last.check()
    expect(page.get_by_text("1 of 10 selected")).to_be_visible()
    page.mouse.move(195, 300)
    page.mouse.wheel(0, 100_000)
    page.wait_for_timeout(300)
    row = page.locator("#result_list tbody tr").last.bounding_box()
    bar = page.locator(".bulk-bar").bounding_box()
    assert row
    assert bar
    assert row["y"] + row["height"] <= bar["y"]
