"""`POST /case`: what is accepted, stored and answered."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from cases.api.serializers.case_output import moment_text
from cases.models import Author, Case, Customer, Interaction, InteractionRevision
from tests.api.wire import RECORDED, author, case, interaction, recorded
from tests.factories import AuthorFactory, CaseFactory, CustomerFactory, issue_header

pytestmark = pytest.mark.django_db

CORE_KEYS = {
    *("id", "number", "customerId", "title", "description", "url"),
    *("lastUpdated", "created", "status", "interactions"),
}


def post(payload: dict[str, Any], path: str = "/case", **headers: str) -> dict[str, Any]:
    """Post a case that is accepted, and return the answer's body."""
    response = Client(headers={"Authorization": issue_header()} | headers).post(
        path, json.dumps(payload), content_type="application/json"
    )
    assert response.status_code == 201, response.content
    assert response.headers["Content-Type"] == "application/json"
    body: dict[str, Any] = response.json()
    return body


def post_date(created: str) -> str:
    """Return how the date of a post is answered."""
    answered: str = post(case(interactions=[interaction(created=created)]))["interactions"][0][
        "created"
    ]
    assert answered == moment_text(Interaction.objects.get().created)
    return answered


def moment(text: str) -> datetime:
    """Return the moment that an answer's date is, which must be in UTC."""
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("name", RECORDED)
def test_it_accepts_each_recorded_payload(name: str) -> None:
    payload = recorded(name)
    body = post(payload)
    assert body["title"] == payload["title"]
    assert body["customerId"] == payload.get("customerId", payload.get("customId"))
    assert len(body["interactions"]) == len(payload.get("interactions", []))


def test_it_answers_the_keys_of_the_contract_and_nothing_else() -> None:
    before = datetime.now(UTC)
    body = post(recorded("minimal"))
    assert body.keys() == CORE_KEYS
    assert all(isinstance(body[key], str) for key in CORE_KEYS - {"interactions"})
    assert body["customerId"] == "cust-0001"
    assert body["title"] == "Lost suitcase"
    assert body["description"] == ""
    assert body["status"] == "open"
    assert body["interactions"] == []
    assert before <= moment(body["created"]) <= datetime.now(UTC)
    assert body["lastUpdated"] == body["created"]


def test_it_answers_what_is_stored() -> None:
    body = post(recorded("minimal"))
    stored = Case.objects.get()
    assert body["id"] == str(stored.pk)
    assert body["number"] == stored.number
    assert (stored.title, stored.status, stored.closed_at) == ("Lost suitcase", "open", None)
    assert body["created"] == moment_text(stored.created)
    assert body["lastUpdated"] == moment_text(stored.last_updated)


def test_its_url_is_absolute_and_opens_the_case_in_the_back_office(
    admin_client: Client,
) -> None:
    body = post(recorded("minimal"))
    assert body["url"].startswith("http://testserver/admin/")
    page = admin_client.get(body["url"])
    assert page.status_code == 200
    assert "Lost suitcase" in page.content.decode()


def test_it_keeps_a_whole_thread_in_the_order_in_which_it_came() -> None:
    payload = recorded("khoros_case")
    body = post(payload)
    for sent, answered in zip(payload["interactions"], body["interactions"], strict=True):
        assert answered.keys() == sent.keys()
        assert {**answered, "created": "", "linkUrl": ""} == {**sent, "created": "", "linkUrl": ""}
        assert answered["linkUrl"] == (sent["linkUrl"] or "")
    assert [entry["created"] for entry in body["interactions"]] == [
        "2024-03-06T09:14:03.000Z",
        "2024-03-06T09:20:41.000Z",
        "2024-03-06T09:31:00.250Z",
        "2024-03-06T12:00:00.000Z",
        "2024-03-06T12:05:12.000Z",
        "2024-03-06T13:00:00.000Z",
    ]
    assert Interaction.objects.count() == 6
    assert Author.objects.filter(brand_owned=True).count() == 2
    assert Author.objects.filter(brand_owned=False).count() == 2


