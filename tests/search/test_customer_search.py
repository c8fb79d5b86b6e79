"""Search for customers by their properties (contract: `POST /customers`)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cases.choices import ObjectType, PropertyStage, PropertyType
from cases.models import Customer, CustomerTerm, CustomerValue
from cases.selectors.customers import search as customer_search
from cases.selectors.customers.search import MAX_FOUND, search_customers
from cases.services.customers import create_customer, update_customer
from cases.text import fold
from tests.factories import CustomerFactory, CustomPropertyFactory, forget

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(params=[1_000, 0], ids=["few hits", "many hits"], autouse=True)
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test as if there were few hits and as if there were too many to rank at once."""
    monkeypatch.setattr(customer_search, "FEW", request.param)


def register(name: str, type: str = PropertyType.TEXT, **values: Any) -> None:  # noqa: A002
    CustomPropertyFactory.create(
        object_type=ObjectType.CUSTOMER, name=name, type=type, searchable=True, **values
    )


def add(key: str, days: int = 0, **properties: str) -> Customer:
    return CustomerFactory.create(
        id=key, properties=properties, created=START + timedelta(days=days)
    )


def found(**criteria: str) -> list[str]:
    return [customer.pk for customer in search_customers(criteria=criteria)]


def test_it_finds_what_a_text_contains_whatever_the_case() -> None:
    register("email")
    add("jane", email="Jane.Doe@Example.org")
    add("john", email="john@example.org")

    assert found(email="DOE@ex") == ["jane"]
    assert found(email="nobody") == []


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        ("MÜLLER", "müll"),
        ("Mu\u0308ller", "MÜLLER"),
        ("İSTANBUL", "istanbul"),
        ("IŞIKLAR", "ışık"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Weiße Straße", "STRASSE"),
        ("محمد", "محم"),
        ("宮崎駿です", "宮崎駿"),
        ("🙂🙂🙂 smile", "🙂🙂🙂"),
    ],
)
def test_case_makes_no_difference_beyond_ascii(stored: str, wanted: str) -> None:
    register("name")
    add("one", name=stored)
    add("other", name="Somebody else")

    assert found(name=wanted) == ["one"]


@pytest.mark.parametrize("wanted", ["a", "ab", "é", "🙂"])
def test_a_criterion_may_be_shorter_than_three_characters(wanted: str) -> None:
    register("name")
    add("one", name=f"x{wanted.upper()}y")
    add("other", name="nothing of it: zzz"[11:])

    assert found(name=wanted) == ["one"]


@pytest.mark.parametrize(
    "wanted", ["50%", "a_c", "back\\slash", '"quoted"', "it's", "(a|b)*", "a AND b", "x:y", "{0}"]
)
def test_no_character_has_a_meaning_of_its_own(wanted: str) -> None:
    register("name")
    add("one", name=f"before {wanted} after")
    add("other", name="50 abc backXslash quoted its aaa a b x y 0")

    assert found(name=wanted) == ["one"]


def test_every_criterion_must_match() -> None:
    register("name")
    register("city")
    add("jane", name="Jane Doe", city="Vienna")
    add("john", name="John Doe", city="Vienna")
    add("jane2", name="Jane Doe", city="Graz")
    add("none", name="Jane Doe")

    assert found(name="jane", city="vienna") == ["jane"]


def test_the_text_must_be_in_that_property() -> None:
    register("name")
    register("city")
    add("one", name="Vienna Smith")
    add("other", city="Vienna")

    assert found(city="vienna") == ["other"]


def test_a_list_and_a_checkbox_must_equal_the_criterion() -> None:
    register("tier", PropertyType.SINGLE_SELECT_LIST)
    register("vip", PropertyType.CHECKBOX)
    add("gold", tier="Gold", vip="true")
    add("golden", tier="Golden", vip="false")

    assert found(tier="gold") == ["gold"]
    assert found(vip="FALSE") == ["golden"]
    assert found(vip="tru") == []


def test_equal_values_come_first_then_beginnings_then_the_newest() -> None:
    register("name")
    add("within, old", 1, name="Mary Jane")
    add("within, new", 2, name="Sarah Jane")
    add("beginning, old", 0, name="Jane Doe")
    add("beginning, new", 4, name="Janet")
    add("equal", 0, name="JANE")

    assert found(name="jane") == [
        "equal",
        "beginning, new",
        "beginning, old",
        "within, new",
        "within, old",
    ]


def test_of_equal_hits_made_at_once_the_order_is_stable() -> None:
    register("name")
    for key in ("b", "B", "a", "ä", "c"):
        add(key, name="Jane Doe")

    assert found(name="jane") == ["B", "a", "b", "c", "ä"]


