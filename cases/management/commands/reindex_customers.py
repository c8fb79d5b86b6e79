"""Rebuilds the search index of customers and authors."""

from typing import Any

from django.core.management.base import BaseCommand

from cases.services.customer_terms import reindex_customers


class Command(BaseCommand):
    """`manage.py reindex_customers`: safe at any time, while the portal is serving."""

    help = (
        "Rebuild the index for customer search and best match. Needed only after rows "
        "were written by something other than the portal, such as a restored table or an "
        "older version."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Reindex and print the progress."""
        done = reindex_customers(report=lambda count: self.stdout.write(f"{count:,} …"))
        self.stdout.write(self.style.SUCCESS(f"Done: {done:,} customers and authors."))