def test_hostile_text_is_stored_and_answered_as_it_came() -> None:
    payload = recorded("hostile_text")
    body = post(payload)
    for key in ("customerId", "title", "description"):
        assert body[key] == payload[key]
    assert [entry["body"] for entry in body["interactions"]] == [
        entry["body"] for entry in payload["interactions"]
    ]
    stored = Case.objects.get()
    assert stored.unregistered == {"__proto__": {"isAdmin": True}, "constructor": "x"}


def test_custom_id_is_another_spelling_of_customer_id() -> None:
    body = post(recorded("custom_id"))
    assert body["customerId"] == "cust-0002"
    assert "customId" not in body
    assert Case.objects.get().unregistered is None


def test_both_spellings_may_come_with_the_same_id() -> None:
    assert post(case(customId="cust-1"))["customerId"] == "cust-1"


@pytest.mark.parametrize("nothing", [None, "", " "])
def test_of_two_spellings_one_that_is_empty_is_absent(nothing: str | None) -> None:
    assert post(case(customId=nothing))["customerId"] == "cust-1"
    assert post(case(customerId=nothing, customId="cust-2"))["customerId"] == "cust-2"


@pytest.mark.parametrize(
    "changes",
    [
        *({key: None} for key in ("description", "status", "interactions")),
        {"interactions": [interaction(author=None)]},
    ],
)
def test_null_in_an_optional_key_is_nothing(changes: dict[str, Any]) -> None:
    body = post(case(**changes))
    assert (body["description"], body["status"]) == ("", "open")
    assert all("author" not in entry for entry in body["interactions"])


@pytest.mark.parametrize(("sent", "kept"), [(7, "7"), (7.0, "7"), (1.5, "1.5"), (True, "true")])
def test_a_number_or_boolean_is_read_as_its_text(sent: object, kept: str) -> None:
    one = interaction(serviceId=sent, body=sent, author=author(serviceId=sent, handle=sent))
    body = post(case(customerId=sent, title=sent, description=sent, interactions=[one]))
    assert (body["customerId"], body["title"], body["description"]) == (kept, kept, kept)
    [answered] = body["interactions"]
    assert (answered["serviceId"], answered["body"]) == (kept, kept)
    assert (answered["author"]["serviceId"], answered["author"]["handle"]) == (kept, kept)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        *((value, True) for value in ("true", "True", 1, "yes", "ON ", "1")),
        *((value, False) for value in ("false", "FALSE", 0, "no", " off", "0")),
    ],
)
def test_a_flag_may_be_a_word_or_a_number(sent: object, meant: bool) -> None:
    body = post(case(interactions=[interaction(author=author(brandOwned=sent))]))
    assert body["interactions"][0]["author"]["brandOwned"] is meant


@pytest.mark.parametrize(
    ("sent", "meant"), [("OPEN", "open"), (" closed\n", "closed"), ("Closed", "closed")]
)
def test_a_status_may_be_in_other_letters(sent: str, meant: str) -> None:
    assert post(case(status=sent))["status"] == meant


def test_read_only_keys_that_come_back_are_ignored() -> None:
    body = post(recorded("read_only_keys"))
    assert body["id"] != "99999"
    assert body["number"] != "CP-99999"
    assert body["url"].startswith("http://testserver/")
    assert moment(body["created"]).year > 1999
    assert Case.objects.get().unregistered is None


def test_a_customer_that_is_not_known_is_made() -> None:
    post(case(customerId="new"))
    assert Customer.objects.get().pk == "new"
    assert Customer.objects.get().properties == {}


def test_a_customer_that_is_known_stays_as_it_is() -> None:
    known = CustomerFactory(id="known", properties={"email": "mara@example.com"})
    post(case(customerId="known"))
    found = Customer.objects.get()
    assert (found.properties, found.last_updated) == (known.properties, known.last_updated)


