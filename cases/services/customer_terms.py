"""Writes the index of customers; see `cases.models.customer_term`."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from django.db import transaction
from django.db.models import Model

from cases.matching.terms import read_terms
from cases.models import Author, Customer, CustomerSearch, CustomerTerm, CustomerValue
from cases.models.customer_term import HEAD_LENGTH
from cases.services.case_search import add_customer_words
from cases.text import fold

CHUNK = 1_000
_Row = TypeVar("_Row", bound=Model)


def index_customers(*, customers: Sequence[Customer]) -> None:
    """Index customers again, in six statements, however many they are.

    The caller holds the transaction that writes their properties, or has locked their rows.
    """
    keys = [customer.pk for customer in customers]
    CustomerValue.objects.filter(customer__in=keys).delete()
    CustomerTerm.objects.filter(customer__in=keys).delete()
    CustomerSearch.objects.filter(customer__in=keys).delete()
    add_customers_to_index(customers=customers)


def add_customers_to_index(*, customers: Sequence[Customer]) -> None:
    """Index customers that aren't indexed yet."""
    CustomerValue.objects.bulk_create(
        value for customer in customers for value in values_of(customer)
    )
    CustomerTerm.objects.bulk_create(term for customer in customers for term in terms_of(customer))
    add_customer_words(customers=customers)


def values_of(customer: Customer) -> list[CustomerValue]:
    """Return the unsaved rows by which a customer's values are searched."""
    folded = {name: fold(value) for name, value in customer.properties.items()}
    return [
        CustomerValue(
            customer=customer,
            property=name,
            value=value,
            head=value[:HEAD_LENGTH],
            created=customer.created,
        )
        for name, value in folded.items()
    ]


def terms_of(customer: Customer) -> list[CustomerTerm]:
    """Return the unsaved rows by which a person is recognised as a customer."""
    return [
        CustomerTerm(customer=customer, kind=term.kind, value=term.value, property=term.property)
        for term in read_terms(customer.properties)
    ]


def reindex_customers(*, report: Callable[[int], None] | None = None) -> int:
    """Index all customers and authors again, and return their number.

    Runs in short transactions while the portal is serving, so it can be stopped and started again.
    Not needed when definitions change, because values of every property are indexed. `report` is
    called with the number so far.
    """
    done = 0
    for count in chain(_rewrite_in_chunks(Customer, _index), _rewrite_in_chunks(Author, _set_keys)):
        done += count
        if report:
            report(done)
    return done


def _rewrite_in_chunks(model: type[_Row], write: Callable[[list[_Row]], None]) -> Iterator[int]:
    """Pass the locked rows of a table to `write` in chunks, and yield the size of each."""
    last = None
    while True:
        with transaction.atomic():
            rows = model._default_manager.select_for_update().order_by("pk")
            chunk = list((rows if last is None else rows.filter(pk__gt=last))[:CHUNK])
            if not chunk:
                return
            last = chunk[-1].pk
            write(chunk)
        yield len(chunk)


def _index(customers: list[Customer]) -> None:
    index_customers(customers=customers)


def _set_keys(authors: list[Author]) -> None:
    for author in authors:
        author.set_keys()
    Author.objects.bulk_update(authors, ["handle_key", "name_key"])
