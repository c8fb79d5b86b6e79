"""Every page fits a phone, is readable in light and dark, and works with assistive technology."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from cases.models import RecordedRequest
from tests.browser.hostile import fill_portal, hostile_case
from tests.browser.paths import page_paths
from tests.browser.portal import Portal
from tests.factories import administrator, agent

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AXE = (Path(__file__).parent.parent / "data" / "axe.min.js").read_text("utf-8")
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

# Faults of packaged pages that neither our templates nor our styles reach: what, and why.
EXCUSED = {
    "nested-interactive (serious) at #operations-": "Swagger UI puts its copy button into a row to press",
}

# Every rule of WCAG 2.2 AA and every best practice, whatever the impact.
RUN_AXE = """async () => {
    const { violations } = await axe.run(document, {
        resultTypes: ["violations"],
        rules: {"target-size": {enabled: true}},
    });
    return violations.flatMap(({ id, impact, nodes }) => nodes.map((node) =>
        `${id} (${impact}) at ${node.target.join(" ")}: ` +
        (node.any[0]?.message ?? node.failureSummary)));
}"""

SWITCH = """(scheme) => {
    if (window.Alpine) Alpine.$data(document.documentElement).adminTheme = scheme;
}"""

# How far the page, or the part of it that the theme scrolls, is wider than the screen; in pixels.
EXCESS = """() => Math.max(
    ...[document.documentElement, document.body, ...document.querySelectorAll("#page, #main")]
        .map((part) => part.scrollWidth - document.documentElement.clientWidth))"""


def show_in(page: Page, scheme: Scheme) -> None:
    """Switch between light and dark, as the system and the theme's switch do."""
    page.emulate_media(color_scheme=scheme)
    if page.locator("meta[name=color-scheme]").count():
        # A page for an error follows the system by itself.
        return
    page.evaluate(SWITCH, scheme)
    dark = page.locator("html.dark, html.dark-mode")
    expect(dark).to_have_count(1 if scheme == "dark" else 0)


def check(page: Page) -> list[str]:
    """Return the faults of a page on a desktop in light and on a phone in dark."""
    if page.locator("#docs").count():
        expect(page.locator("#docs .opblock").first).to_be_visible()
    # Colours that are on their way from light to dark are neither's.
    page.add_style_tag(content="* { transition: none !important }")
    page.evaluate(AXE)
    found: list[str] = []
    for size_name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(size)
        if (excess := page.evaluate(EXCESS)) > 0:
            found.append(f"{excess} px wider than a {size_name}")
        for scheme in SCHEMES:
            show_in(page, scheme)
            found += [f"{size_name}, {scheme}: {fault}" for fault in page.evaluate(RUN_AXE)]
    show_in(page, "light")
    page.set_viewport_size(DESKTOP)
    return [fault for fault in found if not any(known in fault for known in EXCUSED)]


def faults(portal: Portal, paths: list[str]) -> str:
    """Return a line for each fault of the pages."""
    found = ((path, fault) for path in paths for fault in check(portal.open(path)))
    return "\n".join(f"{path}: {fault}" for path, fault in found)


@pytest.mark.long
def test_every_page_fits_and_is_readable_whatever_it_shows(portal: Portal) -> None:
    fill_portal(portal)
    portal.enter(administrator(username="admin"))
    # A search without words is a fragment that the theme puts into a page.
    paths = [path for path in page_paths() if "?" not in path and path != "/admin/search/"]
    found = faults(portal, paths)
    assert not found, found


@pytest.mark.long
def test_no_page_complains_in_the_browsers_console(portal: Portal) -> None:
    fill_portal(portal)
    portal.enter(administrator(username="admin"))
    complaints: list[str] = []
    portal.page.on("pageerror", lambda error: complaints.append(f"{portal.page.url}: {error}"))
    portal.page.on(
        "console",
        lambda message: (
            complaints.append(f"{portal.page.url}: {message.text}")
            if message.type in {"error", "warning"}
            else None
        ),
    )
    for size in (WIDE, PHONE):
        portal.page.set_viewport_size(size)
        for path in page_paths():
            # A fragment for the theme's search; it has no icon of its own.
            if not path.startswith("/admin/search/"):
                portal.open(path)
    assert not complaints, "\n".join(complaints)


@pytest.mark.long
def test_pages_without_anything_to_show_fit_and_are_readable(portal: Portal) -> None:
    assert faults(portal, ["/admin/login/"]) == ""
    portal.enter(administrator(username="admin"))
    names = ("case", "customer", "author", "apikey", "recordedrequest", "customproperty")
    assert faults(portal, ["/admin/", *(f"/admin/cases/{name}/" for name in names)]) == ""


def test_pages_for_errors_fit_and_are_readable(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("cases.admin.dashboard.view.case_figures", fail)
    portal.enter(agent())
    found = []
    for path, status in {
        "/admin/cases/case/export/?_ids=x": 400,
        "/admin/cases/customproperty/": 403,
        "/admin/nothing/": 404,
        "/admin/": 500,
    }.items():
        answer = portal.page.goto(f"{portal.url}{path}")
        assert answer is not None
        assert answer.status == status
        found += [f"{status}: {fault}" for fault in check(portal.page)]
    assert not found, "\n".join(found)


@pytest.mark.long
def test_what_buttons_answer_fits_and_is_readable(portal: Portal) -> None:
    fill_portal(portal)
    portal.enter(administrator(username="admin"))
    refused = RecordedRequest.objects.get(status=422, operation="POST /case")
    buttons = {
        "/admin/cases/apikey/add/": "Issue key",
        "/admin/cases/customproperty/add/": "Save and publish",
        f"/admin/cases/recordedrequest/{refused.pk}/change/": "Dry run",
        "/admin/cases/recordedrequest/console/": "Run self-check",
        f"/admin/cases/case/{hostile_case().pk}/change/": "Close",
    }
    found = []
    for path, button in buttons.items():
        page = portal.open(path)
        portal.follow(page.get_by_role("button", name=button))
        found += [f"{path}, {button}: {fault}" for fault in check(page)]
    assert not found, "\n".join(found)
