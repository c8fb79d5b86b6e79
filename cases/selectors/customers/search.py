"""Search for customers by their properties, answered from the indexes of `CustomerValue`.

Where a criterion has few hits, those are ranked here; where all have many, the database reads the
best ones in their order. Both give the same answer, on both databases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db.models import Q
from django.db.models.expressions import RawSQL

from cases.choices import ObjectType, PropertyType
from cases.models import Customer
from cases.models.customer_term import HEAD_LENGTH
from cases.search.backends import backend
from cases.search.backends.statements import Query, fetch_keys, fetch_union
from cases.selectors.properties import accepted_definitions
from cases.text import FOLDED_LENGTH, fold, is_storable

MAX_FOUND = 100

FEW = 1_000
"""Up to how many hits of one criterion are ranked in Python."""

_GRAM = 3
_MAX_GRAMS = 4
_AFTER_ALL = "\U0010ffff"
_CONTAINED = (PropertyType.TEXT, PropertyType.TEXTAREA)


# A materialised query is planned for all its rows: the limit tempts no planner into a scan.
_HITS = """
    WITH hits AS MATERIALIZED ({query})
    SELECT {number} AS number, customer_id FROM hits LIMIT {limit}
"""
_PROBE = "SELECT v.customer_id FROM {source} WHERE {condition}"
_ALSO = """
    AND EXISTS (
        SELECT 1 FROM cases_customervalue {name}
        WHERE {name}.customer_id = v.customer_id AND {condition}
    )
"""
_NEWEST = """
    SELECT v.customer_id FROM cases_customervalue v
    WHERE {condition} ORDER BY v.created DESC, v.customer_id LIMIT {limit}