def test_at_most_a_hundred_are_found_the_best_of_them() -> None:
    register("name")
    for number in range(MAX_FOUND + 5):
        add(f"within-{number}", number, name=f"Mary Jane {number}")
    add("equal", 0, name="Jane")

    keys = found(name="jane")

    assert len(keys) == MAX_FOUND
    assert keys[:2] == ["equal", f"within-{MAX_FOUND + 4}"]


def test_a_textarea_is_searched_to_its_end() -> None:
    register("notes", PropertyType.TEXTAREA)
    add("one", notes="ä" * 65_000 + " the needle " + "%" * 500)
    add("other", notes="ä" * 65_000)

    assert found(notes="THE NEEDLE") == ["one"]
    assert found(notes="Ä" * 65_001) == []
    assert found(notes="Ä" * 64_999 + "Ä THE") == ["one"]


@pytest.mark.parametrize("wanted", ["", "x" * 100_000, "a\x00b", "\ud800", "ﷺ" * 100_000])
def test_what_no_value_can_hold_finds_nothing(wanted: str) -> None:
    register("name")
    add("one", name="abc")

    assert found(name=wanted) == []


def test_a_property_that_is_archived_finds_nothing() -> None:
    register("name", stage=PropertyStage.ARCHIVED)
    add("one", name="Jane")

    assert found(name="jane") == []


def test_a_change_is_found_at_once_and_the_old_value_no_more() -> None:
    register("name")
    register("city")
    customer = create_customer(properties={"name": "Jane Doe", "city": "Vienna"})

    update_customer(customer_id=customer.pk, properties={"name": "Jane Smith"})

    assert found(name="smith", city="vienna") == [customer.pk]
    assert found(name="doe") == []


def test_a_value_that_is_cleared_or_a_customer_that_is_gone_leaves_nothing() -> None:
    register("name")
    customer = create_customer(properties={"name": "Jane Doe"})
    other = create_customer(properties={"name": "Jane Doe"})

    update_customer(customer_id=customer.pk, properties={"name": ""})
    other.delete()

    assert found(name="jane") == []
    assert not CustomerValue.objects.exists()
    assert not CustomerTerm.objects.exists()


def test_it_takes_at_most_seven_statements_however_many_match() -> None:
    for name in ("name", "city", "email"):
        register(name)
    for number in range(150):
        add(f"c{number}", number, name=f"Jane {number}", city="Vienna", email="a@b.example")
    for criteria in ({"name": "jane"}, {"name": "jane", "city": "vien", "email": "b.ex"}):
        forget()
        with CaptureQueriesContext(connection) as queries:
            assert len(found(**criteria)) == MAX_FOUND
        assert len(queries) <= 7


def test_reindexing_brings_in_what_something_else_wrote() -> None:
    register("name")
    Customer.objects.create(
        id="one", properties={"name": "Jane"}, created=START, last_updated=START
    )
    assert found(name="jane") == []

    call_command("reindex_customers", verbosity=0)

    assert found(name="jane") == ["one"]


LETTERS = st.text(alphabet="aAbBäÄßSİiı %_\\'\".*🙂", max_size=6)


@given(values=st.lists(LETTERS.filter(bool), min_size=1, max_size=8), wanted=LETTERS.filter(bool))
@hypothesis.settings(max_examples=40)
def test_it_finds_what_reading_every_customer_would_find(values: list[str], wanted: str) -> None:
    with transaction.atomic():
        register("name")
        for number, value in enumerate(values):
            add(f"c{number}", number, name=value)
        text = fold(wanted)
        matching = [n for n, value in enumerate(values) if text in fold(value)]
        ranked = sorted(
            matching,
            key=lambda n: (fold(values[n]) != text, not fold(values[n]).startswith(text), -n),
        )

        assert found(name=wanted) == [f"c{n}" for n in ranked]
        transaction.set_rollback(True)


def plan(sql: str, params: Sequence[Any]) -> str:
    with connection.cursor() as cursor:
        prefix = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{prefix} {sql}", params)
        return "\n".join(str(row) for row in cursor.fetchall())


def test_an_index_answers_what_a_text_contains() -> None:
    register("email")
    customer = add("one")
    CustomerValue.objects.bulk_create(
        CustomerValue(
            customer=customer,
            property="email",
            value=f"{number * 7919:08x}@example.org",
            head=f"{number * 7919:08x}@example.org",
            created=START,
        )
        for number in range(5_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_customervalue")
    one = customer_search._Criterion("email", "needle", contains=True)
    probe = customer_search._probe(one, customer_search._Rank.CONTAINS)
    assert probe is not None

    lines = plan(*probe)

    wanted = {"postgresql": "customer_value_trigrams", "sqlite": "VIRTUAL TABLE INDEX"}
    assert wanted[connection.vendor] in lines
    assert "SCAN v" not in lines
