"""The three roles of the back office, as groups."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AGENT = ("cases.view_case", "cases.change_case", "cases.view_interaction", "cases.view_author")
TEAM_LEAD = (*AGENT, "cases.view_customer")
ADMINISTRATOR = (
    *TEAM_LEAD,
    *(f"cases.{action}_customproperty" for action in ("view", "add", "change")),
    *(f"cases.{action}_apikey" for action in ("view", "add", "change")),
    *(f"auth.{action}_user" for action in ("view", "add", "change")),
    "auth.view_group",
)
ROLES = {"Agent": AGENT, "Team lead": TEAM_LEAD, "Administrator": ADMINISTRATOR}


def make_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the groups and give each what it may do; what a group has besides stays."""
    database = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(database)
    for name, permissions in ROLES.items():
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(*(_permission(apps, database, full) for full in permissions))


def remove_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the groups; their members stay, without a role."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=ROLES).delete()


def _permission(apps: Apps, database: str, full_name: str) -> Any:
    # Django makes permissions only once every migration is through: on a fresh database none
    # exists yet. It keeps the ones that it finds.
    app_label, _, codename = full_name.partition(".")
    action, _, model_name = codename.partition("_")
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(database)
    content_type, _ = content_types.get_or_create(app_label=app_label, model=model_name)
    verbose_name = apps.get_model(app_label, model_name)._meta.verbose_name_raw
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    permission, _ = permissions.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": f"Can {action} {verbose_name}"},
    )
    return permission


class Migration(migrations.Migration):
    """Agent, Team lead and Administrator; reversible, and safe to run where they exist."""

    dependencies = [
        ("cases", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, remove_roles)]
