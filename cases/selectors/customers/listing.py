"""The customers that staff look for: by the beginning of an id, or by words of their values."""

from django.db import connection
from django.db.models import QuerySet

from cases.models import Customer
from cases.search.query import Every, read_terms
from cases.selectors.rows import fetch_rows, write_condition
from cases.text import is_storable

FOUND_CUSTOMERS = 500
"""How many customers a search finds; who looks for another one adds a word."""

_SAMPLE = 5_000
"""In how many of the last written rows PostgreSQL looks first, to know how common a word is."""

_COMMON = 50
"""With so many hits among those, reading on takes less time than the index."""

_READ = 50_000
"""How many of the last written rows it reads for a common word."""

_MOST_HITS = 20_000
"""Of how many hits of the index it takes the last written."""

_AFTER_ALL = "\U0010ffff"

# Compares without LIKE, whose index SQLite can't use and whose case it doesn't mind.
_BY_ID = {
    "postgresql": "SELECT id FROM cases_customer WHERE id ~>=~ %s AND id ~<~ %s"
    " ORDER BY id USING ~<~ LIMIT {limit}",
    "sqlite": "SELECT id FROM cases_customer WHERE id >= %s AND id < %s ORDER BY id LIMIT {limit}",
}
_RECENT = (
    "SELECT customer_id FROM (SELECT id, customer_id, words FROM cases_customersearch"
    " ORDER BY id DESC LIMIT {rows}) AS recent WHERE words @@ %s::tsquery"
    " ORDER BY id DESC LIMIT {limit}"
)
# A materialised query is planned for all its rows: the limit tempts no planner into a scan.
_INDEXED = (
    "WITH hits AS MATERIALIZED (SELECT id, customer_id FROM cases_customersearch"
    " WHERE words @@ %s::tsquery) SELECT customer_id FROM"
    " (SELECT id, customer_id FROM hits LIMIT {most}) AS taken ORDER BY id DESC LIMIT {limit}"
)
_MATCHING = (
    "SELECT c.customer_id FROM (SELECT rowid AS id FROM cases_customersearch_fts"
    " WHERE cases_customersearch_fts MATCH %s ORDER BY rowid DESC LIMIT {limit}) AS f"
    " CROSS JOIN cases_customersearch AS c ON c.id = f.id"
)


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
    sql = _BY_ID[connection.vendor].format(limit=FOUND_CUSTOMERS)
    return _keys(sql, text, text + _AFTER_ALL)


def _by_words(text: str) -> list[str]:
    terms = read_terms(text)
    if not terms:
        return []
    wanted = write_condition(Every(tuple(term.condition for term in terms)))
    limit = FOUND_CUSTOMERS
    if connection.vendor == "sqlite":
        return _keys(_MATCHING.format(limit=limit), wanted)
    if len(_keys(_RECENT.format(rows=_SAMPLE, limit=_COMMON), wanted)) >= _COMMON:
        recent = _keys(_RECENT.format(rows=_READ, limit=limit), wanted)
        if len(recent) == limit:
            return recent
    return _keys(_INDEXED.format(most=_MOST_HITS, limit=limit), wanted)


def _keys(sql: str, *values: str) -> list[str]:
    return [key for (key,) in fetch_rows((sql, values))]
