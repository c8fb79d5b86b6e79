"""The customers that staff look for: by the beginning of an id, or by words of their values."""

from django.db.models import QuerySet

from cases.models import Customer
from cases.search.backends import backend
from cases.search.backends.base import CUSTOMER_WORDS
from cases.search.backends.statements import fetch_keys
from cases.search.query import Every, read_terms
from cases.text import is_storable

FOUND_CUSTOMERS = 500
"""How many customers a search finds; who looks for another one adds a word."""

_AFTER_ALL = "\U0010ffff"


def find_customers(customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Return those of `customers` whose id begins with `text`, or that have its words as values.

    Each word is found where another one begins with it, and within others, in any case and with
    any accents. Finds at most `FOUND_CUSTOMERS`: of those with the words the last that changed.
    Takes at most four statements.
    """
    text = text.strip()
    if not text:
        return customers
    if not is_storable(text):
        return customers.none()
    by_id, by_words = _by_id(text), _by_words(text)
    # Where both are many, each gets a half.
    share = max(FOUND_CUSTOMERS // 2, FOUND_CUSTOMERS - len(by_words))
    found = dict.fromkeys([*by_id[:share], *by_words])
    return customers.filter(pk__in=list(found)[:FOUND_CUSTOMERS])


def _by_id(text: str) -> list[str]:
    sql = backend().ids_from.format(table="cases_customer", limit=FOUND_CUSTOMERS)
    return fetch_keys(sql, text, text + _AFTER_ALL)


def _by_words(text: str) -> list[str]:
    terms = read_terms(text)
    if not terms:
        return []
    wanted = Every(tuple(term.condition for term in terms))
    return backend().newest_hits(CUSTOMER_WORDS, wanted, FOUND_CUSTOMERS).keys[:FOUND_CUSTOMERS]
