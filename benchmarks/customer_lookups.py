"""Fills the database that DATABASE_URL names with customers, and prints their lookup times as JSON.

Each customer has a name, an email address, a phone and a club number, and a case with a post of
an author who has a handle.
"""

import itertools
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import django

django.setup()

from django.db import connection, models, transaction  # noqa: E402 - needs Django set up

from cases.choices import ObjectType, PropertyStage, PropertyType  # noqa: E402
from cases.models import (  # noqa: E402
    Author,
    Case,
    Customer,
    CustomerTerm,
    CustomerValue,
    CustomProperty,
    Interaction,
)
from cases.selectors.best_match import Wanted, best_matches  # noqa: E402
from cases.selectors.customer_search import search_customers  # noqa: E402
from cases.services.customer_terms import terms_of, values_of  # noqa: E402

START = datetime(2020, 1, 1, tzinfo=UTC)
CHUNK = 20_000
ROUNDS = 41
WARM_UP = 5
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
GIVEN = [
    f"{a}{b}".title() for a, b in itertools.islice(itertools.product(SYLLABLES, repeat=2), 100)
]


class Person(NamedTuple):
    """The invented customer of a number."""

    number: int
    given: str
    family: str

    @property
    def name(self) -> str:
        """Given and family name; nobody else has both."""
        return f"{self.given} {self.family}"

    @property
    def email(self) -> str:
        """An address at one of fifty hosts."""
        return f"{self.given}.{self.family}{self.number}@mail{self.number % 50}.example"

    @property
    def phone(self) -> str:
        """A phone number with a country prefix."""
        return f"+44 7{self.number * 7919 % 10**9:09}"

    @property
    def handle(self) -> str:
        """The handle of the customer's account."""
        return f"{self.given}_{self.number}".lower()


def person(number: int) -> Person:
    """Return the person of a number; a hundred share a family name."""
    family, rest = "", number // len(GIVEN) * 7919 % len(SYLLABLES) ** 3
    for _ in range(3):
        rest, digit = divmod(rest, len(SYLLABLES))
        family += SYLLABLES[digit]
    return Person(number, GIVEN[number % len(GIVEN)], family.title())


def customer(who: Person) -> Customer:
    """Return the unsaved customer."""
    at = START + timedelta(seconds=who.number * 7919 % 10**8)
    values = {"fullName": who.name, "email": who.email, "phone": who.phone}
    values["clubNo"] = f"C-{who.number * 31 + 1_000_000}"
    return Customer(id=f"{who.number:032x}", properties=values, created=at, last_updated=at)


def case_rows(who: Person, whose: Customer) -> Iterator[models.Model]:
    """Yield a case with one post and its author, unsaved."""
    number = who.number + 1
    yield Case(
        id=number,
        customer=whose,
        title="A parcel",
        created=whose.created,
        last_updated=whose.created,
    )
    author = Author(
        id=number, service="twitter", service_id=str(number), handle=who.handle, name=who.name
    )
    author.set_keys()
    yield author
    yield Interaction(
        id=number,
        case_id=number,
        author_id=number,
        service="twitter",
        service_id=f"post-{number}",
        content_type="post",
        body="Where is my parcel?",
        created=whose.created,
    )


def fill(size: int) -> None:
    """Write `size` customers, and what they are found by, in bulk."""
    for name in ("fullName", "email", "phone", "clubNo"):
        CustomProperty.objects.create(
            object_type=ObjectType.CUSTOMER,
            name=name,
            label=name,
            type=PropertyType.TEXT,
            searchable=True,
            stage=PropertyStage.LIVE,
        )
    with trigrams_made_at_once():
        for first in range(0, size, CHUNK):
            with transaction.atomic():
                _write_chunk([person(n) for n in range(first, min(first + CHUNK, size))])


