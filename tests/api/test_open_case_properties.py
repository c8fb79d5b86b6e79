"""`POST /case`: custom properties of every type and stage, and keys that no one registered."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.choices import ObjectType, PropertyStage, PropertyType
from cases.models import Case, CustomProperty
from tests.api.wire import case, interaction, recorded
from tests.factories import CustomPropertyFactory, issue_header

pytestmark = pytest.mark.django_db

TIERS = [{"name": "Gold card", "value": "gold"}, {"name": "Silver card", "value": "silver"}]
CORE_KEYS = {
    *("id", "number", "customerId", "title", "description", "url"),
    *("lastUpdated", "created", "status", "interactions"),
}
KEYS = st.sampled_from(
    [
        *("customerId", "customId", "title", "description", "status", "interactions"),
        *("id", "clubNo", "remarks", "tier", "callBack", "extra"),
    ]
) | st.text(max_size=5)
TEXTS = st.text(max_size=20) | st.sampled_from(["", "open", "gold", "true", "\x00", "\ud800"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_infinity=False, allow_nan=False)
    | TEXTS,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(KEYS, children, max_size=3)
        | st.builds(
            lambda extra: [interaction(**extra)],
            st.dictionaries(st.sampled_from([*interaction(), "author"]), children, max_size=2),
        )
    ),
    max_leaves=10,
)


def post(payload: dict[str, Any], header: str = "") -> tuple[int, dict[str, Any]]:
    """Post a case and return the status and the body."""
    client = Client(headers={"Authorization": header or issue_header()})
    response = client.post("/case", json.dumps(payload), content_type="application/json")
    return response.status_code, response.json()


def accepted(payload: dict[str, Any]) -> dict[str, Any]:
    """Post a case that is accepted, and return the keys of the answer that are not core."""
    status, body = post(payload)
    assert status == 201, body
    return {key: value for key, value in body.items() if key not in CORE_KEYS}


def faults(payload: dict[str, Any]) -> tuple[int, list[str]]:
    """Post a case that is refused, and return the status and the names of the invalid fields."""
    status, body = post(payload)
    assert not Case.objects.exists()
    return status, [entry["name"] for entry in body["fields"]]


def register_all() -> None:
    """Register one live property of each type, as the recorded payload uses them."""
    CustomPropertyFactory(name="clubNo")
    CustomPropertyFactory(name="remarks", type=PropertyType.TEXTAREA)
    CustomPropertyFactory(name="tier", type=PropertyType.SINGLE_SELECT_LIST, list_values=TIERS)
    CustomPropertyFactory(name="callBack", type=PropertyType.CHECKBOX)


def test_values_of_every_type_are_stored_and_answered_as_flat_strings() -> None:
    register_all()
    values = {
        "clubNo": "NW-88123",
        "remarks": "First line\nSecond line",
        "tier": "gold",
        "callBack": "true",
    }
    assert accepted(recorded("with_properties")) == values
    stored = Case.objects.get()
    assert (stored.properties, stored.unregistered) == (values, None)


@pytest.mark.parametrize(
    ("sent", "answered"), [(True, "true"), (False, "false"), ("true", "true"), ("false", "false")]
)
def test_a_checkbox_may_be_a_boolean_or_a_string(sent: Any, answered: str) -> None:
    register_all()
    assert accepted(case(callBack=sent)) == {"callBack": answered}


@pytest.mark.parametrize("nothing", ["", None])
def test_an_empty_value_is_no_value(nothing: str | None) -> None:
    register_all()
    names = ("clubNo", "remarks", "tier", "callBack")
    assert accepted(case(**dict.fromkeys(names, nothing))) == {}
    assert Case.objects.get().properties == {}


def test_a_list_refuses_a_value_that_it_does_not_offer_and_names_the_field() -> None:
    register_all()
    status, body = post(case(tier="platinum"))
    assert (status, body["error"]) == (422, "validation_failed")
    assert body["fields"] == [{"name": "tier", "errorMessage": "must be one of: gold, silver"}]
    assert not Case.objects.exists()


@pytest.mark.parametrize("sent", ["Gold card", "gold card ", "GOLD"])
def test_a_list_takes_the_labels_that_agents_see_and_other_letters(sent: str) -> None:
    register_all()
    assert accepted(case(tier=sent)) == {"tier": "gold"}


def test_every_property_at_fault_is_named() -> None:
    register_all()
    payload = case(clubNo="x" * 256, remarks="\x00", tier="bronze", callBack="ja")
    assert faults(payload) == (422, ["clubNo", "remarks", "tier", "callBack"])


def test_another_json_type_answers_400() -> None:
    register_all()
    payload = case(clubNo={}, remarks=["x"], tier=[True], callBack=[])
    assert faults(payload) == (400, ["clubNo", "remarks", "tier", "callBack"])


def test_faults_of_core_keys_and_properties_come_together() -> None:
    register_all()
    assert faults(case(title=[5], tier="bronze", callBack={})) == (
        400,
        ["title", "callBack", "tier"],
    )


@pytest.mark.parametrize("stage", [PropertyStage.LIVE, PropertyStage.RETIRING])
def test_a_live_or_retiring_property_is_accepted_and_checked(stage: PropertyStage) -> None:
    CustomPropertyFactory(name="clubNo", stage=stage)
    assert faults(case(clubNo=[5])) == (400, ["clubNo"])
    assert accepted(case(clubNo="1")) == {"clubNo": "1"}


@pytest.mark.parametrize("stage", [PropertyStage.DRAFT, PropertyStage.ARCHIVED])
def test_the_key_of_a_draft_or_archived_property_counts_as_unregistered(
    stage: PropertyStage,
) -> None:
    CustomPropertyFactory(name="clubNo", stage=stage)
    assert accepted(case(clubNo=5)) == {}
    stored = Case.objects.get()
    assert (stored.properties, stored.unregistered) == ({}, {"clubNo": 5})


def test_a_property_of_customers_is_none_of_cases() -> None:
    CustomPropertyFactory(name="clubNo", object_type=ObjectType.CUSTOMER)
    assert accepted(case(clubNo="1")) == {}
    assert Case.objects.get().unregistered == {"clubNo": "1"}


def test_names_are_told_apart_by_upper_and_lower_case() -> None:
    CustomPropertyFactory(name="clubNo")
    assert accepted(case(CLUBNO="1", Title="x")) == {}
    assert Case.objects.get().unregistered == {"CLUBNO": "1", "Title": "x"}


def test_keys_that_nobody_registered_are_kept_as_they_came_and_not_answered() -> None:
    payload = recorded("unregistered_keys")
    assert accepted(payload) == {}
    stored = Case.objects.get()
    assert stored.properties == {}
    assert stored.unregistered == {
        key: value for key, value in payload.items() if key not in ("customerId", "title")
    }


def test_keys_that_nobody_registered_never_refuse_a_case() -> None:
    odd: dict[str, Any] = {
        "": "",
        " ": None,
        "a.b[0]": {"$ne": 1},
        "x" * 1_000: [[], {}, [None]],
        "__class__": -(10**30),
        "half": 0.5,
    }
    assert accepted(case(**odd)) == {}
    assert Case.objects.get().unregistered == odd


def test_keys_that_nobody_registered_are_kept_up_to_16_kib() -> None:
    notes = "é" * ((16 * 1024 - len('{"notes": ""}')) // 2)
    assert accepted(case(notes=notes)) == {}
    assert Case.objects.get().unregistered == {"notes": notes}


def test_a_huge_name_is_not_answered_whole() -> None:
    status, body = post(case(**{"x" * 100_000: 1}))
    assert status == 422
    assert len(json.dumps(body)) < 1_000


def test_unregistered_keys_within_posts_and_authors_are_passed_over() -> None:
    payload = recorded("khoros_case")
    payload["interactions"][0]["likes"] = 5
    payload["interactions"][0]["author"]["followers"] = {"count": 9}
    assert accepted(payload) == {}


@settings(max_examples=150)
@given(st.dictionaries(KEYS, VALUES, max_size=6), st.booleans())
def test_any_json_object_is_stored_or_refused(payload: dict[str, Any], complete: bool) -> None:
    if not CustomProperty.objects.exists():
        register_all()
    before = Case.objects.count()
    status, body = post(case() | payload if complete else payload, issue_header())
    if status == 201:
        assert Case.objects.count() in {before, before + 1}  # a repeat gets the first answer
        assert all(isinstance(body[key], str) for key in body if key != "interactions")
    else:
        assert status in {400, 422}, body
        assert body["fields"]
        assert Case.objects.count() == before
