"""Saved views on the case list and on their own pages: save, open, share, start with, delete."""

from html import unescape
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import SavedView, StaffPreferences
from cases.services.saved_views import choose_start_view
from tests.factories import CaseFactory, CustomPropertyFactory, SavedViewFactory, UserFactory, agent
from tests.factories import forget as forget_all

pytestmark = pytest.mark.django_db

LIST = reverse("admin:cases_case_changelist")
VIEWS = reverse("admin:cases_savedview_changelist")
ADD = reverse("admin:cases_savedview_add")
HOSTILE = '"><script>alert(1)</script>'


def url(name: str, view: SavedView) -> str:
    return reverse(f"admin:cases_savedview_{name}", args=(view.pk,))


def sign_in(user: User | None = None) -> Client:
    client = Client()
    client.force_login(user or agent())
    return client


def text(answer: HttpResponse) -> str:
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def opened(client: Client, view: SavedView) -> dict[str, list[str]]:
    """Open a view and return the parameters with which the list is shown."""
    answer = client.get(url("open", view))
    assert answer.status_code == 302
    parts = urlsplit(answer["Location"])
    assert parts.path == LIST
    return parse_qs(parts.query)


def test_the_state_of_the_list_is_saved_without_its_page() -> None:
    user = agent()
    query = "tab=closed&q=refund&service=twitter&sort=created&columns=number,title&n=7&after=5_5"
    answer = sign_in(user).post(ADD, {"name": "Refunds", "query": query}, follow=True)
    assert "“Refunds” was saved." in text(answer)
    view = SavedView.objects.get(owner=user)
    assert parse_qs(view.query) == {
        "tab": ["closed"],
        "q": ["refund"],
        "service": ["twitter"],
        "sort": ["created"],
        "columns": ["number,title"],
    }
    assert not view.shared


def test_what_the_list_does_not_know_is_not_saved() -> None:
    query = "tab=open&foo=1&title__regex=(&columns=title,nonsense&view=3&sort=body&q=%00"
    sign_in().post(ADD, {"name": "Odd", "query": query})
    assert parse_qs(SavedView.objects.get().query) == {"tab": ["open"], "columns": ["title"]}


def test_a_view_opens_the_list_as_it_was() -> None:
    view = SavedViewFactory(query="tab=closed&q=refund&sort=created", shared=True)
    parameters = opened(sign_in(), view)
    assert parameters == {
        "tab": ["closed"],
        "q": ["refund"],
        "sort": ["created"],
        "view": [str(view.pk)],
    }


def test_the_list_offers_own_and_shared_views_with_their_owners() -> None:
    user = agent()
    SavedViewFactory(owner=user, name="My refunds")
    SavedViewFactory(owner__first_name="Mara", owner__last_name="Klein", name="Late", shared=True)
    SavedViewFactory(name="Somebody's secret")
    page = text(sign_in(user).get(LIST))
    for part in ("My refunds", "Late", "Mara Klein"):
        assert part in page
    assert "secret" not in page


def test_the_list_says_which_view_it_shows_and_whether_it_was_changed() -> None:
    user = agent()
    view = SavedViewFactory(owner=user, query="tab=open&q=refund")
    client = sign_in(user)
    same = client.get(LIST, {"view": view.pk, "tab": "open", "q": "refund"})
    bar = same.context["saved_views"]
    assert (bar["current"], bar["is_changed"]) == (view, False)
    other = client.get(LIST, {"view": view.pk, "tab": "open", "q": "late"})
    bar = other.context["saved_views"]
    assert (bar["current"], bar["is_changed"]) == (view, True)
    assert "Update view" in text(other)
    assert "Update view" not in text(same)


def test_a_view_is_recognised_whatever_the_order_of_its_parameters() -> None:
    view = SavedViewFactory(query="q=refund&tab=open", shared=True)
    bar = sign_in().get(LIST, {"tab": "open", "q": "refund"}).context["saved_views"]
    assert (bar["current"], bar["is_changed"], bar["is_own"]) == (view, False, False)


def test_an_own_view_is_updated_to_what_the_list_shows() -> None:
    user = agent()
    view = SavedViewFactory(owner=user)
    answer = sign_in(user).post(
        url("update", view), {"query": f"tab=mine&view={view.pk}&n=2"}, follow=True
    )
    assert "was updated" in text(answer)
    view.refresh_from_db()
    assert view.query == "tab=mine"


