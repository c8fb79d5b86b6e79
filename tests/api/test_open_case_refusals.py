"""`POST /case`: what is refused, with which status, and which fields are named."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from cases.models import Author, Case, Customer
from tests.api.wire import author, case, interaction, recorded, without
from tests.factories import issue_header

pytestmark = pytest.mark.django_db

UNSTORABLE = ["\x00", "a\x00b", "\ud800", "tail \udfff", "\ude00\ud83d"]


def post(payload: Any) -> tuple[int, dict[str, Any]]:
    """Post what is refused, see that nothing was saved, and return the status and the body."""
    response = Client(headers={"Authorization": issue_header()}).post(
        "/case", json.dumps(payload), content_type="application/json"
    )
    assert response.status_code in {400, 422}, response.content
    assert not (Case.objects.exists() or Customer.objects.exists() or Author.objects.exists())
    body: dict[str, Any] = response.json()
    assert body.keys() == {"error", "message", "fields"}
    assert body["message"].startswith("Nothing was saved: ")
    assert all(entry.keys() == {"name", "errorMessage"} for entry in body["fields"])
    return response.status_code, body


def wrong_shapes(payload: Any) -> list[str]:
    """Return the fields that are named in a 400."""
    status, body = post(payload)
    assert (status, body["error"]) == (400, "invalid_payload")
    return [entry["name"] for entry in body["fields"]]


def broken_rules(payload: Any) -> list[str]:
    """Return the fields that are named in a 422."""
    status, body = post(payload)
    assert (status, body["error"]) == (422, "validation_failed")
    return [entry["name"] for entry in body["fields"]]


def with_post(**changes: Any) -> dict[str, Any]:
    """Return a case whose second post has `changes`."""
    return case(interactions=[interaction(1), interaction(2, **changes)])


def with_author(**changes: Any) -> dict[str, Any]:
    """Return a case whose second post's author has `changes`."""
    return with_post(author=author(**changes))


def test_it_names_every_required_key_that_is_missing() -> None:
    assert wrong_shapes({}) == ["customerId", "title"]
    assert wrong_shapes({"customId": "cust-1"}) == ["title"]


def test_it_names_every_required_key_of_a_post_that_is_missing() -> None:
    assert wrong_shapes(case(interactions=[interaction(), {}])) == [
        f"interactions[1].{key}"
        for key in ("created", "body", "linkUrl", "serviceId", "service", "contentType")
    ]


def test_it_names_every_required_key_of_an_author_that_is_missing() -> None:
    assert wrong_shapes(with_post(author={})) == [
        f"interactions[1].author.{key}"
        for key in ("service", "serviceId", "handle", "name", "brandOwned")
    ]


@pytest.mark.parametrize("key", sorted(interaction()))
def test_it_needs_each_key_of_a_post(key: str) -> None:
    payload = case(interactions=[without(interaction(), key)])
    assert wrong_shapes(payload) == [f"interactions[0].{key}"]


@pytest.mark.parametrize("key", sorted(author()))
def test_it_needs_each_key_of_an_author(key: str) -> None:
    assert wrong_shapes(with_post(author=without(author(), key))) == [
        f"interactions[1].author.{key}"
    ]


@pytest.mark.parametrize("value", [[], {}, ["x"], {"value": "x"}])
@pytest.mark.parametrize("key", ["customerId", "title", "description", "status"])
def test_it_refuses_what_is_no_text_at_all(key: str, value: Any) -> None:
    assert wrong_shapes(case(**{key: value})) == [key]


@pytest.mark.parametrize("key", ["customerId", "title"])
def test_what_a_case_needs_must_not_be_null(key: str) -> None:
    assert wrong_shapes(case(**{key: None})) == [key]


def test_it_names_custom_id_as_it_was_spelled() -> None:
    assert wrong_shapes({"customId": [5], "title": "Lost"}) == ["customId"]
    assert broken_rules({"customId": " ", "title": "Lost"}) == ["customId"]


def test_the_two_spellings_must_not_contradict_each_other() -> None:
    assert broken_rules(case(customId="another")) == ["customId"]
    assert broken_rules(case(customId=1)) == ["customId"]
    assert broken_rules(case(customerId=" ", customId="")) == ["customerId"]
    assert wrong_shapes(case(customerId=None, customId=None)) == ["customerId"]


