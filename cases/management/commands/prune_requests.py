"""`manage.py prune_requests`: delete recorded requests beyond the configured limits."""

from typing import Any

from django.core.management.base import BaseCommand

from cases.services.requests import prune_requests


class Command(BaseCommand):
    """The portal prunes as calls arrive; this does all of it at once."""

    help = "Delete expired responses, and recorded requests beyond the configured limits."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune and print the number of deleted rows."""
        self.stdout.write(f"{prune_requests()} rows deleted.")
