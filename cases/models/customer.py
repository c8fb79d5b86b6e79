"""The person behind the posts, as identified by Khoros or the portal."""

from uuid import UUID, uuid4

from django.contrib.admin.utils import quote, unquote  # noqa: TID251 - ids in addresses, no more
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.addresses import portal_url

# Browsers resolve and drop these path segments; no other key is quoted like this.
_DOTS = {".": "_2E", "..": "_2E_2E"}
_WRITTEN_DOTS = {written: dots for dots, written in _DOTS.items()}


def quote_key(key: int | str | UUID) -> str:
    """Return a primary key as a path segment that browsers don't change."""
    return _DOTS.get(str(key)) or str(quote(key))


def unquote_key(part: str) -> str:
    """Return the primary key from a segment made by `quote_key`."""
    return _WRITTEN_DOTS.get(part) or unquote(part)


def new_customer_id() -> str:
    """Return an id for a customer that the portal itself creates."""
    return uuid4().hex


class Customer(models.Model):
    """A customer. The primary key is the contract's own `id`: any text of up to 255 characters."""

    id = models.CharField(primary_key=True, max_length=255, default=new_customer_id)
    properties = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(db_index=True)
    last_updated = models.DateTimeField()
    # The `x-sf-*` headers of the call that wrote it last; NULL if staff did.
    khoros_context = models.JSONField(null=True, editable=False)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ("-created", "id")
        constraints = [
            models.CheckConstraint(condition=~models.Q(id=""), name="customer_id_not_empty"),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def url(self) -> str:
        """The absolute address of the customer in the back office (contract: Customer, `url`)."""
        return portal_url(reverse("admin:cases_customer_change", args=(quote_key(self.pk),)))
