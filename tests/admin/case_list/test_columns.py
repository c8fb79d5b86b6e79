"""The case list: what it shows, finds, filters, closes and reopens."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.choices import ObjectType, PropertyType
from cases.models import Case
from tests.factories import (
    AuthorFactory,
    CaseFactory,
    CustomerFactory,
    CustomPropertyFactory,
    InteractionFactory,
    UserFactory,
    agent,
    forget,
    team_lead,
)

pytestmark = pytest.mark.django_db

URL = reverse("admin:cases_case_changelist")


def sign_in(user: User | None = None) -> Client:
    client = Client()
    client.force_login(user or agent())
    return client


def open_list(user: User | None = None, **parameters: Any) -> str:
    answer = sign_in(user).get(URL, parameters)
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def numbers(**parameters: Any) -> set[str]:
    """Return the numbers of the cases that the list shows for those parameters."""
    return set(re.findall(r">(CP-\d+)</a>", open_list(**parameters)))


def row(page: str, case: Case) -> str:
    """Return the text of a case's row, without its tags."""
    found = re.search(
        rf'<tr class="data-row(?:(?!</tr>).)*>{case.number}<.*?</tr>', page, re.DOTALL
    )
    assert found, case.number
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def run(action: str, *cases: Case, user: User | None = None, **more: Any) -> str:
    """Run an action on the selected cases and return the page that follows."""
    data = {"action": action, "_selected_action": [case.pk for case in cases], "index": 0, **more}
    answer = sign_in(user).post(URL, data, follow=True)
    return unescape(answer.content.decode())


def viewer() -> User:
    user: User = UserFactory.create()
    user.user_permissions.add(Permission.objects.get(codename="view_case"))
    return user


def test_it_shows_what_staff_need_of_each_case() -> None:
    case = CaseFactory(
        title="Refund <b>missing</b>",
        customer__id="C-88",
        excerpt="Where is my money?",
        services=["facebook", "twitter"],
        tags=["press"],
        assignee=agent(first_name="Nina", last_name="Alvarez"),
        created=timezone.now() - timedelta(days=2, minutes=5),
        last_updated=timezone.now() - timedelta(hours=3, minutes=5),
    )

    shown = row(open_list(), case)

    for part in ("Refund", "C-88", "facebook", "twitter", "Where is my money?", "press", "Open"):
        assert part in shown
    assert "2 d ago 3 h ago Nina Alvarez" in shown


def test_it_escapes_a_title() -> None:
    CaseFactory(title="<script>alert(1)</script>")
    page = sign_in().get(URL).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_case_links_to_its_page() -> None:
    case = CaseFactory()
    assert f"/admin/cases/case/{case.pk}/change/" in open_list()


def test_the_customer_is_a_link_only_for_who_may_see_customers() -> None:
    CaseFactory(customer__id="C 1/2")
    link = 'href="/admin/cases/customer/C 1_2F2/change/"'.replace(" ", "%20")
    assert link in open_list(team_lead())
    assert link not in open_list(agent())


def test_the_case_updated_last_comes_first() -> None:
    old = CaseFactory(last_updated=timezone.now() - timedelta(days=2))
    new = CaseFactory()
    page = open_list()
    assert page.index(f">{new.number}<") < page.index(f">{old.number}<")


def test_it_takes_as_many_queries_for_fifty_rows_as_for_five() -> None:
    CustomPropertyFactory(
        type=PropertyType.SINGLE_SELECT_LIST, list_values=[{"name": "A", "value": "a"}]
    )
    CustomPropertyFactory(object_type=ObjectType.CUSTOMER, name="fullName")
    client = sign_in(team_lead())

    def queries(rows: int) -> int:
        for _ in range(rows):
            case = CaseFactory(
                assignee=agent(),
                tags=["a"],
                services=["twitter"],
                properties={"field0": "a"},
                customer__properties={"fullName": "Ada Lind"},
            )
            InteractionFactory(case=case)
        forget()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(URL).content.count(b'class="data-row') == Case.objects.count()
        return len(captured)

    few, many = queries(5), queries(45)
    assert few == many
    assert many <= 16


def test_it_stops_counting_at_a_bound_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.admin.common.changelist.COUNTED_ROWS", 3)
    CaseFactory.create_batch(3)
    assert re.search(r"\s3 cases\s", open_list())
    CaseFactory()
    assert re.search(r"\s3\+ cases\s", open_list())


def test_it_says_so_when_no_case_has_arrived() -> None:
    page = open_list()
    assert "No cases yet" in page
    assert "No matching cases" not in page


def test_it_says_so_when_nothing_matches() -> None:
    CaseFactory(services=["twitter"])
    assert "No matching cases" in open_list(q="no such thing")
    assert "No matching cases" in open_list(service="facebook")
    assert "No closed cases yet" in open_list(tab="closed")


@pytest.mark.parametrize("form", ["CP-{}", "cp{}", "cp-{}", "#{}", "{}"])
def test_it_finds_a_number_however_it_is_written(form: str) -> None:
    case, _ = CaseFactory(title="a", customer__id="x"), CaseFactory(title="b", customer__id="y")
    assert numbers(q=form.format(case.pk)) == {case.number}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("title", "SUITCASE"),
        ("description", "brown leather"),
        ("customer", "c-77"),
        ("handle", "@mara_k"),
        ("handle", "mara_k"),
        ("text", "carousel 7"),
    ],
)
def test_it_finds_a_case_by_what_stands_in_it(place: str, words: str) -> None:
    case = CaseFactory(title="My suitcase", description="Brown, of leather", customer__id="XC-77Y")
    InteractionFactory(case=case, author__handle="Mara_K", body="Seen at carousel no. 7")
    InteractionFactory(body="Another case")
    assert numbers(q=words) == {case.number}, place


