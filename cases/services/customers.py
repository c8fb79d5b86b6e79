"""Everything that happens to a customer."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cases.errors import NotFound
from cases.models import Customer
from cases.properties.values import Changes, merge_properties
from cases.services.conflicts import check_shown
from cases.services.customer_terms import add_customers_to_index, index_customers
from cases.services.incoming import KhorosContext
from cases.services.locks import MomentUnderLocks

_NO_CONTEXT = KhorosContext()


def ensure_customer(
    *,
    customer_id: str,
    now: datetime,
    context: KhorosContext = _NO_CONTEXT,
    locks: Collection[str] = (),
) -> None:
    """Create the customer with that id if there is none yet, in one statement.

    It also takes `locks`, by their names, until the transaction ends.

    Contract: an unknown `customerId` creates the customer, so that the case is not lost.
    """
    Customer.objects.bulk_create(
        [
            Customer(
                id=customer_id,
                created=MomentUnderLocks(now, locks),
                last_updated=now,
                khoros_context=context.stored(),
            )
        ],
        ignore_conflicts=True,
    )


def create_customer(
    *, properties: Mapping[str, str], context: KhorosContext = _NO_CONTEXT
) -> Customer:
    """Create a customer with checked property values (contract: `POST /customer`)."""
    now = timezone.now()
    values = merge_properties({}, properties).merged
    with transaction.atomic():
        customer = Customer.objects.create(
            properties=values, created=now, last_updated=now, khoros_context=context.stored()
        )
        add_customers_to_index(customers=[customer])
    return customer


def update_customer(
    *,
    customer_id: str,
    properties: Mapping[str, str],
    context: KhorosContext = _NO_CONTEXT,
    shown: Mapping[str, str] | None = None,
) -> Changes:
    """Set registered properties, `""` clearing one, and return what changed.

    Other properties stay unchanged, even if someone else changes them at the same time. `shown` has
    the values that a person edited them from, or None to check nothing.
    Raises NotFound, and ChangedMeanwhileError as `check_shown` does. Contract:
    `PATCH /customer/{id}`.
    """
    with transaction.atomic():
        customer = Customer.objects.select_for_update().filter(pk=customer_id).first()
        if customer is None:
            raise NotFound("There is no customer with this id.")
        if shown is not None:
            check_shown(customer.properties, shown=shown, values=properties)
        values = merge_properties(customer.properties, properties)
        if values.changes:
            customer.properties = values.merged
            customer.last_updated = timezone.now()
            customer.khoros_context = context.stored()
            customer.save(update_fields=["properties", "last_updated", "khoros_context"])
            index_customers(customers=[customer])
    return values.changes


def import_customers(*, customers: Mapping[str, Mapping[str, str]]) -> None:
    """Set checked property values of many customers by id, creating those that don't exist.

    All or nothing, in a constant number of statements. Other properties stay unchanged, even if
    someone else changes them at the same time.
    """
    now = timezone.now()
    with transaction.atomic():
        Customer.objects.bulk_create(
            (Customer(id=key, created=now, last_updated=now) for key in sorted(customers)),
            ignore_conflicts=True,
        )
        locked = Customer.objects.select_for_update().filter(pk__in=list(customers)).order_by("pk")
        changed = []
        for customer in locked:
            values = merge_properties(customer.properties, customers[customer.pk])
            if values.changes:
                customer.properties, customer.last_updated = values.merged, now
                customer.khoros_context = None
                changed.append(customer)
        # The rows exist and are locked, so this only updates them.
        Customer.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["properties", "last_updated", "khoros_context"],
        )
        index_customers(customers=changed)
