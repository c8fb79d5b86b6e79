"""Assigning cases, and who may be given one."""

import pytest

from cases.services.activity import ActionResult
from cases.services.assignment import assign_cases
from cases.services.incoming import Actor
from tests.factories import CaseFactory, UserFactory, agent
from tests.services.common import again, history

pytestmark = pytest.mark.django_db
NINA = Actor("nina")


def test_assigning_tells_from_whom_to_whom() -> None:
    lena, omar = agent(username="lena"), agent(username="omar")
    mine, free = CaseFactory(assignee=lena), CaseFactory()
    outcome = assign_cases(case_ids=[mine.pk, free.pk], actor=NINA, assignee=omar)
    assert outcome == ActionResult(changed=[mine.pk, free.pk])
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
        (case.pk, case.number, "sam isn't allowed to work on cases.")
    ]
    assert again(case).assignee is None
    assert not history(case)
