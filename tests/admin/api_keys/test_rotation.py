"""Replacing a key without a gap: the page that walks through it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.models import ApiKey
from cases.services.api_keys import issue_key, revoke_key
from tests.factories import administrator, agent, issue_header

pytestmark = pytest.mark.django_db


def prefix(header: str) -> str:
    """Return the part of a header value that is no secret."""
    return header.removeprefix("Api-Key ").partition(".")[0]


def page(header: str) -> str:
    """Return the address of the page that replaces a key."""
    return f"/admin/cases/apikey/{prefix(header)}/rotate/"


def staff(user: Any = None) -> Client:
    """Return a client that is logged in, as an administrator unless told otherwise."""
    client = Client()
    client.force_login(user or administrator())
    return client


def call(header: str) -> int:
    """Call the API with a key and return the status."""
    return Client(headers={"Authorization": header}).get("/meta/object/case").status_code


def last_used(header: str, ago: timedelta) -> None:
    """Set back when a key was last used."""
    ApiKey.objects.filter(prefix=prefix(header)).update(last_used=timezone.now() - ago)


def test_a_key_is_replaced_step_by_step_and_no_call_is_refused() -> None:
    old, client = issue_header(), staff()
    assert call(old) == 200
    assert "Issue the new key" in client.get(page(old)).content.decode()

    issued = client.post(page(old))
    new = str(issued.context["header"])
    assert new in issued.content.decode()
    assert issued.context["key"].integration.name == "Khoros"
    html = client.get(page(old)).content.decode()
    assert "hasn't been used yet" in html
    assert new.rpartition(".")[2] not in html

    assert (call(old), call(new)) == (200, 200)
    html = client.get(page(old)).content.decode()
    assert "Khoros is using the new key" in html
    assert "Revoke anyway" in html

    last_used(old, timedelta(hours=2))
    assert "been used for over" in client.get(page(old)).content.decode()
    client.post(f"/admin/cases/apikey/{prefix(old)}/revoke/")
    assert "The old key is refused" in client.get(page(old)).content.decode()
    assert (call(old), call(new)) == (401, 200)


def test_the_list_leads_to_it() -> None:
    old = issue_header()
    assert page(old) in staff().get("/admin/cases/apikey/").content.decode()


def test_a_key_of_another_integration_is_no_successor() -> None:
    old = issue_header("Khoros")
    issue_header("Another")
    assert "Issue the new key" in staff().get(page(old)).content.decode()


def test_a_key_for_checks_is_not_replaced() -> None:
    _key, header = issue_key(integration="Watch", for_checks=True)
    client = staff()
    shown = client.get("/admin/cases/apikey/").content.decode()
    assert page(header) not in shown
    assert f"/admin/cases/apikey/{prefix(header)}/revoke/" in shown
    for method in ("get", "post"):
        answer = getattr(client, method)(page(header), follow=True)
        assert answer.redirect_chain == [("/admin/cases/apikey/", 302)]
        assert "is for contract checks only" in answer.content.decode()
    assert ApiKey.objects.count() == 1


def test_a_revoked_key_gets_no_successor() -> None:
    key, header = issue_key(integration="Khoros")
    revoke_key(key=key)
    client = staff()
    assert "has already been revoked" in client.get(page(header)).content.decode()
    answer = client.post(page(header), follow=True)
    assert "has already been revoked" in answer.content.decode()
    assert ApiKey.objects.count() == 1


def test_an_older_key_is_no_successor() -> None:
    issue_header()
    new = issue_header()
    assert staff().get(page(new)).context["new"] is None


def test_it_refuses_who_is_no_administrator() -> None:
    old = issue_header()
    for method in ("get", "post"):
        assert getattr(staff(agent()), method)(page(old)).status_code == 403
    assert ApiKey.objects.count() == 1
