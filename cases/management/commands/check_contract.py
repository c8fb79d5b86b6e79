"""`manage.py check_contract`: call a portal as Khoros would, and check the contract."""

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.addresses import instance_url
from cases.contract_check import StepResult, run_contract_check
from cases.services.check_data import temporary_check_key


class Command(BaseCommand):
    """Exits with an error that names the steps if a response doesn't follow the contract."""

    help = "Call a portal over HTTP as Khoros would, and check every response against the contract."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the portal's address and the header value to use; both have defaults."""
        default = instance_url()
        parser.add_argument("--url", default=default, help=f"instanceUrl (default: {default})")
        parser.add_argument(
            "--auth",
            help=(
                "authHeaderValue. Without it, the check uses a temporary key in this portal's "
                "own database and removes everything it wrote. With your own key, it leaves "
                "one closed case; with a key from `issue_api_key --for-checks`, the portal "
                "removes that too."
            ),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the check, one line per step. Raises CommandError if a step failed."""
        auth: str | None = options["auth"]
        key = temporary_check_key() if auth is None else nullcontext(auth)
        failed = []
        with _noticing_signals() as stopped, key as header:
            for step in run_contract_check(base_url=options["url"], auth=header):
                if not self._show(step):
                    failed.append(step)
                if stopped.is_set():
                    raise CommandError("The check was stopped.")
        if failed:
            names = "; ".join(f"{step.title} ({step.operation.value})" for step in failed)
            steps = "1 step" if len(failed) == 1 else f"{len(failed)} steps"
            raise CommandError(f"Failed in {steps}: {names}")
        self.stdout.write(self.style.SUCCESS("All steps passed."))

    def _show(self, step: StepResult) -> bool:
        mark = self.style.SUCCESS("ok  ") if step.passed else self.style.ERROR("FAIL")
        exchange = step.exchange
        took = f"{exchange.status or '---'} {exchange.duration_ms:>5} ms" if exchange else ""
        self.stdout.write(f"{mark} {step.operation.value:<26} {took:<13} {step.title}")
        if not step.passed:
            self.stdout.write(f"     {step.fault}")
            if exchange and exchange.answer_body:
                self.stdout.write(f"     answer: {exchange.answer_body[:500]}")
        return step.passed


@contextmanager
def _noticing_signals() -> Iterator[threading.Event]:
    """Yield an event that is set when the command is stopped; a second signal ends it at once.

    The current call is awaited: what the portal writes for it would come after the cleanup.
    """
    stopped = threading.Event()

    def stop(*_: object) -> None:
        stopped.set()
        restore()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        restore()
