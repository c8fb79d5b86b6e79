"""Whatever strangers write is text: no page runs it, asks another host for it or links to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import Page, expect

from cases.models import RecordedRequest
from tests.browser.hostile import PRODUCT, fill_portal, hostile_case
from tests.browser.paths import page_paths
from tests.browser.portal import Portal
from tests.factories import UserFactory, administrator

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# What a page must not have after hostile text has come into it; returns a line for each.
LIVE_TEXT = """(product) => {
    const found = [];
    if (window.__pwned !== undefined) found.push("a script of the text ran");
    for (const link of document.querySelectorAll("a[href], area[href]")) {
        if (!["http:", "https:"].includes(link.protocol)) found.push(`live link ${link.href}`);
        else if (link.host !== location.host) {
            const missing = ["noopener", "noreferrer"].filter((word) => !link.relList.contains(word));
            if (missing.length) found.push(`outward link ${link.href} without ${missing}`);
        }
    }
    for (const element of document.querySelectorAll("*")) {
        for (const { name, value } of element.attributes) {
            const runs = /^(on|x-|hx-|@|:|data-hx)/.test(name) || ["src", "srcdoc"].includes(name);
            if (runs && value.includes("__pwned")) found.push(`${element.tagName} ${name}=${value}`);
        }
    }
    if (document.documentElement.textContent.includes(product)) found.push("a template was read");
    return found;
}"""


@contextmanager
def watched(page: Page, home: str) -> Iterator[list[str]]:
    """Collect what happens in a page that should not: dialogs, errors, calls of other hosts."""
    seen: list[str] = []

    def on_request(request: Any) -> None:
        if not request.url.startswith((f"{home}/", "data:", "blob:")):
            seen.append(f"asks {request.url}")

    def on_response(response: Any) -> None:
        # The browser itself asks for this one, where a page names no icon.
        if response.status >= 400 and not response.url.endswith("/favicon.ico"):
            seen.append(f"{response.status} {response.url}")

    def on_dialog(dialog: Any) -> None:
        seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def on_console(message: Any) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            seen.append(f"console: {message.text}")

    page.on("request", on_request)
    page.on("response", on_response)
    page.on("dialog", on_dialog)
    page.on("console", on_console)
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    page.on("popup", lambda popup: seen.append(f"opens {popup.url}"))
    yield seen


def inspect(page: Page) -> list[str]:
    """Return what is live in a page that should be text, once its own scripts have run."""
    page.wait_for_load_state("load")
    if page.locator("#docs").count():
        expect(page.locator("#docs .opblock").first).to_be_visible()
        # The two operations that show what is registered, with its labels and lists.
        for summary in ("Open a case", "Create a customer"):
            page.locator(".opblock-summary-control", has_text=summary).click()
    found: list[str] = page.evaluate(LIVE_TEXT, PRODUCT)
    return found


@pytest.mark.long
def test_no_page_runs_or_links_what_strangers_wrote(portal: Portal) -> None:
    fill_portal(portal)
    portal.enter(administrator(username="admin"))
    problems: dict[str, list[str]] = {}
    with watched(portal.page, portal.url) as seen:
        for path in page_paths():
            portal.open(path)
            found = [*inspect(portal.page), *seen]
            seen.clear()
            if found:
                problems[path] = found
    assert problems == {}


def test_no_answer_to_a_button_runs_what_strangers_wrote(portal: Portal) -> None:
    fill_portal(portal)
    portal.enter(administrator(username="admin"))
    page = portal.page
    case = hostile_case()
    refused = RecordedRequest.objects.get(status=422, operation="POST /case")
    with watched(page, portal.url) as seen:
        portal.open(f"/admin/cases/case/{case.pk}/change/")
        portal.follow(page.get_by_role("button", name="Close"))
        expect(page.get_by_role("button", name="Reopen")).to_be_visible()
        found = inspect(page)
        portal.follow(page.get_by_role("button", name="Save"))
        found += inspect(page)
        portal.open(f"/admin/cases/recordedrequest/{refused.pk}/change/")
        portal.follow(page.get_by_role("button", name="Dry run"))
        found += inspect(page)
        portal.follow(page.get_by_role("button", name="Replay"))
        found += inspect(page)
        assert [*found, *seen] == []


def test_who_may_only_look_sees_no_live_text_either(portal: Portal) -> None:
    fill_portal(portal)
    viewer = UserFactory.create()
    viewer.user_permissions.add(Permission.objects.get(codename="view_case"))
    portal.enter(viewer)
    case = hostile_case()
    with watched(portal.page, portal.url) as seen:
        page = portal.open(f"/admin/cases/case/{case.pk}/change/")
        expect(page.get_by_role("button", name="Close")).to_have_count(0)
        assert [*inspect(page), *seen] == []
