"""Fills the database that DATABASE_URL names with customers, and prints their lookup times as JSON.

Each customer has a name, an email address, a phone and a club number; every tenth also has a case
with a post of an author. Having filled the database, it prints the names of the lookups, and then
makes one for each line that it reads, which names it, and prints the milliseconds.
"""

import itertools
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import django

django.setup()

from django.db import connection, models, transaction  # noqa: E402 - needs Django set up

from cases.choices import ObjectType, PropertyStage, PropertyType  # noqa: E402
from cases.matching.terms import read_terms  # noqa: E402
from cases.models import (  # noqa: E402
    Author,
    Case,
    Customer,
    CustomerTerm,
    CustomerValue,
    CustomProperty,
    Interaction,
)
from cases.models.customer_term import HEAD_LENGTH  # noqa: E402
from cases.selectors.customers.best_match import Wanted, best_matches  # noqa: E402
from cases.selectors.customers.search import search_customers  # noqa: E402
from cases.text import fold  # noqa: E402

START = datetime(2020, 1, 1, tzinfo=UTC)
CHUNK = 20_000
CASE_EVERY = 10
PROPERTIES = ("fullName", "email", "phone", "clubNo")
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
GIVEN = [
    f"{a}{b}".title() for a, b in itertools.islice(itertools.product(SYLLABLES, repeat=2), 100)
]


POSTGRESQL_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename LIKE 'cases%' AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
SQLITE_INDEXES = """
    SELECT name, sql FROM sqlite_master
    WHERE type = 'index' AND tbl_name LIKE 'cases%' AND sql IS NOT NULL
"""


class Person(NamedTuple):
    """The invented customer of a number."""

    number: int
    given: str
    family: str

    @property
    def name(self) -> str:
        """Given and family name; no one else has both."""
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


def made(who: Person) -> datetime:
    """Return when the customer was made."""
    return START + timedelta(seconds=who.number * 7919 % 10**8)


def key_of(who: Person) -> str:
    """Return the customer's primary key."""
    return f"{who.number:032x}"


def properties_of(who: Person) -> dict[str, str]:
    """Return the customer's property values."""
    club_number = f"C-{who.number * 31 + 1_000_000}"
    return dict(zip(PROPERTIES, (who.name, who.email, who.phone, club_number), strict=True))


def write_cases(people: list[Person]) -> None:
    """Write a case with one post and its author for each."""
    cases, authors, posts = [], [], []
    for who in people:
        number, at = who.number + 1, made(who)
        cases.append(
            Case(id=number, customer_id=key_of(who), title="A parcel", created=at, last_updated=at)
        )
        author = Author(id=number, service="twitter", handle=who.handle, name=who.name)
        author.service_id = str(number)
        author.set_keys()
        authors.append(author)
        post = Interaction(id=number, case_id=number, author_id=number, created=at)
        post.service, post.service_id, post.content_type = "twitter", f"post-{number}", "post"
        posts.append(post)
    Case.objects.bulk_create(cases)
    Author.objects.bulk_create(authors)
    Interaction.objects.bulk_create(posts)


def write_customers(people: list[Person]) -> None:
    """Write customers, and what they are found by, as `cases.services.customer_terms` does."""
    customers, values, terms = [], [], []
    for who in people:
        key, at, properties = key_of(who), made(who), properties_of(who)
        customers.append((key, json.dumps(properties), at, at))
        for name, value in properties.items():
            folded = fold(value)
            values.append((key, name, folded, folded[:HEAD_LENGTH], at))
        terms += [
            (key, term.kind.value, term.value, term.property) for term in read_terms(properties)
        ]
    insert(Customer, ("id", "properties", "created", "last_updated"), customers)
    insert(CustomerValue, ("customer_id", "property", "value", "head", "created"), values)
    insert(CustomerTerm, ("customer_id", "kind", "value", "property"), terms)


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows by COPY on PostgreSQL, and by one prepared statement on SQLite."""
    target = f'"{model._meta.db_table}" ({", ".join(columns)})'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        adapt = connection.ops.adapt_datetimefield_value
        cursor.executemany(
            f"INSERT INTO {target} VALUES ({marks})",  # noqa: S608 - our own names
            (
                [adapt(value) if isinstance(value, datetime) else value for value in row]
                for row in rows
            ),
        )


def fill(size: int) -> None:
    """Write `size` customers, and what they are found by, in bulk."""
    for name in PROPERTIES:
        CustomProperty.objects.create(
            object_type=ObjectType.CUSTOMER,
            name=name,
            label=name,
            type=PropertyType.TEXT,
            searchable=True,
            stage=PropertyStage.LIVE,
        )
    with indexes_made_at_once():
        for first in range(0, size, CHUNK):
            with transaction.atomic():
                people = [person(n) for n in range(first, min(first + CHUNK, size))]
                write_customers(people)
                write_cases(people[::CASE_EVERY])


@contextmanager
def indexes_made_at_once() -> Iterator[None]:
    """Take the indexes away while rows are written, and make them again at the end."""
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL_INDEXES if is_postgresql else SQLITE_INDEXES)
        definitions = cursor.fetchall()
        for name, _ in definitions:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(
            "SET maintenance_work_mem = '512MB'" if is_postgresql else "PRAGMA synchronous = OFF"
        )
        yield
        for _, definition in definitions:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE" if is_postgresql else "PRAGMA wal_checkpoint(TRUNCATE)")


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
MANY_HITS = ("many hits: all of them", "many hits: 2 %")
LOOKUPS |= {
    MANY_HITS[0]: search("email", lambda who: ".example"),
    MANY_HITS[1]: search("email", lambda who: f"@mail{who.number % 50}."),
}


def measure(name: str, who: Person) -> float:
    """Return the milliseconds of looking up a person, who must be found."""
    begin = time.perf_counter()
    found = list(LOOKUPS[name](who))
    passed = (time.perf_counter() - begin) * 1000
    if name not in MANY_HITS and key_of(who) not in {one.pk for one in found}:
        raise LookupError(f"{who} was not found: {name}")
    return passed


def main() -> None:
    """Fill, then measure what the lines on standard input ask for."""
    size = int(sys.argv[1])
    if not Customer.objects.exists():
        fill(size)
    chance = random.Random(size)
    sys.stdout.write(json.dumps(list(LOOKUPS)) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        who = person(chance.randrange(size) // CASE_EVERY * CASE_EVERY)
        sys.stdout.write(f"{measure(line.strip(), who)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
