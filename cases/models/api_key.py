"""Who may call the API: an integration and its keys."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, BaseAPIKeyManager


class Integration(models.Model):
    """A system that calls the API. Two of its keys can be active while one replaces the other."""

    name = models.CharField(max_length=50, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    # Everything written by an integration for contract checks is removed again.
    for_checks = models.BooleanField(default=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ApiKeyManager(BaseAPIKeyManager):
    """Finds and makes keys; the key itself is never stored, only its hash."""

    def get_usable_keys(self) -> models.QuerySet["ApiKey"]:
        """Return the keys that are not revoked, each with its integration."""
        return self.filter(revoked=False).select_related("integration")


class ApiKey(AbstractAPIKey):
    """A key of an integration: hashed, shown once, revocable, with an optional expiry."""

    objects: ClassVar[ApiKeyManager] = ApiKeyManager()  # type: ignore[assignment]

    integration = models.ForeignKey(Integration, on_delete=models.PROTECT, related_name="api_keys")
    last_used = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(AbstractAPIKey.Meta):
        verbose_name = _("API key")  # type: ignore[assignment]
        verbose_name_plural = _("API keys")  # type: ignore[assignment]

    @property
    def is_active(self) -> bool:
        """Whether the API accepts the key now."""
        return not self.revoked and not self.has_expired
