"""The case page: the conversation, the fields, the buttons, and who may do what."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.choices import PropertyStage, PropertyType
from cases.models import Case, CaseEvent, Interaction, InteractionRevision
from tests.factories import (
    AuthorFactory,
    CaseFactory,
    CustomPropertyFactory,
    InteractionFactory,
    UserFactory,
    agent,
    forget,
    team_lead,
)

pytestmark = pytest.mark.django_db

COLOURS = [{"name": "Deep red", "value": "red"}, {"name": "Blue", "value": "blue"}]


def url_of(case: Case) -> str:
    return reverse("admin:cases_case_change", args=(case.pk,))


def sign_in(user: User | None = None) -> Client:
    client = Client()
    client.force_login(user or agent())
    return client


def source(case: Case, user: User | None = None) -> str:
    """Return the page as it travels."""
    answer = sign_in(user).get(url_of(case))
    assert answer.status_code == 200
    return answer.content.decode()


def open_page(case: Case, user: User | None = None) -> str:
    """Return the page with its entities read."""
    return unescape(source(case, user))


def press(button: str, case: Case, user: User | None = None, **data: Any) -> HttpResponse:
    return sign_in(user).post(url_of(case), {button: "", **data}, follow=True)  # type: ignore[return-value]


def save(case: Case, shown: dict[str, str], wanted: dict[str, str]) -> str:
    """Save fields as a browser does: what was shown travels with what was entered."""
    data = {f"initial-property-{name}": value for name, value in shown.items()}
    data |= {f"property-{name}": value for name, value in (shown | wanted).items()}
    answer = press("save", case, **data)
    case.refresh_from_db()
    return unescape(answer.content.decode())


def viewer() -> User:
    user: User = UserFactory.create()
    user.user_permissions.add(Permission.objects.get(codename="view_case"))
    return user


def test_it_shows_what_khoros_said_of_the_case() -> None:
    case = CaseFactory(
        title="Lost suitcase",
        description="Brown",
        khoros_agent="maria@acme.example",
        khoros_initiative="4711",
        khoros_company="77",
        customer__id="C-9",
    )
    page = open_page(case)
    for part in (case.number, "Lost suitcase", "Brown", "maria@acme.example", "4711", "77", "C-9"):
        assert part in page


def test_posts_stand_in_the_order_of_time() -> None:
    case = CaseFactory()
    start = datetime(2024, 3, 6, 9, tzinfo=UTC)
    for hours, body in ((2, "third words"), (0, "first words"), (1, "second words")):
        InteractionFactory(case=case, body=body, created=start + timedelta(hours=hours))
    page = open_page(case)
    places = [page.index(f"{which} words") for which in ("first", "second", "third")]
    assert places == sorted(places)


def test_a_post_says_who_where_when_and_links_to_itself() -> None:
    post = InteractionFactory(
        service="instagram",
        content_type="direct_message",
        author__name="Mara Klein",
        author__handle="mara_k",
        link_url="https://social.example/p/1?a=1&b=2",
        created=datetime(2024, 3, 6, 9, 5, 7, tzinfo=UTC),
    )
    page = open_page(post.case)
    for part in ("Mara Klein", "@mara_k", "Instagram", "direct message", "6 Mar 2024, 09:05"):
        assert part in page
    assert 'datetime="2024-03-06T09:05:07+00:00" title="Wednesday 6 March 2024, 09:05:07' in page
    link = 'href="https://social.example/p/1?a=1&b=2" target="_blank" rel="noopener noreferrer"'
    assert link in page
    assert f'href="{reverse("admin:cases_author_change", args=(post.author.pk,))}"' in page


def test_a_post_without_an_author_or_a_text_is_shown() -> None:
    post = InteractionFactory(author=None, body="", link_url="")
    page = open_page(post.case)
    assert "Unknown author" in page
    assert "No text" in page
    assert "Open post" not in page


def test_an_edited_post_shows_what_it_was() -> None:
    post = InteractionFactory.create(body="The newest text")
    for body in ("<b>The first text</b>", ""):
        InteractionRevision.objects.create(
            interaction=post, body=body, content_type="post", replaced_at=timezone.now()
        )
    other = InteractionFactory.create(case=post.case)
    html = source(post.case)
    assert "Edited: 2 earlier versions" in html
    assert "&lt;b&gt;The first text&lt;/b&gt;" in html
    assert html.count("earlier version") == 1
    assert html.index("The newest text") < html.index("The first text") < html.index(other.body)


def test_a_very_long_earlier_text_is_shown_when_it_is_asked_for() -> None:
    post = InteractionFactory.create()
    revision = InteractionRevision.objects.create(
        interaction=post, body="x" * 9_000 + "end", content_type="post", replaced_at=timezone.now()
    )
    assert "xend" not in source(post.case)
    for case, is_shown in ((post.case, True), (CaseFactory.create(), False)):
        answer = sign_in().get(f"{url_of(case)}?whole=r{revision.pk}")
        assert ("xend" in answer.content.decode()) is is_shown


def test_the_brands_posts_are_told_apart_in_words() -> None:
    case = CaseFactory()
    InteractionFactory(case=case)
    assert ">Brand<" not in source(case)
    InteractionFactory(case=case, author=AuthorFactory(brand_owned=True))
    assert source(case).count(">Brand<") == 1


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//evil.example/x",
        "https:///nohost",
        "http://[::1",
        "https://evil.example\\@good.example",
        "vbscript:x",
    ],
)
def test_an_unsafe_address_is_text_and_no_link(address: str) -> None:
    post = InteractionFactory()
    Interaction.objects.filter(pk=post.pk).update(link_url=address)
    page = source(post.case)
    assert 'target="_blank"' not in page
    assert 'class="unsafe-link"' in page


def test_hostile_texts_are_escaped_everywhere() -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    CustomPropertyFactory(name="club", label=evil)
    case = CaseFactory(
        title=evil,
        description=evil,
        customer__id=evil,
        khoros_agent=evil,
        unregistered={evil: evil, "nested": {evil: [evil]}},
        properties={"club": evil},
    )
    InteractionFactory(
        case=case,
        service=evil[:64],
        content_type=evil[:64],
        body=evil,
        author__name=evil,
        author__handle=evil,
    )
    CaseEvent.objects.create(
        case=case, kind="updated", at=timezone.now(), actor=evil, changes={"club": [evil, evil]}
    )
    for user in (agent(), team_lead(), viewer()):
        page = source(case, user)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_long_text_is_folded_and_whole() -> None:
    text = "word " * 1000 + "the end"
    post = InteractionFactory(body=text)
    page = source(post.case)
    assert "Show all 5,007 characters" in page
    assert text in page
    assert "Show all" not in source(InteractionFactory(body="short").case)


def test_it_takes_as_many_queries_for_fifty_posts_as_for_one() -> None:
    case, client = CaseFactory(), sign_in(team_lead())

    def queries(posts: int) -> int:
        InteractionFactory.create_batch(posts, case=case)
        forget()
        with CaptureQueriesContext(connection) as captured:
            page = client.get(url_of(case)).content.decode()
        assert page.count('<article class="case-bubble">') == case.interactions.count()
        return len(captured)

    few, many = queries(1), queries(49)
    assert few == many
    assert many <= 18


def test_it_says_so_when_there_are_no_posts_and_no_fields() -> None:
    page = open_page(CaseFactory())
    assert "No posts yet" in page
    assert "There are no case fields yet" in page


def test_each_type_of_field_has_its_input_and_value() -> None:
    CustomPropertyFactory(name="club", label="Club number")
    CustomPropertyFactory(name="note", label="Note", type=PropertyType.TEXTAREA)
    CustomPropertyFactory(
        name="colour",
        label="Colour",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=COLOURS,
        stage=PropertyStage.RETIRING,
    )
    CustomPropertyFactory(name="vip", label="VIP", type=PropertyType.CHECKBOX)
    case = CaseFactory(properties={"club": "77", "note": "a\nb", "colour": "red", "vip": "true"})
    page = open_page(case)
    for label in ("Club number", "Note", "Colour", "VIP"):
        assert f'dir="auto">{label}</label>' in page
    assert 'name="property-club" value="77"' in page
    assert "\na\nb</textarea>" in page
    assert '<option value="red" selected>Deep red</option>' in page
    assert '<option value="true" selected>Yes</option>' in page


def test_archived_values_are_hidden_and_kept() -> None:
    CustomPropertyFactory(name="old", label="Old field", stage=PropertyStage.ARCHIVED)
    CustomPropertyFactory(name="club")
    case = CaseFactory(properties={"old": "old secret", "club": "1"})
    page = open_page(case)
    assert "Old field" not in page
    assert "old secret" not in page
    save(case, {"club": "1"}, {"club": "2"})
    assert case.properties == {"old": "old secret", "club": "2"}


def test_unregistered_keys_are_shown_as_such() -> None:
    case = CaseFactory(unregistered={"campaign": "spring", "scores": {"a": [1, None]}})
    page = open_page(case)
    assert "Unmapped fields" in page
    assert "campaign" in page
    assert '{\n  "a": [\n    1,\n    null\n  ]\n}' in page
    assert "Unmapped fields" not in open_page(CaseFactory())


def test_saving_stores_the_values_and_says_which() -> None:
    CustomPropertyFactory(name="club", label="Club number")
    CustomPropertyFactory(name="vip", label="VIP", type=PropertyType.CHECKBOX)
    case = CaseFactory()
    page = save(case, {"club": "", "vip": ""}, {"club": "88", "vip": "false"})
    assert "Saved: Club number and VIP." in page
    assert case.properties == {"club": "88", "vip": "false"}
    event = CaseEvent.objects.get()
    assert event.changes == {"club": ["", "88"], "vip": ["", "false"]}


def test_saving_nothing_leaves_no_trace() -> None:
    CustomPropertyFactory(name="note", type=PropertyType.TEXTAREA)
    case = CaseFactory(properties={"note": "a\nb"})
    before = case.last_updated
    assert "No changes to save." in save(case, {"note": "a\r\nb"}, {})
    assert case.last_updated == before
    assert not CaseEvent.objects.exists()


def test_a_browsers_line_ends_are_stored_plain() -> None:
    CustomPropertyFactory(name="note", type=PropertyType.TEXTAREA)
    case = CaseFactory()
    save(case, {"note": ""}, {"note": "a\r\nb"})
    assert case.properties == {"note": "a\nb"}


def test_an_empty_input_clears_the_value() -> None:
    CustomPropertyFactory(name="club")
    case = CaseFactory(properties={"club": "1"})
    save(case, {"club": "1"}, {"club": ""})
    assert case.properties == {}


def test_two_people_saving_different_fields_keep_both_changes() -> None:
    CustomPropertyFactory(name="club")
    CustomPropertyFactory(name="floor")
    case = CaseFactory(properties={"club": "1", "floor": "1"})
    shown = {"club": "1", "floor": "1"}
    save(case, shown, {"club": "2"})
    save(case, shown, {"floor": "2"})
    assert case.properties == {"club": "2", "floor": "2"}


@pytest.mark.parametrize(
    ("type_", "entered", "message"),
    [
        (PropertyType.TEXT, "x" * 256, "at most 255 characters"),
        (PropertyType.TEXT, "nul\x00", "Null characters are not allowed"),
        (PropertyType.SINGLE_SELECT_LIST, "green", "green is no longer offered"),
        (PropertyType.CHECKBOX, "yes", "yes is not one of the available choices"),
    ],
)
def test_a_bad_value_is_refused_at_its_field(
    type_: PropertyType, entered: str, message: str
) -> None:
    CustomPropertyFactory(name="field", type=type_, list_values=COLOURS)
    CustomPropertyFactory(name="good")
    case = CaseFactory()
    page = save(case, {"field": "", "good": ""}, {"field": entered, "good": "kept input"})
    assert message in page
    assert 'id="id_property-field_error"' in page
    assert 'name="property-good" value="kept input"' in page
    assert case.properties == {}


def test_a_value_that_left_the_list_stays_until_somebody_changes_it() -> None:
    CustomPropertyFactory(name="colour", type=PropertyType.SINGLE_SELECT_LIST, list_values=COLOURS)
    CustomPropertyFactory(name="club")
    case = CaseFactory(properties={"colour": "green"})
    assert "green (no longer offered)" in open_page(case)
    save(case, {"colour": "green", "club": ""}, {"club": "1"})
    assert case.properties == {"colour": "green", "club": "1"}


def test_what_somebody_left_alone_is_not_checked_against_what_it_is_now() -> None:
    CustomPropertyFactory(name="colour", type=PropertyType.SINGLE_SELECT_LIST, list_values=COLOURS)
    CustomPropertyFactory(name="club")
    case = CaseFactory(properties={"colour": "blue"})
    page = save(case, {"colour": "green", "club": ""}, {"club": "1"})
    assert "Saved" in page
    assert case.properties == {"colour": "blue", "club": "1"}


def test_close_and_reopen_leave_their_history() -> None:
    case, user = CaseFactory(), agent(username="nina")
    page = press("close", case, user).content.decode()
    assert f"{case.number} is now closed." in page
    assert 'name="reopen"' in page
    assert 'name="close"' not in page
    case.refresh_from_db()
    assert (case.status, case.closed_by) == ("closed", "nina")

    page = press("reopen", case, user).content.decode()
    assert f"{case.number} is open again." in page
    events = CaseEvent.objects.order_by("id").values_list("kind", "actor")
    assert list(events) == [("closed", "nina"), ("reopened", "nina")]


def test_a_button_of_an_old_page_says_that_it_was_done_already() -> None:
    case = CaseFactory(closed=True)
    assert "was already closed" in press("close", case).content.decode()
    assert not CaseEvent.objects.exists()


def test_the_history_speaks_in_labels() -> None:
    CustomPropertyFactory(
        name="colour",
        label="Colour",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=COLOURS,
    )
    case = CaseFactory(khoros_agent="maria@acme.example")
    save(case, {"colour": ""}, {"colour": "red"})
    press("close", case)
    history = open_page(case).partition('id="activity"')[2]
    for part in ("Opened", "maria@acme.example", "Updated", "Colour", "Deep red", "Closed"):
        assert part in history
    assert history.index("Closed</strong>") < history.index("Opened</strong>")


def test_who_may_only_look_sees_all_without_inputs_and_buttons() -> None:
    CustomPropertyFactory(
        name="colour",
        label="Colour",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=COLOURS,
    )
    case = CaseFactory(properties={"colour": "red"}, unregistered={"campaign": "spring"})
    InteractionFactory(case=case, body="Where is it?")
    content = open_page(case, viewer())
    for part in ("Colour", "Deep red", "campaign", "Where is it?", "Activity"):
        assert part in content
    for tag in ('name="close"', 'name="save"', 'name="property-colour"'):
        assert tag not in content


@pytest.mark.parametrize("button", ["close", "reopen", "save"])
def test_who_may_only_look_changes_nothing(button: str) -> None:
    case = CaseFactory()
    assert press(button, case, viewer()).status_code == 403
    assert not CaseEvent.objects.exists()


def test_who_may_not_see_cases_is_refused() -> None:
    case = CaseFactory()
    assert sign_in(UserFactory()).get(url_of(case)).status_code == 403


def test_a_post_without_the_forms_token_is_refused() -> None:
    case = CaseFactory()
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent())
    assert client.post(url_of(case), {"close": ""}).status_code == 403


def test_a_post_without_a_button_is_refused() -> None:
    assert press("nothing", CaseFactory()).status_code == 400


@pytest.mark.parametrize(
    "number", ["0", "-1", "99999999999999999999999", "9" * 5000, "abc", "1.5", "%00", "é"]
)
def test_a_case_that_does_not_exist_leads_away_with_a_message(number: str) -> None:
    answer = sign_in().get(f"/admin/cases/case/{number}/change/", follow=True)
    assert answer.status_code == 200
    assert "There is no case with the id" in unescape(answer.content.decode())


def test_the_themes_history_address_leads_to_the_page() -> None:
    case = CaseFactory()
    answer = sign_in().get(reverse("admin:cases_case_history", args=(case.pk,)))
    assert answer.headers["Location"] == f"{url_of(case)}#activity"


def test_the_way_back_keeps_the_lists_filters() -> None:
    case = CaseFactory()
    answer = sign_in().get(url_of(case), {"_changelist_filters": "tab=open"})
    assert 'href="/admin/cases/case/?tab=open"' in answer.content.decode()
