"""Marking cases as reviewed."""

import pytest

from cases.services.activity import ActionResult
from cases.services.cases import update_case
from cases.services.incoming import Actor, CasePatch
from cases.services.review import mark_reviewed
from tests.factories import CaseFactory
from tests.services.common import again, history

pytestmark = pytest.mark.django_db
NINA = Actor("nina")


def test_a_reviewed_case_needs_no_review_until_more_comes() -> None:
    odd, plain = CaseFactory(unregistered={"channel": "x"}), CaseFactory()
    assert odd.needs_review
    outcome = mark_reviewed(case_ids=[odd.pk, plain.pk], actor=NINA)
    assert outcome == ActionResult(changed=[odd.pk], unchanged=[plain.pk])
    assert not again(odd).needs_review
    assert history(odd) == [("looked_at", {})]
    update_case(case_id=odd.pk, patch=CasePatch(unregistered={"more": 1}), actor=NINA)
    assert again(odd).needs_review
