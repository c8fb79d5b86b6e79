"""The dashboard, the navigation, the login and the pages for errors."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.choices import ObjectType, PropertyStage
from cases.models import ApiKey
from cases.services.case_status import close_cases
from cases.services.incoming import Actor
from tests.factories import (
    PASSWORD,
    CaseFactory,
    CustomerFactory,
    CustomPropertyFactory,
    InteractionFactory,
    UserFactory,
    administrator,
    agent,
    forget,
    issue_header,
    team_lead,
)

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")
HOSTILE = '"><script>alert(1)</script>'


def open_home(client: Client, user: Any) -> Any:
    """Return the dashboard as `user` sees it."""
    client.force_login(user)
    response = client.get(HOME)
    assert response.status_code == 200
    return response


def navigation(response: Any) -> list[str]:
    """Return the titles in the sidebar."""
    return [
        item["title"] for group in response.context["sidebar_navigation"] for item in group["items"]
    ]


def titles(response: Any) -> list[str]:
    """Return the titles of what needs attention."""
    return [notice.title for notice in response.context["notices"]]


def test_it_counts_the_work_and_what_happened_today(client: Client) -> None:
    yesterday = timezone.now() - timedelta(days=1, hours=1)
    CaseFactory.create_batch(2)
    old = CaseFactory.create(created=yesterday)
    CaseFactory.create(created=yesterday, closed=True)
    close_cases(case_ids=[old.pk], actor=Actor(name="Ann"))
    me = agent()
    CaseFactory.create(created=yesterday, assignee=me)
    CaseFactory.create(created=yesterday, assignee=agent(), unregistered={"x": "1"})
    tiles = open_home(client, me).context["tiles"]
    assert [(tile.number, tile.label) for tile in tiles] == [
        ("4", "open cases"),
        ("2", "opened today"),
        ("1", "closed today"),
        ("1", "assigned to me"),
        ("2", "unassigned"),
        ("1", "needs review"),
    ]


def test_it_shows_the_newest_open_cases_with_customer_and_services(client: Client) -> None:
    now = timezone.now()
    cases = [CaseFactory.create(created=now - timedelta(hours=hours)) for hours in range(10)]
    CaseFactory.create(closed=True)
    for service in ("twitter", "facebook"):
        InteractionFactory.create(case=cases[0], service=service)
    newest = open_home(client, team_lead()).context["newest"]
    assert [row.case for row in newest] == cases[:6]
    assert newest[0].posts.services == ("facebook", "twitter")
    assert cases[0].customer_id in newest[0].customer
    assert "<a " in newest[0].customer


def test_it_shows_what_nobody_works_on_the_longest_untouched_first(client: Client) -> None:
    now = timezone.now()
    long_ago, lately = now - timedelta(days=30), now - timedelta(days=2)
    touched = CaseFactory.create(created=long_ago, last_updated=now)
    waits = CaseFactory.create(created=lately, last_updated=lately)
    CaseFactory.create(created=long_ago, assignee=agent())
    waiting = open_home(client, agent()).context["waiting"]
    assert [row.case for row in waiting] == [waits, touched]


def test_an_agent_gets_no_link_to_a_customer_and_no_word_of_settings(client: Client) -> None:
    CaseFactory.create(unregistered={"x": "1"})
    CustomPropertyFactory.create(stage=PropertyStage.DRAFT)
    response = open_home(client, agent())
    assert "/admin/cases/customer/" not in response.content.decode()
    assert titles(response) == ["1 open case needs review"]
    assert response.context["steps"] == []


def test_it_tells_an_administrator_what_needs_attention(client: Client) -> None:
    CaseFactory.create(unregistered={"x": "1"})
    CaseFactory.create_batch(2, unregistered={"y": "1"})
    CustomPropertyFactory.create(stage=PropertyStage.DRAFT)
    response = open_home(client, administrator())
    assert titles(response) == [
        "No API key is active",
        "3 open cases need review",
        "3 cases have unmapped fields",
        "1 custom field is a draft",
    ]
    for notice in response.context["notices"][1:3]:
        assert client.get(notice.url).content.decode().count("Parcel ") >= 3


def test_it_says_where_a_key_was_never_used_and_where_one_ends_soon(client: Client) -> None:
    CaseFactory.create()
    issue_header("Khoros")
    ApiKey.objects.update(expiry_date=timezone.now() + timedelta(days=3))
    assert titles(open_home(client, administrator())) == [
        "No active API key has been used yet",
        "An API key of Khoros expires soon",
    ]


def test_it_says_nothing_of_keys_where_all_is_well(client: Client) -> None:
    CaseFactory.create()
    issue_header()
    ApiKey.objects.update(last_used=timezone.now())
    response = open_home(client, administrator())
    assert titles(response) == []
    assert "Needs attention" not in response.content.decode()


def test_an_empty_portal_tells_an_administrator_how_to_connect_khoros(client: Client) -> None:
    response = open_home(client, administrator())
    content = response.content.decode()
    assert [step.done for step in response.context["steps"]] == [False, False, False]
    assert "http://testserver" in content
    assert "No cases yet" in content
    issue_header()
    CustomPropertyFactory.create()
    steps = client.get(HOME).context["steps"]
    assert [step.done for step in steps] == [True, False, True]


def test_an_empty_portal_tells_an_agent_what_will_happen(client: Client) -> None:
    content = open_home(client, agent()).content.decode()
    assert "No cases yet" in content
    assert "Issue a key" not in content


def test_a_portal_where_all_is_closed_says_so(client: Client) -> None:
    CaseFactory.create(closed=True)
    assert "Every case is closed" in open_home(client, agent()).content.decode()


def test_who_has_no_role_is_told_whom_to_ask(client: Client) -> None:
    CaseFactory.create(title="Not for everybody")
    response = open_home(client, UserFactory.create())
    content = response.content.decode()
    assert "You have no role yet" in content
    assert "Not for everybody" not in content
    assert navigation(response) == ["Dashboard"]


def test_hostile_texts_stay_texts(client: Client) -> None:
    customer = CustomerFactory.create(id=HOSTILE)
    InteractionFactory.create(case__title=HOSTILE, case__customer=customer, service=HOSTILE)
    issue_header(HOSTILE)
    ApiKey.objects.update(expiry_date=timezone.now() + timedelta(days=3))
    content = open_home(client, administrator(first_name=HOSTILE)).content.decode()
    assert "&lt;script&gt;alert" in content
    assert "<script>alert" not in content


@pytest.mark.parametrize(("maker", "most"), [(agent, 18), (team_lead, 18), (administrator, 22)])
def test_it_takes_the_same_queries_however_much_there_is(
    client: Client, maker: Any, most: int
) -> None:
    def grow(number: int) -> None:
        for case in CaseFactory.create_batch(number, unregistered={"x": "1"}):
            InteractionFactory.create_batch(3, case=case)
            CaseFactory.create(closed=True, services=[f"s{case.pk}"])
            CaseFactory.create(assignee=agent(), services=[f"s{case.pk}"])
        CustomPropertyFactory.create_batch(3, stage=PropertyStage.DRAFT)
        issue_header()

    def count() -> int:
        forget()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HOME).status_code == 200
        return len(queries)

    client.force_login(maker())
    CustomPropertyFactory.create(object_type=ObjectType.CUSTOMER)
    grow(1)
    before = count()
    grow(10)
    assert count() == before
    assert before <= most


WORK = ["Dashboard", "Cases", "Customers", "Authors"]
SETTINGS = ["Custom fields", "API keys", "Requests", "Users", "Contract console"]


@pytest.mark.parametrize(
    ("maker", "expected"),
    [
        (agent, ["Dashboard", "Cases", "Authors"]),
        (team_lead, WORK),
        (administrator, [*WORK, *SETTINGS]),
    ],
)
def test_the_navigation_has_what_the_user_may_open(
    client: Client, maker: Any, expected: list[str]
) -> None:
    response = open_home(client, maker())
    assert navigation(response) == expected
    for group in response.context["sidebar_navigation"]:
        for item in group["items"]:
            assert client.get(item["link"]).status_code == 200, item["title"]


def test_the_navigation_counts_open_cases_only_so_far(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def badge() -> Any:
        return open_home(client, user).context["sidebar_navigation"][0]["items"][1].get("badge")

    user = agent()
    assert badge() is None
    CaseFactory.create_batch(3)
    assert badge() == "3"
    monkeypatch.setattr("cases.selectors.dashboard.notices.BADGE_LIMIT", 2)
    assert badge() == "2+"


def test_the_root_leads_to_the_back_office(client: Client) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, HOME)


@pytest.mark.parametrize("path", ["/admin/cases/", "/admin/auth/"])
def test_a_bare_list_of_models_is_not_shown(client: Client, path: str) -> None:
    client.force_login(administrator())
    assert client.get(path)["Location"] == HOME


def test_who_signs_in_arrives_at_home_or_where_they_wanted_to_go(client: Client) -> None:
    login, fields = reverse("admin:login"), {"username": agent().username, "password": PASSWORD}
    assert "Case Portal" in client.get(login).content.decode()
    assert client.post(login, fields)["Location"] == HOME
    wanted = reverse("admin:cases_case_changelist")
    assert Client().post(f"{login}?next={wanted}", fields)["Location"] == wanted


def test_who_signs_out_is_told_so_and_can_sign_in_again(client: Client) -> None:
    client.force_login(agent())
    page = client.post(reverse("admin:logout")).content.decode()
    assert "<h1" in page
    assert "You're signed out</h1>" in page
    assert f'href="{reverse("admin:index")}">Sign in again</a>' in page


def test_a_page_for_nobody_asks_to_sign_in(client: Client) -> None:
    response = client.get(HOME)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))


def test_an_unknown_page_says_so_in_the_portals_own_words(client: Client) -> None:
    client.force_login(agent())
    response = client.get("/admin/nothing/")
    assert response.status_code == 404
    content = response.content.decode()
    assert "Page not found" in content
    assert f'href="{HOME}"' in content


def test_an_expired_form_says_so(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("admin:login"), {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_an_error_of_the_portal_says_so_and_nothing_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("cases.admin.dashboard.view.case_figures", fail)
    client.force_login(agent())
    client.raise_request_exception = False
    response = client.get(HOME)
    assert response.status_code == 500
    content = response.content.decode()
    assert "Something went wrong" in content
    assert "secret of the house" not in content


def test_every_page_carries_the_portals_own_name_and_icon(client: Client) -> None:
    content = open_home(client, agent()).content.decode()
    assert re.search(r'rel="icon" href="/static/cases/favicon[^"]*\.svg"', content)
    assert "Django" not in content
    assert "View site" not in content
