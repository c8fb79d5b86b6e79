"""A day at a case's page in a browser: by mouse and keys, two people at once, a very long thread."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cases.models import Case, CaseNote, Interaction
from cases.services.case_status import close_cases
from cases.services.case_work import assign_cases
from cases.services.incoming import Actor
from tests.browser.portal import Portal
from tests.browser.test_pages_fit import check
from tests.factories import (
    CaseFactory,
    CustomPropertyFactory,
    InteractionFactory,
    agent,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def path_of(case: Case) -> str:
    return reverse("admin:cases_case_change", args=(case.pk,))


def test_a_case_is_worked_from_the_list_to_its_end(portal: Portal) -> None:
    CustomPropertyFactory(name="cause", label="Root cause", required_to_close=True)
    case = CaseFactory()
    InteractionFactory(case=case)
    portal.enter(agent(username="mia"))
    page = portal.open(path_of(case))
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_text("is assigned to mia.")).to_be_visible()
    page.get_by_label("Add a tag").fill("vip")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove the tag vip")).to_be_visible()
    page.get_by_label("Internal note").fill("Rang them.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".case-note").get_by_text("Rang them.")).to_be_visible()
    # The focus is back where one was, and what happened is in a live region.
    expect(page.get_by_label("Internal note")).to_be_focused()
    expect(page.get_by_role("status").get_by_text("The note is added.")).to_be_visible()

    page.get_by_label("Resolution").fill("Sent it again.")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    assert check(page) == []
    page.get_by_role("alert").first.get_by_role("link", name="Root cause").click()
    expect(page.get_by_label("Root cause")).to_be_focused()
    page.keyboard.type("Carrier")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: Root cause.")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    case.refresh_from_db()
    assert (case.status, case.resolution) == ("closed", "Sent it again.")


def test_keys_lead_about_and_can_be_turned_off(portal: Portal) -> None:
    case = CaseFactory()
    portal.enter(agent())
    page = portal.open(path_of(case))
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    assert check(page) == []
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    for key, label in (("n", "Internal note"), ("t", "Add a tag"), ("c", "Resolution")):
        page.keyboard.press(key)
        goal = page.get_by_label(label)
        expect(goal).to_be_focused()
        page.keyboard.type("ac")
        expect(goal).to_have_value("ac")
        goal.fill("")
        goal.blur()
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_label("Use single-key shortcuts").uncheck()
    page.get_by_role("button", name="Done").click()
    page.reload()
    page.locator("h2").first.click()
    for key in ("n", "t", "?"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.tagName") not in {"INPUT", "TEXTAREA"}
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_draft_survives_a_reload_and_goes_once_it_is_sent(portal: Portal) -> None:
    case = CaseFactory()
    portal.enter(agent())
    page = portal.open(path_of(case))
    note = page.get_by_label("Internal note")
    note.fill("half a thou")
    page.reload()
    expect(note).to_have_value("half a thou")
    # Another form is sent: nothing typed is lost by it.
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_text("is assigned to")).to_be_visible()
    expect(note).to_have_value("half a thou")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".case-note")).to_have_count(1)
    expect(note).to_have_value("")
    page.reload()
    expect(note).to_have_value("")


def test_two_people_on_one_case_lose_nothing_that_was_typed(portal: Portal) -> None:
    case, first = CaseFactory(), agent(username="first")
    portal.enter(agent(username="second"))
    page = portal.open(path_of(case))
    page.get_by_label("Resolution").fill("Refunded in full.")
    assign_cases(case_ids=[case.pk], actor=Actor.from_user(first), assignee=first)
    page.get_by_role("button", name="Close").click()
    alert = page.get_by_role("alert")
    expect(alert.get_by_text("somebody else changed the same")).to_be_visible()
    expect(alert.get_by_text("Assigned by first")).to_be_visible()
    expect(page.get_by_label("Resolution")).to_have_value("Refunded in full.")
    close_cases(case_ids=[case.pk], actor=Actor.from_user(first))
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("The case is closed by now.")).to_be_visible()
    expect(page.get_by_label("Internal note")).to_have_value("Refunded in full.")


def test_a_thousand_very_long_posts_do_not_freeze_the_page(portal: Portal) -> None:
    case, now = CaseFactory(), timezone.now()
    author = InteractionFactory(case=case).author
    body = "65,000 characters of a stranger. " * 1970
    Interaction.objects.bulk_create(
        Interaction(
            case=case,
            author=author,
            service="x",
            service_id=str(n),
            created=now + timedelta(seconds=n),
            body=body,
        )
        for n in range(1000)
    )
    CaseNote.objects.create(case=case, author="a", body="last", created=now + timedelta(days=1))
    portal.enter(agent())
    page = portal.open(path_of(case))
    took = page.evaluate(
        "() => { const e = performance.getEntriesByType('navigation')[0];"
        " return e.domComplete - e.responseStart }"
    )
    assert took < 5000, f"{took:.0f} ms"
    page.get_by_role("link", name="Jump to newest").click()
    expect(page.locator(".case-note").get_by_text("last")).to_be_in_viewport()
    page.get_by_role("link", name="Show earlier").click()
    expect(page.get_by_role("link", name="Back to the newest").first).to_be_visible()
    assert page.locator(".case-post").count() == 200
