"""The case page as staff work with it: assign, tag, note, close, duplicates, two people at once."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.admin.case_page.activity_log import _LABELS
from cases.admin.case_page.timeline import SHOWN
from cases.admin.common.list_position import listed_case_url
from cases.admin.common.service_icons import service_icon
from cases.forms.case_actions import UNASSIGNED
from cases.models import Case, CaseEvent, CaseNote, CustomProperty, Interaction
from cases.selectors.case_list.query import read_query
from cases.selectors.case_page import WHOLE_TEXT, get_case
from cases.services.activity import OWN_NAMES
from cases.services.assignment import assign_cases
from cases.services.case_status import close_cases
from cases.services.cases import update_case
from cases.services.duplicates import mark_duplicate, undo_duplicate
from cases.services.incoming import Actor, CasePatch
from cases.services.notes import add_note
from cases.services.properties import archive_property, retire_property
from cases.services.tags import tag_cases
from tests.factories import (
    CaseFactory,
    CustomPropertyFactory,
    InteractionFactory,
    agent,
    forget,
)

pytestmark = pytest.mark.django_db


def url_of(case: Case) -> str:
    return reverse("admin:cases_case_change", args=(case.pk,))


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def open_page(case: Case, user: User, **query: str) -> str:
    answer = sign_in(user).get(url_of(case), query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def press(button: str, case: Case, user: User, **data: Any) -> str:
    """Press a button of a page and return what the person sees then."""
    answer: HttpResponse = sign_in(user).post(  # type: ignore[assignment]
        url_of(case), {button: "", **data}, follow=True
    )
    assert answer.status_code == 200
    case.refresh_from_db()
    return unescape(answer.content.decode())


def seen(case: Case) -> int:
    """Return what the page that is opened now travels with."""
    return get_case(case.pk).seen or 0


def alert(page: str) -> str:
    """Return the part of a page that says why nothing was saved."""
    return page.partition('id="case-alert"')[2].partition("</section>")[0]


def by(user: User) -> Actor:
    return Actor.from_user(user)


def test_a_case_is_assigned_to_me_to_somebody_and_to_nobody() -> None:
    case, me, other = CaseFactory(), agent(username="mia"), agent(username="ole", first_name="Ole")
    assert "is now assigned to mia" in press("assign_me", case, me)
    assert case.assignee == me
    page = press("assign", case, me, assignee=other.pk)
    assert case.assignee == other
    assert f'<option value="{other.pk}" selected>Ole</option>' in page
    assert "is now unassigned" in press("assign", case, me, assignee=UNASSIGNED)
    assert case.assignee is None
    changes = CaseEvent.objects.order_by("id").values_list("changes", flat=True)
    assert [c["assignee"] for c in changes] == [["", "mia"], ["mia", "Ole"], ["Ole", ""]]


def test_a_case_is_not_assigned_to_somebody_who_is_not_offered() -> None:
    case, me = CaseFactory(), agent()
    for nobody in ("999999", "9" * 30, "x"):
        page = press("assign", case, me, assignee=nobody)
        assert f"{nobody} is no longer offered. Choose again." in page
        assert case.assignee is None


def test_a_person_who_left_meanwhile_stays_chosen_and_is_refused_again() -> None:
    eva, ole = agent(first_name="Eva"), agent(first_name="Ole", is_active=False)
    case, me = CaseFactory(assignee=eva), agent()
    chosen = str(ole.pk)
    for _ in range(2):
        page = press("assign", case, me, assignee=chosen)
        assert case.assignee == eva
        assert "Ole is no longer offered. Choose again." in page
        options = page.partition('name="assignee"')[2].partition("</select>")[0]
        (chosen,) = re.findall(r'value="(\d*)" selected', options)
        assert f'<option value="{ole.pk}" selected>Ole (no longer offered)</option>' in options


def test_an_entry_that_left_its_list_meanwhile_stays_chosen_and_is_refused_again() -> None:
    entries = [{"name": "Anna", "value": "a"}, {"name": "Ben", "value": "b"}]
    field = CustomPropertyFactory(name="who", type="single_sel_list", list_values=entries)
    case, me = CaseFactory(properties={"who": "a"}), agent()
    CustomProperty.objects.filter(pk=field.pk).update(list_values=entries[:1])
    chosen = "b"
    for _ in range(2):
        shown = {"initial-property-who": "a", "property-who": chosen}
        page = press("save", case, me, **shown)
        assert case.properties == {"who": "a"}
        assert "b is no longer offered. Choose again." in page
        options = page.partition('<select name="property-who"')[2].partition("</select>")[0]
        (chosen,) = re.findall(r'value="(\w*)" selected', options)
        assert "b (no longer offered)" in options


def test_tags_are_added_offered_and_removed() -> None:
    case, me = CaseFactory(), agent()
    press("add_tags", case, me, add="vip, lost luggage")
    assert case.tags == ["lost luggage", "vip"]
    assert '<option value="vip"></option>' in open_page(CaseFactory(), me)
    answer = sign_in(me).post(url_of(case), {"remove_tag": "vip"})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.tags == ["lost luggage"]


def test_a_bad_tag_is_refused_and_stays_in_its_input() -> None:
    case = CaseFactory()
    page = press("add_tags", case, agent(), add="x" * 41)
    assert "at most 40 characters" in page
    assert f'value="{"x" * 41}"' in page
    assert case.tags == []


def test_a_note_stands_among_the_posts_and_says_that_it_is_internal() -> None:
    case, me = CaseFactory(), agent(username="mia")
    now = timezone.now()
    InteractionFactory(case=case, body="before it", created=now - timedelta(hours=1))
    InteractionFactory(case=case, body="after it", created=now + timedelta(hours=1))
    page = press("add_note", case, me, note="call back\r\ntomorrow")
    assert CaseNote.objects.get().body == "call back\ntomorrow"
    thread = page.partition('id="conversation"')[2].partition("</ol>")[0]
    places = [thread.index(text) for text in ("before it", "call back", "after it")]
    assert places == sorted(places)
    assert "Internal note" in thread


def test_a_blank_note_is_refused() -> None:
    case = CaseFactory()
    assert "Enter a note." in press("add_note", case, agent(), note="  \n ")
    assert not CaseNote.objects.exists()


def test_a_form_that_is_sent_twice_is_done_once() -> None:
    case, me = CaseFactory(), agent()
    shown = seen(case)
    for _ in range(2):
        assert "Note added." in press("add_note", case, me, seen=shown, note="Rang\r\nthem")
    assert CaseNote.objects.count() == 1
    shown = seen(case)
    press("close", case, me, seen=shown, resolution="Refunded.")
    page = press("close", case, me, seen=shown, resolution="Refunded.")
    assert "was already closed." in page
    assert "Nothing was saved" not in page


def test_closing_keeps_the_resolution_and_reopening_tells_it_in_the_history() -> None:
    case, me = CaseFactory(), agent()
    page = press("close", case, me, resolution="Refunded.")
    assert "is now closed." in page
    assert case.resolution == "Refunded."
    press("reopen", case, me)
    history = open_page(case, me).partition('id="activity"')[2]
    assert "Resolution" in history
    assert '<del dir="auto">Refunded.</del>' in history


def test_closing_without_a_required_value_names_it_links_to_it_and_keeps_what_was_typed() -> None:
    CustomPropertyFactory(name="cause", label="Root cause", required_to_close=True)
    case, me = CaseFactory(), agent()
    assert 'id="required-cause">Required to close' in open_page(case, me)
    page = press("close", case, me, resolution="All is well.")
    assert case.is_open
    assert '<a href="#id_property-cause"><bdi dir="auto">Root cause</bdi></a>' in page
    assert 'id="id_property-cause"' in page
    assert "All is well.</textarea>" in page


def test_a_duplicate_is_linked_both_ways_and_undone() -> None:
    original, case, me = CaseFactory(), CaseFactory(), agent()
    page = press("mark_duplicate", case, me, original=f"cp-{original.pk}")
    assert "is now closed as a duplicate" in page
    assert "This case is a duplicate of" in page
    assert case.duplicate_of == original
    other = open_page(original, me)
    assert "Duplicates of this case" in other
    assert f'href="{url_of(case)}"' in other
    press("undo_duplicate", case, me)
    assert case.duplicate_of is None
    assert case.is_open


def test_it_says_where_a_case_has_more_duplicates_than_it_lists() -> None:
    case, more = CaseFactory(), "There are more. See Activity."
    doubles = CaseFactory.create_batch(20, customer=case.customer, duplicate_of=case, closed=True)
    page = open_page(case, agent())
    assert all(double.number in page for double in doubles)
    assert more not in page
    CaseFactory(duplicate_of=case, closed=True)
    assert more in open_page(case, agent())


@pytest.mark.parametrize("typed", ["nonsense", "", "CP-999999"])
def test_a_wrong_number_of_the_other_case_is_refused(typed: str) -> None:
    case = CaseFactory()
    page = press("mark_duplicate", case, agent(), original=typed)
    assert "Your changes weren't saved" in page
    assert case.duplicate_of is None


def test_what_needs_a_look_says_why_until_somebody_has_looked() -> None:
    original, me = CaseFactory(), agent()
    case = CaseFactory(possible_duplicate_of=original)
    page = open_page(case, me)
    assert "Needs review" in page
    assert f"Duplicate of {original.number}" in page
    assert "Not a duplicate" in page
    page = press("mark_reviewed", case, me)
    assert case.reviewed_at is not None
    assert "Needs review" not in page
    assert "campaign" in open_page(CaseFactory(unregistered={"campaign": 1}), me)


def test_the_second_to_save_a_field_is_told_and_then_wins() -> None:
    CustomPropertyFactory(name="club", label="Club")
    case, first, second = CaseFactory(), agent(username="first"), agent()
    shown = {"seen": seen(case), "initial-property-club": "", "property-club": "mine"}
    update_case(case_id=case.pk, patch=CasePatch(properties={"club": "theirs"}), actor=by(first))

    page = press("save", case, second, **shown)
    assert case.properties == {"club": "theirs"}
    assert "changed since you opened this page" in page
    assert '<ins dir="auto">theirs</ins>' in page
    assert ">first<" in page
    assert 'name="property-club" value="mine"' in page
    assert 'name="initial-property-club" value="theirs"' in page

    press("save", case, second, **(shown | {"initial-property-club": "theirs", "seen": seen(case)}))
    assert case.properties == {"club": "mine"}


def test_what_was_typed_into_a_field_that_was_archived_meanwhile_is_shown() -> None:
    gone = CustomPropertyFactory(name="memo", label="Memo <b>", type="textarea")
    left_alone = CustomPropertyFactory(name="old")
    CustomPropertyFactory(name="club", label="Club")
    case, me = CaseFactory(properties={"old": "1"}), agent()
    shown = {"initial-property-memo": "", "initial-property-old": "1", "initial-property-club": ""}
    typed = {"property-memo": "Long <words>\r\nhere", "property-old": "1", "property-club": "A"}
    for field in (gone, left_alone):
        retire_property(property_id=field.pk)
        archive_property(property_id=field.pk)
    page = press("save", case, me, token="t1", **shown, **typed)
    assert case.properties == {"old": "1"}
    assert 'data-saved=""' in page
    told = alert(page)
    assert "Your changes weren't saved" in told
    assert '<bdi dir="auto">Memo <b></bdi>' in told
    assert "Long <words>\nhere" in told
    assert told.count("<bdi") == 1
    assert "correct what is marked" not in page
    assert 'name="property-club" value="A"' in page
    press("save", case, me, **{"initial-property-club": "", "property-club": "A"})
    assert case.properties == {"old": "1", "club": "A"}


def test_two_who_save_the_same_value_do_not_disagree() -> None:
    CustomPropertyFactory(name="club")
    case, first = CaseFactory(), agent()
    shown = {"seen": seen(case), "initial-property-club": "", "property-club": "same"}
    update_case(case_id=case.pk, patch=CasePatch(properties={"club": "same"}), actor=by(first))
    assert "No changes to save." in press("save", case, agent(), **shown)


def test_a_value_with_old_line_ends_is_nobodys_change() -> None:
    CustomPropertyFactory(name="club", type="textarea")
    case = CaseFactory(properties={"club": "a\r\nb\rc"})
    shown = {"initial-property-club": "a\r\nb\r\nc", "property-club": "new"}
    press("save", case, agent(), seen=seen(case), **shown)
    assert case.properties == {"club": "new"}


def test_different_fields_merge_with_a_notice() -> None:
    CustomPropertyFactory(name="club")
    case, first = CaseFactory(), agent(username="first")
    before = seen(case)
    tag_cases(case_ids=[case.pk], actor=by(first), add=["vip"])
    shown = {"initial-property-club": "", "property-club": "1"}
    page = press("save", case, agent(), seen=before, **shown)
    assert (case.properties, case.tags) == ({"club": "1"}, ["vip"])
    assert "since you opened it: Tags changed by first" in page


def test_the_second_to_assign_is_told_and_then_wins() -> None:
    case, first, second = CaseFactory(), agent(username="first"), agent(username="second")
    third, before = agent(username="third"), seen(case)
    assign_cases(case_ids=[case.pk], actor=by(first), assignee=first)
    page = press("assign", case, second, seen=before, assignee=third.pk)
    assert case.assignee == first
    assert "changed since you opened this page" in page
    assert f'<option value="{third.pk}" selected>' in page
    press("assign", case, second, seen=seen(case), assignee=third.pk)
    assert case.assignee == third


def test_an_assignment_behind_many_other_entries_is_told() -> None:
    case, first, me = CaseFactory(), agent(username="first"), agent(username="me")
    before = seen(case)
    for n in range(30):
        tag_cases(case_ids=[case.pk], actor=by(me), add=[f"t{n % 15}"], remove=[f"t{n % 15 - 1}"])
        update_case(case_id=case.pk, patch=CasePatch(title=f"Title {n}"), actor=Actor("maria"))
    assign_cases(case_ids=[case.pk], actor=by(first), assignee=first)
    page = press("assign_me", case, me, seen=before)
    assert "changed since you opened this page" in page
    assert case.assignee == first


def test_what_a_page_has_shown_is_told_of_once_whatever_its_dates() -> None:
    case, me, now = CaseFactory(), agent(), timezone.now()
    change = {"status": ["open", "open"]}
    for hours in (0, 1):
        at = now - timedelta(hours=hours)
        CaseEvent.objects.create(case=case, kind="updated", at=at, actor="maria", changes=change)
    assert seen(case) == CaseEvent.objects.latest("pk").pk
    press("close", case, me, seen=seen(case))
    assert not case.is_open


def test_who_closes_is_told_of_new_posts_first() -> None:
    case, me = CaseFactory(), agent()
    before = seen(case)
    CaseEvent.objects.create(
        case=case, kind="posts_added", at=timezone.now(), actor="maria", changes={"posts": [1, 2]}
    )
    page = press("close", case, me, seen=before, resolution="Done.")
    assert case.is_open
    assert "Posts added" in alert(page)
    assert "Done.</textarea>" in page
    press("close", case, me, seen=seen(case), resolution="Done.")
    assert case.resolution == "Done."


@pytest.mark.parametrize("told", [True, False])
def test_a_resolution_typed_while_somebody_closed_is_shown_and_can_be_a_note(told: bool) -> None:
    case, first, me = CaseFactory(), agent(username="first"), agent()
    before = {"seen": seen(case)} if told else {}
    close_cases(case_ids=[case.pk], actor=by(first), resolution="Theirs.")
    page = press("close", case, me, **before, token="t1", resolution="My <words>\r\n & more.")
    assert case.resolution == "Theirs."
    shown = alert(page)
    assert "The case has already been closed" in shown
    assert "My <words>" in shown
    assert 'data-form="unsaved" data-token="t1"' in shown
    # Another note may be under way in its own form.
    assert re.search(r'id="id_note"[^>]*>\s*</textarea>', page)
    sent = re.search(r'name="note" value="([^"]*)"', shown)
    assert sent
    press("add_note", case, me, note=sent[1])
    assert CaseNote.objects.get().body == "My <words>\n & more."


def test_a_number_typed_while_somebody_marked_the_case_is_shown() -> None:
    case, mine, theirs, first, me = *(CaseFactory() for _ in range(3)), agent(), agent()
    before = seen(case)
    mark_duplicate(case_id=case.pk, original_id=theirs.pk, actor=by(first))
    for told in ({"seen": before}, {}):
        page = press("mark_duplicate", case, me, **told, original=mine.number.lower())
        assert case.duplicate_of == theirs
        assert mine.number.lower() in alert(page)
        assert "undo that first" in alert(page)
        assert "still there" not in alert(page)
        assert 'name="undo_duplicate"' in page
    press("undo_duplicate", case, me)
    press("mark_duplicate", case, me, original=mine.number)
    assert case.duplicate_of == mine


def test_a_number_typed_while_others_became_duplicates_of_the_case_is_shown() -> None:
    case, mine, theirs, first = *(CaseFactory() for _ in range(3)), agent()
    before = seen(case)
    mark_duplicate(case_id=theirs.pk, original_id=case.pk, actor=by(first))
    page = press("mark_duplicate", case, agent(), seen=before, original=mine.number)
    assert mine.number in alert(page)
    assert "it can't be a duplicate itself" in alert(page)
    assert case.duplicate_of is None


def test_undoing_what_somebody_has_undone_says_so() -> None:
    case, first = CaseFactory(), agent()
    mark_duplicate(case_id=case.pk, original_id=CaseFactory().pk, actor=by(first))
    before = seen(case)
    undo_duplicate(case_id=case.pk, actor=by(first))
    page = press("undo_duplicate", case, agent(), seen=before)
    assert "Someone has already undone this." in alert(page)
    assert "still there" not in alert(page)


def test_a_page_names_the_forms_that_were_saved_and_no_others() -> None:
    case, client = CaseFactory(), sign_in(agent())

    def saved() -> list[str]:
        page = client.get(url_of(case)).content.decode()
        return page.partition('data-saved="')[2].partition('"')[0].split()

    assert saved() == []
    client.post(url_of(case), {"add_note": "", "note": "", "token": "refused"})
    client.post(url_of(case), {"add_note": "", "note": "1", "token": "first"})
    client.post(url_of(case), {"add_tags": "", "add": "vip", "token": "second"})
    # By no person's browser, which makes short ones of letters and digits.
    for token in ("", "x y", '"', "é", "9" * 41):
        client.post(url_of(case), {"assign_me": "", "token": token})
    assert saved() == ["first", "second"]
    for number in range(25):
        client.post(url_of(case), {"assign_me": "", "token": f"n{number}"})
    assert saved() == [f"n{number}" for number in range(5, 25)]


def test_nobody_is_told_of_their_own_changes() -> None:
    case, me = CaseFactory(), agent()
    before = seen(case)
    assign_cases(case_ids=[case.pk], actor=by(me), assignee=me)
    assert "is now closed." in press("close", case, me, seen=before)


def test_the_history_has_what_staff_and_khoros_did_with_before_and_after() -> None:
    case, me = CaseFactory(khoros_agent="maria"), agent(username="mia")
    original = CaseFactory()
    assign_cases(case_ids=[case.pk], actor=by(me), assignee=me)
    tag_cases(case_ids=[case.pk], actor=by(me), add=["vip", "bag"])
    add_note(case_id=case.pk, actor=by(me), body="rang them")
    mark_duplicate(case_id=case.pk, original_id=original.pk, actor=by(me))
    update_case(case_id=case.pk, patch=CasePatch(title="New title"), actor=Actor("maria"))
    history = open_page(case, me).partition('id="activity"')[2]
    for part in ("Assignee", "mia", "bag, vip", "rang them", original.number, "New title"):
        assert part in history
    assert "(staff)" in history
    assert "(in Khoros)" in history


def test_the_history_calls_a_field_by_its_label_after_it_was_archived() -> None:
    field = CustomPropertyFactory(name="vipFlag", label="Very important", type="checkbox")
    case, me = CaseFactory(), agent()
    patch = CasePatch(properties={"vipFlag": "true"})
    update_case(case_id=case.pk, patch=patch, actor=Actor("maria"))
    retire_property(property_id=field.pk)
    archive_property(property_id=field.pk)
    for told in (
        open_page(case, me).partition('id="activity"')[2],
        alert(press("add_note", case, me, seen=0, note="")),
    ):
        assert '<bdi dir="auto">Very important</bdi>' in told
        assert '<ins dir="auto">Yes</ins>' in told
        assert "vipFlag" not in told


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a" * 170 + "Z", "a" * 170 + "Y", ("…" + "a" * 40 + "Z", "…" + "a" * 40 + "Y")),
        ("a" * 159 + "Z", "a" * 159 + "Y", ("a" * 159 + "Z", "a" * 159 + "Y")),
        ("a" * 200, "a" * 200 + "b" * 300, ("…" + "a" * 40, "…" + "a" * 40 + "b" * 118 + "…")),
        ("Old" + "x" * 300, "New", ("Old" + "x" * 156 + "…", "New")),
    ],
)
def test_the_history_shows_where_long_texts_differ(
    before: str, after: str, shown: tuple[str, str]
) -> None:
    case = CaseFactory(description=before)
    update_case(case_id=case.pk, patch=CasePatch(description=after), actor=Actor("maria"))
    history = open_page(case, agent()).partition('id="activity"')[2]
    assert f'<del dir="auto">{shown[0]}</del>' in history
    assert f'<ins dir="auto">{shown[1]}</ins>' in history


def test_a_field_that_is_called_like_something_else_is_told_apart_in_the_history() -> None:
    for name, label in (
        ("resolution", "Outcome"),
        ("customer_id", "Club id"),
        ("tags", "Campaign"),
    ):
        CustomPropertyFactory(name=name, label=label)
    case, me = CaseFactory(), agent()
    customer, before = case.customer_id, seen(case)
    patch = CasePatch(
        customer_id="c-2", properties={"customer_id": "99", "resolution": "Parcel sent"}
    )
    update_case(case_id=case.pk, patch=patch, actor=Actor("maria"))
    tag_cases(case_ids=[case.pk], actor=by(me), add=["vip"])
    # A field of Khoros is no resolution that someone else has written.
    press("close", case, me, seen=before, resolution="Refunded")
    assert case.resolution == "Refunded"
    history = open_page(case, me).partition('id="activity"')[2]
    changes = [" ".join(text.split()) for text in re.findall(r"<li>(.*?)</li>", history, re.DOTALL)]
    plain_changes = " | ".join(re.sub(r"<[^>]+>", "", change) for change in changes)
    for label, value in (
        ("Customer", customer),
        ("Club id", "99"),
        ("Outcome", "Parcel sent"),
        ("Tags", "vip"),
        ("Resolution", "Refunded"),
    ):
        assert re.search(rf"{label}[^|]*{value}", plain_changes), (label, plain_changes)
    assert "Campaign" not in plain_changes
    assert set(_LABELS) == OWN_NAMES


def test_colleagues_have_one_name_wherever_the_page_names_them() -> None:
    case, me = CaseFactory(), agent()
    mia = agent(username="mia.berg", first_name="Mia", last_name="Berg")
    shown = seen(case)
    # As entries were once written: by the login.
    was = Actor("mia.berg", mia)
    add_note(case_id=case.pk, actor=was, body="Called her.")
    press("assign", case, me, assignee=mia.pk)
    pages = [
        press("add_tags", case, me, seen=shown, add="vip"),
        press("assign", case, me, seen=seen(case), assignee=mia.pk),
    ]
    press("close", case, mia)
    pages.append(open_page(case, me))
    assert "Note added by Mia Berg. See Activity" in pages[0]
    assert "was already assigned to Mia Berg." in pages[1]
    assert not [page for page in pages if "mia.berg" in page]


def test_the_customers_other_cases_and_the_authors_posts_are_one_click_away() -> None:
    case, me = CaseFactory(), agent()
    other = CaseFactory(customer=case.customer, title="An older matter")
    post = InteractionFactory(case=case)
    InteractionFactory(case=other, author=post.author)
    page = open_page(case, me)
    assert "An older matter" in page
    assert f"?customer__id__exact={case.customer_id}" in page
    assert "2 posts in total" in page


def test_the_list_that_one_came_from_goes_on() -> None:
    now = timezone.now()
    first, case, last = (
        CaseFactory(created=now - timedelta(hours=age), last_updated=now - timedelta(hours=age))
        for age in (1, 2, 3)
    )
    page = open_page(case, agent(), _changelist_filters="tab=open")
    for neighbour in (first, last):
        place = read_query("tab=open").position_of(neighbour)
        address = f"{url_of(neighbour)}?_changelist_filters=tab%3Dopen&_position={place}"
        assert f'href="{address}"' in page
    assert 'rel="next"' not in open_page(case, agent())


def test_working_down_the_list_one_meets_every_case_once() -> None:
    now, me, query = timezone.now(), agent(), read_query("tab=open")
    cases = [CaseFactory(last_updated=now - timedelta(hours=age)) for age in range(1, 5)]
    client, met = sign_in(me), []
    address = listed_case_url(query, query.position_of(cases[0]))
    while address:
        answer = client.post(address, {"assign_me": ""}, follow=True)
        # The address, and with it the place, outlives the button.
        assert answer.redirect_chain == [(address, 302)]
        met.append(answer.context["case"])
        page = unescape(answer.content.decode())
        found = re.search(r'<a href="([^"]*)" rel="next"', page)
        address = found[1] if found else ""
    assert met == cases


@pytest.mark.parametrize("place", ["", "x", "1", "1_2_3", "99999999999999999999_1", "-1_1"])
def test_a_place_in_the_list_that_is_none_is_that_of_the_case(place: str) -> None:
    now = timezone.now()
    case, last = (CaseFactory(last_updated=now - timedelta(hours=age)) for age in (1, 2))
    page = open_page(case, agent(), _changelist_filters="tab=open", _position=place)
    assert 'rel="prev"' not in page
    assert f'href="{url_of(last)}?' in page


def test_a_long_thread_shows_the_newest_and_leads_to_earlier_ones() -> None:
    case, me, now = CaseFactory(), agent(), timezone.now()
    for n in range(SHOWN + 5):
        InteractionFactory(case=case, body=f"post {n:04}.", created=now + timedelta(seconds=n // 3))
    page = open_page(case, me)
    assert "post 0004." not in page
    assert "post 0005." in page
    assert "Jump to newest" in page
    before = page.partition("before=")[2].partition('"')[0]
    earlier = open_page(case, me, before=before)
    shown = [n for n in range(SHOWN + 5) if f"post {n:04}." in earlier]
    assert shown == list(range(5))
    assert "Back to newest" in earlier


@pytest.mark.parametrize("place", ["x", "1_0", "999999999999999999_0_1", "1_q_1", "-1_0_1", "1_1"])
def test_a_place_that_is_none_shows_the_newest(place: str) -> None:
    post = InteractionFactory(body="here it is")
    assert "here it is" in open_page(post.case, agent(), before=place)


def test_a_very_long_text_travels_only_when_asked_for() -> None:
    text = "word " * WHOLE_TEXT + "the end"
    post, me = InteractionFactory(body=text), agent()
    page = open_page(post.case, me)
    assert "the end" not in page
    assert f"whole=p{post.pk}#p{post.pk}" in page
    listed = open_page(post.case, me, _changelist_filters="tab=open", _position="1_2")
    assert f"?_changelist_filters=tab%3Dopen&_position=1_2&whole=p{post.pk}" in listed
    assert "the end" in open_page(post.case, me, whole=f"p{post.pk}")
    other = InteractionFactory(body="secret of another case")
    assert "secret" not in open_page(post.case, me, whole=f"p{other.pk}")


def test_it_takes_as_many_queries_however_much_there_is() -> None:
    case, me = CaseFactory(), agent()
    author = InteractionFactory(case=case).author
    client, now = sign_in(me), timezone.now()

    def queries(posts: int, notes: int) -> int:
        Interaction.objects.bulk_create(
            Interaction(
                case=case, author=author, service="x", service_id=f"{posts}-{n}", created=now
            )
            for n in range(posts)
        )
        for n in range(notes):
            CaseNote.objects.create(case=case, author="a", body=f"note {n}", created=now)
            CaseEvent.objects.create(case=case, kind="note_added", at=now, actor="a")
        forget()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url_of(case)).status_code == 200
        return len(captured)

    few, some, many = queries(1, 1), queries(50, 50), queries(1000, 300)
    assert few == some <= 18
    # Only notes are left on the page, and no post whose edits there would be to read.
    assert many == some - 1


@pytest.mark.parametrize(
    ("service", "icon"),
    [
        ("Twitter", "x"),
        ("facebook_page", "facebook"),
        ("Facebook-Messenger", "facebook"),
        ("e", "other"),
        ("", "other"),
        ("LinkedIn", "linkedin"),
    ],
)
def test_services_have_their_signs(service: str, icon: str) -> None:
    assert service_icon(service) == icon
