"""People who change the same cases at once."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event
from time import sleep

import pytest
from django.db import transaction

from cases.errors import ValidationFailed
from cases.models import Case, CaseEvent
from cases.services.assignment import assign_cases
from cases.services.case_locking import lock_unchanged_case
from cases.services.case_status import close_cases
from cases.services.cases import update_case
from cases.services.duplicates import mark_duplicate, undo_duplicate
from cases.services.incoming import Actor, CasePatch
from cases.services.notes import add_note
from cases.services.tags import tag_cases
from tests.factories import CaseFactory, agent
from tests.services.common import again, play_together

pytestmark = pytest.mark.django_db
NINA = Actor("nina")


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
            with transaction.atomic():
                lock_unchanged_case(case_id=case.pk, seen=0, user=lena, also=[other.pk])
                with suppress(ValidationFailed):
                    mark_duplicate(case_id=case.pk, original_id=other.pk, actor=NINA)
                sleep(0.01)
            with transaction.atomic():
                lock_unchanged_case(case_id=case.pk, seen=0, user=lena)
                sleep(0.01)
                undo_duplicate(case_id=case.pk, actor=NINA)

        return act

    tags = [lambda n=n: tag_cases(case_ids=both, actor=NINA, add=[f"t{n}"]) for n in range(4)]
    play_together([doubling(first, second), doubling(second, first), *tags] * 3)
    assert again(first).tags == again(second).tags == ["t0", "t1", "t2", "t3"]
    assert again(first).duplicate_of is again(second).duplicate_of is None


@pytest.mark.django_db(transaction=True)
def test_an_act_that_waited_comes_after_what_it_waited_for() -> None:
    case, waiting = CaseFactory.create(), Event()

    def note() -> None:
        with transaction.atomic():
            lock_unchanged_case(case_id=case.pk, seen=0, user=None)
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
