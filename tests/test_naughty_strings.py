"""Every naughty string through `POST /case`: stored and answered identical, or 422, never 500.

What is expected is computed by rule, without asking a database, so that the verdict is the same on
each. The list is npm's `blns` (see data/blns.LICENSE.txt), with what a text file can't carry.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cases.choices import PropertyType
from cases.models import Case
from cases.properties.readings import read_flag
from tests.api.wire import author, case, interaction
from tests.factories import CustomPropertyFactory, issue_header

pytestmark = pytest.mark.django_db

LISTED: list[str] = json.loads((Path(__file__).parent / "data" / "blns.json").read_text("utf-8"))
OWN = [
    *("\x00", "before\x00after", "\ud800", "\udfff", "a\ud83d", "\udca9\ud83d", "\\u0000"),
    *("\x01\x02\x1b[31m\x7f\x9f", "\ufeff", "\ufffe\uffff", "\U0010ffff", "\u202eevil\u2066"),
    *("e\u0301", "\u00e9", "\ufb03", "\u0130\u0131", "\ufdfa" * 255, "🧳" * 255, "👩‍👩‍👧‍👦" * 30),
    *("a" + "\u0301" * 200, " ", "\t", "\r\n", "\x85", "\u2028", "\u200b", "\u00a0", "\x1c"),
    *("\t" + "tab", "line\u2028separator\u2029", "%00", "\\x00", "${7*7}", "{{7*7}}", "=1+1"),
]
NAUGHTY = list(dict.fromkeys(LISTED + OWN))
UNREGISTERED_AT_ONCE = 25

Payload = dict[str, Any]


def post(client: Client, payload: Payload) -> tuple[int, Payload]:
    """Post a case and return the status and the body, which must be JSON in UTF-8."""
    response = client.post("/case", json.dumps(payload), content_type="application/json")
    assert response.headers["Content-Type"] == "application/json"
    return response.status_code, json.loads(response.content.decode("utf-8"))


def a_client() -> Client:
    """Return a client with a good key."""
    return Client(headers={"Authorization": issue_header()}, raise_request_exception=False)


def is_storable(text: str) -> bool:
    """Tell whether the contract lets `text` be stored at all: no NUL, no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def is_blank(text: str) -> bool:
    """Tell whether `text` is empty, or white space and byte order marks alone."""
    return all(letter.isspace() or letter == "\ufeff" for letter in text)


def fits_required(text: str) -> bool:
    """Tell whether `text` may be a title, an id or another text that must not be blank."""
    return is_storable(text) and not is_blank(text) and len(text) <= 255


def fits_short(text: str) -> bool:
    """Tell whether `text` may be a handle, a name or a text property."""
    return is_storable(text) and len(text) <= 255


FIELDS: dict[str, tuple[Callable[[str], bool], Callable[[str], Payload]]] = {
    "customerId": (fits_required, lambda text: {"customerId": text}),
    "title": (fits_required, lambda text: {"title": text}),
    "description": (is_storable, lambda text: {"description": text}),
    "clubNo": (fits_short, lambda text: {"clubNo": text}),
    "remarks": (is_storable, lambda text: {"remarks": text}),
}


def test_the_list_is_there() -> None:
    assert len(LISTED) > 450
    assert sum(not is_storable(text) for text in NAUGHTY) == 6


@pytest.mark.parametrize(
    "field",
    [pytest.param(field, marks=[] if field == "title" else pytest.mark.long) for field in FIELDS],
)
def test_in_a_field_of_a_case(field: str) -> None:
    CustomPropertyFactory(name="clubNo")
    CustomPropertyFactory(name="remarks", type=PropertyType.TEXTAREA)
    client = a_client()
    fits, change = FIELDS[field]
    for number, text in enumerate(NAUGHTY):
        status, body = post(client, case(customerId=f"cust-{number}") | change(text))
        if fits(text):
            assert status == 201, (text, body)
            assert body.get(field, "") == text
        else:
            assert status == 422, (text, body)
            assert [entry["name"] for entry in body["fields"]] == [field]


