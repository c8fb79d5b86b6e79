"""Every text that a person reads goes through gettext, so that it can be translated."""

import re
from typing import Any

import orjson
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.browser.hostile import fill_portal
from tests.browser.paths import page_paths
from tests.factories import administrator
from tests.translation import pseudo_language, untranslated

pytestmark = pytest.mark.django_db

NAMES = (
    # Proper names, which no language translates.
    "Case Portal",
    "Khoros",
    # Names of keys and roles, which an administrator may rename.
    "Agent",
    "Team lead",
    "Administrator",
)
DATA = re.compile(
    # What `fill_portal` writes, also where it stands in an attribute or an option.
    r"__pwned|W{20}|tollehs|CP-\d+|admin$|^\w+@example|"
    # Operations, statuses with the codes of the wire, addresses, keys of the keyboard.
    r"(GET|POST|PATCH|PUT) |^[a-z]+\[\w[\w-]*\]: \d{3} [a-z_]+$|https?://|^span: \d{3} [a-z_]+$"
)


class ByClient:
    """Khoros' calls without a server."""

    def call(self, method: str, path: str, header: str, payload: Any = None) -> HttpResponse:
        body = orjson.dumps(payload)
        headers = {"Authorization": header}
        return Client().generic(method, path, body, "application/json", headers=headers)


def words(html: str) -> list[str]:
    """Return the untranslated texts of a page that are neither names nor data."""
    found = []
    for text in untranslated(html):
        rest = text
        for name in NAMES:
            rest = rest.replace(name, "")
        shown = rest.partition(": ")[2]
        if any(character.isalpha() for character in shown) and not DATA.search(text):
            found.append(text)
    return found


def test_a_text_that_gettext_never_saw_is_found() -> None:
    page = (
        "<p>«Seen» <bdi>data</bdi> «<b>x</b> y» Forgotten</p><a title='Forgot too' href='/'>«A»</a>"
    )
    assert untranslated(page) == ["p: Forgotten", "a[title]: Forgot too"]


def test_every_word_of_every_page_goes_through_gettext() -> None:
    fill_portal(ByClient())
    client = Client(raise_request_exception=False)
    client.force_login(administrator(username="admin"))
    paths = [path for path in page_paths() if not path.startswith("/docs")]
    problems = []
    with pseudo_language():
        for path in paths:
            answer = client.get(path, follow=True)
            if answer.status_code != 200:
                problems.append(f"{path}: answers {answer.status_code}")
            html = b"".join(answer) if answer.streaming else answer.content
            if "text/html" in answer["Content-Type"]:
                problems += [f"{path[:70]}: {text[:150]}" for text in words(html.decode())]
    assert not problems, "\n" + "\n".join(dict.fromkeys(problems))


@pytest.mark.parametrize("path", ["/admin/login/", "/docs/", "/admin/nothing/"])
def test_so_does_what_anybody_sees(path: str) -> None:
    with pseudo_language():
        assert words(Client().get(path, follow=True).content.decode()) == []


def test_so_do_the_pages_of_errors() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator())
    with pseudo_language():
        refused = client.post(reverse("admin:cases_apikey_add"), {})
        assert refused.status_code == 403
        assert words(refused.content.decode()) == []
