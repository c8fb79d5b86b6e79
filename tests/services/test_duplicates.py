"""Marking duplicates, and undoing it."""

import pytest

from cases.errors import ValidationFailed
from cases.models import Case
from cases.services.case_status import close_cases, reopen_cases
from cases.services.cases import update_case
from cases.services.duplicates import mark_duplicate, undo_duplicate
from cases.services.incoming import Actor, CasePatch
from tests.factories import CaseFactory, CustomPropertyFactory
from tests.services.common import again, history

pytestmark = pytest.mark.django_db
NINA = Actor("nina")


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
    with pytest.raises(ValidationFailed, match=r"already marked as a duplicate\. Undo that first"):
        mark_duplicate(case_id=second.pk, original_id=third.pk, actor=NINA)
    assert again(second).duplicate_of == first
