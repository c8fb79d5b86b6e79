"""What staff and Khoros do to a case: the same history and timestamps, whoever does it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Case, CaseEvent
from cases.services.activity import ActionResult
from cases.services.case_status import close_cases, reopen_cases
from cases.services.cases import open_case, update_case
from cases.services.incoming import Actor, CasePatch, KhorosContext, NewCase, NewInteraction
from tests.factories import CaseFactory, agent

pytestmark = pytest.mark.django_db


def old_case(**values: object) -> Case:
    """Return a case that was last updated an hour ago."""
    return CaseFactory.create(created=timezone.now() - timedelta(hours=1), **values)


def test_closing_keeps_who_when_and_why_it_moved() -> None:
    case, user = old_case(), agent(username="nina")
    assert close_cases(case_ids=[case.pk], actor=Actor.from_user(user)).changed == [case.pk]

    before = case.last_updated
    case.refresh_from_db()
    event = CaseEvent.objects.get()
    assert (case.status, case.closed_by) == ("closed", "nina")
    assert case.closed_at == case.last_updated == event.at
    assert case.last_updated > before
    assert (event.case_id, event.kind, event.user, event.actor) == (
        case.pk,
        "closed",
        user,
        "nina",
    )
    assert event.changes == {"status": ["open", "closed"]}


def test_reopening_forgets_the_closing_but_keeps_its_history() -> None:
    case = old_case()
    close_cases(case_ids=[case.pk], actor=Actor("nina"))
    assert reopen_cases(case_ids=[case.pk], actor=Actor("omar")).changed == [case.pk]

    case.refresh_from_db()
    assert (case.status, case.closed_at, case.closed_by) == ("open", None, "")
    events = CaseEvent.objects.order_by("at", "id").values_list("kind", "actor")
    assert list(events) == [("closed", "nina"), ("reopened", "omar")]


def test_closing_a_closed_case_changes_nothing() -> None:
    case = old_case(closed=True)
    assert close_cases(case_ids=[case.pk], actor=Actor("nina")) == ActionResult(unchanged=[case.pk])
    assert Case.objects.get(pk=case.pk).last_updated == case.last_updated
    assert not CaseEvent.objects.exists()


def test_many_cases_close_at_once_and_only_those_that_are_open_count() -> None:
    cases = [*CaseFactory.create_batch(3), CaseFactory(closed=True)]
    ids = [case.pk for case in cases]
    assert close_cases(case_ids=[*ids, 2**62], actor=Actor("nina")).changed == ids[:3]
    assert CaseEvent.objects.count() == 3


def test_changing_properties_leaves_the_others_alone_and_records_both_sides() -> None:
    case = old_case(properties={"club": "1", "priority": "high"})
    patch = CasePatch(properties={"club": "2", "priority": "high", "note": ""})
    update_case(case_id=case.pk, patch=patch, actor=Actor("nina"))

    before = case.last_updated
    case.refresh_from_db()
    assert case.properties == {"club": "2", "priority": "high"}
    assert case.last_updated > before
    assert CaseEvent.objects.get().changes == {"club": ["1", "2"]}


@pytest.mark.parametrize(
    ("bodies", "excerpt"),
    [
        ([("Lost", 0), ("Found", 1)], "Found"),
        ([("Lost", 1), ("Found", 0)], "Lost"),
        ([("Lost", 0), (" \n ", 1), ("", 2), ("\ufeff", 3)], "Lost"),
        ([("First", 0), ("Second", 0)], "Second"),
        ([(" ", 0), ("", 1)], ""),
    ],
)
def test_the_excerpt_is_the_same_whether_posts_come_with_the_case_or_later(
    bodies: list[tuple[str, int]], excerpt: str
) -> None:
    start = timezone.now() - timedelta(hours=1)
    posts = [
        NewInteraction("x", str(n), "post", body, "", start + timedelta(minutes=minutes))
        for n, (body, minutes) in enumerate(bodies)
    ]
    at_once, empty = (
        open_case(new=NewCase("c", "Lost", interactions=sent), context=KhorosContext()).case
        for sent in (posts, [])
    )
    update_case(case_id=empty.pk, patch=CasePatch(interactions=posts), actor=Actor("maria"))
    stored = Case.objects.in_bulk([at_once.pk, empty.pk])
    assert [stored[case.pk].excerpt for case in (at_once, empty)] == [excerpt, excerpt]
