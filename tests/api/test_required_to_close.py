"""Fields that are required to close a case, as Khoros meets them: `PATCH /case/{id}`."""

import json
from typing import Any

import pytest
from django.test import Client

from cases.choices import PropertyStage, PropertyType
from cases.models import Case, CaseEvent, Interaction
from tests.api.wire import case as new_case
from tests.api.wire import interaction
from tests.factories import CaseFactory, CustomPropertyFactory, issue_header

pytestmark = pytest.mark.django_db


def call(method: str, path: str, payload: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    client = Client(headers={"Authorization": issue_header()})
    answer = client.generic(method, path, json.dumps(payload), content_type="application/json")
    return answer.status_code, answer.json()


def patch(case: Case, **payload: Any) -> tuple[int, dict[str, Any]]:
    return call("PATCH", f"/case/{case.pk}", payload)


def is_open(case: Case) -> bool:
    case.refresh_from_db()
    return case.is_open


@pytest.fixture
def _two_required() -> None:
    CustomPropertyFactory(name="reason", label="Reason", required_to_close=True)
    CustomPropertyFactory(name="product", label="Product", required_to_close=True)
    CustomPropertyFactory(name="remark", label="Remark")


@pytest.mark.usefixtures("_two_required")
def test_it_refuses_to_close_and_names_each_field_that_lacks_a_value() -> None:
    case = CaseFactory(properties={"remark": "x"})
    status, body = patch(case, status="closed")
    assert status == 422
    assert body == {
        "error": "validation_failed",
        "message": (
            "The case was not changed: it can be closed once it has a value for Reason and Product."
        ),
        "fields": [
            {"name": name, "errorMessage": "must have a value before the case can be closed"}
            for name in ("reason", "product")
        ],
    }
    assert is_open(case)


@pytest.mark.usefixtures("_two_required")
def test_the_values_may_come_with_the_patch_that_closes() -> None:
    case = CaseFactory(properties={"reason": "late"})
    status, body = patch(case, status="closed", product="shoes")
    assert (status, body["status"], body["product"]) == (200, "closed", "shoes")


@pytest.mark.usefixtures("_two_required")
def test_the_patch_that_closes_may_not_clear_what_is_required() -> None:
    case = CaseFactory(properties={"reason": "late", "product": "shoes"})
    status, body = patch(case, status="closed", reason=None)
    assert status == 422
    assert [fault["name"] for fault in body["fields"]] == ["reason"]
    assert is_open(case)
    assert case.properties == {"reason": "late", "product": "shoes"}


@pytest.mark.usefixtures("_two_required")
def test_nothing_of_a_refused_patch_is_stored() -> None:
    case = CaseFactory(title="Before")
    patch(case, status="closed", title="After", remark="x", interactions=[interaction()])
    case.refresh_from_db()
    assert (case.title, case.properties) == ("Before", {})
    assert not Interaction.objects.filter(case=case).exists()
    assert not CaseEvent.objects.filter(case=case).exists()


@pytest.mark.usefixtures("_two_required")
@pytest.mark.parametrize("payload", [{}, {"status": "open"}, {"title": "New"}, {"remark": "x"}])
def test_other_changes_of_an_open_case_need_no_value(payload: dict[str, Any]) -> None:
    assert patch(CaseFactory(), **payload)[0] == 200


@pytest.mark.usefixtures("_two_required")
def test_a_case_that_is_closed_already_is_no_longer_asked() -> None:
    case = CaseFactory(closed=True, properties={"reason": "late"})
    assert patch(case, status="closed")[0] == 200
    assert patch(case, reason="")[0] == 200
    assert not is_open(case)


@pytest.mark.usefixtures("_two_required")
def test_a_case_that_arrives_closed_is_not_refused() -> None:
    status, body = call("POST", "/case", new_case(status="closed"))
    assert (status, body["status"]) == (201, "closed")


@pytest.mark.parametrize("value", [" ", "\t\n"])
def test_white_space_alone_is_no_value(value: str) -> None:
    CustomPropertyFactory(name="reason", required_to_close=True)
    assert patch(CaseFactory(), status="closed", reason=value)[0] == 422


def test_a_checkbox_that_says_no_has_a_value() -> None:
    CustomPropertyFactory(name="vip", type=PropertyType.CHECKBOX, required_to_close=True)
    assert patch(CaseFactory(), status="closed", vip=False)[0] == 200


@pytest.mark.parametrize(
    "stage", [PropertyStage.DRAFT, PropertyStage.RETIRING, PropertyStage.ARCHIVED]
)
def test_a_field_that_is_not_live_is_not_required(stage: str) -> None:
    CustomPropertyFactory(name="reason", required_to_close=True, stage=stage)
    assert patch(CaseFactory(), status="closed")[0] == 200
