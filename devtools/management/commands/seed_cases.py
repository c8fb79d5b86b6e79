"""`manage.py seed_cases`: fills the portal with believable cases, to try it and to measure it."""

import os
import secrets
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import django
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from tqdm import tqdm

from cases.choices import ObjectType
from cases.models import Case, Customer
from devtools.management.commands.simulate_khoros import whole_number
from devtools.seeding import loading, setting
from devtools.seeding.making import Batch, make_batch
from devtools.seeding.plan import Plan, people_before, posts_before

CHUNK = 5_000
"""Cases that are made and written together; so many are made in this process alone."""

_WRITTEN_LINES = 20
_ADD = (
    "This portal already has cases. Nothing was written. To add generated cases and "
    "customers anyway, use --add. They can't be removed again."
)


class Command(BaseCommand):
    """Writes into the database what the services would have written, all or nothing."""

    help = (
        "Fill the portal with two years of generated customers, cases, posts and "
        "activity. Writes everything or nothing. Creates custom fields if there are none, "
        "and staff who can't sign in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        add = parser.add_argument
        add("--cases", type=whole_number, default=1_000, metavar="N", help="how many cases")
        add("--seed", type=int, metavar="S", help="the same seed generates the same cases")
        add("--add", action="store_true", help="continue even if the portal has cases")
        add(
            "--workers",
            type=whole_number,
            default=os.cpu_count() or 1,
            metavar="W",
            help="processes that generate cases",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the cases and say how long it took. Raises CommandError where there are some."""
        has_cases = Case.objects.exists()
        if has_cases and not options["add"]:
            raise CommandError(_ADD)
        began = time.monotonic()
        seed = secrets.randbelow(1_000_000) if options["seed"] is None else options["seed"]
        plan = make_plan(seed, options["cases"])
        empty = not has_cases and not Customer.objects.exists()
        progress = _Progress(self, plan.cases, silent=options["verbosity"] == 0)
        with loading.one_transaction(empty=empty, report=progress.say):
            for batch in _batches(plan, options["workers"]):
                loading.write(batch)
                progress.add(batch.cases)
        if not connection.in_atomic_block:
            loading.tidy()
        progress.end()
        self.stdout.write(
            f"{plan.cases:,} cases of {people_before(plan.cases):,} customers with "
            f"{plan.interactions:,} posts in {time.monotonic() - began:,.0f} seconds; seed {seed}."
        )


class _Progress:
    """A bar on a terminal, and now and then a line elsewhere."""

    def __init__(self, command: BaseCommand, total: int, *, silent: bool) -> None:
        is_terminal = command.stdout.isatty()
        self._bar = tqdm(total=total, unit="case", disable=silent or not is_terminal)
        self._lines = not (silent or is_terminal)
        self._command, self._total, self._done = command, total, 0
        self._step = max(total // _WRITTEN_LINES, CHUNK)
        self._began = time.monotonic()

    def add(self, cases: int) -> None:
        """Count cases that were written."""
        before, self._done = self._done, self._done + cases
        self._bar.update(cases)
        if before // self._step != self._done // self._step:
            self._line(f"{self._done:,} of {self._total:,} cases")

    def say(self, text: str) -> None:
        """Show what is done after the cases."""
        self._bar.set_postfix_str(text)
        self._line(text)

    def end(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()

    def _line(self, text: str) -> None:
        if self._lines and self._total > CHUNK:
            self._command.stdout.write(f"{time.monotonic() - self._began:6.0f} s  {text}")
            self._command.stdout.flush()


def make_plan(seed: int, cases: int) -> Plan:
    """Make what cases need around them, and return what is to be written."""
    blanks = setting.ensure_fields()
    return Plan(
        seed=seed,
        cases=cases,
        ends=time.time(),
        staff=setting.ensure_staff(),
        brands=setting.ensure_brands(),
        tags=setting.ensure_tags(),
        integration_id=setting.ensure_integration(),
        case_blanks=blanks[ObjectType.CASE],
        customer_blanks=blanks[ObjectType.CUSTOMER],
        known_names=setting.field_names(),
        firsts=loading.reserve(
            cases=cases, authors=2 * people_before(cases), interactions=posts_before(cases)
        ),
    )


def _batches(plan: Plan, workers: int) -> Iterator[Batch]:
    """Yield the batches in their order, made by as many processes, a few ahead of what is read."""
    as_text = loading.is_postgresql()
    ranges = [range(first, min(first + CHUNK, plan.cases)) for first in range(0, plan.cases, CHUNK)]
    if len(ranges) == 1 or workers == 1:
        yield from (make_batch(plan, numbers, as_text) for numbers in ranges)
        return
    waiting: deque[Future[Batch]] = deque()
    # Spawned: a forked process would share this one's connection to the database.
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=django.setup
    ) as pool:
        for numbers in ranges:
            waiting.append(pool.submit(make_batch, plan, numbers, as_text))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
