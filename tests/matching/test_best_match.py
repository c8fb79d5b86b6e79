"""Best match: who a person in a post most likely is, and why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.choices import ObjectType, PropertyStage, PropertyType
from cases.models import Author, Customer
from cases.selectors.customers.best_match import MAX_MATCHES, Address, Wanted, best_matches
from cases.services.cases import open_case
from cases.services.customers import update_customer
from cases.services.incoming import KhorosContext, NewAuthor, NewCase, NewInteraction
from tests.factories import (
    AuthorFactory,
    CaseFactory,
    CustomerFactory,
    CustomPropertyFactory,
    InteractionFactory,
    forget,
)

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)
PROPERTIES = (
    *("email", "phone", "fullName", "firstName", "lastName", "twitter", "screenName"),
    *("profileUrl", "accountNumber", "orderNumbers", "clubNo", "street", "city", "postCode"),
    *("zip", "memberSince", "age", "membership"),
)


@pytest.fixture(autouse=True)
def _register() -> None:
    for name in PROPERTIES:
        CustomPropertyFactory.create(object_type=ObjectType.CUSTOMER, name=name)


def add(key: str, days: int = 0, **properties: str) -> Customer:
    return CustomerFactory.create(
        id=key, properties=properties, created=START + timedelta(days=days)
    )


def wrote(customer: Customer, **author: Any) -> Author:
    written = AuthorFactory.create(**author)
    InteractionFactory.create(case=CaseFactory.create(customer=customer), author=written)
    return written


def match(**wanted: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.customer.pk, one.reasons) for one in best_matches(Wanted(**wanted))]


@pytest.mark.parametrize(
    ("stored", "wanted", "reason"),
    [
        ({"email": "Jane@Example.org"}, {"email": " jane@EXAMPLE.org "}, "email"),
        ({"phone": "+44 20 7946 0018"}, {"phone_numbers": ("(020) 7946-0018",)}, "phone number"),
        ({"phone": "555-0143"}, {"phone_numbers": ("1", "5550143")}, "phone number"),
        (
            {"profileUrl": "http://www.jane.example/about/"},
            {"profile_url": "https://jane.example/about?ref=1"},
            "profile URL",
        ),
        (
            {"profileUrl": "https://x.com/jane"},
            {"profile_url": "https://mobile.twitter.com/Jane?s=20"},
            "profile URL",
        ),
        ({"twitter": "@Jane"}, {"profile_url": "https://twitter.com/jane"}, "handle on twitter"),
        ({"screenName": "@Jane_Doe"}, {"screen_name": "jane_doe"}, "handle"),
        ({"screenName": "jane"}, {"profile_url": "https://twitter.com/jane"}, "handle"),
        ({"fullName": "DOE, Jane"}, {"display_name": "Jane Doe"}, "name"),
        ({"firstName": "Jane", "lastName": "Doe"}, {"display_name": "jane doe"}, "name"),
        ({"accountNumber": "AC-10 01"}, {"account_numbers": ("ac1001",)}, "account number"),
        ({"clubNo": "1001"}, {"account_numbers": ("1001",)}, "account number"),
        ({"orderNumbers": "A-1, A-1002"}, {"order_numbers": ("#A1002",)}, "order number"),
        ({"clubNo": "7007"}, {"case_numbers": ("7007",)}, "case number"),
        (
            {"street": "1 Main Street", "city": "Springfield"},
            {"addresses": (Address(street_one="1 main st.", city="SPRINGFIELD"),)},
            "address",
        ),
        (
            {"street": "Hauptstraße 1, 1010 Wien"},
            {"addresses": (Address(street_one="Hauptstr. 1", zip="1010"),)},
            "address",
        ),
        (
            {"street": "1 Main Street", "city": "Shelbyville"},
            {"addresses": (Address(street_one="1 Main Street", city="Springfield"),)},
            "street",
        ),
    ],
)
def test_a_property_is_a_reason(
    stored: dict[str, str], wanted: dict[str, Any], reason: str
) -> None:
    add("jane", **stored)
    add("other", email="other@example.org", phone="999 888 777", fullName="Somebody Else")

    assert match(**wanted) == [("jane", (reason,))]


@pytest.mark.parametrize(
    ("author", "wanted", "reason"),
    [
        ({"handle": "@Jane"}, {"screen_name": "jane"}, "handle on twitter"),
        ({"handle": "jane"}, {"profile_url": "https://x.com/Jane/"}, "handle on twitter"),
        (
            {"service": "Facebook", "service_id": "1000", "handle": ""},
            {"profile_url": "https://facebook.com/profile.php?id=1000"},
            "handle on facebook",
        ),
        ({"name": "Jane Doe"}, {"display_name": "doe, jane"}, "name"),
    ],
)
def test_an_author_of_a_customers_case_is_a_reason(
    author: dict[str, Any], wanted: dict[str, Any], reason: str
) -> None:
    wrote(add("jane"), **author)
    wrote(add("other"))

    assert match(**wanted) == [("jane", (reason,))]


def test_a_brand_owned_account_is_nobodys() -> None:
    wrote(add("jane"), handle="acme", name="Acme", brand_owned=True)

    assert match(screen_name="acme", profile_url="https://twitter.com/acme") == []
    assert match(display_name="Acme") == []


def test_the_author_of_an_opened_case_is_found_by_the_newest_handle() -> None:
    for days, handle in enumerate(("jane_old", "Jane_New")):
        author = NewAuthor("twitter", "1", f"@{handle}", "Jane", brand_owned=False)
        post = NewInteraction(
            "twitter", f"post {days}", "post", "", "", START + timedelta(days=days), author
        )
        open_case(new=NewCase("jane", "A case", interactions=[post]), context=KhorosContext())

    assert match(screen_name="jane_new") == [("jane", ("handle on twitter",))]
    assert match(screen_name="jane_old") == []


def test_a_common_name_never_outranks_an_identifier() -> None:
    place = {"street": "1 Main Street", "city": "Springfield", "postCode": "12345"}
    for number in range(40):
        wrote(add(f"named-{number}", 100, fullName="Jane Doe", **place), name="Jane Doe")
    identifiers: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
        "email": ({"email": "j@example.org"}, {"email": "j@example.org"}),
        "phone": ({"phone": "+1 202 555 0143"}, {"phone_numbers": ("2025550143",)}),
        "handle": ({"screenName": "jd"}, {"screen_name": "jd"}),
        "url": ({"profileUrl": "jd.example"}, {"profile_url": "https://jd.example/"}),
        "account": ({"accountNumber": "77001"}, {"account_numbers": ("77001",)}),
        "order": ({"orderNumbers": "88001"}, {"order_numbers": ("88001",)}),
        "case": ({"clubNo": "99001"}, {"case_numbers": ("99001",)}),
    }
    address = Address(street_one="1 Main Street", city="Springfield", zip="12345")
    for key, (stored, wanted) in identifiers.items():
        add(key, **stored)

        found = match(display_name="Jane Doe", addresses=(address,), **wanted)

        assert found[0][0] == key
        assert found[1][1] == ("address", "name")


def test_more_reasons_outrank_fewer_and_are_told_weightiest_first() -> None:
    add("email", 1, email="j@example.org")
    both = add("both", fullName="Jane Doe", email="j@example.org", phone="+1 202 555 0143")
    wrote(both, handle="jane")

    found = best_matches(
        Wanted(
            display_name="Jane Doe",
            screen_name="jane",
            email="j@example.org",
            phone_numbers=("2025550143",),
        )
    )

    assert [one.customer.pk for one in found] == ["both", "email"]
    assert found[0].reasons == ("email", "phone number", "handle on twitter", "name")
    assert found[0].score > found[1].score


def test_at_most_ten_are_answered_the_newest_of_equals_first_and_always_the_same() -> None:
    for number in range(15):
        add(f"jane-{number:02}", number // 2, fullName="Jane Doe")

    keys = [key for key, _ in match(display_name="Jane Doe")]

    assert keys == [f"jane-{n:02}" for n in (14, 12, 13, 10, 11, 8, 9, 6, 7, 4)]
    assert len(keys) == MAX_MATCHES
    assert [key for key, _ in match(display_name="Jane Doe")] == keys


def test_the_same_handle_elsewhere_counts_for_less() -> None:
    wrote(add("there"), service="instagram", handle="jane")
    wrote(add("here"), service="twitter", handle="jane")

    assert match(profile_url="https://twitter.com/jane") == [
        ("here", ("handle on twitter",)),
        ("there", ("handle on instagram",)),
    ]


def test_only_accepted_texts_are_compared() -> None:
    for name, values in {
        "oldEmail": {"stage": PropertyStage.ARCHIVED},
        "mailFormat": {"type": PropertyType.CHECKBOX},
    }.items():
        CustomPropertyFactory.create(object_type=ObjectType.CUSTOMER, name=name, **values)
    add("jane", oldEmail="j@example.org", mailFormat="true")

    assert match(email="j@example.org") == []


def test_a_definition_that_goes_live_later_brings_its_values_in() -> None:
    field = CustomPropertyFactory.create(
        object_type=ObjectType.CUSTOMER, name="email2", stage=PropertyStage.DRAFT
    )
    add("jane", email2="j@example.org")
    assert match(email="j@example.org") == []

    field.delete()
    CustomPropertyFactory.create(object_type=ObjectType.CUSTOMER, name="email2")

    assert match(email="j@example.org") == [("jane", ("email",))]


def test_a_change_is_seen_at_once() -> None:
    add("jane", email="j@example.org")

    update_customer(customer_id="jane", properties={"email": "jane@example.org"})

    assert match(email="j@example.org") == []
    assert match(email="jane@example.org") == [("jane", ("email",))]


def test_an_account_number_is_no_order_number_where_the_name_tells() -> None:
    add("jane", accountNumber="1001")

    assert match(order_numbers=("1001",)) == []


@pytest.mark.parametrize(
    "text", ["", " ", "x" * 100_000, "%_\\", "a\x00b", "\ud800", "(.*)+$", "'"]
)
def test_no_text_is_too_odd(text: str) -> None:
    add("jane", email="j@example.org", fullName="Jane Doe")

    found = match(
        display_name=text,
        screen_name=text,
        description=text,
        profile_url=text,
        email=text,
        phone_numbers=(text,) * 1_000,
        addresses=(Address(text, text, text, text, text),) * 1_000,
        order_numbers=(text,) * 1_000,
        case_numbers=(text,),
        account_numbers=(text,),
    )

    assert found == []


def test_nothing_known_matches_nobody() -> None:
    add("jane", email="j@example.org")

    assert match() == []


def test_it_takes_five_statements_however_many_match() -> None:
    for number in range(30):
        wrote(add(f"c{number}", email="j@example.org", fullName="Jane Doe"), handle="jane")
    wanted = Wanted(
        display_name="Jane Doe",
        screen_name="jane",
        email="j@example.org",
        phone_numbers=("2025550143", "2025550144"),
    )
    forget()

    with CaptureQueriesContext(connection) as queries:
        assert len(best_matches(wanted)) == MAX_MATCHES

    assert len(queries) == 6


@pytest.mark.parametrize(
    "stored", [{"zip": "10115"}, {"postCode": "10115"}, {"memberSince": "2019"}, {"age": "42"}]
)
def test_a_place_or_a_few_digits_are_no_number_that_identifies(stored: dict[str, str]) -> None:
    add("exact", email="exact@example.org")
    add("other", **stored)
    numbers = tuple(stored.values())
    for kind in ("account_numbers", "order_numbers", "case_numbers"):
        assert match(email="exact@example.org", **{kind: numbers}) == [("exact", ("email",))]


def test_a_long_number_is_a_reason_whatever_its_property_is_called() -> None:
    add("jane", membership="88 123 456")
    assert match(account_numbers=("88123456",)) == [("jane", ("account number",))]
