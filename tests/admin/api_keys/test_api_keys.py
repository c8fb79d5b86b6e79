"""The pages for API keys: the list, issuing one, revoking one."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from cases.models import ApiKey
from cases.services.api_keys import issue_key, revoke_key
from tests.factories import administrator, agent, team_lead

pytestmark = pytest.mark.django_db

LIST = "/admin/cases/apikey/"
ADD = f"{LIST}add/"
HEADER = re.compile(r"Api-Key [A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")


@pytest.fixture
def admin_client(client: Client) -> Client:
    client.force_login(administrator())
    return client


def issue(client: Client, **values: str) -> HttpResponse:
    return client.post(ADD, {"integration": "Khoros"} | values)


def pre(answer: HttpResponse, name: str) -> str:
    match = re.search(rf'<pre id="{name}"[^>]*>(.*?)</pre>', answer.content.decode(), re.DOTALL)
    assert match
    return unescape(match[1])


def revoke_url(key: ApiKey) -> str:
    return reverse("admin:cases_apikey_revoke", args=(key.prefix,))


def call(client: Client, header: str) -> int:
    return client.get("/meta/object/case", headers={"authorization": header}).status_code


def test_the_issued_header_value_opens_the_api(admin_client: Client) -> None:
    header = pre(issue(admin_client), "header")
    assert call(admin_client, header) == 200


def test_the_registration_is_ready_to_send(admin_client: Client, settings: LazySettings) -> None:
    settings.PORTAL_URL = "https://cases.example.com"
    answer = issue(admin_client)
    assert json.loads(pre(answer, "registration")) == {
        "name": "Case Portal",
        "instanceUrl": "https://cases.example.com",
        "authHeaderValue": pre(answer, "header"),
    }


def test_the_key_is_shown_once_and_kept_nowhere(admin_client: Client) -> None:
    answer = issue(admin_client)
    header = pre(answer, "header")
    assert "no-store" in answer["Cache-Control"]
    later = admin_client.get(LIST).content.decode() + admin_client.get(ADD).content.decode()
    assert not HEADER.search(later)
    held = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    assert header.partition(".")[2] not in held + str(ApiKey.objects.values().get())


def test_a_key_works_until_the_end_of_its_last_day(admin_client: Client) -> None:
    issue(admin_client, last_day="2099-12-30")
    assert ApiKey.objects.get().expiry_date == datetime(2099, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "at", "message"),
    [
        ({"integration": " "}, "integration", "the system that"),
        ({"integration": "x" * 51}, "integration", "at most 50"),
        ({"last_day": "2020-01-01"}, "last_day", "passed"),
        ({"last_day": str(date.max)}, "last_day", "earlier day"),
        ({"last_day": "soon"}, "last_day", "valid date"),
    ],
)
def test_it_refuses_with_a_message_at_the_field(
    admin_client: Client, values: dict[str, str], at: str, message: str
) -> None:
    answer = issue(admin_client, **values)
    assert message in str(answer.context["form"].errors[at])
    assert not ApiKey.objects.exists()


def test_the_list_tells_active_expired_and_revoked_keys_apart(admin_client: Client) -> None:
    issue_key(integration="Active one")
    revoke_key(key=issue_key(integration="Revoked one")[0])
    expired, _ = issue_key(integration="Expired one", expires=timezone.now() + timedelta(hours=1))
    ApiKey.objects.filter(pk=expired.pk).update(expiry_date=timezone.now() - timedelta(hours=1))
    shown = admin_client.get(LIST).content.decode()
    rows = re.findall(
        r"(Active|Revoked|Expired) one.*?settings-stage-\w+\">(\w+)<", shown, re.DOTALL
    )
    assert sorted(rows) == [("Active", "Active"), ("Expired", "Expired"), ("Revoked", "Revoked")]
    assert expired.prefix in shown


def test_the_list_takes_the_same_queries_however_many_keys_there_are(
    admin_client: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    issue_key(integration="One")
    admin_client.get(LIST)
    with django_assert_max_num_queries(12) as first:
        admin_client.get(LIST)
    for number in range(4):
        issue_key(integration=f"More {number}")
    with django_assert_num_queries(len(first)):
        admin_client.get(LIST)


def test_no_address_holds_the_hash_of_a_key(admin_client: Client) -> None:
    key, _ = issue_key(integration="Khoros")
    assert key.hashed_key[:12] not in admin_client.get(LIST).content.decode()


def test_asking_revokes_nothing_and_confirming_does(admin_client: Client) -> None:
    key, header = issue_key(integration="Khoros")
    assert "Revoke key" in admin_client.get(revoke_url(key)).content.decode()
    assert call(admin_client, header) == 200
    answer = admin_client.post(revoke_url(key), follow=True)
    assert f"Key {key.prefix} of Khoros was revoked." in answer.content.decode()
    assert call(admin_client, header) == 401


def test_revoking_twice_says_that_it_was_revoked(admin_client: Client) -> None:
    key, _ = issue_key(integration="Khoros")
    revoke_key(key=key)
    assert "already been revoked" in admin_client.get(revoke_url(key)).content.decode()
    answer = admin_client.post(revoke_url(key), follow=True)
    assert "had already been revoked" in answer.content.decode()


def test_an_unknown_key_is_not_found(admin_client: Client) -> None:
    assert admin_client.get(f"{LIST}AAAAAAAA/revoke/").status_code == 404


def test_keys_can_be_neither_edited_nor_deleted(admin_client: Client) -> None:
    for page in ("change", "delete"):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:cases_apikey_{page}", args=("x",))
    assert admin_client.get("/admin/rest_framework_api_key/apikey/").status_code == 404


def test_the_name_of_an_integration_is_shown_as_text(admin_client: Client) -> None:
    answer = issue(admin_client, integration="<script>alert(1)</script>")
    shown = answer.content.decode() + admin_client.get(LIST).content.decode()
    shown += admin_client.get(revoke_url(ApiKey.objects.get())).content.decode()
    assert "<script>alert" not in shown


@pytest.mark.parametrize("make_user", [agent, team_lead])
def test_who_may_not_see_keys_is_refused_everywhere(client: Client, make_user: Any) -> None:
    key, header = issue_key(integration="Khoros")
    client.force_login(make_user())
    for address in (LIST, ADD, revoke_url(key)):
        assert client.get(address).status_code == 403
    assert issue(client).status_code == 403
    assert client.post(revoke_url(key)).status_code == 403
    assert ApiKey.objects.count() == 1
    assert call(client, header) == 200
