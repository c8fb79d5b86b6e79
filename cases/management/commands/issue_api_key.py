"""`manage.py issue_api_key NAME`: prints only the `Authorization` header value, for scripts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.errors import ValidationFailed
from cases.services.api_keys import issue_key


class Command(BaseCommand):
    """Issues another API key to an integration."""

    help = (
        "Issue an API key and print the value of the Authorization header, which is shown "
        "only once. An integration can have several keys, so that one can replace "
        "another."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument("name", metavar="NAME", help="the integration, for example Khoros")
        parser.add_argument(
            "--for-checks",
            action="store_true",
            help=(
                "for `check_contract` only: everything written with it is removed within two hours"
            ),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the key. Raises CommandError if the name is invalid."""
        try:
            _, header = issue_key(
                integration=options["name"].strip(), for_checks=options["for_checks"]
            )
        except ValidationFailed as refusal:
            problems = " ".join(field.message for field in refusal.fields)
            raise CommandError(f"NAME is invalid. {problems}") from None
        self.stdout.write(header)