def test_in_the_fields_of_posts_and_authors() -> None:
    posts = [
        interaction(
            number,
            body=text,
            serviceId=text if fits_required(text) else f"{number}",
            service=text if fits_required(text) and len(text) <= 64 else "twitter",
            contentType=text if fits_required(text) and len(text) <= 64 else "post",
            author=author(
                number,
                service=text if fits_required(text) and len(text) <= 64 else "twitter",
                serviceId=text if fits_required(text) else f"{number}",
                handle=text,
                name=text,
            ),
        )
        for number, text in enumerate(NAUGHTY)
        if fits_short(text)
    ]
    status, body = post(a_client(), case(interactions=posts))
    assert status == 201, body
    assert body["interactions"] == posts


def test_in_the_fields_of_posts_and_authors_that_are_refused() -> None:
    refused = [text for text in NAUGHTY if not is_storable(text)]
    posts = [
        interaction(number, body=text, author=author(number, handle=text, name=text))
        for number, text in enumerate(refused)
    ]
    status, body = post(a_client(), case(interactions=posts))
    assert status == 422, body
    assert [entry["name"] for entry in body["fields"]] == [
        f"interactions[{number}].{key}"
        for number in range(len(refused))
        for key in ("body", "author.handle", "author.name")
    ]


def test_as_links_of_posts() -> None:
    posts = [interaction(number, linkUrl=text) for number, text in enumerate(NAUGHTY)]
    client = a_client()
    status, body = post(client, case(interactions=posts))
    assert status == 422, body
    refused = {entry["name"] for entry in body["fields"]}
    kept = [
        entry
        for number, entry in enumerate(posts)
        if f"interactions[{number}].linkUrl" not in refused
    ]
    assert all(
        entry["linkUrl"] == "" or entry["linkUrl"].lower().startswith(("http://", "https://"))
        for entry in kept
    )
    status, body = post(client, case(interactions=kept))
    assert status == 201, body
    assert body["interactions"] == kept


def test_as_lists_and_checkboxes() -> None:
    CustomPropertyFactory(
        name="tier",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": "Gold", "value": "gold"}],
    )
    CustomPropertyFactory(name="callBack", type=PropertyType.CHECKBOX)
    client = a_client()
    for number, text in enumerate(NAUGHTY):
        status, body = post(client, case(customerId=f"cust-{number}", tier=text, callBack=text))
        wrong = ["tier", "callBack"] if read_flag(text) is None else ["tier"]
        if text == "":
            assert status == 201, body
        else:
            assert status == 422, (text, body)
            assert [entry["name"] for entry in body["fields"]] == wrong


def test_as_keys_and_values_that_nobody_registered() -> None:
    client = a_client()
    core = {*case(), "description", "status", "interactions", "id", "number", "url"}
    texts = [text for text in NAUGHTY if is_storable(text) and text not in core]
    for start in range(0, len(texts), UNREGISTERED_AT_ONCE):
        some = texts[start : start + UNREGISTERED_AT_ONCE]
        odd = {text: [text, {text: text}] for text in some}
        status, body = post(client, case(customerId=f"cust-{start}", **odd))
        assert status == 201, body
        assert body.keys() & odd.keys() == set()
        assert Case.objects.get(pk=body["id"]).unregistered == odd


@pytest.mark.parametrize("text", [text for text in NAUGHTY if not is_storable(text)])
def test_as_keys_and_values_that_are_refused(text: str) -> None:
    client = a_client()
    for odd in ({text: 1}, {"extra": text}, {"extra": [{"deep": text}]}, {"extra": {text: 1}}):
        status, body = post(client, case(**odd))
        assert (status, len(body["fields"])) == (422, 1), body


def test_in_the_headers_that_say_who_acted() -> None:
    client = a_client()
    for number, text in enumerate(NAUGHTY):
        # A client can send bytes alone, which arrive as Latin-1.
        value = text.encode("utf-8", "surrogatepass").decode("latin-1")
        names = ("x-sf-user-email", "x-sf-initiative", "x-sf-company-id")
        response = client.post(
            "/case",
            json.dumps(case(title=f"Case {number}")),
            content_type="application/json",
            headers=dict.fromkeys(names, value),
        )
        assert response.status_code == 201, (text, response.content)
