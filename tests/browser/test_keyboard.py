"""Everything works with the keyboard: each control is reached, shows its focus and lets go of it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.portal import Portal
from tests.factories import CaseFactory, InteractionFactory, administrator

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# Numbers what a keyboard must reach; of a group of radio buttons it reaches the chosen one.
MARK = """() => {
    const all = document.querySelectorAll("a[href], button, input, select, textarea, summary");
    const open = [...all].filter((part) => part.checkVisibility({visibilityProperty: true})
        && !part.disabled && part.tabIndex >= 0 && part.type !== "hidden" && part.type !== "radio");
    open.forEach((part, number) => part.dataset.stop = number);
    return open.length;
}"""

# Where the focus is, and whether a person sees it: a ring of it or of what holds it.
FOCUS = """() => {
    const part = document.activeElement;
    if (!part || part === document.body) return null;
    const ring = (one) => {
        const style = getComputedStyle(one);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
            || style.boxShadow !== "none";
    };
    return {
        stop: part.dataset.stop ?? null,
        seen: ring(part) || (part.parentElement !== null && ring(part.parentElement)),
        what: part.outerHTML.slice(0, 120),
    };
}"""


def walk(page: Page) -> list[str]:
    """Press Tab until the page ends; return what was not reached or did not show its focus."""
    wanted = page.evaluate(MARK)
    reached, problems = set(), []
    for _ in range(4 * wanted + 20):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        if not focus["seen"]:
            problems.append(f"no visible focus: {focus['what']}")
        if focus["stop"] is not None:
            reached.add(focus["stop"])
    else:
        problems.append("the focus never leaves the page")
    missed = [number for number in map(str, range(wanted)) if number not in reached]
    for number in missed:
        part = page.locator(f'[data-stop="{number}"]').evaluate("part => part.outerHTML")
        problems.append(f"not reached: {part[:120]}")
    return problems


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/cases/case/",
        "/admin/cases/apikey/add/",
        "/admin/cases/recordedrequest/",
        "/admin/auth/user/",
    ],
)
def test_tab_reaches_every_control_and_shows_where_it_is(portal: Portal, path: str) -> None:
    InteractionFactory.create(case=CaseFactory.create())
    portal.enter(administrator())
    problems = walk(portal.open(path))
    assert not problems, "\n".join(dict.fromkeys(problems))


def test_the_first_link_leads_past_the_navigation(portal: Portal) -> None:
    portal.enter(administrator())
    page = portal.open("/admin/cases/case/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


def test_the_menu_of_ones_account_opens_and_gives_the_focus_back(portal: Portal) -> None:
    portal.enter(administrator(username="admin"))
    page = portal.open("/admin/")
    menu = page.locator("button[aria-controls=user-links]")
    menu.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Light")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_the_filters_open_and_give_the_focus_back(portal: Portal) -> None:
    portal.enter(administrator())
    page = portal.open("/admin/cases/recordedrequest/")
    opener = page.locator("#changelist-filter-open")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Close filters")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(page.locator("#changelist-filter")).to_be_hidden()
