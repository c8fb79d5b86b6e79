"""Administrators see recent requests (view) and replay them (change)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ACTIONS = ("view", "change")
GROUP = "Administrator"


def grant(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the group both permissions; on a fresh database they don't exist yet."""
    database = schema_editor.connection.alias
    types = apps.get_model("contenttypes", "ContentType").objects.using(database)
    content_type, _ = types.get_or_create(app_label="cases", model="recordedrequest")
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    group = apps.get_model("auth", "Group").objects.using(database).get(name=GROUP)
    for action in ACTIONS:
        permission, _ = permissions.get_or_create(
            content_type=content_type,
            codename=f"{action}_recordedrequest",
            defaults={"name": f"Can {action} request"},
        )
        group.permissions.add(permission)


def withdraw(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take both permissions from the group again."""
    database = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(database).filter(name=GROUP)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    names = [f"{action}_recordedrequest" for action in ACTIONS]
    for group in groups:
        group.permissions.remove(*permissions.filter(codename__in=names))


class Migration(migrations.Migration):
    """Grants what the pages for recent requests ask for; reversible."""

    dependencies = [("cases", "0004_customer_terms")]

    operations = [migrations.RunPython(grant, withdraw)]
