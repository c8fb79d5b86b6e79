"""A customer as Khoros gets it (contract: Customer response)."""

from collections.abc import Collection
from typing import Any

from cases.models import Customer


def customer_body(customer: Customer, names: Collection[str]) -> dict[str, Any]:
    """Return the customer with those of its values whose property is in `names`."""
    values = {name: customer.properties[name] for name in names if customer.properties.get(name)}
    return {"id": customer.pk, "url": customer.url} | values