def test_customer_ids_that_differ_in_case_are_two_customers() -> None:
    post(case(customerId="Mara"))
    post(case(customerId="mara"))
    assert set(Customer.objects.values_list("id", flat=True)) == {"Mara", "mara"}


def test_a_case_may_be_closed_from_the_start() -> None:
    body = post(case(status="closed"), **{"x-sf-user-email": "ana@example.com"})
    assert body["status"] == "closed"
    stored = Case.objects.get()
    assert stored.closed_at == stored.created
    assert stored.closed_by == "ana@example.com"


def test_the_context_of_the_call_is_kept_with_the_case() -> None:
    post(
        case(),
        **{
            "x-sf-user-email": "ana.sá@example.com".encode().decode("latin-1"),
            "x-sf-initiative": "42",
            "x-sf-company-id": "northwind",
        },
    )
    stored = Case.objects.get()
    assert stored.khoros_agent == "ana.sá@example.com"
    assert stored.khoros_initiative == "42"
    assert stored.khoros_company == "northwind"


@pytest.mark.parametrize(
    "value", ["", " ", "x" * 5_000, "\x00", "a\tb\x7f", "\xff\xfe", "\xed\xa0\x80", "[{,;"]
)
def test_an_odd_context_never_refuses_a_case(value: str) -> None:
    names = ("x-sf-user-email", "x-sf-initiative", "x-sf-company-id")
    post(case(), **dict.fromkeys(names, value))
    assert len(Case.objects.get().khoros_agent) <= 255


@pytest.mark.parametrize("accept", ["text/plain", "*/*", "text/html", "image/png;q=0", "nonsense"])
def test_it_answers_json_whatever_the_caller_accepts(accept: str) -> None:
    assert post(case(), Accept=accept)["title"] == "Lost suitcase"


@pytest.mark.parametrize("path", ["/case/", "/case?format=xml", "/case/?a=b"])
def test_it_takes_a_trailing_slash_and_a_query_without_a_redirect(path: str) -> None:
    assert post(case(), path)["status"] == "open"


def test_a_post_needs_no_author() -> None:
    body = post(case(interactions=[interaction()]))
    assert "author" not in body["interactions"][0]
    assert Interaction.objects.get().author is None


def test_a_post_that_comes_twice_is_kept_once() -> None:
    posts = [interaction(1), interaction(2), interaction(1)]
    assert len(post(case(interactions=posts))["interactions"]) == 2
    assert (Interaction.objects.count(), InteractionRevision.objects.count()) == (2, 0)


def test_a_post_that_comes_twice_with_other_texts_is_an_edited_one() -> None:
    texts = ["My suitcase", "My suitcase never arrived", "My suitcase", "My suitcase is back"]
    body = post(case(interactions=[interaction(1, body=text) for text in texts]))
    assert [entry["body"] for entry in body["interactions"]] == ["My suitcase is back"]
    earlier = InteractionRevision.objects.values_list("body", flat=True)
    assert list(earlier) == texts[:-1]


def test_a_client_that_sends_one_service_id_for_all_posts_loses_none() -> None:
    posts = [
        interaction(1, serviceId="twitter", body=f"Post {hour}", created=f"2024-03-06T0{hour}:00Z")
        for hour in range(3)
    ]
    body = post(case(interactions=posts))
    assert [entry["body"] for entry in body["interactions"]] == ["Post 0", "Post 1", "Post 2"]
    assert not InteractionRevision.objects.exists()


def test_the_same_post_may_belong_to_two_cases() -> None:
    post(case(interactions=[interaction()]))
    post(case(title="Another", interactions=[interaction()]))
    assert Interaction.objects.count() == 2


def test_texts_that_may_be_empty() -> None:
    silent = interaction(body="", linkUrl="", author=author(handle="", name=""))
    body = post(case(description="", interactions=[silent]))
    assert body["interactions"] == [silent]


