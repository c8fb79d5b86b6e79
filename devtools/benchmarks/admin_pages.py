"""The pages of the back office, asked for in this process as a browser would ask a server.

Prints their names, then asks for the page that each line on standard input names, of another person
and case each time, and prints milliseconds and the number of statements. The line `explain` prints
the plans of the statements that took long.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import django
from django.conf import settings

# Straight from the source: no one collects files for a measurement.
settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402 - needs Django set up
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

import caseportal.wsgi  # noqa: E402, F401 - loads everything, as the server does
from cases.models import Author, Case  # noqa: E402
from cases.selectors.case_list.query import read_query  # noqa: E402
from cases.selectors.dashboard.figures import forget_figures  # noqa: E402

SLOW_MS = 50
HOST = "127.0.0.1:8000"
LIST, HOME = reverse("admin:cases_case_changelist"), reverse("admin:index")
PAGE_SIZE, DEEP_PAGE = 50, 500
COMMON_WORDS = ("refund", "booking", "suitcase", "flight")
TWO_WORDS = ("refund visa", "suitcase wedding", "boarding london", "teddy plane")
MISSPELT = ("refnud", "suitcsae", "bording", "conection")


class Slow:
    """The slowest time of each statement, with parameters that made it slow."""

    found: dict[str, tuple[float, Any]] = {}


class Statements:
    """Counts statements, and keeps those that take long."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run a statement."""
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.number += 1
            passed = (time.perf_counter() - began) * 1000
            if passed > max(SLOW_MS, Slow.found.get(sql, (0.0, None))[0]):
                Slow.found[sql] = (passed, params)


def listed(**parameters: str) -> str:
    """Return the address of a state of the case list."""
    return f"{LIST}?{urlencode(parameters)}"


def random_case(chance: random.Random) -> Case:
    """Return any case."""
    first, last = Case.objects.earliest("pk").pk, Case.objects.latest("pk").pk
    return Case.objects.filter(pk__gte=chance.randint(first, last)).order_by("pk")[0]


def deep_page() -> str:
    """Return the address of page 500 of all cases, or of the last one, as a link names it."""
    shown = min(DEEP_PAGE - 1, (Case.objects.count() - 1) // PAGE_SIZE) * PAGE_SIZE
    query = read_query("tab=all")
    last = Case.objects.order_by("-last_updated", "-id")[shown - 1]
    return listed(tab="all", after=str(query.position_of(last)), n=str(shown // PAGE_SIZE + 1))


def handle_part(chance: random.Random) -> str:
    """Return the middle of someone's handle."""
    newest = Author.objects.latest("pk").pk
    author = Author.objects.filter(pk__lte=chance.randint(newest // 2, newest)).latest("pk")
    return author.handle[3:-2]


def booking(chance: random.Random) -> str:
    """Return a booking reference, which hardly any other case has."""
    while True:
        if reference := random_case(chance).properties.get("bookingReference"):
            return str(reference)


def make_pages() -> dict[str, Callable[[random.Random], str]]:
    """Return what makes an address of each page."""
    deep = deep_page()
    people = list(User.objects.filter(is_staff=True).values_list("pk", flat=True))
    tabs = ("mine", "unassigned", "open", "closed", "needs-review", "all")
    return {
        "case list": lambda chance: LIST,
        **{f"tab {tab}": lambda chance, tab=tab: listed(tab=tab) for tab in tabs},  # type: ignore[misc]
        "open, by a property": lambda chance: listed(
            tab="open", property_category=chance.choice(("refund", "delay", "praise"))
        ),
        "closed, by two properties": lambda chance: listed(
            tab="closed", property_priority="urgent", property_compensationDue="true"
        ),
        "all, by tag": lambda chance: listed(tag=chance.choice(("legal", "press", "refund"))),
        "all, by service": lambda chance: listed(service=chance.choice(("youtube", "whatsapp"))),
        "all, by assignee": lambda chance: listed(assignee=str(chance.choice(people))),
        "page 500 (or the last)": lambda chance: deep,
        "search: a rare word": lambda chance: listed(q=booking(chance)),
        "search: a common word": lambda chance: listed(q=chance.choice(COMMON_WORDS)),
        "search: two words": lambda chance: listed(q=chance.choice(TWO_WORDS)),
        "search: part of a handle": lambda chance: listed(q=handle_part(chance)),
        "search: misspelt": lambda chance: listed(q=chance.choice(MISSPELT)),
        "case page": lambda chance: reverse(
            "admin:cases_case_change", args=[random_case(chance).pk]
        ),
        "dashboard, first": lambda chance: HOME,
        "dashboard, remembered": lambda chance: HOME,
    }


def measure(client: Client, name: str, address: str) -> dict[str, float]:
    """Return milliseconds and statements of one request, which must succeed."""
    if name == "dashboard, first":
        forget_figures()
    statements = Statements()
    with connection.execute_wrapper(statements):
        began = time.perf_counter()
        answer = client.get(address, headers={"host": HOST})
        passed = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise LookupError(f"{address} was answered with {answer.status_code}")
    return {"ms": passed, "queries": statements.number}


def plans() -> Iterator[dict[str, str]]:
    """Yield the slow statements with their plans."""
    slowest = sorted(Slow.found.items(), key=lambda found: -found[1][0])
    for sql, (passed, params) in slowest:
        if not sql.lstrip("( ").upper().startswith(("SELECT", "WITH")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        yield {"ms": f"{passed:.0f}", "sql": sql, "plan": plan}


@contextmanager
def signed_in() -> Iterator[list[Client]]:
    """Give a browser for each of the staff who work cases."""
    clients = []
    for user in User.objects.filter(groups__name="Agent").order_by("pk"):
        clients.append(Client())
        clients[-1].force_login(user)
    yield clients


def main() -> None:
    """Ask for what the lines on standard input name."""
    chance = random.Random(1)
    pages = make_pages()
    say(list(pages))
    with signed_in() as clients:
        for turn, line in enumerate(sys.stdin):
            name = line.strip()
            if name == "explain":
                say(list(plans()))
                continue
            address = pages[name](chance)
            say(measure(clients[turn % len(clients)], name, address))


def say(answer: Any) -> None:
    """Print one line."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
