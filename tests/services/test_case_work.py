"""What staff do to cases besides closing them, and what is refused."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from time import sleep

import pytest
from django.db import connection

from cases.errors import NotFound, ValidationFailed
from cases.models import Case, CaseEvent, CaseNote, Tag
from cases.services.case_conflicts import held_case
from cases.services.case_status import close_cases, reopen_cases
from cases.services.case_tags import MOST_TAGS, tag_cases
from cases.services.case_work import (
    add_note,
    assign_cases,
    mark_duplicate,
    mark_looked_at,
    undo_duplicate,
)
from cases.services.cases import update_case
from cases.services.history import Outcome
from cases.services.incoming import Actor, CasePatch
from tests.factories import CaseFactory, CustomPropertyFactory, UserFactory, agent

pytestmark = pytest.mark.django_db
NINA = Actor("nina")


def history(case: Case) -> list[tuple[str, dict[str, object]]]:
    """Return kind and changes of what happened to a case."""
    return [(event.kind, event.changes) for event in case.events.all()]


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_assigning_tells_from_whom_to_whom() -> None:
    lena, omar = agent(username="lena"), agent(username="omar")
    mine, free = CaseFactory(assignee=lena), CaseFactory()
    outcome = assign_cases(case_ids=[mine.pk, free.pk], actor=NINA, assignee=omar)
    assert outcome == Outcome(changed=[mine.pk, free.pk])
    assert again(mine).assignee == again(free).assignee == omar
    assert history(mine) == [("assigned", {"assignee": ["lena", "omar"]})]
    assert history(free) == [("assigned", {"assignee": ["", "omar"]})]
    assert again(mine).last_updated > mine.last_updated

    assert assign_cases(case_ids=[mine.pk], actor=NINA, assignee=omar).unchanged == [mine.pk]
    assert assign_cases(case_ids=[mine.pk], actor=NINA, assignee=None).changed == [mine.pk]
    assert history(mine)[1:] == [("assigned", {"assignee": ["omar", ""]})]


@pytest.mark.parametrize("values", [{"role": None}, {"role": "Agent", "is_active": False}])
def test_nobody_who_may_not_work_cases_is_given_one(values: dict[str, object]) -> None:
    case, stranger = CaseFactory(), UserFactory.create(username="sam", **values)
    outcome = assign_cases(case_ids=[case.pk], actor=NINA, assignee=stranger)
    assert [(r.case_id, r.number, r.reason) for r in outcome.refusals] == [
        (case.pk, case.number, "sam may not work cases.")
    ]
    assert again(case).assignee is None
    assert not history(case)


def test_a_tag_is_one_tag_however_it_is_written() -> None:
    case, other = CaseFactory(), CaseFactory(tags=["VIP"])
    Tag.objects.create(name="VIP")
    both = [case.pk, other.pk]
    outcome = tag_cases(case_ids=both, actor=NINA, add=[" vip ", "late  parcel"])
    assert outcome.changed == both
    assert again(case).tags == again(other).tags == ["late parcel", "VIP"]
    assert history(other) == [("tagged", {"tags": [["VIP"], ["late parcel", "VIP"]]})]
    assert set(Tag.objects.values_list("name", flat=True)) == {"VIP", "late parcel"}

    outcome = tag_cases(case_ids=[case.pk], actor=NINA, remove=["Vip"])
    assert again(case).tags == ["late parcel"]
    assert tag_cases(case_ids=[case.pk], actor=NINA, remove=["vip"]).unchanged == [case.pk]


@pytest.mark.parametrize("name", ["", "  ", "a,b", "x" * 41, "a\x00b", "a\nb\u202e"])
def test_a_tag_that_cannot_be_one_is_refused(name: str) -> None:
    case = CaseFactory()
    with pytest.raises(ValidationFailed) as refused:
        tag_cases(case_ids=[case.pk], actor=NINA, add=["fine", name])
    assert [field.name for field in refused.value.fields] == ["tags"]
    assert again(case).tags == []
    assert not Tag.objects.exists()


def test_a_case_takes_only_so_many_tags_and_still_loses_some() -> None:
    full = [f"t{n:02}" for n in range(MOST_TAGS)]
    case, other = CaseFactory(tags=full), CaseFactory()
    outcome = tag_cases(case_ids=[case.pk, other.pk], actor=NINA, add=["more"])
    assert outcome.changed == [other.pk]
    assert [refusal.reason for refusal in outcome.refusals] == ["A case can have at most 20 tags."]
    swapped = tag_cases(case_ids=[case.pk], actor=NINA, add=["more"], remove=["t00"])
    assert swapped.changed == [case.pk]


def test_a_note_is_kept_with_who_wrote_it() -> None:
    case, user = CaseFactory(), agent(username="lena")
    note = add_note(case_id=case.pk, actor=Actor.from_user(user), body="Called her.\n")
    assert CaseNote.objects.get() == note
    assert (note.case_id, note.user, note.author, note.body) == (
        case.pk,
        user,
        "lena",
        "Called her.\n",
    )
    assert history(case) == [("note_added", {"note": ["", "Called her.\n"]})]
    assert again(case).last_updated == note.created


def test_who_acted_is_kept_by_the_name_that_colleagues_read() -> None:
    case, mia = CaseFactory(), agent(username="mia", first_name="Mia", last_name="Berg")
    assign_cases(case_ids=[case.pk], actor=Actor.from_user(mia), assignee=mia)
    close_cases(case_ids=[case.pk], actor=Actor.from_user(mia))
    assert CaseEvent.objects.filter(actor="Mia Berg").count() == 2
    assert history(case)[0][1] == {"assignee": ["", "Mia Berg"]}
    assert again(case).closed_by == "Mia Berg"


def test_the_longest_name_is_kept_as_far_as_there_is_room() -> None:
    case, somebody = CaseFactory(), agent(first_name="a" * 150, last_name="b" * 150)
    add_note(case_id=case.pk, actor=Actor.from_user(somebody), body="Called her.")
    close_cases(case_ids=[case.pk], actor=Actor.from_user(somebody))
    assert len(again(case).closed_by) == len(CaseNote.objects.get().author) == 255


@pytest.mark.parametrize("body", ["", " \n", "x" * 65_536, "nul \x00"])
def test_a_note_that_says_nothing_or_cannot_be_stored_is_refused(body: str) -> None:
    case = CaseFactory()
    with pytest.raises(ValidationFailed):
        add_note(case_id=case.pk, actor=NINA, body=body)
    assert not CaseNote.objects.exists()
    assert not history(case)


def test_a_note_that_is_sent_twice_is_kept_once() -> None:
    case, user = CaseFactory(), agent()
    mia, body = Actor.from_user(user), 'Called her: "wait",\nshe\tsaid ✓'
    first = add_note(case_id=case.pk, actor=mia, body=body, seen=0)
    assert add_note(case_id=case.pk, actor=mia, body=body, seen=0) == first
    assert len(history(case)) == 1
    # Another person's, another text, and one that was written with the first in sight.
    seen = CaseEvent.objects.latest("id").pk
    add_note(case_id=case.pk, actor=Actor.from_user(agent()), body=body, seen=0)
    add_note(case_id=case.pk, actor=mia, body="Called her.", seen=0)
    add_note(case_id=case.pk, actor=mia, body=body, seen=seen)
    assert CaseNote.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_note_that_arrives_twice_at_once_is_kept_once() -> None:
    case, mia = CaseFactory(), Actor.from_user(agent())

    def add(_: int) -> int:
        try:
            return add_note(case_id=case.pk, actor=mia, body="Called her.", seen=0).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(add, range(4)))) == 1
    assert CaseNote.objects.count() == 1


def test_a_note_to_a_case_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound):
        add_note(case_id=2**62, actor=NINA, body="Hello")


def test_marking_a_duplicate_links_both_and_closes_one_and_can_be_undone() -> None:
    first, second = CaseFactory(), CaseFactory()
    CustomPropertyFactory(name="reason", required_to_close=True)
    mark_duplicate(case_id=second.pk, original_id=first.pk, actor=NINA)
    assert (again(second).duplicate_of, again(second).status) == (first, "closed")
    assert again(first).is_open
    assert history(second) == [
        ("duplicate", {"duplicate_of": ["", first.number], "status": ["open", "closed"]})
    ]
    assert history(first) == [("duplicate", {"duplicates": ["", second.number]})]

    undo_duplicate(case_id=second.pk, actor=NINA)
    assert (again(second).duplicate_of, again(second).status) == (None, "open")
    assert history(second)[1:] == [
        ("no_duplicate", {"duplicate_of": [first.number, ""], "status": ["closed", "open"]})
    ]
    undo_duplicate(case_id=second.pk, actor=NINA)
    assert len(history(second)) == 2


def test_undoing_leaves_a_case_closed_that_was_closed_otherwise() -> None:
    first, second = CaseFactory(), CaseFactory()
    close_cases(case_ids=[second.pk], actor=NINA, resolution="Refunded")
    mark_duplicate(case_id=second.pk, original_id=first.pk, actor=NINA)
    undo_duplicate(case_id=second.pk, actor=NINA)
    assert (again(second).status, again(second).resolution) == ("closed", "Refunded")


@pytest.mark.parametrize("by_khoros", [False, True])
def test_a_duplicate_that_is_reopened_is_none_any_more(by_khoros: bool) -> None:
    first, second, other = CaseFactory.create_batch(3)
    mark_duplicate(case_id=second.pk, original_id=first.pk, actor=NINA)
    close_cases(case_ids=[other.pk], actor=NINA)
    if by_khoros:
        update_case(case_id=second.pk, patch=CasePatch(status="open"), actor=NINA)
    else:
        outcome = reopen_cases(case_ids=[second.pk, other.pk], actor=NINA)
        assert outcome.changed == [second.pk, other.pk]

    assert (again(second).duplicate_of, again(second).status) == (None, "open")
    assert history(second)[-1] == (
        ("reopened", {"duplicate_of": [first.number, ""], "status": ["closed", "open"]})
    )
    assert history(first)[-1] == ("no_duplicate", {"duplicates": [second.number, ""]})
    assert again(first).is_open


def test_no_circles_and_no_chains_of_duplicates() -> None:
    first, second, third = CaseFactory.create_batch(3)
    mark_duplicate(case_id=second.pk, original_id=first.pk, actor=NINA)
    for case, original in (
        (first, first),
        (first, second),
        (third, second),
        (first, third),
        (third, Case(pk=2**62)),
    ):
        with pytest.raises(ValidationFailed) as refused:
            mark_duplicate(case_id=case.pk, original_id=original.pk, actor=NINA)
        assert [field.name for field in refused.value.fields] == ["duplicate_of"]
        assert str(refused.value)


def test_a_duplicate_is_marked_once_and_not_as_one_of_another_case_too() -> None:
    first, second, third = CaseFactory(), CaseFactory(), CaseFactory()
    for _ in range(2):
        mark_duplicate(case_id=second.pk, original_id=first.pk, actor=NINA)
    assert (len(history(first)), len(history(second))) == (1, 1)
    with pytest.raises(ValidationFailed, match="already; undo that first"):
        mark_duplicate(case_id=second.pk, original_id=third.pk, actor=NINA)
    assert again(second).duplicate_of == first


def test_what_was_looked_at_needs_no_look_until_more_comes() -> None:
    odd, plain = CaseFactory(unregistered={"channel": "x"}), CaseFactory()
    assert odd.needs_a_look
    outcome = mark_looked_at(case_ids=[odd.pk, plain.pk], actor=NINA)
    assert outcome == Outcome(changed=[odd.pk], unchanged=[plain.pk])
    assert not again(odd).needs_a_look
    assert history(odd) == [("looked_at", {})]
    update_case(case_id=odd.pk, patch=CasePatch(unregistered={"more": 1}), actor=NINA)
    assert again(odd).needs_a_look


def test_closing_waits_for_what_is_required_and_keeps_the_resolution() -> None:
    CustomPropertyFactory(name="reason", label="Reason", required_to_close=True)
    CustomPropertyFactory(name="old", required_to_close=True, stage="retiring")
    ready, lacking = CaseFactory(properties={"reason": "late"}), CaseFactory()
    outcome = close_cases(case_ids=[ready.pk, lacking.pk], actor=NINA, resolution="Refunded")
    assert outcome.changed == [ready.pk]
    assert [(refusal.case_id, refusal.reason) for refusal in outcome.refusals] == [
        (lacking.pk, "A value is required before it can be closed: Reason.")
    ]
    assert again(lacking).is_open
    assert (again(ready).status, again(ready).resolution) == ("closed", "Refunded")
    assert history(ready) == [
        ("closed", {"status": ["open", "closed"], "resolution": ["", "Refunded"]})
    ]
    reopen_cases(case_ids=[ready.pk], actor=NINA)
    assert again(ready).resolution == ""
    assert history(ready)[1:] == [
        ("reopened", {"status": ["closed", "open"], "resolution": ["Refunded", ""]})
    ]


@pytest.mark.django_db(transaction=True)
def test_people_who_work_one_case_at_once_lose_nothing() -> None:
    case, user = CaseFactory.create(), agent(username="lena")
    acts = [
        *(lambda n=n: add_note(case_id=case.pk, actor=NINA, body=f"note {n}") for n in range(8)),
        *(lambda n=n: tag_cases(case_ids=[case.pk], actor=NINA, add=[f"t{n}"]) for n in range(8)),
        lambda: assign_cases(case_ids=[case.pk], actor=NINA, assignee=user),
        lambda: update_case(case_id=case.pk, patch=CasePatch(title="New"), actor=NINA),
        lambda: close_cases(case_ids=[case.pk], actor=NINA, resolution="Done"),
    ]
    play_together(acts)
    stored = again(case)
    assert stored.tags == [f"t{n}" for n in range(8)]
    assert stored.notes.count() == 8
    assert (stored.assignee, stored.title, stored.status) == (user, "New", "closed")
    assert CaseEvent.objects.filter(case=case).count() == len(acts)


@pytest.mark.django_db(transaction=True)
def test_people_who_work_on_the_same_cases_in_other_orders_do_not_block_each_other() -> None:
    first, second = CaseFactory.create(), CaseFactory.create()
    both, lena = [first.pk, second.pk], agent(username="lena")

    def doubling(case: Case, other: Case) -> Callable[[], object]:
        def act() -> None:
            with held_case(case_id=case.pk, seen=0, user=lena, also=[other.pk]):
                with suppress(ValidationFailed):
                    mark_duplicate(case_id=case.pk, original_id=other.pk, actor=NINA)
                sleep(0.01)
            with held_case(case_id=case.pk, seen=0, user=lena):
                sleep(0.01)
                undo_duplicate(case_id=case.pk, actor=NINA)

        return act

    tags = [lambda n=n: tag_cases(case_ids=both, actor=NINA, add=[f"t{n}"]) for n in range(4)]
    play_together([doubling(first, second), doubling(second, first), *tags] * 3)
    assert again(first).tags == again(second).tags == ["t0", "t1", "t2", "t3"]
    assert again(first).duplicate_of is again(second).duplicate_of is None


@pytest.mark.django_db(transaction=True)
def test_people_who_add_a_new_tag_in_other_letters_at_once_add_one() -> None:
    cases = [CaseFactory.create() for _ in range(6)]
    spellings = ["vip", "VIP", "Vip"] * 2
    play_together(
        lambda case=case, name=name: tag_cases(case_ids=[case.pk], actor=NINA, add=[name])
        for case, name in zip(cases, spellings, strict=True)
    )
    known = Tag.objects.get().name
    assert [again(case).tags for case in cases] == [[known]] * 6


@pytest.mark.django_db(transaction=True)
def test_an_act_that_waited_comes_after_what_it_waited_for() -> None:
    case, waiting = CaseFactory.create(), Event()

    def note() -> None:
        with held_case(case_id=case.pk, seen=0, user=None):
            waiting.set()
            sleep(0.3)
            add_note(case_id=case.pk, actor=NINA, body="First")

    def tag() -> None:
        assert waiting.wait(30)
        tag_cases(case_ids=[case.pk], actor=NINA, add=["second"])

    play_together([note, tag])
    kinds = CaseEvent.objects.order_by("at").values_list("kind", flat=True)
    assert list(kinds) == ["note_added", "tagged"]
    events = CaseEvent.objects.order_by("pk")
    assert [event.kind for event in events] == list(kinds)


def play_together(acts: Iterable[Callable[[], object]]) -> None:
    """Do all at the same time, each with a connection of its own; raises what one of them raises."""

    def play(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(play, acts))
