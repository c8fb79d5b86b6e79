"""A case and what happened to it."""

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.addresses import portal_url
from cases.choices import CaseStatus, EventKind
from cases.models.api_key import Integration
from cases.models.customer import Customer
from cases.text import EXCERPT_LENGTH

NUMBER_PREFIX = "CP-"
TAG_LENGTH = 40

NEEDS_REVIEW = models.Q(closed_at__isnull=True, reviewed_at__isnull=True) & (
    models.Q(possible_duplicate_of__isnull=False) | models.Q(unregistered__isnull=False)
)
"""Open cases that are possible duplicates or have unmapped fields."""


class Case(models.Model):
    """A case that a Khoros agent opened and staff work on (contract: Case).

    `properties` has the values of custom fields as strings by name; `unregistered` has unmapped
    keys, unchanged, or NULL if there are none. `possible_duplicate_of` is an earlier case of the
    same customer with a post in common, found when the case was opened; `duplicate_of` is the
    original that staff chose. `services` and `excerpt` (the first words of the newest post of a
    customer) are copied from the posts, so that lists need not read them. `tags` are sorted names.
    `reviewed_at` is when someone marked the case as reviewed; a closed case needs no review.
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
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    tags = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    services = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    excerpt = models.CharField(max_length=EXCERPT_LENGTH, db_default="", blank=True)
    resolution = models.TextField(db_default="", blank=True)
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="duplicates",
        db_index=False,
    )
    reviewed_at = models.DateTimeField(null=True, blank=True, db_column="looked_at")
    created = models.DateTimeField()
    last_updated = models.DateTimeField("last updated")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
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
            # Conditions only on NULL, which the planner can match without a statement's parameters.
            models.Index(
                fields=["-last_updated", "-id"],
                condition=models.Q(closed_at__isnull=True, assignee__isnull=True),
                name="case_unassigned",
            ),
            models.Index(
                fields=["assignee", "-last_updated", "-id"],
                condition=models.Q(closed_at__isnull=True, assignee__isnull=False),
                name="case_assigned_open",
            ),
            models.Index(
                fields=["-last_updated", "-id"],
                condition=NEEDS_REVIEW,
                name="case_needs_a_look",
            ),
            models.Index(
                fields=["assignee"],
                condition=models.Q(assignee__isnull=False),
                name="case_assignee",
            ),
            models.Index(
                fields=["duplicate_of"],
                condition=models.Q(duplicate_of__isnull=False),
                name="case_duplicate_of",
            ),
            models.Index(
                fields=["-closed_at", "created"],
                condition=models.Q(closed_at__isnull=False),
                name="case_closed_at",
            ),
            models.Index(
                fields=["created", "assignee"],
                condition=models.Q(closed_at__isnull=True),
                name="case_open_created",
            ),
            # For open cases of one assignee, or of no one, few entries are skipped.
            models.Index(
                fields=["id", "assignee"],
                condition=models.Q(closed_at__isnull=True),
                name="case_open_number",
            ),
            # The newest cases are open: without these, a list of closed cases would skip them all.
            models.Index(
                fields=["-last_updated", "-id"],
                condition=models.Q(closed_at__isnull=False),
                name="case_closed_updated",
            ),
            models.Index(
                fields=["-created", "-id"],
                condition=models.Q(closed_at__isnull=False),
                name="case_closed_created",
            ),
            models.Index(
                fields=["-id"],
                condition=models.Q(closed_at__isnull=False),
                name="case_closed_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """The number that people use for the case, such as `CP-1024`."""
        return f"{NUMBER_PREFIX}{self.pk}"

    @property
    def needs_review(self) -> bool:
        """Whether the case is one of `NEEDS_REVIEW`."""
        odd = self.possible_duplicate_of_id is not None or self.unregistered is not None
        return odd and self.is_open and self.reviewed_at is None

    @property
    def is_open(self) -> bool:
        """Whether the case is open."""
        return self.status == CaseStatus.OPEN

    @property
    def url(self) -> str:
        """The absolute address of the case in the back office (contract: Case, `url`)."""
        return portal_url(reverse("admin:cases_case_change", args=(self.pk,)))


class CaseEvent(models.Model):
    """One entry of a case's activity, after it was opened.

    `changes` maps a field's name to `[before, after]`. `user` is the member of staff, or NULL
    if Khoros acted; `actor` is the name in either case. `khoros_context` has the `x-sf-*` headers of
    the call, NULL if staff acted.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=16, choices=EventKind.choices)
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    actor = models.CharField(max_length=255)
    changes = models.JSONField(default=dict)
    khoros_context = models.JSONField(null=True, editable=False)

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(fields=["case", "at", "id"], name="case_event_case_at")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.actor}"


class CaseNote(models.Model):
    """An internal note on a case; Khoros never sees it.

    `user` is NULL once the account is deleted; `author` is the name.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    author = models.CharField(max_length=255)
    body = models.TextField()
    created = models.DateTimeField()

    class Meta:
        ordering = ("created", "id")
        indexes = [models.Index(fields=["case", "created", "id"], name="case_note_case_created")]

    def __str__(self) -> str:
        return f"Note of {self.author}"


class Tag(models.Model):
    """A tag. Cases store tags by name; this table lists them for suggestions."""

    name = models.CharField(max_length=TAG_LENGTH, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