@pytest.mark.parametrize("value", [{"value": "x"}, ["x"]])
@pytest.mark.parametrize("key", sorted(interaction()))
def test_a_post_has_texts_alone(key: str, value: Any) -> None:
    assert wrong_shapes(with_post(**{key: value})) == [f"interactions[1].{key}"]


@pytest.mark.parametrize("key", sorted(without(interaction(), "linkUrl")))
def test_only_a_link_may_be_null(key: str) -> None:
    assert wrong_shapes(with_post(**{key: None})) == [f"interactions[1].{key}"]


@pytest.mark.parametrize("value", [None, 2, "maybe", "", []])
def test_brand_owned_is_a_boolean(value: Any) -> None:
    assert wrong_shapes(with_author(brandOwned=value)) == ["interactions[1].author.brandOwned"]


@pytest.mark.parametrize("key", ["service", "serviceId", "handle", "name"])
@pytest.mark.parametrize("value", [None, {}, []])
def test_an_author_has_texts(key: str, value: Any) -> None:
    assert wrong_shapes(with_author(**{key: value})) == [f"interactions[1].author.{key}"]


@pytest.mark.parametrize("value", [{}, "", 0])
def test_interactions_are_a_list(value: Any) -> None:
    assert wrong_shapes(case(interactions=value)) == ["interactions"]


@pytest.mark.parametrize("value", [None, [], "post", 0])
def test_a_post_is_an_object(value: Any) -> None:
    assert wrong_shapes(case(interactions=[interaction(), value])) == ["interactions[1]"]


@pytest.mark.parametrize("value", [[], "Mara", 0])
def test_an_author_is_an_object(value: Any) -> None:
    assert wrong_shapes(with_post(author=value)) == ["interactions[1].author"]


@pytest.mark.parametrize("blank", ["", " ", "\t\r\n", "\u3000\u1680"])
def test_it_refuses_what_must_not_be_blank(blank: str) -> None:
    assert broken_rules(case(title=blank)) == ["title"]
    assert broken_rules(case(customerId=blank)) == ["customerId"]
    for key in ("serviceId", "service", "contentType"):
        assert broken_rules(with_post(**{key: blank})) == [f"interactions[1].{key}"]
    for key in ("serviceId", "service"):
        assert broken_rules(with_author(**{key: blank})) == [f"interactions[1].author.{key}"]


@pytest.mark.parametrize("character", ["x", "é", "🧳"])
def test_it_refuses_a_character_more_than_the_bounds(character: str) -> None:
    short, name, text = character * 256, character * 65, character * 65_536
    address = "https://social.example/".ljust(2_049, character)
    assert broken_rules(
        case(
            customerId=short,
            title=short,
            description=text,
            interactions=[
                interaction(
                    body=text,
                    linkUrl=address,
                    serviceId=short,
                    service=name,
                    contentType=name,
                    author=author(service=name, serviceId=short, handle=short, name=short),
                )
            ],
        )
    ) == [
        *("customerId", "title", "description"),
        *(
            f"interactions[0].{key}"
            for key in ("body", "linkUrl", "serviceId", "service", "contentType")
        ),
        *(f"interactions[0].author.{key}" for key in ("service", "serviceId", "handle", "name")),
    ]


def test_it_refuses_more_than_1000_posts() -> None:
    posts = [interaction(number) for number in range(1_001)]
    status, body = post(case(interactions=posts))
    assert status == 422
    assert body["fields"] == [
        {
            "name": "interactions",
            "errorMessage": "must have at most 1,000 entries, and has 1,001",
        }
    ]


@pytest.mark.parametrize("text", UNSTORABLE)
def test_it_refuses_text_that_no_database_holds(text: str) -> None:
    assert broken_rules(
        case(customerId=text, title=text, description=text, status=text, extra=[{"deep": text}])
        | {f"key {text}": 1}
    ) == [
        *("customerId", "title", "description", "status", "extra"),
        f"key {text}".encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00"),
    ]
    for key in interaction():
        assert broken_rules(with_post(**{key: text})) == [f"interactions[1].{key}"]
    for key in without(author(), "brandOwned"):
        assert broken_rules(with_author(**{key: text})) == [f"interactions[1].author.{key}"]


