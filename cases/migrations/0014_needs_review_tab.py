"""Rename the tab `attention` in stored queries to `needs-review`, as the screen calls it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OLD, NEW = "tab=attention", "tab=needs-review"


def _rename(apps: Apps, before: str, after: str) -> None:
    """Rename the tab in saved views and bulk actions; a stored query begins with its tab."""
    for name in ("SavedView", "BulkJob"):
        model = apps.get_model("cases", name)
        for row in model.objects.filter(query__startswith=before).only("query"):
            row.query = after + row.query.removeprefix(before)
            row.save(update_fields=["query"])


def rename(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Use the new name."""
    _rename(apps, OLD, NEW)


def rename_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Use the old name."""
    _rename(apps, NEW, OLD)


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_case_reviewed")]

    operations = [migrations.RunPython(rename, rename_back, elidable=True)]
