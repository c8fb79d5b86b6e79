"""`manage.py simulate_khoros`: posts believable cases to a running portal, as Khoros would."""

import itertools
import logging
import math
import os
import secrets
import time
from datetime import UTC, datetime
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cases.choices import ObjectType
from cases.management.khoros.calls import NO_ANSWER, read_definitions
from cases.management.khoros.client import KhorosClient
from cases.management.khoros.player import play
from cases.management.khoros.properties import Field, read_fields
from cases.management.khoros.report import Report, status_text
from cases.management.khoros.stories import Narrator

AUTH_VARIABLE = "KHOROS_AUTH"
_HOW_TO_AUTHORIZE = (
    "Issue a key with `python manage.py issue_api_key Khoros` and give the line it prints as "
    f'--auth "Api-Key …", or in the environment variable {AUTH_VARIABLE}.'
)
_INTERRUPTED = 130


class Command(BaseCommand):
    """A client of the API, never a writer into the database: it works without one."""

    help = (
        "Post believable cases to a running portal over HTTP, as Khoros would, and show what it "
        "answered. Exits with 1 where anything but 201 was answered."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--cases", type=whole_number, default=50, metavar="N", help="how many cases"
        )
        parser.add_argument(
            "--rate",
            type=positive_number,
            default=5.0,
            metavar="R",
            help="at most so many a second",
        )
        parser.add_argument(
            "--url",
            default=f"{settings.PORTAL_URL}/{settings.API_PREFIX}",
            help="the portal's address as Khoros knows it (default: %(default)s)",
        )
        parser.add_argument(
            "--auth", help=f"the whole Authorization header value (default: ${AUTH_VARIABLE})"
        )
        parser.add_argument(
            "--seed", type=int, metavar="S", help="the same seed makes the same cases"
        )
        parser.add_argument(
            "--workers", type=whole_number, default=4, metavar="W", help="how many calls at once"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Post the cases and report. Raises CommandError where one was not created."""
        # One line for each request would tear the progress bar apart.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        url, workers = options["url"], options["workers"]
        seed = secrets.randbelow(1_000_000) if options["seed"] is None else options["seed"]
        with _client(url, _auth(options["auth"]), workers) as client:
            fields = _ask_for_fields(client, url)
            self.stdout.write(f"{url}: {len(fields)} custom fields announced; seed {seed}.")
            narrator = Narrator(seed=seed, now=datetime.now(UTC), fields=fields)
            self._play(client, narrator, options)

    def _play(self, client: KhorosClient, narrator: Narrator, options: dict[str, Any]) -> None:
        report, began = Report(), time.monotonic()
        stories = itertools.islice(narrator.stories(), options["cases"])
        silent = options["verbosity"] == 0
        interrupted = False
        with tqdm(total=options["cases"], unit="case", disable=silent) as bar:
            try:
                for answers in play(
                    stories, client, rate=options["rate"], workers=options["workers"]
                ):
                    report.add(answers)
                    bar.update()
            except KeyboardInterrupt:
                interrupted = True
        self.stdout.write(f"\n{report.text(seconds=time.monotonic() - began)}")
        if interrupted:
            raise CommandError("Stopped before the end.", returncode=_INTERRUPTED)
        if report.unexpected:
            raise CommandError(
                f"{report.unexpected:,} of {len(report.answers):,} calls were not answered as they "
                "should be (201)."
            )


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


def _ask_for_fields(client: KhorosClient, url: str) -> list[Field]:
    """Return the live fields; stops where the portal can't be reached or refuses the key."""
    answer = client.send(read_definitions(ObjectType.CASE))
    if answer.status == NO_ANSWER:
        raise CommandError(
            f"No portal answers at {url} ({answer.message}). Start it with `make run`, or give "
            "its address with --url."
        )
    if not answer.is_expected:
        hint = _HOW_TO_AUTHORIZE if answer.status == httpx.codes.UNAUTHORIZED else ""
        raise CommandError(
            f"{answer.call.operation} at {url} was answered with {status_text(answer.status)}: "
            f"{answer.message} {hint}".strip()
        )
    try:
        return read_fields(answer.body)
    except ValueError as problem:
        raise CommandError(f"{url} does not speak as a case portal: {problem}.") from None


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
