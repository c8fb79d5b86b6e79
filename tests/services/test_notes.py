"""Notes on cases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from cases.errors import NotFound, ValidationFailed
from cases.models import CaseEvent, CaseNote
from cases.services.assignment import assign_cases
from cases.services.case_status import close_cases
from cases.services.incoming import Actor
from cases.services.notes import add_note
from tests.factories import CaseFactory, agent
from tests.services.common import again, history

pytestmark = pytest.mark.django_db
NINA = Actor("nina")


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
