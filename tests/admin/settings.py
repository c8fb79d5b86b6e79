"""What the tests of the settings pages share: addresses, the form's data, and what Khoros gets."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories import issue_header


def url(name: str, *args: object) -> str:
    return reverse(f"admin:cases_customproperty_{name}", args=args)


def save(client: Client, address: str, button: str = "_publish", **values: Any) -> HttpResponse:
    typed = {"name": "clubNumber", "label": "Club number", "type": "text"}
    return client.post(address, typed | values | {button: ""}, follow=True)


def fetched(client: Client, object_type: str = "case") -> Any:
    answer = client.get(f"/meta/object/{object_type}", headers={"authorization": issue_header()})
    return answer.json()