"""


class _Rank(IntEnum):
    """How well a value matches; what matches at one rank also matches at those below."""

    EXACT = 0
    PREFIX = 1
    CONTAINS = 2


@dataclass(frozen=True, slots=True)
class _Criterion:
    """A property and the folded text that its value must equal, or contain."""

    property: str
    text: str
    contains: bool

    def rank(self, properties: Mapping[str, str]) -> _Rank | None:
        """Return how well a customer's stored value matches, or None where it doesn't."""
        value = fold(properties.get(self.property, ""))
        if value == self.text:
            return _Rank.EXACT if value else None
        if not self.contains or self.text not in value:
            return None
        return _Rank.PREFIX if value.startswith(self.text) else _Rank.CONTAINS


def search_customers(*, criteria: Mapping[str, str]) -> list[Customer]:
    """Return at most 100 customers that match every criterion, best first.

    `criteria` maps the names of searchable properties to the wanted texts, and has at least one.
    Upper and lower case make no difference. A text matches where it contains the wanted one, a
    list or checkbox where it equals it. Best are those whose values all equal the criteria, then
    those whose values begin with them, and the newest among each. Takes at most six statements.
    Contract: `POST /customers`.
    """
    wanted = _read_criteria(criteria)
    if not wanted or len(wanted) < len(criteria):
        return []
    few = _few_candidates(wanted, _Rank.CONTAINS)
    if few is not None:
        return _rank_candidates(few, wanted, _Rank.CONTAINS)[:MAX_FOUND]
    return _read_ranks(wanted)


def value_matches(name: str, text: str, *, contains: bool) -> Q:
    """Return the condition that a customer's value of a property equals `text`, or contains it.

    Upper and lower case make no difference. An index has the customers.
    """
    folded = fold(text)
    if not folded:
        return Q(pk__in=[])
    one = _Criterion(name, folded, contains)
    sql, values = _probe(one, _Rank.CONTAINS) or _scan(one)
    return Q(pk__in=RawSQL(sql, values))  # noqa: S611 - the texts are values of the statement


def _read_criteria(criteria: Mapping[str, str]) -> list[_Criterion]:
    """Return the criteria that a stored value can match at all."""
    definitions = accepted_definitions(ObjectType.CUSTOMER)
    return [
        _Criterion(name, folded, definitions[name].type in _CONTAINED)
        for name, text in sorted(criteria.items())
        if name in definitions
        and is_storable(text)
        and len(text) <= FOLDED_LENGTH
        and (folded := fold(text))
    ]


def _read_ranks(wanted: Sequence[_Criterion]) -> list[Customer]:
    """Return the best hits where there are many: rank by rank, until there are enough."""
    found: dict[str, Customer] = {}
    for rank in _Rank if any(one.contains for one in wanted) else (_Rank.EXACT,):
        few = _few_candidates(wanted, rank) if rank == _Rank.PREFIX else None
        hits = _newest(wanted, rank) if few is None else _rank_candidates(few, wanted, rank)
        found |= {hit.pk: hit for hit in hits if hit.pk not in found}
        if len(found) >= MAX_FOUND:
            break
    return list(found.values())[:MAX_FOUND]


def _rank_candidates(
    keys: Sequence[str], wanted: Sequence[_Criterion], lowest: _Rank
) -> list[Customer]:
    """Return those of some customers that match, best first."""
    ranked = []
    for customer in _by_age(keys):
        ranks = [one.rank(customer.properties) for one in wanted]
        worst = max((_Rank.CONTAINS + 1 if rank is None else rank) for rank in ranks)
        if worst <= lowest:
            ranked.append((worst, customer))
    return [customer for _, customer in sorted(ranked, key=lambda pair: pair[0])]


def _few_candidates(wanted: Sequence[_Criterion], rank: _Rank) -> list[str] | None:
    """Return the hits of the criterion with the fewest, or None where all have too many to rank."""
    probes = [probe for one in wanted if (probe := _probe(one, rank))]
    if not probes:
        return None
    counted = [
        (_HITS.format(query=query, number=number, limit=FEW + 1), values)
        for number, (query, values) in enumerate(probes)
    ]
    hits: list[list[str]] = [[] for _ in probes]
    for number, key in fetch_union(counted):
        hits[number].append(key)
    fewest = min(hits, key=len)
    return fewest if len(fewest) <= FEW else None


def _probe(one: _Criterion, rank: _Rank) -> Query | None:
    """Return a query for the hits of one criterion from an index, or None where none can answer."""
    condition, values = _condition("v", one, rank)
    source = "cases_customervalue v"
    if one.contains and rank == _Rank.CONTAINS:
        grams = _grams(one.text)
        if not grams:
            return None
        source, has_grams, wanted = backend().grams_source(one.property, grams)
        condition, values = f"{has_grams} AND {condition}", [wanted, *values]
    return _PROBE.format(source=source, condition=condition), values


def _scan(one: _Criterion) -> Query:
    """Return a query for the hits of one criterion among all values of its property."""
    condition, values = _condition("v", one, _Rank.CONTAINS)
    return _PROBE.format(source="cases_customervalue v", condition=condition), values


def _newest(wanted: Sequence[_Criterion], rank: _Rank) -> list[Customer]:
    """Return the newest customers that match at `rank`, twice as many as are answered.

    Reads an index from its newest entry on, which ends soon where hits are many.
    """
    first, *others = wanted
    condition, values = _condition("v", first, rank)
    for number, one in enumerate(others):
        also, also_values = _condition(f"v{number}", one, rank)
        condition += _ALSO.format(name=f"v{number}", condition=also)
        values += also_values
    return _by_age(fetch_keys(_NEWEST.format(condition=condition, limit=2 * MAX_FOUND), *values))


def _by_age(keys: Sequence[str]) -> list[Customer]:
    """Return customers, newest first; sorted here, as databases differ in the order of texts."""
    customers = sorted(Customer.objects.filter(pk__in=keys).order_by(), key=lambda one: one.pk)
    return sorted(customers, key=lambda one: one.created, reverse=True)


def _condition(table: str, one: _Criterion, rank: _Rank) -> tuple[str, list[Any]]:
    """Return the SQL condition, and its values, for a value that matches at `rank` or better.

    Compares without LIKE, so that no character of the wanted text has a meaning of its own.
    """
    head = one.text[:HEAD_LENGTH]
    condition, values = f"{table}.property = %s", [one.property]
    if not one.contains or rank == _Rank.EXACT:
        return f"{condition} AND {table}.head = %s AND {table}.value = %s", [
            *values,
            head,
            one.text,
        ]
    if rank == _Rank.PREFIX:
        condition += f" AND {backend().begins_with.format(column=f'{table}.head')}"
        condition += f" AND substr({table}.value, 1, {len(one.text)}) = %s"
        return condition, [*values, head, head + _AFTER_ALL, one.text]
    contains = backend().contains.format(column=f"{table}.value")
    return f"{condition} AND {contains}", [*values, one.text]


def _grams(text: str) -> list[str]:
    """Return a few of the runs of three characters in `text`, all along it.

    A few leave hardly a false hit, and each more is a list to read. Of an email address only those
    before the host: many share that.
    """
    local_part = text.partition("@")[0]
    if len(local_part) > _GRAM:
        text = local_part
    grams = list(dict.fromkeys(text[n : n + _GRAM] for n in range(len(text) - _GRAM + 1)))
    return grams[:: len(grams) // _MAX_GRAMS + 1]
