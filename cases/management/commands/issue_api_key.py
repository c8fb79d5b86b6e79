"""`manage.py issue_api_key NAME`: prints the `Authorization` header value, alone, for scripts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.models import Integration
from cases.services.api_keys import issue_key
from cases.text import is_blank, is_storable


class Command(BaseCommand):
    """Issues one more API key to an integration."""

    help = (
        "Issue an API key and print the value of the Authorization header, which is shown this "
        "once. An integration may have several keys, so that one can replace another."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the argument."""
        parser.add_argument("name", metavar="NAME", help="the integration, for example Khoros")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the key. Raises CommandError where the name can't be one."""
        name = options["name"].strip()
        limit = Integration._meta.get_field("name").max_length or 0
        if is_blank(name) or not is_storable(name) or not name.isprintable():
            raise CommandError("Give the integration a name that can be read, for example Khoros.")
        if len(name) > limit:
            raise CommandError(f"The name has {len(name)} characters; use at most {limit}.")
        _, header = issue_key(integration=name)
        self.stdout.write(header)
