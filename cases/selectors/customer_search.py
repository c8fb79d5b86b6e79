"""Search for customers by their properties."""

from collections.abc import Mapping

from cases.models import Customer

MAX_FOUND = 100


def search_customers(*, criteria: Mapping[str, str]) -> list[Customer]:
    """Return at most 100 customers that match every criterion, best first.

    `criteria` maps the name of a searchable property to the wanted text. Contract: `POST /customers`.
    """
    wanted = {name: text.casefold() for name, text in criteria.items()}
    found = [
        customer
        for customer in Customer.objects.filter(properties__has_keys=list(wanted))
        if all(text in customer.properties[name].casefold() for name, text in wanted.items())
    ]
    return found[:MAX_FOUND]
