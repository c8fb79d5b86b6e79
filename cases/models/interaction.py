"""Posts on social networks, and the accounts that wrote them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.matching.normalise import handle_key, name_key


class Author(models.Model):
    """An account on a service; one row per `(service, service_id)` (contract: Author)."""

    service = models.CharField(max_length=64)
    service_id = models.CharField("service id", max_length=255)
    handle = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255, blank=True)
    brand_owned = models.BooleanField("brand-owned", default=False)
    # Compared by best match; with a database default, so that an older version of the portal,
    # which doesn't know the columns, can still write.
    handle_key = models.CharField(max_length=255, db_default="", editable=False)
    name_key = models.CharField(max_length=255, db_default="", editable=False)
    # When the post with this handle and name was written; NULL if an older version stored it.
    named_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["service", "service_id"], name="author_once_a_service"),
        ]
        indexes = [
            models.Index(fields=["handle"], name="author_handle"),
            models.Index(fields=["handle_key"], name="author_handle_key"),
            models.Index(fields=["name_key"], name="author_name_key"),
        ]

    def __str__(self) -> str:
        return self.name or self.handle or self.service_id

    def set_keys(self) -> None:
        """Set what best match compares, from handle and name; call it when those are written."""
        self.handle_key, self.name_key = handle_key(self.handle), name_key(self.name)


class Interaction(models.Model):
    """One post, comment or message within a case, as it was last sent (contract: Interaction).

    Within a case `(service, service_id, created)` to the millisecond is a post's identity.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="interactions")
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="interactions", null=True, db_index=False
    )
    service = models.CharField(max_length=64)
    service_id = models.CharField("service id", max_length=255)
    content_type = models.CharField(max_length=64)
    body = models.TextField(blank=True)
    # A CharField, not a URLField: the admin theme shows those as raw links.
    link_url = models.CharField("link", max_length=2048, blank=True)
    created = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=["case", "service", "service_id"], name="interaction_identity"),
            models.Index(fields=["author", "-created"], name="interaction_author_created"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.content_type} {self.service_id}"


class InteractionRevision(models.Model):
    """What an edited post was before (contract: Interaction, *edited*)."""

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="revisions")
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    content_type = models.CharField(max_length=64)
    body = models.TextField(blank=True)
    link_url = models.CharField("link", max_length=2048, blank=True)
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Revision {self.pk} of post {self.interaction_id}"