def test_an_own_view_is_renamed_and_shared() -> None:
    user = agent()
    view = SavedViewFactory(owner=user, name="Before")
    client = sign_in(user)
    assert 'value="Before"' in text(client.get(url("change", view)))
    client.post(url("change", view), {"name": "After", "shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.shared) == ("After", True)


@pytest.mark.parametrize(
    ("name", "message"), [(" ", "Enter a name"), ("Taken", "already"), ("x" * 81, "80")]
)
def test_a_bad_name_is_told_at_the_field_and_what_was_sent_stays(name: str, message: str) -> None:
    user = agent()
    SavedViewFactory(owner=user, name="Taken")
    answer = sign_in(user).post(ADD, {"name": name, "query": "tab=mine&q=x", "shared": "on"})
    page = text(answer)
    assert message in str(answer.context["form"].errors["name"])
    assert 'value="tab=mine&q=x"' in page
    assert SavedView.objects.count() == 1


def test_a_query_that_is_too_long_is_refused() -> None:
    CustomPropertyFactory(name="a")
    for number in range(5):
        CustomPropertyFactory(name=f"long{number}")
    query = "&".join(f"property_long{number}={'x' * 900}" for number in range(5))
    page = text(sign_in().post(ADD, {"name": "Long", "query": query}))
    assert "too long to save" in page
    assert not SavedView.objects.exists()


def test_an_own_view_is_deleted_after_a_question() -> None:
    user = agent()
    view = SavedViewFactory(owner=user, name="Old", shared=True)
    client = sign_in(user)
    assert "Your team will no longer be able to open it" in text(client.get(url("delete", view)))
    assert SavedView.objects.exists()
    assert "“Old” was deleted." in text(client.post(url("delete", view), follow=True))
    assert not SavedView.objects.exists()


def test_the_view_of_somebody_else_is_used_and_copied_and_not_changed() -> None:
    user, view = agent(), SavedViewFactory(name="Theirs", query="tab=closed", shared=True)
    client = sign_in(user)
    page = text(client.get(VIEWS))
    assert "Theirs" in page
    assert "Rename" not in page
    for name in ("change", "delete", "update"):
        assert client.post(url(name, view), {"name": "Mine"}).status_code == 403
    assert client.get(url("change", view)).status_code == 403
    client.post(url("copy", view))
    copy = SavedView.objects.get(owner=user)
    assert (copy.name, copy.query, copy.shared) == ("Theirs", "tab=closed", False)


def test_a_view_that_is_not_shared_is_not_there_for_others() -> None:
    view, client = SavedViewFactory(), sign_in()
    for name in ("open", "change", "delete"):
        assert client.get(url(name, view)).status_code == 404
    for name in ("copy", "start", "update"):
        assert client.post(url(name, view)).status_code == 404
    assert not StaffPreferences.objects.exists()


def test_cases_in_the_menu_opens_the_start_view_and_every_other_address_itself() -> None:
    user, view = agent(), SavedViewFactory(query="tab=closed", shared=True)
    client = sign_in(user)
    assert client.get(LIST).status_code == 200
    client.post(url("start", view))
    answer = client.get(LIST)
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?tab=closed&view={view.pk}")
    assert client.get(LIST, follow=True).redirect_chain == [(answer["Location"], 302)]
    assert client.get(LIST, {"tab": "open"}).status_code == 200
    client.post(url("start", view), {"off": "1"})
    assert client.get(LIST).status_code == 200


def test_the_start_view_counts_also_where_more_are_shared_than_a_menu_lists(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cases.selectors.saved_views.SHOWN_VIEWS", 2)
    for name in ("A", "B"):
        SavedViewFactory(name=name, shared=True)
    client, last = sign_in(), SavedViewFactory(name="Last", query="tab=closed", shared=True)
    client.post(url("start", last))
    assert client.get(LIST)["Location"] == f"{LIST}?tab=closed&view={last.pk}"
    page = text(client.get(VIEWS))
    assert "Last" in page
    assert "Remove as my start view" in page
    assert "Showing 2 views, here and in the menu. 1 more shared view isn't listed." in page
    last.delete()
    assert "views are listed" not in text(client.get(VIEWS))


def test_a_start_view_of_everything_leads_to_no_circle() -> None:
    user = agent()
    choose_start_view(user=user, view=SavedViewFactory(owner=user, query=""))
    answer = sign_in(user).get(LIST, follow=True)
    assert answer.status_code == 200
    assert len(answer.redirect_chain) == 1


def test_saving_can_make_it_the_start_view_and_changing_can_end_that() -> None:
    user = agent()
    client = sign_in(user)
    client.post(ADD, {"name": "Start", "query": "tab=mine", "start": "on"})
    view = SavedView.objects.get()
    assert StaffPreferences.objects.get(user=user).start_view == view
    client.post(url("change", view), {"name": "Start"})
    assert StaffPreferences.objects.get(user=user).start_view is None


def test_changing_another_view_leaves_the_start_view() -> None:
    user = agent()
    start, other = SavedViewFactory(owner=user), SavedViewFactory(owner=user)
    choose_start_view(user=user, view=start)
    sign_in(user).post(url("change", other), {"name": "Other"})
    assert StaffPreferences.objects.get(user=user).start_view == start


def test_a_view_opens_without_what_no_longer_exists_and_says_so() -> None:
    CustomPropertyFactory(name="club", label="Club number", stage="archived")
    query = "tab=open&property_club=A1&assignee=987654&tag=gone&service=twitter"
    view = SavedViewFactory(name="Old", query=f"{query}&columns=number,property_club", shared=True)
    client = sign_in()
    assert opened(client, view) == {
        "tab": ["open"],
        "service": ["twitter"],
        "columns": ["number"],
        "view": [str(view.pk)],
    }
    page = text(client.get(LIST, {"tab": "open"}))
    assert "“Old” is shown without parts that no longer exist:" in page
    for part in ("Club number", "Assignee: 987654", "Tag: gone"):
        assert part in page


def test_a_view_opens_without_a_tag_that_no_database_can_hold() -> None:
    user = agent()
    client = sign_in(user)
    client.post(ADD, {"name": "Odd", "query": "tab=open&tag=%00", "start": "on"})
    assert opened(client, SavedView.objects.get())["tab"] == ["open"]
    assert "“Odd” is shown without parts that no longer exist" in text(
        client.get(LIST, follow=True)
    )


def test_a_view_with_all_it_asks_for_says_nothing() -> None:
    user = agent()
    CustomPropertyFactory(name="club")
    view = SavedViewFactory(
        query=f"tab=open&property_club=A1&assignee={user.pk}&columns=title,property_club",
        shared=True,
    )
    client = sign_in(user)
    opened(client, view)
    assert "no longer exists" not in text(client.get(LIST, {"tab": "open"}))


def test_a_view_names_who_has_left() -> None:
    left = agent(first_name="Nina", last_name="Weber")
    CaseFactory(assignee=left)
    left.is_active = False
    left.save()
    SavedViewFactory(query=f"tab=open&assignee={left.pk}", shared=True)
    assert "Nina Weber (inactive)" in text(sign_in().get(VIEWS))


def test_it_takes_as_many_queries_for_many_views_as_for_one() -> None:
    user = agent()
    client = sign_in(user)
    CaseFactory()

    def queries(address: str) -> int:
        forget_all()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def add(number: int) -> None:
        for _ in range(number):
            SavedViewFactory(owner=user, query="tab=open&assignee=me&tag=vip&service=twitter")
            SavedViewFactory(shared=True, query="tab=open&assignee=me&tag=vip&service=x")

    add(1)
    addresses = (f"{LIST}?tab=all", VIEWS)
    few = [queries(address) for address in addresses]
    add(10)
    assert [queries(address) for address in addresses] == few


def test_hostile_names_and_values_are_shown_as_text() -> None:
    user = agent()
    view = SavedViewFactory(
        owner=user, name=HOSTILE, query="tab=open&q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    )
    client = sign_in(user)
    pages = [
        client.get(address, follow=True).content.decode()
        for address in (VIEWS, url("open", view), url("change", view), url("delete", view))
    ]
    assert "<script>alert(1)" not in "".join(pages)
    assert all("&lt;script&gt;alert(1)" in page for page in pages)


def test_without_views_the_page_says_how_to_save_one() -> None:
    assert "No saved views yet" in text(sign_in().get(VIEWS))


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_see_cases_has_no_views(method: str) -> None:
    view = SavedViewFactory(shared=True)
    client = sign_in(UserFactory())
    addresses = [VIEWS, ADD, *(url(name, view) for name in ("open", "change", "delete"))]
    for address in addresses:
        answer: Any = getattr(client, method)(address)
        assert answer.status_code == 403, address
    for name in ("update", "start", "copy"):
        assert client.post(url(name, view)).status_code == 403


def test_who_may_only_look_at_cases_has_views_too() -> None:
    user: User = UserFactory.create()
    user.user_permissions.add(Permission.objects.get(codename="view_case"))
    sign_in(user).post(ADD, {"name": "Mine", "query": "tab=open"})
    assert SavedView.objects.get().owner == user


def test_a_view_from_before_the_tab_was_renamed_still_opens_it() -> None:
    view = SavedViewFactory(query="tab=attention&service=twitter")
    migration: Any = import_module("cases.migrations.0014_needs_review_tab")
    migration.rename(apps, None)
    view.refresh_from_db()
    assert view.query == "tab=needs-review&service=twitter"
    migration.rename_back(apps, None)
    view.refresh_from_db()
    assert view.query == "tab=attention&service=twitter"
