"""Kept values that come in when their field is published (contract: Custom properties)."""

import pytest

from cases.models import Case
from cases.properties.types import Definition
from cases.selectors.unmapped_fields import find_unmapped_fields
from cases.services import adoption
from cases.services.properties import StageChange, create_property, publish_property
from tests.factories import CaseFactory

pytestmark = pytest.mark.django_db


def publish(kind: str = "text", object_type: str = "case") -> StageChange:
    definition = Definition("clubNumber", "Club number", kind)
    field = create_property(object_type=object_type, definition=definition)
    return publish_property(property_id=field.pk)


def test_publishing_brings_in_what_fits_and_leaves_the_rest() -> None:
    fits = CaseFactory(unregistered={"clubNumber": "A1", "other": [1]})
    alone = CaseFactory(unregistered={"clubNumber": "B2"})
    too_long = CaseFactory(unregistered={"clubNumber": "x" * 256})
    nested = CaseFactory(unregistered={"clubNumber": {"a": 1}})
    entered = publish()
    assert (entered.adoption.moved, entered.adoption.left) == (2, 2)
    kept = {case.pk: (case.properties, case.unregistered) for case in Case.objects.all()}
    assert kept[fits.pk] == ({"clubNumber": "A1"}, {"other": [1]})
    assert kept[alone.pk] == ({"clubNumber": "B2"}, None)
    assert kept[too_long.pk] == ({}, {"clubNumber": "x" * 256})
    assert kept[nested.pk] == ({}, {"clubNumber": {"a": 1}})


def test_a_case_that_keeps_nothing_any_more_is_none_of_those_that_keep() -> None:
    CaseFactory(unregistered={"clubNumber": "A1"})
    publish()
    assert Case.objects.filter(unregistered__isnull=True).count() == 1
    assert find_unmapped_fields().keys == []


@pytest.mark.parametrize(
    ("kind", "kept", "stored"),
    [
        ("text", 7, "7"),
        ("text", True, "true"),
        ("textarea", 1.5, "1.5"),
        ("checkbox", False, "false"),
        ("checkbox", "true", "true"),
    ],
)
def test_a_kept_number_or_boolean_comes_in_as_its_json_text(
    kind: str, kept: object, stored: str
) -> None:
    case = CaseFactory(unregistered={"clubNumber": kept})
    publish(kind)
    case.refresh_from_db()
    assert case.properties == {"clubNumber": stored}


def test_a_kept_null_is_let_go() -> None:
    case = CaseFactory(unregistered={"clubNumber": None})
    publish()
    case.refresh_from_db()
    assert (case.properties, case.unregistered) == ({}, None)


def test_a_value_that_the_case_has_by_now_is_not_overwritten() -> None:
    case = CaseFactory(properties={"clubNumber": "new"}, unregistered={"clubNumber": "old"})
    adopted = publish().adoption
    case.refresh_from_db()
    assert (adopted.moved, adopted.left) == (0, 1)
    assert (case.properties, case.unregistered) == ({"clubNumber": "new"}, {"clubNumber": "old"})


def test_bringing_in_moves_neither_last_updated_nor_the_history() -> None:
    case = CaseFactory(unregistered={"clubNumber": "A1"})
    before = case.last_updated
    publish()
    case.refresh_from_db()
    assert case.last_updated == before
    assert not case.events.exists()


def test_it_brings_in_more_cases_than_one_chunk_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adoption, "CHUNK", 3)
    for number in range(7):
        CaseFactory(unregistered={"clubNumber": "x" * 256 if number % 2 else "A"})
    adopted = publish().adoption
    assert (adopted.moved, adopted.left) == (4, 3)


def test_a_customers_field_takes_nothing_from_cases() -> None:
    case = CaseFactory(unregistered={"clubNumber": "A1"})
    entered = publish(object_type="customer")
    case.refresh_from_db()
    assert entered.adoption.moved == 0
    assert case.unregistered == {"clubNumber": "A1"}
