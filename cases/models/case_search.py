"""The search index; `cases.search.tokens` defines the words."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from cases.models.case import Case
from cases.models.customer import Customer
from cases.search.backends import backend


class WordsField(models.Field):  # type: ignore[type-arg]
    """A list of words: a tsvector without positions on PostgreSQL, a text for FTS5 on SQLite.

    Written, compared in raw SQL and never read.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's type."""
        return backend().words_type

    # Django's own fields have this method too, though its stubs don't know it.
    def get_placeholder(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> str:
        """Return the placeholder for the words in a statement."""
        return backend().words_placeholder

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        """Return the words as the database's driver expects them."""
        return backend().stored_words(value)


class CaseSearch(models.Model):
    """The words of a case, of its posts and of their authors, and a word for its customer.

    `cases.services.case_search` writes the row in the same transaction. Migration
    0007 adds the index: GIN on PostgreSQL, an FTS5 table with triggers on SQLite. A later
    migration that makes SQLite copy this table must recreate the triggers.
    """

    case = models.OneToOneField(
        Case, on_delete=models.CASCADE, primary_key=True, related_name="+", db_index=False
    )
    words = WordsField()

    def __str__(self) -> str:
        return f"Words of case {self.pk}"


class CustomerSearch(models.Model):
    """The words of a customer's property values; a customer without values has no row.

    Separate from the cases' words, so that changing a customer writes one row, however many cases
    there are: a search first finds customers, then cases by the customer's word.
    """

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="+")
    words = WordsField()

    def __str__(self) -> str:
        return f"Words of customer {self.customer_id}"
