"""The settings page says whether Khoros has the fields as they are now, and what still arrives."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cases.choices import ObjectType, PropertyStage
from cases.models import CustomProperty, RecordedRequest
from cases.services.properties import reorder_properties
from tests.api.wire import case
from tests.factories import CustomPropertyFactory, administrator, issue_header

pytestmark = pytest.mark.django_db


def settings_page(object_type: str = "case") -> str:
    """Return the settings page as an administrator sees it."""
    client = Client()
    client.force_login(administrator())
    return client.get(f"/admin/cases/customproperty/?object={object_type}").content.decode()


def fetch(object_type: str = "case") -> None:
    """Fetch the definitions as Khoros does."""
    Client(headers={"Authorization": issue_header()}).get(f"/meta/object/{object_type}")


def an_hour_ago() -> None:
    """Let an hour pass since everything that was fetched."""
    RecordedRequest.objects.update(at=timezone.now() - timedelta(hours=1))


def test_it_says_that_khoros_never_fetched_them() -> None:
    assert "Khoros has not fetched this yet" in settings_page()


def test_it_says_that_khoros_has_them() -> None:
    CustomPropertyFactory.create()
    fetch()
    assert "it fetched this" in settings_page()
    assert "Khoros has not fetched this yet" in settings_page("customer")


def test_it_says_that_a_change_came_after() -> None:
    fetch()
    an_hour_ago()
    CustomPropertyFactory.create()
    assert "before the latest change" in settings_page()


def test_a_new_order_is_a_change() -> None:
    first, second = CustomPropertyFactory.create_batch(2)
    fetch()
    an_hour_ago()
    CustomProperty.objects.update(last_updated=timezone.now() - timedelta(hours=2))
    assert "it fetched this" in settings_page()
    reorder_properties(object_type=ObjectType.CASE, ids=[second.pk, first.pk])
    assert "before the latest change" in settings_page()


def test_a_draft_is_no_change() -> None:
    fetch()
    an_hour_ago()
    CustomPropertyFactory.create(stage=PropertyStage.DRAFT)
    assert "it fetched this" in settings_page()


def test_a_retiring_field_warns_while_values_still_arrive() -> None:
    CustomPropertyFactory.create(name="clubNo", stage=PropertyStage.RETIRING)
    assert "Values still arrive" not in settings_page()
    client = Client(headers={"Authorization": issue_header()})
    client.post("/case", json.dumps(case(clubNo="1")), content_type="application/json")
    client.post("/case", json.dumps(case(title="Without")), content_type="application/json")
    assert "Values still arrive: 1 case since the field was retired" in settings_page()
