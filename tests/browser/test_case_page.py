"""A day at a case's page in a browser: by mouse and keys, two people at once, a very long thread."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Route, expect

from cases.models import Case, CaseNote, Interaction, Tag
from cases.services.assignment import assign_cases
from cases.services.case_status import close_cases
from cases.services.cases import update_case
from cases.services.incoming import Actor, CasePatch
from cases.services.tags import tag_cases
from tests.browser.portal import Portal
from tests.browser.test_pages_fit import check
from tests.factories import (
    PASSWORD,
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
    expect(page.get_by_text("is now assigned to mia.")).to_be_visible()
    page.get_by_label("Add a tag").fill("vip")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove the tag vip")).to_be_visible()
    page.get_by_label("Internal note").fill("Rang them.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".case-note").get_by_text("Rang them.")).to_be_visible()
    # The focus is back where one was, and what happened is in a live region.
    expect(page.get_by_label("Internal note")).to_be_focused()
    expect(page.get_by_role("status").get_by_text("Note added.")).to_be_visible()

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


def test_after_a_key_that_does_something_the_next_key_is_a_key_again(portal: Portal) -> None:
    case = CaseFactory()
    portal.enter(agent(first_name="Anna"))
    agent(first_name="Nora")
    page = portal.open(path_of(case))
    page.keyboard.press("a")
    expect(page.get_by_text("is now assigned to Anna.")).to_be_visible()
    expect(page.get_by_role("heading", name="Actions")).to_be_focused()
    page.keyboard.press("n")
    expect(page.get_by_label("Internal note")).to_be_focused()
    expect(page.get_by_label("Assignee", exact=True)).not_to_have_value("Nora")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("heading", name="Actions")).to_be_focused()
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("heading", name="Actions")).to_be_focused()


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
    expect(page.get_by_text("is now assigned to")).to_be_visible()
    expect(note).to_have_value("half a thou")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".case-note")).to_have_count(1)
    expect(note).to_have_value("")
    page.reload()
    expect(note).to_have_value("")


def meanwhile(case: Case) -> None:
    """Let someone else work on the case, so that its history goes on."""
    other = Actor.from_user(agent())
    tag_cases(case_ids=[case.pk], actor=other, add=[f"tag {Tag.objects.count()}"])


def test_a_draft_outlives_an_expired_session(portal: Portal) -> None:
    case, me = CaseFactory(), agent()
    portal.enter(me)
    page = portal.open(path_of(case))
    note, resolution = page.get_by_label("Internal note"), page.get_by_label("Resolution")
    note.fill("Rang them.")
    resolution.fill("Refunded.")
    Session.objects.all().delete()
    meanwhile(case)
    page.get_by_role("button", name="Add note").click()
    page.get_by_label("Username").fill(me.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(note).to_have_value("Rang them.")
    expect(resolution).to_have_value("Refunded.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".case-note").get_by_text("Rang them.")).to_be_visible()
    expect(note).to_have_value("")
    expect(resolution).to_have_value("Refunded.")


def test_a_draft_outlives_a_broken_connection(portal: Portal) -> None:
    case = CaseFactory()
    portal.enter(agent())
    page = portal.open(path_of(case))
    note = page.get_by_label("Internal note")
    note.fill("Rang them.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Add note").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    meanwhile(case)
    portal.open(path_of(case))
    expect(note).to_have_value("Rang them.")
    assert not CaseNote.objects.exists()


def test_a_draft_goes_once_it_is_saved_even_if_nobody_heard_of_it(portal: Portal) -> None:
    case = CaseFactory()
    portal.enter(agent())
    page = portal.open(path_of(case))
    note = page.get_by_label("Internal note")
    note.fill("Rang them.")

    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/change/", lose_the_answer, times=1)
    page.get_by_role("button", name="Add note").click()
    page.wait_for_url("chrome-error://**")
    portal.open(path_of(case))
    expect(page.locator(".case-note").get_by_text("Rang them.")).to_be_visible()
    expect(note).to_have_value("")


def test_what_is_typed_in_two_windows_is_kept_from_both(portal: Portal) -> None:
    case = CaseFactory()
    portal.enter(agent())
    page = portal.open(path_of(case))
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("Internal note").fill("Rang them.")
    other.get_by_label("Add a tag").fill("vip")
    page.get_by_label("Resolution").fill("Refunded.")
    other.get_by_role("button", name="Add", exact=True).click()
    expect(other.get_by_role("button", name="Remove the tag vip")).to_be_visible()
    expect(other.get_by_label("Internal note")).to_have_value("Rang them.")
    expect(other.get_by_label("Resolution")).to_have_value("Refunded.")
    page.reload()
    expect(page.get_by_label("Add a tag")).to_have_value("")
    expect(page.get_by_label("Internal note")).to_have_value("Rang them.")


def test_going_back_brings_no_saved_note_back(portal: Portal) -> None:
    case = CaseFactory()
    portal.enter(agent())
    page = portal.open(path_of(case))
    page.get_by_label("Internal note").fill("Rang them.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".case-note")).to_have_count(1)
    portal.open("/admin/")
    page.go_back()
    expect(page.get_by_label("Internal note")).to_have_value("")
    page.reload()
    expect(page.get_by_label("Internal note")).to_have_value("")


def test_every_input_has_its_draft(portal: Portal) -> None:
    CustomPropertyFactory(name="cause", label="Root cause")
    case, mia = CaseFactory(), agent(first_name="Mia")
    portal.enter(agent())
    page = portal.open(path_of(case))
    tags, number = page.get_by_label("Add a tag"), page.get_by_label("Number of the original case")
    assignee, cause = page.get_by_label("Assignee", exact=True), page.get_by_label("Root cause")
    tags.fill("vip")
    page.get_by_text("Mark as duplicate").click()
    number.fill("CP-99")
    assignee.select_option("Mia")
    cause.fill("Carrier")
    meanwhile(case)
    page.reload()
    expect(tags).to_have_value("vip")
    expect(number).to_be_visible()
    expect(number).to_have_value("CP-99")
    expect(assignee).to_have_value(str(mia.pk))
    expect(cause).to_have_value("Carrier")
    assert check(page) == []
    page.locator(".case-draft", has_text="Restored").first.get_by_role("button").click()
    expect(assignee).to_have_value("unassigned")
    page.reload()
    expect(assignee).to_have_value("unassigned")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="Remove the tag vip")).to_be_visible()
    expect(tags).to_have_value("")
    expect(cause).to_have_value("Carrier")


def test_a_draft_that_no_longer_fits_its_input_is_shown_until_it_is_thrown_away(
    portal: Portal,
) -> None:
    CustomPropertyFactory(name="memo", label="Memo")
    case = CaseFactory(properties={"memo": "two\nlines"})
    portal.enter(agent())
    page = portal.open(path_of(case))
    page.get_by_label("Memo").fill("Rang\nthem")
    patch = CasePatch(properties={"memo": "one line"})
    update_case(case_id=case.pk, patch=patch, actor=Actor("maria"))
    unsaved = page.get_by_label("Not saved")
    page.reload()
    expect(unsaved.get_by_text("Rang\nthem")).to_be_visible()
    expect(page.get_by_label("Memo")).to_have_value("one line")
    # What is typed and saved instead leaves it alone.
    page.get_by_label("Memo").fill("mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved: Memo.")).to_be_visible()
    expect(unsaved.get_by_text("Rang\nthem")).to_be_visible()
    unsaved.get_by_role("button").click()
    page.reload()
    expect(unsaved).to_have_count(0)


def test_what_was_refused_stays_when_one_goes_away_and_comes_back(portal: Portal) -> None:
    case = CaseFactory()
    portal.enter(agent())
    page = portal.open(path_of(case))
    page.get_by_label("Add a tag").fill("x" * 41)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("at most 40 characters")).to_be_visible()
    page.get_by_label("Add a tag").press("End")
    page.keyboard.type("y")
    page.keyboard.press("Backspace")
    portal.open(path_of(case))
    expect(page.get_by_label("Add a tag")).to_have_value("x" * 41)


def test_two_people_on_one_case_lose_nothing_that_was_typed(portal: Portal) -> None:
    case, first = CaseFactory(), agent(username="first")
    portal.enter(agent(username="second"))
    page = portal.open(path_of(case))
    note = page.get_by_label("Internal note")
    note.fill("Rang them.")
    page.get_by_label("Resolution").fill("Refunded in full.")
    assign_cases(case_ids=[case.pk], actor=Actor.from_user(first), assignee=first)
    page.get_by_role("button", name="Close").click()
    alert = page.get_by_role("alert")
    expect(alert.get_by_text("changed since you opened this page")).to_be_visible()
    expect(alert.get_by_text("Assigned by first")).to_be_visible()
    expect(page.get_by_label("Resolution")).to_have_value("Refunded in full.")
    close_cases(case_ids=[case.pk], actor=Actor.from_user(first))
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("The case has already been closed.")).to_be_visible()
    expect(alert.get_by_text("Refunded in full.")).to_be_visible()
    expect(note).to_have_value("Rang them.")
    assert check(page) == []
    # Neither text is lost with the page, and each goes when it is saved.
    page = portal.open(path_of(case))
    expect(page.get_by_label("Not saved").get_by_text("Refunded in full.")).to_be_visible()
    expect(note).to_have_value("Rang them.")
    assert check(page) == []
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_label("Resolution")).to_have_value("Refunded in full.")
    close_cases(case_ids=[case.pk], actor=Actor.from_user(first))
    page.get_by_role("button", name="Close").click()
    alert.get_by_role("button", name="Add as note").click()
    expect(page.locator(".case-note").get_by_text("Refunded in full.")).to_be_visible()
    expect(page.get_by_label("Not saved")).to_have_count(0)
    expect(note).to_have_value("Rang them.")


def test_the_work_stays_in_reach_beside_a_long_thread(portal: Portal) -> None:
    case, now = CaseFactory(), timezone.now()
    for n in range(60):
        InteractionFactory(case=case, body="text " * 60, created=now + timedelta(seconds=n))
    portal.enter(agent())
    page = portal.open(path_of(case))
    page.get_by_role("link", name="Jump to newest").click()
    expect(page.get_by_label("Internal note")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Close")).to_be_in_viewport()
    # An answer comes into sight, wherever one has jumped to.
    page.get_by_label("Add a tag").fill("x" * 41)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_be_in_viewport()
    # What is taller than the window scrolls by itself, to its end.
    page.set_viewport_size({"width": 1280, "height": 500})
    page.get_by_role("heading", name="Activity").scroll_into_view_if_needed()
    expect(page.get_by_role("heading", name="Activity")).to_be_in_viewport()
    expect(page.locator(".case-side .case-activity li").last).to_be_in_viewport()
    # On a phone it stands where it stood.
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Internal note").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Assign to me")).not_to_be_in_viewport()


def test_where_there_is_no_keyboard_there_is_no_button_for_its_keys(portal: Portal) -> None:
    case = CaseFactory()
    portal.enter(agent())
    page = portal.open(path_of(case))
    opener = page.get_by_role("button", name="Shortcuts")
    expect(opener).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(opener).to_be_hidden()
    touch = portal.page.context.browser
    assert touch
    tablet = touch.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 1180, "height": 820}
    )
    tablet.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    window = tablet.new_page()
    window.goto(page.url)
    expect(window.get_by_role("button", name="Assign to me")).to_be_visible()
    expect(window.locator(".case-keys")).to_be_hidden()
    tablet.close()


@pytest.mark.long
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
    expect(page.get_by_role("link", name="Back to newest").first).to_be_visible()
    assert page.locator(".case-post").count() == 200
