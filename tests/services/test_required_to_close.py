"""The page, bulk actions and Khoros close by the same services: each refuses the same cases."""

from typing import Any

import pytest

from cases.errors import ValidationFailed
from cases.models import Case, CaseEvent, CustomProperty
from cases.properties.types import Definition
from cases.selectors.properties import count_missing_values
from cases.services.case_status import close_cases, missing_to_close
from cases.services.cases import update_case
from cases.services.duplicates import mark_duplicate
from cases.services.incoming import Actor, CasePatch
from cases.services.properties import create_property, publish_property, update_property
from tests.factories import CaseFactory, CustomPropertyFactory, agent

pytestmark = pytest.mark.django_db


def actor() -> Actor:
    return Actor.from_user(agent())


def statuses(*cases: Case) -> list[str]:
    return [Case.objects.get(pk=case.pk).status for case in cases]


def test_bulk_work_closes_what_it_may_and_says_why_not_the_rest() -> None:
    CustomPropertyFactory(name="reason", label="Reason", required_to_close=True)
    CustomPropertyFactory(name="product", label="Product", required_to_close=True)
    complete = CaseFactory(properties={"reason": "late", "product": "shoes"})
    partial, empty = CaseFactory(properties={"product": "shoes"}), CaseFactory()
    outcome = close_cases(case_ids=[complete.pk, partial.pk, empty.pk], actor=actor())
    assert outcome.changed == [complete.pk]
    assert [(refusal.number, refusal.reason) for refusal in outcome.refusals] == [
        (partial.number, "A value is required before it can be closed: Reason."),
        (empty.number, "A value is required before it can be closed: Reason and Product."),
    ]
    assert statuses(complete, partial, empty) == ["closed", "open", "open"]
    assert set(CaseEvent.objects.values_list("case", flat=True)) == {complete.pk}


@pytest.mark.parametrize("stored", [{}, {"reason": " "}, {"reason": ""}, {"other": "x"}])
def test_every_way_of_closing_refuses_the_same_cases(stored: dict[str, str]) -> None:
    CustomPropertyFactory(name="reason", required_to_close=True)
    case = CaseFactory(properties=stored)
    assert [field.name for field in missing_to_close(case)] == ["reason"]
    assert close_cases(case_ids=[case.pk], actor=actor()).refusals
    with pytest.raises(ValidationFailed) as refusal:
        update_case(case_id=case.pk, patch=CasePatch(status="closed"), actor=actor())
    assert [problem.name for problem in refusal.value.fields] == ["reason"]
    assert statuses(case) == ["open"]


def test_a_hundred_cases_are_checked_in_as_many_queries_as_one(
    django_assert_num_queries: Any,
) -> None:
    CustomPropertyFactory(name="reason", required_to_close=True)
    who = actor()
    for number in (1, 100):
        cases = CaseFactory.create_batch(number, properties={"reason": "late"})
        missing_to_close(cases[0])
        with django_assert_num_queries(5):
            close_cases(case_ids=[case.pk for case in cases], actor=who)


def test_a_duplicate_is_closed_without_what_is_required() -> None:
    CustomPropertyFactory(name="reason", required_to_close=True)
    case, original = CaseFactory(), CaseFactory()
    mark_duplicate(case_id=case.pk, original_id=original.pk, actor=actor())
    assert statuses(case) == ["closed"]


def test_a_field_that_becomes_required_asks_a_value_of_cases_that_are_open_already() -> None:
    case = CaseFactory()
    definition = Definition("reason", "Reason", "text")
    field = publish_property(
        property_id=create_property(object_type="case", definition=definition).pk
    )
    assert missing_to_close(case) == []
    required = Definition("reason", "Reason", "text", required_to_close=True)
    update_property(property_id=field.field.pk, definition=required)
    assert [entry.name for entry in missing_to_close(case)] == ["reason"]


def test_a_customer_field_is_never_required() -> None:
    required = Definition("reason", "Reason", "text", required_to_close=True)
    create_property(object_type="customer", definition=required)
    assert not CustomProperty.objects.get().required_to_close


@pytest.mark.parametrize("name", ["reason", "a__b", "in"])
def test_it_counts_open_cases_without_a_value_in_one_query(
    name: str, django_assert_num_queries: Any
) -> None:
    CaseFactory(properties={name: "late"})
    CaseFactory(properties={"else": "x"})
    CaseFactory(closed=True)
    with django_assert_num_queries(1):
        lacking = count_missing_values(name)
    assert (lacking.number, lacking.sampled, lacking.is_capped) == (1, 2, False)
