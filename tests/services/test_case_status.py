"""Closing and reopening."""

import pytest

from cases.services.case_status import close_cases, reopen_cases
from cases.services.incoming import Actor
from tests.factories import CaseFactory, CustomPropertyFactory
from tests.services.common import again, history

pytestmark = pytest.mark.django_db
NINA = Actor("nina")


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
