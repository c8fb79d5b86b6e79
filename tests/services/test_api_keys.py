"""Issuing and revoking API keys (contract: Every request)."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from cases.errors import ValidationFailed
from cases.models import ApiKey, Integration
from cases.selectors.api_keys import find_active_key
from cases.services.api_keys import issue_key, registration_body, revoke_key

pytestmark = pytest.mark.django_db


def secret(header: str) -> str:
    return header.removeprefix("Api-Key ")


def test_the_header_value_is_accepted_and_stored_nowhere() -> None:
    key, header = issue_key(integration="Khoros")
    stored = ApiKey.objects.values().get()
    assert find_active_key(secret(header)) == key
    assert secret(header).partition(".")[2] not in str(stored)


def test_two_keys_of_one_integration_work_side_by_side() -> None:
    headers = [issue_key(integration="Khoros")[1] for _ in range(2)]
    assert Integration.objects.count() == 1
    assert all(find_active_key(secret(header)) for header in headers)


def test_a_revoked_key_is_refused_at_once_and_its_sibling_is_not() -> None:
    old, old_header = issue_key(integration="Khoros")
    _, new_header = issue_key(integration="Khoros")
    assert find_active_key(secret(old_header))
    assert revoke_key(key=old) is True
    assert find_active_key(secret(old_header)) is None
    assert find_active_key(secret(new_header))


def test_revoking_twice_says_that_it_was_revoked() -> None:
    key, _ = issue_key(integration="Khoros")
    assert [revoke_key(key=key), revoke_key(key=key)] == [True, False]


def test_an_expired_key_is_refused() -> None:
    key, header = issue_key(integration="Khoros", expires=timezone.now() + timedelta(hours=1))
    assert find_active_key(secret(header))
    ApiKey.objects.filter(pk=key.pk).update(expiry_date=timezone.now() - timedelta(seconds=1))
    other, _ = issue_key(integration="Other")
    revoke_key(key=other)
    assert find_active_key(secret(header)) is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 51, "a\x00b"])
def test_it_refuses_a_name_that_can_not_be_stored(name: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        issue_key(integration=name)
    assert [problem.name for problem in refusal.value.fields] == ["integration"]
    assert not Integration.objects.exists()


def test_it_refuses_an_expiry_that_has_passed() -> None:
    with pytest.raises(ValidationFailed) as refusal:
        issue_key(integration="Khoros", expires=timezone.now() - timedelta(seconds=1))
    assert [problem.name for problem in refusal.value.fields] == ["expires"]


@pytest.mark.parametrize(
    ("prefix", "url"),
    [("", "https://cases.example.com"), ("api/v1/", "https://cases.example.com/api/v1")],
)
def test_the_registration_names_the_address_of_the_api(
    settings: LazySettings, prefix: str, url: str
) -> None:
    settings.PORTAL_URL, settings.API_PREFIX = "https://cases.example.com", prefix
    assert registration_body(header="Api-Key abc") == {
        "name": "Case Portal",
        "instanceUrl": url,
        "authHeaderValue": "Api-Key abc",
    }
