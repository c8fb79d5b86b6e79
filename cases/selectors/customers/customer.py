"""Reads of customers."""

from collections.abc import Collection, Mapping

from cases.choices import ObjectType, PropertyType
from cases.models import Case, Customer
from cases.selectors.counts import CappedCount, count_related
from cases.selectors.properties import announced_definitions
from cases.text import is_blank


def customer_cases(customer: Customer, *, limit: int) -> list[Case]:
    """Return the newest cases of a customer, newest first, in one query."""
    cases = customer.cases.order_by("-created", "-id").defer("description", "unregistered")
    return list(cases[:limit])


def count_customer_cases(customer_ids: Collection[str]) -> dict[str, CappedCount]:
    """Return the number of cases by customer id, in one query."""
    return count_related(Customer.objects.all(), customer_ids, Case, "customer")


def known_customer_ids(customer_ids: Collection[str]) -> set[str]:
    """Return those of the ids that a customer has, in at most one query."""
    if not customer_ids:
        return set()
    return set(Customer.objects.filter(pk__in=customer_ids).values_list("pk", flat=True))


def customer_names(customer_ids: Collection[str]) -> dict[str, str]:
    """Return what people call customers by their ids, in at most one query.

    A customer without a name is not in the answer.
    """
    if not customer_ids or not _name_fields():
        return {}
    customers = Customer.objects.filter(pk__in=set(customer_ids)).values_list("pk", "properties")
    names = ((pk, customer_name(properties)) for pk, properties in customers)
    return {pk: name for pk, name in names if name}


def customer_name(properties: Mapping[str, str]) -> str:
    """Return the first of a customer's live texts, in the order of the settings page, or `""`."""
    values = (properties.get(name, "") for name in _name_fields())
    return next((value for value in values if not is_blank(value)), "")


def _name_fields() -> list[str]:
    live = announced_definitions(ObjectType.CUSTOMER)
    return [found.name for found in live if found.type == PropertyType.TEXT]
