"""What cases are found by, filled in chunks.

Locks no table for longer than a moment, so it runs while cases come in. Should it be interrupted
while it fills the tables: `migrate cases 0007 --fake`, then `manage.py reindex_cases`.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import cases.models.case_search
from cases.migrations._operations import in_chunks, run
from cases.migrations.frozen.case_words import read_case_words
from cases.migrations.frozen.words import customer_words

# New entries wait in a list until it is full, so that a case on its way in seldom pays for a
# hundred places of the index; a short one, as each search reads it all.
POSTGRESQL = (
    "CREATE INDEX case_search_words ON cases_casesearch USING gin (words)"
    " WITH (gin_pending_list_limit = 256)",
    "CREATE INDEX customer_search_words ON cases_customersearch USING gin (words)"
    " WITH (gin_pending_list_limit = 256)",
)
POSTGRESQL_REVERSE = (
    "DROP INDEX IF EXISTS case_search_words",
    "DROP INDEX IF EXISTS customer_search_words",
)


def _sqlite(table: str, key: str) -> tuple[str, ...]:
    """Return what makes an FTS5 table of a table's words, and keeps it current."""
    fts = f"{table}_fts"
    # Names from this file alone make these statements.
    add = f"INSERT INTO {fts} (rowid, words) VALUES (new.{key}, new.words);"  # noqa: S608
    remove = (
        f"INSERT INTO {fts} ({fts}, rowid, words)"  # noqa: S608
        f" VALUES ('delete', old.{key}, old.words);"
    )
    return (
        # This tokenizer takes every character beyond ASCII for a letter: what is read as a word
        # is decided in one place, and not here.
        f"CREATE VIRTUAL TABLE {fts} USING fts5(words, content='{table}', content_rowid='{key}',"
        " detail='none', columnsize=0, prefix='3', tokenize=\"ascii tokenchars '#+~'\")",
        f"CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_removed AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} BEGIN {remove} {add} END",
    )


def _sqlite_reverse(table: str) -> tuple[str, ...]:
    triggers = (
        f"DROP TRIGGER IF EXISTS {table}_{name}" for name in ("added", "removed", "changed")
    )
    return (*triggers, f"DROP TABLE IF EXISTS {table}_fts")


SQLITE = _sqlite("cases_casesearch", "case_id") + _sqlite("cases_customersearch", "id")
SQLITE_REVERSE = _sqlite_reverse("cases_casesearch") + _sqlite_reverse("cases_customersearch")


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write what existing cases and customers are found by."""
    database = schema_editor.connection.alias
    rows = {
        name: apps.get_model("cases", name).objects.using(database)
        for name in ("Case", "Interaction", "CaseNote", "Customer", "CaseSearch", "CustomerSearch")
    }
    for chunk in in_chunks(rows["Customer"].exclude(properties={}), database):
        rows["CustomerSearch"].bulk_create(
            rows["CustomerSearch"].model(customer=one, words=customer_words(one.properties))
            for one in chunk
        )
    for chunk in in_chunks(rows["Case"].all(), database):
        words = read_case_words(
            chunk, posts=rows["Interaction"].all(), notes=rows["CaseNote"].all()
        )
        # A version of the portal that knows the table may be at work already.
        rows["CaseSearch"].bulk_create(
            (rows["CaseSearch"].model(case_id=key, words=found) for key, found in words.items()),
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0006_case_work")]

    operations = [
        migrations.CreateModel(
            name="CaseSearch",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("words", cases.models.case_search.WordsField()),
            ],
        ),
        migrations.CreateModel(
            name="CustomerSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.customer",
                    ),
                ),
                ("words", cases.models.case_search.WordsField()),
            ],
        ),
        migrations.RunPython(
            run(postgresql=POSTGRESQL, sqlite=SQLITE),
            run(postgresql=POSTGRESQL_REVERSE, sqlite=SQLITE_REVERSE),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, atomic=False),
    ]
