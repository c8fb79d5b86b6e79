"""What is stored about calls: responses for repeats, and recorded requests."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.api_key import Integration
from cases.models.case import Case


class StoredAnswer(models.Model):
    """The first 2xx response to a write, repeated for a repeat (contract: Retries).

    `token` identifies repeats: the caller's `Idempotency-Key`, or a hash of the body. `fingerprint` is the SHA-256 of method, path and body, in hexadecimal.
    """

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=260)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "token"], name="answer_once_a_token"),
        ]

    def __str__(self) -> str:
        return f"{self.status} for {self.token}"


class RecordedRequest(models.Model):
    """A call as it was made, for administrators (contract: Nothing is lost).

    `body` holds the bytes of an authenticated write that was refused, NULL otherwise; it is
    shorter than `body_size` where the request was larger than what is kept. `answer` is the
    envelope that the refused call got. No header that authenticates is ever stored.
    """

    at = models.DateTimeField(db_index=True)
    operation = models.CharField(max_length=32, blank=True)
    method = models.CharField(max_length=16)
    path = models.CharField(max_length=2048)
    status = models.PositiveSmallIntegerField()
    error = models.CharField(max_length=32, blank=True)
    reference = models.CharField(max_length=12)
    duration_ms = models.PositiveIntegerField("duration")
    user_agent = models.CharField(max_length=255, blank=True)
    khoros_agent = models.CharField("Khoros agent", max_length=255, blank=True)
    khoros_initiative = models.CharField("Khoros initiative", max_length=255, blank=True)
    khoros_company = models.CharField("Khoros company", max_length=255, blank=True)
    content_type = models.CharField(max_length=255, blank=True)
    idempotency_key = models.CharField(max_length=255, blank=True)
    integration = models.ForeignKey(
        Integration, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="requests")
    body = models.BinaryField(null=True)
    body_size = models.PositiveIntegerField(default=0)
    answer = models.TextField(blank=True)
    replay_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="replays"
    )
    replayed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes = [
            models.Index(fields=["operation", "-id"], name="request_operation"),
            models.Index(fields=["status", "-id"], name="request_status"),
            models.Index(
                fields=["-id"], condition=models.Q(body__isnull=False), name="request_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
