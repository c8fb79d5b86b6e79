"""Saved views of the case list: who may do what with them, and what is refused."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from cases.errors import NotFound, ValidationFailed
from cases.models import SavedView
from cases.selectors.saved_views import find_view, is_start, list_views, vanished_values
from cases.services import saved_views
from cases.services.incoming import Actor
from cases.services.saved_views import (
    change_view,
    choose_start_view,
    copy_view,
    delete_view,
    save_view,
    update_view,
)
from cases.services.tags import tag_cases
from tests.factories import CaseFactory, SavedViewFactory, UserFactory, agent

pytestmark = pytest.mark.django_db


def save(owner: User, **values: Any) -> SavedView:
    return save_view(owner=owner, **{"name": "Refunds", "query": "tab=open&q=refund", **values})


def names(user: User) -> list[str]:
    return [view.name for view in list_views(user)]


def start(user: User) -> str | None:
    return next((view.name for view in list_views(user) if is_start(view)), None)


def problems(act: Any, *args: Any, **values: Any) -> dict[str, str]:
    with pytest.raises(ValidationFailed) as refusal:
        act(*args, **values)
    return {problem.name: problem.message for problem in refusal.value.fields}


def test_a_view_is_its_owners_until_it_is_shared() -> None:
    owner, colleague = agent(), agent()
    view = save(owner)
    assert (names(owner), names(colleague)) == (["Refunds"], [])
    assert find_view(colleague, view.pk) is None
    change_view(view_id=view.pk, owner=owner, name="All refunds", shared=True)
    assert names(colleague) == ["All refunds"]


def test_own_views_come_first_and_names_are_sorted_as_people_do() -> None:
    owner = agent()
    for name in ("zebra", "Apple", "mango"):
        save(owner, name=name)
    SavedViewFactory(name="Aardvark", shared=True)
    assert names(owner) == ["Apple", "mango", "zebra", "Aardvark"]


def test_views_are_listed_in_one_query(django_assert_num_queries: Any) -> None:
    user = agent()
    for number in range(20):
        save(user, name=f"Own {number}")
        SavedViewFactory(shared=True)
    with django_assert_num_queries(1):
        assert len([(view.owner.username, is_start(view)) for view in list_views(user)]) == 40


@pytest.mark.parametrize(
    ("values", "at", "message"),
    [
        ({"name": " \t"}, "name", "Enter a name"),
        ({"name": "\u200b"}, "name", "Enter a name"),
        ({"name": "\u2060 \u3164\ufe0f"}, "name", "Enter a name"),
        ({"name": "x" * 81}, "name", "at most 80"),
        ({"name": "a\x00b"}, "name", "NUL"),
        ({"name": "Taken"}, "name", "already"),
        ({"query": "q=" + "x" * 4_000}, "query", "too long"),
        ({"query": "q=\x00"}, "query", "too long"),
    ],
)
def test_it_refuses_with_the_field_at_fault(values: dict[str, str], at: str, message: str) -> None:
    owner = agent()
    save(owner, name="Taken")
    assert message in problems(save, owner, **values)[at]
    assert names(owner) == ["Taken"]


def test_two_people_may_use_the_same_name() -> None:
    save(agent(), name="Refunds")
    assert save(agent(), name=" Refunds ").name == "Refunds"


def test_a_person_has_so_many_views_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    owner = agent()
    save(owner, name="one")
    view = save(owner, name="two")
    assert "Delete one" in problems(save, owner, name="three")[""]
    assert "Delete one" in problems(copy_view, view=view, owner=owner)[""]


def test_nobody_changes_the_view_of_somebody_else() -> None:
    view, other = SavedViewFactory(shared=True, name="Theirs"), agent()
    for act, values in (
        (change_view, {"name": "Mine", "shared": False}),
        (update_view, {"query": "tab=closed"}),
        (delete_view, {}),
    ):
        with pytest.raises(NotFound):
            act(view_id=view.pk, owner=other, **values)
    view.refresh_from_db()
    assert (view.name, view.shared, view.query) == ("Theirs", True, "tab=all")


def test_renaming_to_a_name_in_use_is_refused_and_changes_nothing() -> None:
    owner = agent()
    save(owner, name="one")
    view = save(owner, name="two")
    assert (
        "already"
        in problems(change_view, view_id=view.pk, owner=owner, name="one", shared=True)["name"]
    )
    view.refresh_from_db()
    assert (view.name, view.shared) == ("two", False)


def test_a_copy_is_ones_own_and_not_shared_under_a_free_name() -> None:
    owner = agent()
    view = SavedViewFactory(name="x" * 80, shared=True, query="tab=mine")
    copies = [copy_view(view=view, owner=owner) for _ in range(3)]
    assert [copy.name for copy in copies] == ["x" * 80, "x" * 76 + " (2)", "x" * 76 + " (3)"]
    assert {(copy.owner, copy.shared, copy.query) for copy in copies} == {
        (owner, False, "tab=mine")
    }


def test_a_start_view_is_each_persons_own_choice() -> None:
    view, one, two = SavedViewFactory(shared=True, name="Team"), agent(), agent()
    choose_start_view(user=one, view=view)
    assert (start(one), start(two)) == ("Team", None)
    choose_start_view(user=one, view=None)
    assert start(one) is None


def test_a_start_view_that_is_deleted_or_no_longer_shared_is_none_any_more() -> None:
    owner, colleague = agent(), agent()
    view = save(owner, shared=True)
    for user in (owner, colleague):
        choose_start_view(user=user, view=view)
    change_view(view_id=view.pk, owner=owner, name="Refunds", shared=False)
    change_view(view_id=view.pk, owner=owner, name="Refunds", shared=True)
    assert (start(owner), start(colleague)) == ("Refunds", None)
    delete_view(view_id=view.pk, owner=owner)
    assert start(owner) is None


def test_it_tells_which_accounts_and_tags_are_gone() -> None:
    user = UserFactory()
    tag_cases(case_ids=[CaseFactory().pk], actor=Actor.from_user(user), add=["vip"])
    there = {"assignee": str(user.pk), "tag": "vip", "service": "gone"}
    assert vanished_values(there) == []
    assert vanished_values({"assignee": "me"}) == vanished_values({"assignee": "none"}) == []
    gone = {"assignee": str(user.pk + 1), "tag": "nowhere"}
    assert vanished_values(gone) == ["assignee", "tag"]
