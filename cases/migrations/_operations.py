"""What migrations of a table that is in use are made of."""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps.registry import Apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

CHUNK = 1_000


def run(
    *, postgresql: tuple[str, ...], sqlite: tuple[str, ...]
) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
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
