"""`manage.py simulate_khoros`: plays agents who work believable cases in a running portal."""

import itertools
import math
import os
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cases.addresses import instance_url
from cases.choices import ObjectType
from devtools.khoros.calls import NO_ANSWER, Story, read_definitions
from devtools.khoros.client import KhorosClient
from devtools.khoros.mishaps import Line, Mishaps
from devtools.khoros.player import play
from devtools.khoros.plots import Form, Plotter
from devtools.khoros.properties import Field, read_fields
from devtools.khoros.report import Report, status_text
from devtools.khoros.stories import tell

AUTH_VARIABLE = "KHOROS_AUTH"
_HOW_TO_AUTHORIZE = (
    "Issue a key with `python manage.py issue_api_key Khoros` and give the line it prints as "
    f'--auth "Api-Key …", or in the environment variable {AUTH_VARIABLE}.'
)
_SHARES = (
    ("faults", 0.02, "share of all calls that are first sent with an error in them"),
    ("retries", 0.05, "share of the calls that write that are repeated after a response"),
    ("timeouts", 0.02, "share of the calls that write that are abandoned early and sent again"),
)
_NOT_SEARCHABLE = "No customer field is searchable, so POST /customers is not called."
_INTERRUPTED = 130


class Command(BaseCommand):
    """A client of the API, never a writer into the database: it works without one."""

    help = (
        "Simulate agents who open and work on realistic cases in a running portal, over "
        "HTTP as Khoros would, and report its responses. Exits with 1 if a response is "
        "not as expected."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        add = parser.add_argument
        add("--cases", type=whole_number, default=50, metavar="N", help="how many cases")
        add(
            "--rate",
            type=positive_number,
            default=5.0,
            metavar="R",
            help="start at most this many cases a second",
        )
        add(
            "--url",
            default=instance_url(),
            help="the portal's address as Khoros knows it (default: %(default)s)",
        )
        add("--auth", help=f"the whole Authorization header value (default: ${AUTH_VARIABLE})")
        add("--seed", type=int, metavar="S", help="the same seed generates the same cases")
        add(
            "--workers",
            type=whole_number,
            default=4,
            metavar="W",
            help="how many agents work at once",
        )
        for name, value, what in _SHARES:
            text = f"{what}, from 0 to 1 (default: %(default)s)"
            add(f"--{name}", type=share, default=value, metavar="SHARE", help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        """Play the stories and report. Raises CommandError where an answer is unexpected."""
        url, report = options["url"], Report()
        seed = secrets.randbelow(1_000_000) if options["seed"] is None else options["seed"]
        with _client(url, _auth(options["auth"]), options["workers"]) as client:
            form = Form(
                case=_ask_for_fields(client, url, ObjectType.CASE, report),
                customer=_ask_for_fields(client, url, ObjectType.CUSTOMER, report),
            )
            self.stdout.write(
                f"{url}: custom fields announced: {len(form.case)} of cases, "
                f"{len(form.customer)} of customers; seed {seed}."
            )
            if not any(field.searchable for field in form.customer):
                self.stdout.write(_NOT_SEARCHABLE)
            plotter = Plotter(seed=seed, now=datetime.now(UTC), form=form)
            self._play(_tellings(plotter, client, options), report, options)

    def _play(
        self, tellings: Iterator[tuple[Story, Line]], report: Report, options: dict[str, Any]
    ) -> None:
        began, interrupted = time.monotonic(), False
        rate, workers = options["rate"], options["workers"]
        silent = options["verbosity"] == 0
        with tqdm(total=options["cases"], unit="case", disable=silent) as bar:
            try:
                for answers in play(tellings, rate=rate, workers=workers):
                    report.add(answers)
                    bar.update()
            except KeyboardInterrupt:
                interrupted = True
        self.stdout.write(f"\n{report.text(seconds=time.monotonic() - began)}")
        if interrupted:
            raise CommandError("Stopped early.", returncode=_INTERRUPTED)
        if report.unexpected:
            raise CommandError(
                f"{report.unexpected:,} of {report.calls:,} responses were not as expected."
            )


def _tellings(
    plotter: Plotter, client: KhorosClient, options: dict[str, Any]
) -> Iterator[tuple[Story, Line]]:
    """Return the stories, each with the line that it is told over."""
    mishaps = Mishaps(**{name: options[name] for name, *_ in _SHARES})
    for index, plot in enumerate(itertools.islice(plotter.plots(), options["cases"])):
        rng = Random(f"{plotter.seed}/line/{index}")
        yield tell(plot), Line(client, mishaps, plotter.form, rng)


def _auth(given: str | None) -> str:
    value = (given or os.environ.get(AUTH_VARIABLE, "")).strip()
    if not value:
        raise CommandError(f"There is no API key to call the portal with. {_HOW_TO_AUTHORIZE}")
    if not (value.isascii() and value.isprintable()):
        raise CommandError(
            f"The API key has characters that no HTTP header can carry. {_HOW_TO_AUTHORIZE}"
        )
    return value


def _client(url: str, auth: str, workers: int) -> KhorosClient:
    try:
        if httpx.URL(url).scheme in {"http", "https"} and httpx.URL(url).host:
            return KhorosClient(url=url, auth=auth, connections=workers)
    except httpx.InvalidURL:
        pass
    raise CommandError(
        f"--url is {url!r}, not the http(s) address of a portal. "
        "Write for example --url http://127.0.0.1:8000"
    )


def _ask_for_fields(
    client: KhorosClient, url: str, object_type: str, report: Report
) -> list[Field]:
    """Return the live fields; stops where the portal can't be reached or refuses the key."""
    answer = client.send(read_definitions(object_type))
    if answer.status == NO_ANSWER:
        raise CommandError(
            f"No portal answers at {url} ({answer.example}). Start it with `make run`, or give "
            "its address with --url."
        )
    if not answer.is_expected:
        hint = _HOW_TO_AUTHORIZE if answer.status == httpx.codes.UNAUTHORIZED else ""
        raise CommandError(
            f"{answer.call.operation} at {url} was answered with {status_text(answer.status)}: "
            f"{answer.example} {hint}".strip()
        )
    report.count(answer)
    try:
        return read_fields(answer.body)
    except ValueError as problem:
        raise CommandError(f"{url} is not a case portal: {problem}.") from None


def whole_number(text: str) -> int:
    """Return a whole number from 1 up. Raises ValueError, for argparse to name this function."""
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def positive_number(text: str) -> float:
    """Return a number above 0. Raises ValueError, as above."""
    value = float(text)
    if not 0 < value < math.inf:
        raise ValueError
    return value


def share(text: str) -> float:
    """Return a number from 0 to 1. Raises ValueError, as above."""
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError
    return value