@pytest.mark.parametrize("status", ["", " ", "pending", "open closed", "opened"])
def test_it_refuses_an_unknown_status(status: str) -> None:
    assert broken_rules(case(status=status)) == ["status"]


@pytest.mark.parametrize(
    "created",
    [
        *("", "yesterday", "1709716443", "2024-03-06", "2024-W10-3T09:14:03Z", "20240306T091403Z"),
        *("2024-03-06T09:14:03 Z", "2024-03-06T09:14:03+01", "2024-03-06T09:14:03CET"),
        *("2024-03-06T09:14:03Z\n", " 2024-03-06T09:14:03Z", "2024-3-6T9:14:03Z", "T09:14:03Z"),
        *("2024-13-06T09:14:03Z", "2024-02-30T09:14:03Z", "2023-02-29T00:00:00Z"),
        *("2024-03-06T24:00:01Z", "2024-03-06T09:60:03Z", "2024-03-06T23:59:60Z"),
        *("2024-03-06T09:14:03+25:00", "2024-03-06T09:14:03+01:60", "2024-03-06T09:14:03.Z"),
        *("٢٠٢٤-٠٣-٠٦T٠٩:١٤:٠٣Z", "0000-01-01T00:00:00Z", "2024-03-06T09:14:03Z\x00"),
    ],
)
def test_it_refuses_what_is_not_a_date_and_time(created: str) -> None:
    assert broken_rules(with_post(created=created)) == ["interactions[1].created"]


@pytest.mark.parametrize(
    "created",
    [
        *("1989-12-31T23:59:59.999999Z", "1990-01-01T00:00:00+00:01", "1970-01-01T00:00:00Z"),
        *("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_it_refuses_a_date_before_1990_or_far_ahead(created: str) -> None:
    assert broken_rules(with_post(created=created)) == ["interactions[1].created"]


def test_it_refuses_a_date_more_than_a_day_ahead() -> None:
    ahead = datetime.now(UTC) + timedelta(days=1, minutes=1)
    assert broken_rules(with_post(created=ahead.isoformat())) == ["interactions[1].created"]


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "\x01javascript:alert(1)", "data:,x"),
        *("ftp://files.example/a", "file:///etc/passwd", "mailto:a@example.com", "//example.com"),
        *("social.example/a", "/a", "http:", "https://", "http:///a", "https:example.com"),
        *("https://[", "https://a b", "https://example.com/\n", "java\nscript:alert(1)", " "),
    ],
)
def test_it_refuses_a_link_that_is_not_to_the_web(address: str) -> None:
    assert broken_rules(with_post(linkUrl=address)) == ["interactions[1].linkUrl"]


def test_unregistered_keys_are_bounded_together() -> None:
    kept = recorded("unregistered_keys")
    assert broken_rules(kept | {"notes": "x" * 16_384}) == ["notes"]


def test_both_kinds_of_fault_answer_400_and_every_field_is_named() -> None:
    payload = {
        "customerId": " ",
        "description": {},
        "status": "pending",
        "interactions": [
            interaction(linkUrl="javascript:alert(1)"),
            interaction(author=author(handle=[], name="x" * 256)),
            without(interaction(created="yesterday"), "service"),
        ],
        "notes": "\x00",
    }
    assert sorted(wrong_shapes(payload)) == sorted(
        [
            *("customerId", "title", "description", "status", "notes"),
            *("interactions[0].linkUrl", "interactions[1].author.handle"),
            *("interactions[1].author.name", "interactions[2].created", "interactions[2].service"),
        ]
    )


def test_its_message_is_for_a_person_and_says_how_much_more_is_wrong() -> None:
    _, body = post({"title": "", "status": "pending", "interactions": [1, 2]})
    assert body["message"] == (
        "Nothing was saved: customerId is required; interactions[0] must be an object; "
        "interactions[1] must be an object; and 2 more."
    )
    assert len(body["fields"]) == 5
