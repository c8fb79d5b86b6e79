"""Indexes that the lists of open and of closed cases are read in the order of."""

from django.db import migrations, models

from cases.migrations._operations import AddIndexOnLiveTable

_CLOSED = models.Q(("closed_at__isnull", False))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0007_case_search")]

    operations = [
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["id", "assignee"],
                name="case_open_number",
            ),
        ),
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(
                condition=_CLOSED, fields=["-last_updated", "-id"], name="case_closed_updated"
            ),
        ),
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(
                condition=_CLOSED, fields=["-created", "-id"], name="case_closed_created"
            ),
        ),
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(condition=_CLOSED, fields=["-id"], name="case_closed_number"),
        ),
    ]