@contextmanager
def trigrams_made_at_once() -> Iterator[None]:
    """Take PostgreSQL's trigram index away, and make it anew and vacuum at the end."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef('customer_value_trigrams'::regclass)")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX customer_value_trigrams")
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE")


def _write_chunk(people: list[Person]) -> None:
    customers = [customer(who) for who in people]
    write_rows(Customer, customers)
    rows: dict[type, list[Any]] = {Case: [], Author: [], Interaction: []}
    for who, whose in zip(people, customers, strict=True):
        for row in case_rows(who, whose):
            rows[type(row)].append(row)
    for model, of_model in rows.items():
        write_rows(model, of_model)
    write_rows(CustomerValue, [row for whose in customers for row in values_of(whose)])
    write_rows(CustomerTerm, [row for whose in customers for row in terms_of(whose)])


def write_rows(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Insert rows by COPY on PostgreSQL, and as ever on SQLite."""
    rows = list(rows)
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows, batch_size=2_000)
        return
    has_key = rows[0].pk is not None
    fields = [f for f in model._meta.concrete_fields if has_key or not f.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([_plain(f, getattr(row, f.attname)) for f in fields])


def _plain(field: "models.Field[Any, Any]", value: Any) -> Any:
    return json.dumps(value) if isinstance(field, models.JSONField) else value


Lookup = Callable[[Person], Iterable[Customer]]


def search(name: str, text: Callable[[Person], str]) -> Lookup:
    """Return a search for what `text` returns of a person, in one property."""
    return lambda who: search_customers(criteria={name: text(who)})


def match(wanted: Callable[[Person], Wanted]) -> Lookup:
    """Return a best match by what `wanted` returns of a person."""
    return lambda who: [one.customer for one in best_matches(wanted(who))]


LOOKUPS: dict[str, Lookup] = {
    "search, whole email": search("email", lambda who: who.email.upper()),
    "search, part of an email": search("email", lambda who: f"{who.family}{who.number}@"),
    "search, family name (100 hits)": search("fullName", lambda who: who.family),
    "search, name and part of a phone": lambda who: search_customers(
        criteria={"fullName": who.family, "phone": who.phone[5:11]}
    ),
    "best match by email": match(lambda who: Wanted(email=who.email)),
    "best match by phone": match(lambda who: Wanted(phone_numbers=("0" + who.phone[4:],))),
    "best match by handle": match(lambda who: Wanted(screen_name="@" + who.handle)),
    "best match by profile URL": match(
        lambda who: Wanted(profile_url=f"https://x.com/{who.handle}?s=20")
    ),
    "best match by name": match(lambda who: Wanted(display_name=who.name)),
    "best match by all of these": match(
        lambda who: Wanted(
            display_name=who.name,
            screen_name=who.handle,
            email=who.email,
            phone_numbers=(who.phone,),
        )
    ),
}
MANY_HITS: dict[str, str] = {
    "many hits: search, .example (all)": ".example",
    "many hits: search, mail7. (2 %)": "mail7.",
}


def median_ms(lookup: Lookup, people: Iterable[Person]) -> float:
    """Return the median milliseconds of looking up each person; all must be found."""
    times = []
    for who in people:
        begin = time.perf_counter()
        found = list(lookup(who))
        times.append((time.perf_counter() - begin) * 1000)
        if f"{who.number:032x}" not in {one.pk for one in found}:
            raise LookupError(f"{who} was not found")
    return statistics.median(times[WARM_UP:])


def measure(size: int) -> dict[str, float]:
    """Return the medians by lookup."""
    chance = random.Random(size)
    medians = {}
    for name, lookup in LOOKUPS.items():
        people = [person(chance.randrange(size)) for _ in range(WARM_UP + ROUNDS)]
        medians[name] = median_ms(lookup, people)
    for name, text in MANY_HITS.items():
        times = []
        for _ in range(7):
            begin = time.perf_counter()
            search_customers(criteria={"email": text})
            times.append((time.perf_counter() - begin) * 1000)
        medians[name] = statistics.median(times)
    return medians


if __name__ == "__main__":
    wanted_size = int(sys.argv[1])
    fill(wanted_size)
    json.dump(measure(wanted_size), sys.stdout)
