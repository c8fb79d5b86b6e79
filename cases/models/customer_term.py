"""The customer index: copies of their properties in a form that can be indexed.

`cases.services.customer_terms` writes both tables in the transaction that writes the properties.
They have values of every property, and reads leave out those that are not accepted now, so
publishing or archiving a definition costs nothing.
"""

from django.db import models

from cases.matching.normalise import KEY_LENGTH
from cases.models.customer import Customer
from cases.properties.names import MAX_LENGTH

HEAD_LENGTH = 64


class CustomerValue(models.Model):
    """A folded property value, for search: `head` is its beginning, for equality and prefixes.

    Migration 0004 adds an index of the value's trigrams: a GIN index on PostgreSQL, an FTS5 table
    with triggers on SQLite. A later migration that makes SQLite copy this table must recreate the
    triggers.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    property = models.CharField(max_length=MAX_LENGTH)
    value = models.TextField()
    head = models.CharField(max_length=HEAD_LENGTH)
    created = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["customer"], name="customer_value_customer"),
            # Newest first among equal values; and prefixes, whatever the database's collation.
            models.Index(
                fields=["property", "head", "-created", "customer"],
                opclasses=["text_ops", "varchar_pattern_ops", "timestamptz_ops", "text_ops"],
                name="customer_value_head",
            ),
            models.Index(fields=["property", "-created", "customer"], name="customer_value_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.property}: {self.head}"


class CustomerTerm(models.Model):
    """A normalised value that identifies a person (see `cases.matching.terms`)."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=KEY_LENGTH)
    # One name, or two for a name that is joined from a given and a family name.
    property = models.CharField(max_length=2 * MAX_LENGTH + 1)

    class Meta:
        indexes = [
            models.Index(fields=["customer"], name="customer_term_customer"),
            models.Index(fields=["kind", "value", "-id"], name="customer_term_value"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"