def test_every_word_must_be_found_but_each_in_its_own_place() -> None:
    case = CaseFactory(title="Refund")
    InteractionFactory(case=case, author__handle="hans")
    CaseFactory(title="Refund for somebody else")
    assert numbers(q="refund hans") == {case.number}


def test_a_case_found_in_many_posts_appears_once() -> None:
    case = CaseFactory()
    InteractionFactory.create_batch(3, case=case, body="parcel")
    assert open_list(q="parcel").count('class="data-row') == 1


def test_a_percent_sign_is_no_wildcard() -> None:
    other = CaseFactory(title="100 euros")
    hit = CaseFactory(title="100% sure")
    assert numbers(q="100%") == {hit.number, other.number}
    assert numbers(q="%") == numbers(q="1%s") == set()


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=a%00b",
        "service=%00",
        "tab=%00",
        "title__regex=(",
        "foo=1",
        "p=99999",
        "q=99999999999999999999",
        "q=" + "a+" * 300,
        "last_updated_from=0001-01-01&last_updated_to=9999-12-31",
        "created_from=x",
        "o=1.2.99.-3",
        "service=%ff",
    ],
)
def test_an_odd_address_never_breaks_the_list(query: str) -> None:
    CaseFactory()
    answer = sign_in().get(f"{URL}?{query}", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain in ([], [(f"{URL}?e=1", 302)])


def test_it_filters_by_status() -> None:
    still_open, closed = CaseFactory(), CaseFactory(closed=True)
    assert numbers(tab="all") == {still_open.number, closed.number}
    assert numbers(tab="open") == {still_open.number}
    assert numbers(tab="closed") == {closed.number}


def test_it_filters_by_service_and_offers_those_that_exist() -> None:
    hit = CaseFactory(services=["facebook", "instagram"])
    CaseFactory(services=["twitter"])
    InteractionFactory(case=hit, service="instagram")
    assert numbers(service="instagram") == {hit.number}
    assert '<option value="instagram">' in open_list()
    assert '<option value="myspace"' not in open_list()


def test_it_filters_by_whether_the_brand_has_posted() -> None:
    hit = InteractionFactory(author=AuthorFactory(brand_owned=True)).case
    InteractionFactory(case=hit)
    other, empty = InteractionFactory().case, CaseFactory()
    assert numbers(brand_owned="yes") == {hit.number}
    assert numbers(brand_owned="no") == {other.number, empty.number}


def test_it_filters_by_unregistered_keys() -> None:
    hit, other = CaseFactory(unregistered={"campaign": "x"}), CaseFactory()
    assert numbers(unregistered="yes") == {hit.number}
    assert numbers(unregistered="no") == {other.number}


def test_a_range_of_days_includes_both_ends() -> None:
    def case_at(*moment: int) -> Case:
        return CaseFactory(created=datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type]

    case_at(2024, 3, 1, 23, 59)
    first, last = case_at(2024, 3, 2, 0, 0), case_at(2024, 3, 4, 23, 59)
    case_at(2024, 3, 5, 0, 0)
    assert numbers(created_from="2024-03-02", created_to="2024-03-04") == {
        first.number,
        last.number,
    }


@pytest.mark.parametrize("name", ["priority", "a__b", "in"])
def test_each_live_list_field_is_a_filter(name: str) -> None:
    values = [{"name": "Very high", "value": "hi'gh"}, {"name": "Low", "value": "low"}]
    CustomPropertyFactory(
        name=name,
        label="Priority",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=values,
    )
    hit = CaseFactory(properties={name: "hi'gh"})
    CaseFactory(properties={name: "low"})
    CaseFactory()
    assert numbers(**{f"property_{name}": "hi'gh"}) == {hit.number}
    assert ">Priority</bdi></label>" in open_list()


def test_a_list_field_that_is_not_live_is_no_filter() -> None:
    CustomPropertyFactory(label="Priority", type=PropertyType.SINGLE_SELECT_LIST, stage="archived")
    assert "Priority" not in open_list()


def test_who_may_only_look_has_no_actions() -> None:
    case = CaseFactory()
    user = viewer()
    assert "close_selected" not in open_list(user)
    run("close_selected", case, user=user)
    case.refresh_from_db()
    assert case.is_open


def test_who_may_not_see_cases_is_refused() -> None:
    assert sign_in(UserFactory()).get(URL).status_code == 403


def test_nobody_adds_or_deletes_a_case() -> None:
    case = CaseFactory()
    client = sign_in(UserFactory(is_superuser=True))
    assert client.get(reverse("admin:cases_case_add")).status_code == 403
    delete = reverse("admin:cases_case_delete", args=(case.pk,))
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(URL).content.decode()
    assert Case.objects.filter(pk=case.pk).exists()


def test_it_shows_the_cases_of_one_customer() -> None:
    customer = CustomerFactory(id="C-1")
    hit = CaseFactory(customer=customer)
    CaseFactory()
    assert numbers(customer__id__exact="C-1") == {hit.number}


def test_a_cell_tells_its_columns_label_without_what_turns_its_direction() -> None:
    CustomPropertyFactory.create(name="club", label="Club \u202elevel")
    CaseFactory.create(properties={"club": "gold"})
    page = open_list(columns="title,property_club")
    assert 'data-label="Club [U+202E]level"' in page
    assert "\u202e" not in page
