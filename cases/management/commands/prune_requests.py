"""`manage.py prune_requests`: bring the record of recent requests back within its bounds."""

from typing import Any

from django.core.management.base import BaseCommand

from cases.services.requests import prune_requests


class Command(BaseCommand):
    """The portal prunes by itself as calls come in; this does all of it at once."""

    help = "Delete expired responses, and recorded requests beyond the configured limits."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune and say how many rows went."""
        self.stdout.write(f"{prune_requests()} rows deleted.")
