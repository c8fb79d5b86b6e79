"""What the list of customers can be filtered by: each live field, by its type."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from cases.choices import ObjectType
from cases.models import CustomerValue
from cases.search.backends import backend
from cases.selectors.customers.search import value_matches
from cases.selectors.field_filters import ValueLookup, field_filters
from cases.selectors.filters import Condition, Filter
from cases.selectors.properties import announced_definitions


def customer_filters() -> list[Filter]:
    """Return everything that the list of customers can be filtered by."""
    return [
        found
        for definition in announced_definitions(ObjectType.CUSTOMER)
        for found in field_filters(definition, _CUSTOMERS)
    ]


def _equals(name: str, value: str) -> Condition:
    # The index ignores case, the values of a list may not.
    return value_matches(name, value, contains=False) & backend().key_equals(
        "properties", name, value
    )


def _has_value(name: str) -> Condition:
    return Exists(CustomerValue.objects.filter(customer=OuterRef("pk"), property=name))


_CUSTOMERS = ValueLookup(
    equals=_equals,
    text_matches=lambda name, value: value_matches(name, value, contains=True),
    text_help=_("Any part of the value, in upper or lower case."),
    has_value=_has_value,
)
