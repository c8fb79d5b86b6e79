"""Reads of customers."""

from collections.abc import Collection

from cases.models import Case, Customer
from cases.selectors.counts import CappedCount, count_related


def customer_cases(customer: Customer, *, limit: int) -> list[Case]:
    """Return the newest cases of a customer, newest first, in one query."""
    cases = customer.cases.order_by("-created", "-id").defer("description", "unregistered")
    return list(cases[:limit])


def count_customer_cases(customer_ids: Collection[str]) -> dict[str, CappedCount]:
    """Return the number of cases by customer id, in one query."""
    return count_related(Customer.objects.all(), customer_ids, Case, "customer")
