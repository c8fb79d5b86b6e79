"""A case and what happened to it."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from cases.choices import CaseStatus, EventKind
from cases.models.api_key import Integration
from cases.models.customer import Customer

NUMBER_PREFIX = "CP-"


class Case(models.Model):
    """What a Khoros agent opened and staff work on (contract: Case).

    `properties` holds registered values as strings by name; `unregistered` the keys that were
    neither core nor registered, as they came, or NULL where there were none.
    `possible_duplicate_of` is an earlier case of the same customer with a post in common.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    title = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=6, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    properties = models.JSONField(default=dict, blank=True)
    unregistered = models.JSONField(null=True, blank=True)
    khoros_agent = models.CharField("Khoros agent", max_length=255, blank=True)
    khoros_initiative = models.CharField("Khoros initiative", max_length=255, blank=True)
    khoros_company = models.CharField("Khoros company", max_length=255, blank=True)
    integration = models.ForeignKey(
        Integration, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    possible_duplicate_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField()
    last_updated = models.DateTimeField("last updated")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ("-last_updated", "-id")
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="case_title_not_empty"),
            models.CheckConstraint(
                condition=models.Q(status=CaseStatus.OPEN, closed_at__isnull=True)
                | models.Q(status=CaseStatus.CLOSED, closed_at__isnull=False),
                name="case_closed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-last_updated", "-id"], name="case_last_updated"),
            models.Index(fields=["status", "-last_updated", "-id"], name="case_status_updated"),
            models.Index(fields=["-created", "-id"], name="case_created"),
            models.Index(fields=["customer", "-created", "-id"], name="case_customer_created"),
            models.Index(
                fields=["-id"],
                condition=models.Q(unregistered__isnull=False),
                name="case_unregistered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """The name by which people speak of the case, such as `CP-1024`."""
        return f"{NUMBER_PREFIX}{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the case still waits to be closed."""
        return self.status == CaseStatus.OPEN

    @property
    def url(self) -> str:
        """The absolute address of the case in the back office (contract: Case, `url`)."""
        return f"{settings.PORTAL_URL}{reverse('admin:cases_case_change', args=(self.pk,))}"


class CaseEvent(models.Model):
    """One thing that happened to a case after it was opened.

    `changes` maps a field's name to `[before, after]`. `user` is the member of staff, or NULL
    where Khoros acted; `actor` keeps the name in either case.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    actor = models.CharField(max_length=255)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(fields=["case", "at", "id"], name="case_event_case_at")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.actor}"
