"""The life of a custom field (contract: Custom properties)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.choices import ObjectType, PropertyStage, PropertyType
from cases.errors import ValidationFailed
from cases.models import CustomProperty
from cases.properties.types import Definition, ListValue
from cases.selectors.properties import (
    Usage,
    accepted_definitions,
    announced_definitions,
    count_uses,
)
from cases.services.conflicts import ChangedMeanwhileError
from cases.services.properties import (
    archive_property,
    create_property,
    move_property,
    publish_property,
    reorder_properties,
    restore_property,
    retire_property,
    update_property,
)
from tests.factories import CaseFactory, CustomerFactory, CustomPropertyFactory

pytestmark = pytest.mark.django_db

CLUB = Definition("clubNumber", "Club number", "text")
COLOURS = (ListValue("Red", "r"), ListValue("Blue", "b"))


def create(object_type: str = "case", **values: Any) -> CustomProperty:
    return create_property(object_type=object_type, definition=replace(CLUB, **values))


def update(field: CustomProperty, **values: Any) -> CustomProperty:
    return update_property(property_id=field.pk, definition=replace(field.definition, **values))


def problems(act: Any, *args: Any, **values: Any) -> dict[str, str]:
    with pytest.raises(ValidationFailed) as refusal:
        act(*args, **values)
    return {problem.name: problem.message for problem in refusal.value.fields}


def stages() -> dict[str, str]:
    return dict(CustomProperty.objects.values_list("name", "stage"))


def order() -> list[str]:
    return list(CustomProperty.objects.order_by("position").values_list("name", flat=True))


def test_a_new_field_is_a_draft_that_khoros_does_not_know() -> None:
    create()
    assert stages() == {"clubNumber": "draft"}
    assert announced_definitions("case") == []
    assert accepted_definitions("case") == {}


def test_a_published_field_is_announced_and_accepted_at_once() -> None:
    accepted_definitions("case")
    field = publish_property(property_id=create().pk).field
    assert [entry.name for entry in announced_definitions("case")] == ["clubNumber"]
    assert field.first_live is not None


def test_a_retiring_field_is_accepted_but_not_announced() -> None:
    retire_property(property_id=CustomPropertyFactory(name="old").pk)
    assert announced_definitions("case") == []
    assert list(accepted_definitions("case")) == ["old"]


def test_an_archived_field_is_neither_and_its_values_stay() -> None:
    field = CustomPropertyFactory(name="old", stage=PropertyStage.RETIRING)
    case = CaseFactory(properties={"old": "kept"})
    archive_property(property_id=field.pk)
    case.refresh_from_db()
    assert accepted_definitions("case") == {}
    assert case.properties == {"old": "kept"}


def test_a_restored_field_is_accepted_again_without_being_announced() -> None:
    field = CustomPropertyFactory(stage=PropertyStage.ARCHIVED, name="old")
    CaseFactory(unregistered={"old": "came meanwhile"})
    entered = restore_property(property_id=field.pk)
    assert entered.field.stage == PropertyStage.RETIRING
    assert entered.adoption.moved == 1


def test_a_restored_field_that_was_never_live_is_a_draft_again() -> None:
    field = create()
    archive_property(property_id=field.pk)
    assert restore_property(property_id=field.pk).field.stage == PropertyStage.DRAFT


@pytest.mark.parametrize(
    ("act", "stage"),
    [
        (publish_property, "live"),
        (retire_property, "draft"),
        (retire_property, "archived"),
        (archive_property, "live"),
        (restore_property, "live"),
    ],
)
def test_it_refuses_a_step_that_the_stage_does_not_allow(act: Any, stage: str) -> None:
    field = CustomPropertyFactory(stage=stage)
    with pytest.raises(ValidationFailed, match="isn't possible"):
        act(property_id=field.pk)
    assert stages()[field.name] == stage


@pytest.mark.parametrize(
    "name", ["", "1st", "club number", "é", "customerId", "TITLE", "lastupdated", "type", "a" * 65]
)
def test_it_refuses_a_name_that_can_not_travel(name: str) -> None:
    assert list(problems(create, name=name)) == ["name"]
    assert not CustomProperty.objects.exists()


def test_it_refuses_a_name_that_differs_from_another_in_upper_and_lower_case_only() -> None:
    create(name="clubNumber")
    assert "already" in problems(create, name="CLUBNUMBER")["name"]


def test_cases_and_customers_may_have_fields_of_the_same_name() -> None:
    create(object_type="case")
    create(object_type="customer")
    assert CustomProperty.objects.count() == 2


def test_it_names_every_field_at_fault_at_once() -> None:
    found = problems(create, name="title", label="  ", type="single_sel_list")
    assert set(found) == {"name", "label", "list_values"}


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([], "at least one"),
        ([ListValue("Red", "")], "Entry 1, value"),
        ([ListValue(" ", "r")], "Entry 1, name"),
        ([ListValue("Red", "r"), ListValue("Rot", "r")], "2 times"),
        ([ListValue("Red", "r" * 256)], "at most 255"),
        ([ListValue("Red", "r\x00")], "NUL"),
        ([ListValue(str(n), str(n)) for n in range(201)], "at most 200"),
    ],
)
def test_it_refuses_a_list_that_can_not_be_offered(entries: list[ListValue], message: str) -> None:
    assert (
        message
        in problems(create, type="single_sel_list", list_values=tuple(entries))["list_values"]
    )


def test_only_a_customers_field_is_searchable() -> None:
    assert create(searchable=True).searchable is False
    assert create(object_type="customer", searchable=True).searchable is True


def test_a_draft_may_change_its_name_and_type() -> None:
    changed = update(create(), name="club", type=PropertyType.CHECKBOX)
    assert (changed.name, changed.type) == ("club", "checkbox")


def test_the_name_is_fixed_once_khoros_may_know_it() -> None:
    field = publish_property(property_id=create().pk).field
    retire_property(property_id=field.pk)
    archive_property(property_id=field.pk)
    assert "clubNumber" in problems(update, field, name="club")["name"]


def test_a_published_text_may_become_a_text_area_and_nothing_else() -> None:
    field = publish_property(property_id=create().pk).field
    assert set(problems(update, field, type="checkbox")) == {"type"}
    assert update(field, type="textarea").type == "textarea"
    assert set(problems(update, field, name="clubNumber", type="text")) == {"type"}


def test_a_listed_value_that_cases_use_may_go_and_stays_with_them() -> None:
    field = CustomPropertyFactory(
        name="colour",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": "Red", "value": "r"}, {"name": "Blue", "value": "b"}],
    )
    case = CaseFactory(properties={"colour": "r"})
    update(field, list_values=COLOURS[1:])
    case.refresh_from_db()
    assert case.properties == {"colour": "r"}


def test_new_fields_come_last_and_are_announced_in_their_order() -> None:
    for name in ("one", "two", "three"):
        publish_property(property_id=create(name=name).pk)
    ids = {field.name: field.pk for field in CustomProperty.objects.all()}
    reorder_properties(object_type="case", ids=[ids["three"], ids["one"], ids["two"]])
    assert [entry.name for entry in announced_definitions("case")] == ["three", "one", "two"]


def test_an_old_pages_order_loses_no_field() -> None:
    one, two = create(name="one"), create(name="two")
    create(name="three")
    reorder_properties(object_type=ObjectType.CASE, ids=[two.pk, 999_999, one.pk, two.pk])
    assert order() == ["two", "one", "three"]


def test_a_field_moves_one_place_and_not_past_the_ends() -> None:
    one, two, three = (create(name=name) for name in ("one", "two", "three"))
    move_property(property_id=three.pk, steps=-1)
    assert order() == ["one", "three", "two"]
    move_property(property_id=one.pk, steps=-1)
    move_property(property_id=two.pk, steps=1)
    assert order() == ["one", "three", "two"]


def test_it_undoes_nothing_that_was_changed_after_it_was_shown() -> None:
    field = create(type=PropertyType.SINGLE_SELECT_LIST, list_values=COLOURS)
    shown = field.definition
    update(field, list_values=COLOURS[:1], required_to_close=True)
    with pytest.raises(ChangedMeanwhileError) as refusal:
        update_property(property_id=field.pk, definition=replace(shown, label="Mine"), shown=shown)
    assert refusal.value.fields == {"list_values", "required_to_close"}
    field.refresh_from_db()
    assert (field.label, field.definition.list_values) == ("Club number", COLOURS[:1])


def test_what_was_shown_may_be_old_where_nothing_would_be_undone() -> None:
    field = create()
    shown = field.definition
    wanted = replace(shown, label="Both", searchable=True)
    for _time in range(2):
        update_property(property_id=field.pk, definition=wanted, shown=shown)
    field.refresh_from_db()
    assert field.label == "Both"


def test_it_counts_cases_and_customers_that_have_a_value_in_one_query(
    django_assert_num_queries: Any,
) -> None:
    fields = [CustomPropertyFactory(name=name) for name in ("a", "b")]
    customers = [CustomPropertyFactory(name="a", object_type="customer")]
    for properties in ({"a": "1"}, {"a": "2", "b": "3"}, {}):
        CaseFactory(properties=properties)
    CustomerFactory(properties={"a": "x"})
    with django_assert_num_queries(1):
        assert count_uses(fields) == {"a": Usage(2, 0, 3), "b": Usage(1, 0, 3)}
    assert count_uses(customers) == {"a": Usage(1, 0, 4)}


def test_it_counts_uses_among_the_newest_and_late_ones_only_of_retiring_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cases.selectors.properties.SAMPLED_USES", 3)
    fields = [
        CustomPropertyFactory(name="old", stage="retiring"),
        CustomPropertyFactory(name="new"),
    ]
    long_ago = timezone.now() - timedelta(days=9)
    CaseFactory(properties={"old": "1", "new": "1"}, created=long_ago)
    CaseFactory(properties={"old": "1", "new": "1"}, created=long_ago)
    CaseFactory.create_batch(2, properties={"old": "1"})
    uses = count_uses(fields)
    assert uses == {"old": Usage(3, 2, 3), "new": Usage(1, 0, 3)}
    assert uses["old"].is_capped
