"""Rebuilds the search index of cases."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases.services.case_search import reindex_cases


class Command(BaseCommand):
    """`manage.py reindex_cases`: safe at any time, while the portal is serving."""

    help = (
        "Rebuild the search index of cases. Needed only after rows were written by "
        "something other than the portal, such as a restored table or an older version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the id to continue after."""
        parser.add_argument(
            "--after",
            type=int,
            default=0,
            metavar="ID",
            help="continue after the case with this id, the last one that an earlier run printed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Reindex and print the progress."""
        done, _ = reindex_cases(after=options["after"], report=self._report)
        self.stdout.write(self.style.SUCCESS(f"Done: {done:,} cases."))

    def _report(self, done: int, last: int) -> None:
        self.stdout.write(f"{done:,} cases, up to id {last}")
