"""Saved views of the case list, and bulk actions."""

from django.conf import settings
from django.db import models

from cases.choices import BulkAction

VIEW_NAME_LENGTH = 80


class SavedView(models.Model):
    """A named state of the case list: tab, filters, search, order and columns.

    `query` is the query string that the list is opened with. Everyone who sees the case list can
    see a shared view; only its owner can change it.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=VIEW_NAME_LENGTH)
    query = models.TextField(blank=True)
    shared = models.BooleanField(default=False)
    created = models.DateTimeField()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once_an_owner"),
        ]
        indexes = [
            models.Index(
                fields=["name"], condition=models.Q(shared=True), name="saved_view_shared"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffPreferences(models.Model):
    """The preferences of a member of staff; the case list opens with `start_view`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="preferences",
    )
    start_view = models.ForeignKey(
        SavedView, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"Preferences of {self.user}"


class BulkJob(models.Model):
    """A bulk action, done batch by batch while its page shows the progress.

    `query` is the query string of the list. `case_ids` are the selected cases, sorted, or NULL if
    all cases that match `query` are selected and they are too many to store; then `total` is not
    known. Cases are handled in the order of their ids, from `first_id` to `last_id`, which are set
    when the job starts; `position` is the last one handled. `refusals` has `{"case", "reason"}` of
    refused cases, as many as are shown.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=16, choices=BulkAction.choices)
    arguments = models.JSONField(default=dict)
    query = models.TextField(blank=True)
    case_ids = models.JSONField(null=True)
    total = models.PositiveIntegerField(null=True)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    position = models.BigIntegerField(default=0)
    handled = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list)
    stopped = models.BooleanField(default=False)
    created = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.handled} of {self.total or 'many'}"

    @property
    def percent(self) -> int:
        """The progress: by the number of cases, or by their ids if the number isn't known."""
        if self.finished_at:
            return 100
        if self.total is not None:
            return min(99, 100 * self.handled // max(1, self.total))
        done, length = self.position - self.first_id + 1, self.last_id - self.first_id + 1
        return max(0, min(99, 100 * done // max(1, length)))
