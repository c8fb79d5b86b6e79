"""The case list: its tabs, pages by position, filters and columns for every live field."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.admin.dashboard.links import cases_url
from cases.admin.registry import CaseAdmin
from cases.choices import PropertyType
from cases.models import Case, Tag
from cases.selectors.case_list.listing import count_tabs, find_page, listed_cases, neighbours
from cases.selectors.case_list.query import Tab, read_position, read_query
from cases.services.assignment import assign_cases
from cases.services.incoming import Actor
from tests.factories import (
    AuthorFactory,
    CaseFactory,
    CustomerFactory,
    CustomPropertyFactory,
    InteractionFactory,
    agent,
    forget,
    team_lead,
)

pytestmark = pytest.mark.django_db

URL = reverse("admin:cases_case_changelist")
SORTS = ("-updated", "updated", "-created", "created", "-number", "number")


def open_list(query: str = "", user: User | None = None) -> str:
    client = Client()
    client.force_login(user or agent())
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def found(query: str, user: User | None = None) -> set[int]:
    """Return the ids of the cases of a list, all pages together."""
    cases = listed_cases(read_query(query), user or agent())
    return set(cases.values_list("pk", flat=True))


def shown(page: str) -> list[str]:
    """Return the numbers that a page shows, in their order."""
    return re.findall(r">(CP-\d+)</a>", page)


def total(page: str) -> str:
    """Return what a page says of how many cases the list has."""
    found = re.search(r'<p class="case-list-total">(.*?)</p>', page, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def some_cases(number: int) -> list[Case]:
    """Return open cases, the first of them updated last; every other one at the same moment."""
    now = timezone.now()
    return [
        CaseFactory(last_updated=now - timedelta(minutes=n // 2), created=now - timedelta(hours=n))
        for n in range(number)
    ]


def test_each_tab_has_its_cases_and_their_number() -> None:
    me, colleague = agent(), agent()
    mine, theirs = CaseFactory(assignee=me), CaseFactory(assignee=colleague)
    free, odd = CaseFactory(), CaseFactory(unregistered={"a": 1})
    closed = CaseFactory(closed=True, assignee=me, unregistered={"a": 1})
    double = CaseFactory(possible_duplicate_of=free)
    seen = CaseFactory(unregistered={"a": 1}, reviewed_at=timezone.now())
    expected = {
        Tab.MINE: {mine},
        Tab.UNASSIGNED: {free, odd, double, seen},
        Tab.OPEN: {mine, theirs, free, odd, double, seen},
        Tab.CLOSED: {closed},
        Tab.NEEDS_REVIEW: {odd, double},
        Tab.ALL: {mine, theirs, free, odd, double, seen, closed},
    }
    counts = count_tabs(me)
    for tab, cases in expected.items():
        assert found(f"tab={tab}", me) == {case.pk for case in cases}, tab
        assert counts[tab].value == len(cases), tab


def test_the_tabs_are_counted_up_to_a_bound_in_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.selectors.case_list.listing.TAB_LIMIT", 2)
    CaseFactory.create_batch(3)
    with CaptureQueriesContext(connection) as captured:
        counts = count_tabs(User())
    assert len(captured) == 1
    assert str(counts[Tab.OPEN]) == "2+"


def test_the_bare_list_is_that_of_open_cases() -> None:
    still_open, _closed = CaseFactory(), CaseFactory(closed=True)
    page = open_list()
    assert shown(page) == [still_open.number]
    assert re.search(r'<a href="\?tab=open" aria-current="page">Open', page)


@pytest.mark.parametrize(
    ("query", "tab"),
    [
        ("", Tab.OPEN),
        ("tab=nothing", Tab.OPEN),
        ("unregistered=yes", Tab.ALL),
        ("customer__id__exact=C-1", Tab.ALL),
        ("q=refund", Tab.ALL),
        ("tab=open&unregistered=yes", Tab.OPEN),
        ("tab=mine&q=refund", Tab.MINE),
    ],
)
def test_an_address_without_a_tab_leads_to_open_cases_or_all_that_match(
    query: str, tab: Tab
) -> None:
    assert read_query(query).tab == tab


@pytest.mark.parametrize("sort", SORTS)
def test_pages_by_position_show_every_case_once_there_and_back(sort: str) -> None:
    some_cases(11)
    user, state = agent(), read_query(f"sort={sort}")
    whole = list(listed_cases(state, user).values_list("pk", flat=True))
    assert len(whole) == 11

    there, pages = [], []
    while True:
        page = find_page(listed_cases(state, user), state, 3)
        there += [case.pk for case in page.cases]
        pages.append(page)
        if page.older is None:
            break
        state = read_query(page.older.encode())
    assert there == whole
    assert [page.number for page in pages] == [1, 2, 3, 4]
    assert pages[0].newer is None

    back = pages[-1]
    for number in (3, 2, 1):
        assert back.newer is not None
        state = read_query(back.newer.encode())
        back = find_page(listed_cases(state, user), state, 3)
        assert [case.pk for case in back.cases] == [case.pk for case in pages[number - 1].cases]
        assert back.number == number


def test_a_page_survives_that_its_first_case_moves_away() -> None:
    cases = some_cases(6)
    user = agent()
    state = read_query("")
    second = find_page(listed_cases(state, user), state, 2).older
    assert second is not None
    Case.objects.filter(pk=cases[1].pk).update(last_updated=timezone.now())
    rows = find_page(listed_cases(second, user), second, 2).cases
    assert [case.pk for case in rows] == [cases[3].pk, cases[2].pk] or {c.pk for c in rows} <= {
        case.pk for case in cases[2:]
    }


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=1_2_3",
        "after=999999999999999999_1",
        "before=-1_5",
        "after=_",
        "sort=number&after=5_5",
        "after=1_1&n=9",
        "n=7",
        "sort=title",
        "after=" + "9" * 400,
        "tab=%00",
        "columns=%00,nothing",
        "move_up=title",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_first_page(query: str) -> None:
    case = CaseFactory()
    page = open_list(query)
    assert shown(page) == [case.number]
    assert "Newer" not in page


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("tag=%00", "Tag"),
        ("tag=" + "x" * 1_001, "Tag"),
        ("assignee=99999999999999999999", "Assignee"),
        ("assignee=%C2%B2", "Assignee"),
        ("unregistered=maybe", "Unmapped fields"),
        ("created_from=2024-99-99", "Opened from"),
        ("customer__id__exact=a%00b&q=case", "Customer"),
        ("property_order=" + "x" * 1_001, "Order"),
        ("has_order=maybe", "Order has a value"),
        ("property_gone=1", "property_gone"),
    ],
)
def test_a_filter_that_is_not_understood_finds_nothing_and_says_so(query: str, label: str) -> None:
    CustomPropertyFactory(name="order", label="Order")
    CaseFactory(title="A case", tags=["x" * 1_000])
    page = open_list(f"tab=open&{query}")
    assert shown(page) == []
    assert "A filter is invalid" in page
    assert f'<span class="case-list-chip-label">{label}:' in page
    assert '<span class="case-list-odd">invalid</span>' in page
    assert found(read_query(f"tab=open&{query}").encode()) == set(), "nor on the way on from it"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("word " * 250, ("word " * 200).strip()),
        ("re%00fund", "refund"),
        ("%00", ""),
    ],
)
def test_a_search_is_cut_to_what_can_be_read_and_never_dropped(text: str, kept: str) -> None:
    CaseFactory(title="Refund")
    hit = CaseFactory(title="A word")
    assert read_query(f"tab=open&q={text}").search == kept
    assert found("tab=open&q=" + "word " * 250) == {hit.pk}
    assert found("tab=open&q=" + "w%00ord") == {hit.pk}


def test_it_says_how_many_words_of_a_search_count() -> None:
    CaseFactory(title="a b c d e f g h")
    hint = "Only the first 8 words of the search are used."
    assert hint in open_list("q=a b c d e f g h i")
    assert hint not in open_list("q=a b c d e f g h")


def test_a_list_says_how_many_cases_its_search_or_its_filters_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(CaseAdmin, "list_per_page", 2)
    CustomPropertyFactory(name="size")
    day = timezone.make_aware(datetime(2024, 3, 2, 12))
    CaseFactory.create_batch(
        3,
        title="parcel",
        customer=CustomerFactory(id="c1"),
        assignee=agent(),
        tags=["vip"],
        services=["x"],
        created=day,
        last_updated=day,
        properties={"size": "L"},
        unregistered={"a": 1},
    )
    CaseFactory.create_batch(2, title="letter", closed=True)
    for query in (
        "q=parcel",
        "q=parcel&tag=vip",
        "customer__id__exact=c1",
        "service=x&created_from=2024-03-02",
        "created_from=2024-03-02&created_to=2024-03-02",
        "last_updated_to=2024-03-02",
        "unregistered=yes",
        "property_size=L",
    ):
        assert total(open_list(query)) == "3 cases", query
    assert total(open_list("assignee=none")) == "2 cases"
    closed = timezone.localdate() - timedelta(days=9)
    assert total(open_list(f"closed_from={closed}")) == "2 cases"
    monkeypatch.setattr("cases.selectors.case_list.listing.TAB_LIMIT", 2)
    assert total(open_list("service=x")) == "2+ cases"
    # Without an index in the order of the list a count might read a great many cases.
    for query in ("brand_owned=no", "has_size=yes", "tag=vip", "service=x&brand_owned=no"):
        assert total(open_list(query)) == "More than one page", query


def test_where_a_search_is_cut_it_says_so_above_the_list_and_where_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cases.selectors.case_search.hits.FOUND_CASES", 3)
    monkeypatch.setattr(CaseAdmin, "list_per_page", 2)
    CaseFactory.create_batch(3, title="parcel")
    end = "End of the list. It shows only the newest 3 matching cases."
    whole = open_list("q=parcel")
    assert "Many cases match" not in whole
    assert total(whole) == "3 cases"
    assert "Select all 3 matching cases" in whole

    CaseFactory(title="parcel")
    first = open_list("q=parcel")
    assert "Many cases match. Showing only the newest 3. Add a word" in first
    assert total(first) == "3+ cases"
    assert end not in first
    assert "Select the newest 3 matching cases" in first
    older = re.search(r'rel="next" href="\?([^"]*)"', first)
    assert older
    assert end in open_list(older[1])
    assert "the newest 3, oldest first" in open_list("q=parcel&sort=number")


def test_where_only_older_cases_of_a_list_may_match_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for bound, value in {
        "cases.search.backends.postgresql.RECENT_HITS": 1,
        "cases.search.backends.postgresql.FEW": 0,
        "cases.search.backends.sqlite.RECENT_HITS": 1,
        "cases.selectors.case_search.hits.READ_CASES": 1,
    }.items():
        monkeypatch.setattr(bound, value)
    CaseFactory(title="parcel")
    CaseFactory(title="parcel", closed=True)
    CaseFactory(title="letter")
    page = open_list("q=parcel&tab=open")
    assert "None of the newest cases match" in page
    assert "Try fewer words" not in page
    assert total(page) == ""
    assert "Try fewer words" in open_list("q=xyzzy&tab=open")


def test_what_a_search_found_stands_at_the_beginning_of_its_passage() -> None:
    long = "On the way home from a rather long journey "
    text = f"{long}my needle was lost."
    CaseFactory(title="In the excerpt", description=text, excerpt=text)
    InteractionFactory(case=CaseFactory(title="In a post"), body=f"{long * 20}my needle was lost.")
    CaseFactory(title="A needle", excerpt=f"{long}all was lost.")
    passages = re.findall(
        r'class="case-list-excerpt case-list-passage">(.*?)</bdi>', open_list("q=needle")
    )
    assert sorted(passages) == [
        "On the way home from a rather long journey all was lost.",
        *['…journey my <mark class="cp-found">needle</mark> was lost.'] * 2,
    ]


def test_nothing_around_a_found_word_is_taken_for_html() -> None:
    hostile = "<b>before</b> needle <script>after()</script>"
    case = CaseFactory(title=hostile, excerpt=hostile)
    InteractionFactory(case=case, body=hostile)
    client = Client()
    client.force_login(agent())
    page = client.get(URL, {"q": "needle"}).content.decode()
    shown = (
        '&lt;b&gt;before&lt;/b&gt; <mark class="cp-found">needle</mark>'
        " &lt;script&gt;after()&lt;/script&gt;"
    )
    assert page.count(shown) == 2
    assert "<b>before" not in page
    assert "<script>after" not in page


@pytest.mark.parametrize("search", ["needle", "neelde", "needle work", "ab-12", "AB12"])
def test_a_row_that_shows_what_was_found_gets_no_passage(search: str) -> None:
    CaseFactory(title="A needle at work on AB-12", excerpt="Lost")
    case = CaseFactory(title="Needles work AB-12", excerpt="Lost")
    InteractionFactory(case=case, body="A needle for other work, ab12 and ab-12")
    with CaptureQueriesContext(connection) as captured:
        passages = re.findall(r"case-list-passage\">(.*?)</bdi>", open_list(f"q={search}"))
    assert passages == ["Lost"] * 2
    assert not [query for query in captured if 'cases_interaction"."body' in query["sql"]]


def test_a_row_gets_a_passage_for_one_of_two_words_that_it_does_not_show() -> None:
    case = CaseFactory(title="A needle", excerpt="Lost")
    InteractionFactory(case=case, body="It is of gold")
    (passage,) = re.findall(r"case-list-passage\">(.*?)</bdi>", open_list("q=neelde gold"))
    assert passage == 'It is of <mark class="cp-found">gold</mark>'


@pytest.mark.parametrize("filters", [{"created_from": "2024-03-02"}, {"tag": "vip"}, {}])
def test_an_address_of_days_has_their_order_and_another_its_own(filters: dict[str, str]) -> None:
    address = cases_url(Tab.OPEN, **filters)
    assert "sort=" not in address
    state = read_query(urlsplit(address).query)
    assert state.sort == ("-created" if "created_from" in filters else "-updated")
    assert state.filtered({}).sort == "-updated"
    assert state.first_page(sort="number").filtered({}).sort == "number"


def test_no_page_skips_over_rows() -> None:
    some_cases(8)
    user = agent()
    state = read_query("")
    second = find_page(listed_cases(state, user), state, 3).older
    assert second is not None
    with CaptureQueriesContext(connection) as captured:
        find_page(listed_cases(second, user), second, 3)
    assert len(captured) == 1
    assert "OFFSET" not in captured[0]["sql"].upper()


@pytest.mark.parametrize("sort", SORTS)
def test_a_case_knows_its_neighbours_in_the_list_that_it_was_opened_from(sort: str) -> None:
    cases = some_cases(5)
    cases[2].tags = ["vip"]
    CaseFactory(closed=True)
    user, query = agent(), read_query(f"tab=open&sort={sort}")
    order = list(listed_cases(query, user))
    places = [None, *map(query.position_of, order), None]
    for number, case in enumerate(order):
        assert neighbours(query, case, user) == (places[number], places[number + 2])


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("number", [0, 2, 4])
def test_work_on_a_case_does_not_move_the_place_that_one_came_from(sort: str, number: int) -> None:
    user, query = agent(), read_query(f"tab=open&sort={sort}")
    some_cases(5)
    order = list(listed_cases(query, user))
    places = [None, *map(query.position_of, order), None]
    assign_cases(case_ids=[order[number].pk], actor=Actor.from_user(user), assignee=user)
    worked = Case.objects.get(pk=order[number].pk)
    around = neighbours(query, worked, user, position=places[number + 1])
    assert around == (places[number], places[number + 2])


def test_a_case_that_left_the_list_has_neighbours_where_it_was() -> None:
    newest, middle, oldest = some_cases(6)[::2]
    Case.objects.exclude(pk__in=[newest.pk, middle.pk, oldest.pk]).delete()
    Case.objects.filter(pk=middle.pk).update(status="closed", closed_at=timezone.now())
    middle.refresh_from_db()
    around = neighbours(read_query("tab=open"), middle, agent())
    assert [place and place.pk for place in around] == [newest.pk, oldest.pk]


def test_the_link_of_a_case_carries_the_list() -> None:
    case = CaseFactory(tags=["vip"])
    Tag.objects.create(name="vip")
    page = open_list("tab=all&tag=vip")
    address = re.search(rf'href="(/admin/cases/case/{case.pk}/change/[^"]*)"', page)
    assert address
    (carried,) = parse_qs(urlsplit(address[1]).query)["_changelist_filters"]
    assert read_query(carried) == read_query("tab=all&tag=vip")
    (place,) = parse_qs(urlsplit(address[1]).query)["_position"]
    assert read_position(place, "-updated") == read_query("").position_of(case)


def test_it_filters_by_assignee_tag_service_and_days() -> None:
    me, colleague = agent(), agent()
    day = timezone.make_aware(datetime(2024, 3, 2, 12))
    one = CaseFactory(assignee=me, tags=["press", "vip"], services=["twitter"], created=day)
    two = CaseFactory(assignee=colleague, tags=["vip"], services=["x", "twitter"])
    three = CaseFactory(closed=True, last_updated=day)
    expected: dict[str, set[Case]] = {
        "assignee=me": {one},
        f"assignee={colleague.pk}": {two},
        "assignee=none": {three},
        "tag=vip": {one, two},
        "tag=press": {one},
        "tag=vi": set(),
        "service=twitter": {one, two},
        "service=x&tag=vip": {two},
        "created_from=2024-03-02&created_to=2024-03-02": {one},
        "closed_from=2024-03-02&closed_to=2024-03-02": {three},
        "last_updated_to=2024-03-02": {one, three},
    }
    for query, cases in expected.items():
        assert found(f"tab=all&{query}", me) == {case.pk for case in cases}, query


def test_the_cases_of_who_has_left_are_found_by_their_name() -> None:
    left, unknown = agent(first_name="Nina", last_name="Weber"), agent(first_name="Otto")
    case = CaseFactory(assignee=left)
    for user in (left, unknown):
        user.is_active = False
        user.save()
    option = rf'<option value="{left.pk}"[^>]*>\s*Nina Weber \(inactive\)'
    assert re.search(option, open_list())
    assert "Otto" not in open_list()
    page = open_list(f"tab=open&assignee={left.pk}")
    assert shown(page) == [case.number]
    assert '<bdi dir="auto">Nina Weber (inactive)</bdi>' in page


def test_it_filters_by_whether_the_brand_has_posted() -> None:
    hit = InteractionFactory(author=AuthorFactory(brand_owned=True)).case
    other = InteractionFactory().case
    assert found("brand_owned=yes") == {hit.pk}
    assert found("brand_owned=no") == {other.pk}


@pytest.mark.parametrize("name", ["size", "a__b", "in"])
def test_every_live_field_is_a_filter_by_its_type(name: str) -> None:
    listed, text = f"{name}_l", f"{name}_t"
    values = [{"name": "Very high", "value": "hi'gh"}, {"name": "None", "value": "__none__"}]
    CustomPropertyFactory(
        name=listed, type=PropertyType.SINGLE_SELECT_LIST, list_values=values, label="Priority"
    )
    CustomPropertyFactory(name=name, type=PropertyType.CHECKBOX, label="VIP")
    CustomPropertyFactory(name=text, type=PropertyType.TEXT, label="Order")
    one = CaseFactory(properties={name: "true", listed: "hi'gh", text: 'A "1"'})
    two = CaseFactory(properties={name: "false", listed: "__none__", text: "A"})
    none = CaseFactory()
    expected: dict[str, set[Case]] = {
        f"property_{listed}=hi%27gh": {one},
        f"property_{listed}=__none__": {two},
        f"property_{listed}=__any__": {one, two},
        f"property_{name}=true": {one},
        f"property_{name}=false": {two},
        f"property_{name}=__none__": {none},
        f"property_{text}=A": {two},
        f"property_{text}=A+%221%22": {one},
        f"has_{text}=yes": {one, two},
        f"has_{text}=no": {none},
    }
    for query, cases in expected.items():
        assert found(query) == {case.pk for case in cases}, query


def test_what_the_list_is_narrowed_by_stands_over_it_and_can_be_taken_away() -> None:
    CustomPropertyFactory(
        name="priority",
        label="Priority",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": "Very high", "value": "hi"}],
    )
    page = open_list("tab=open&property_priority=hi&tag=vip")
    chips = re.findall(r'<a href="(\?[^"]*)" aria-label="Remove ([^"]*)"', page)
    assert chips == [
        ("?tab=open&property_priority=hi", "Tag: vip"),
        ("?tab=open&tag=vip", "Priority: Very high"),
    ]


def test_every_live_field_can_be_a_column_by_its_type() -> None:
    CustomPropertyFactory(
        name="priority",
        label="Priority",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": "Very high", "value": "hi"}],
    )
    CustomPropertyFactory(name="vip", label="VIP", type=PropertyType.CHECKBOX)
    CustomPropertyFactory(name="note", label="Note", type=PropertyType.TEXTAREA)
    CustomPropertyFactory(name="old", label="Old", stage="archived")
    CaseFactory(properties={"priority": "hi", "vip": "true", "note": "n" * 500, "old": "gone"})
    page = open_list(
        "columns=property_vip,title,property_priority&columns=property_note,property_old,nothing"
    )
    heads = re.findall(r'role="columnheader" class="case-list-head-(\w+)"', page)
    assert heads == ["property_vip", "title", "property_priority", "property_note"]
    cells = re.sub(r"<[^>]*>", " ", page)
    for text in ("Very high", "Yes", "n" * 119 + "…"):
        assert text in cells
    assert "n" * 120 not in page
    assert "gone" not in page


def test_columns_are_put_in_order_by_the_form_alone() -> None:
    assert read_query("columns=number&columns=title&columns=tags&move_up=tags").columns == (
        "number",
        "tags",
        "title",
    )


def test_headers_say_how_the_list_is_sorted_and_sort_by_what_has_an_index() -> None:
    CaseFactory()
    heads = dict(
        re.findall(
            r'role="columnheader" class="case-list-head-(\w+)"([^>]*)>', open_list("sort=created")
        )
    )
    assert heads["created"].strip() == 'aria-sort="ascending"'
    assert [name for name, rest in heads.items() if rest] == ["created"]
    page = open_list("sort=created")
    assert 'href="?tab=open&sort=-created"' in page
    assert "sort=-title" not in page


def test_marks_stand_where_a_case_needs_a_look_and_nowhere_else() -> None:
    first = CaseFactory()
    CaseFactory(possible_duplicate_of=first, unregistered={"a": 1})
    page = open_list()
    assert page.count("</span>Possible duplicate</span>") == 1
    assert page.count("</span>Unmapped fields</span>") == 1
    Case.objects.update(reviewed_at=timezone.now())
    assert "</span>Possible duplicate</span>" not in open_list()


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("mine", "No open cases are assigned to you"),
        ("closed", "No closed cases yet"),
        ("needs-review", "Nothing needs review"),
    ],
)
def test_each_tab_says_what_it_means_that_it_is_empty(tab: str, words: str) -> None:
    CaseFactory()
    assert words in open_list(f"tab={tab}")


def test_a_search_that_finds_nothing_in_a_tab_leads_to_all_cases() -> None:
    CaseFactory(closed=True)
    page = open_list("tab=open&tag=nothing")
    assert "No matching cases" in page
    assert 'href="?tab=all&tag=nothing">Search all cases' in page


def test_hostile_words_stay_words_in_rows_and_filters() -> None:
    evil = "<script>alert(1)</script>"
    Tag.objects.create(name=evil[:40])
    CaseFactory(title=evil, excerpt=evil, tags=[evil[:40]], services=[evil])
    client = Client()
    client.force_login(team_lead())
    page = client.get(URL, {"tag": evil[:40], "q": ""}).content.decode()
    assert "<script>alert" not in page


def test_it_takes_as_many_queries_for_fifty_rows_as_for_one() -> None:
    CustomPropertyFactory(name="order")
    client = Client()
    client.force_login(team_lead())

    def queries(rows: int, **parameters: Any) -> int:
        for number in range(rows):
            case = CaseFactory(
                assignee=agent() if number % 2 else None,
                tags=["vip"],
                services=["twitter"],
                properties={"order": "A"},
            )
            InteractionFactory(case=case)
        forget()
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(URL, parameters)
        assert answer.content.count(b'class="data-row') == Case.objects.count()
        return len(captured)

    narrowed = {"tag": "vip", "columns": "title,property_order,assignee"}
    assert queries(1) == queries(49)
    assert queries(0, **narrowed) == queries(0, **narrowed) <= queries(0)