def test_texts_keep_their_white_space() -> None:
    body = post(case(title=" Lost\tsuitcase ", description="\r\n two\n lines \n"))
    assert (body["title"], body["description"]) == (" Lost\tsuitcase ", "\r\n two\n lines \n")


@pytest.mark.parametrize("character", ["x", "é", "🧳"])
def test_texts_may_be_as_long_as_their_bounds(character: str) -> None:
    short, name, text = character * 255, character * 64, character * 65_535
    address = "https://social.example/".ljust(2_048, character)
    long_author = author(service=name, serviceId=short, handle=short, name=short)
    long_post = interaction(
        service=name, serviceId=short, contentType=name, body=text, linkUrl=address
    )
    body = post(
        case(
            customerId=short,
            title=short,
            description=text,
            interactions=[long_post | {"author": long_author}],
        )
    )
    assert (body["customerId"], body["title"], body["description"]) == (short, short, text)
    assert body["interactions"] == [long_post | {"author": long_author}]


def test_a_case_may_bring_1000_posts() -> None:
    posts = [interaction(number, author=author(number)) for number in range(1_000)]
    assert post(case(interactions=posts))["interactions"] == posts
    assert (Interaction.objects.count(), Author.objects.count()) == (1_000, 1_000)


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("2024-03-06T09:14:03Z", "2024-03-06T09:14:03.000Z"),
        ("2024-03-06T09:14:03+01:00", "2024-03-06T08:14:03.000Z"),
        ("2024-03-06T09:14:03-0530", "2024-03-06T14:44:03.000Z"),
        ("2024-03-06T09:14:03", "2024-03-06T09:14:03.000Z"),
        ("2024-03-06T09:14", "2024-03-06T09:14:00.000Z"),
        ("2024-03-06T09:14:03.5Z", "2024-03-06T09:14:03.500Z"),
        ("2024-03-06T09:14:03.123456789+0000", "2024-03-06T09:14:03.123Z"),
        ("2024-02-29T23:59:59-00:00", "2024-02-29T23:59:59.000Z"),
        ("1990-01-01T00:00:00Z", "1990-01-01T00:00:00.000Z"),
        ("1989-12-31T23:00:00-01:00", "1990-01-01T00:00:00.000Z"),
    ],
)
def test_a_date_in_any_offset_is_answered_in_utc(sent: str, answered: str) -> None:
    assert post_date(sent) == answered


def test_a_date_may_be_almost_a_day_ahead() -> None:
    ahead = datetime.now(UTC) + timedelta(hours=23, minutes=59)
    assert post_date(ahead.isoformat()) == moment_text(ahead)


@pytest.mark.parametrize(
    "address",
    [
        "http://social.example",
        "HTTPS://SOCIAL.EXAMPLE/a?b=c#d",
        "https://münchen.example/straße/🧳",
        "https://[2001:db8::1]:8443/",
        "https://social.example/?next=javascript:alert(1)",
    ],
)
def test_a_link_to_the_web_is_kept_as_it_came(address: str) -> None:
    body = post(case(interactions=[interaction(linkUrl=address)]))
    assert body["interactions"][0]["linkUrl"] == address


@pytest.mark.parametrize("nothing", ["", None])
def test_a_post_may_have_no_link(nothing: str | None) -> None:
    body = post(case(interactions=[interaction(linkUrl=nothing)]))
    assert body["interactions"][0]["linkUrl"] == ""


def test_it_touches_no_other_case() -> None:
    other = CaseFactory(title="Other", customer=CustomerFactory(id="cust-1"))
    bystander = AuthorFactory(service="facebook", service_id="author-2", handle="as it was")
    post(case(interactions=[interaction(author=author(1))]))
    other.refresh_from_db()
    bystander.refresh_from_db()
    assert (other.title, other.interactions.count()) == ("Other", 0)
    assert bystander.handle == "as it was"
