"""What migrations of a table that is in use are made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps.registry import Apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

CHUNK = 1_000

Step = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def run(*, postgresql: tuple[str, ...], sqlite: tuple[str, ...]) -> Step:
    """Return a step that runs the statements of the database in use."""

    def step(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        statements = {"postgresql": postgresql, "sqlite": sqlite}
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    return step


class AddIndexOnLiveTable(AddIndexConcurrently):
    """Makes the index beside the writes to its table on PostgreSQL, and as ever on SQLite."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make the index."""
        forwards = self._operation(schema_editor).database_forwards
        forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Remove the index."""
        backwards = self._operation(schema_editor).database_backwards
        backwards(self, app_label, schema_editor, from_state, to_state)

    def _operation(self, schema_editor: BaseDatabaseSchemaEditor) -> type[migrations.AddIndex]:
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        return AddIndexConcurrently if is_postgresql else migrations.AddIndex


def in_chunks(rows: Any, database: str) -> Iterator[list[Any]]:
    """Yield locked rows in the order of their primary keys, one transaction a chunk."""
    last = None
    while True:
        with transaction.atomic(using=database):
            rest = rows if last is None else rows.filter(pk__gt=last)
            chunk = list(rest.select_for_update().order_by("pk")[:CHUNK])
            if not chunk:
                return
            last = chunk[-1].pk
            yield chunk


@dataclass(frozen=True)
class RolePermissions:
    """What a role of the back office may do with a model of this app: `view`, `add`, `change`."""

    group: str
    model: str
    actions: tuple[str, ...]

    def grant(self, apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Give the role the permissions.

        Django makes permissions only once every migration is through, and keeps what it finds.
        """
        database = schema_editor.connection.alias
        types = apps.get_model("contenttypes", "ContentType").objects.using(database)
        content_type, _ = types.get_or_create(app_label="cases", model=self.model)
        permissions = apps.get_model("auth", "Permission").objects.using(database)
        role = apps.get_model("auth", "Group").objects.using(database).get(name=self.group)
        for action in self.actions:
            permission, _ = permissions.get_or_create(
                content_type=content_type,
                codename=f"{action}_{self.model}",
                defaults={"name": f"Can {action} {self.model}"},
            )
            role.permissions.add(permission)

    def withdraw(self, apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Take them away again."""
        database = schema_editor.connection.alias
        permissions = apps.get_model("auth", "Permission").objects.using(database)
        names = [f"{action}_{self.model}" for action in self.actions]
        found = permissions.filter(codename__in=names, content_type__app_label="cases")
        for role in apps.get_model("auth", "Group").objects.using(database).filter(name=self.group):
            role.permissions.remove(*found)
