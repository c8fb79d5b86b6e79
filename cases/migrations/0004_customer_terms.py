"""Tables to find customers by, and keys to find authors by; filled in chunks.

Locks no table for longer than a moment, so it runs while cases come in. Should it be interrupted
while it fills the tables: `migrate cases 0004 --fake`, then `manage.py reindex_customers`.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cases.migrations._operations import AddIndexOnLiveTable, in_chunks, run
from cases.migrations.frozen.normalise import fold, handle_key, name_key
from cases.migrations.frozen.terms import read_terms

# Built in, where pg_trgm is an extension that a hosted database may not have. The property stands
# in each entry, so that an index scan reads no other property's values. Long texts go another way
# because substr() counts from the beginning each time.
POSTGRESQL = (
    """
    CREATE FUNCTION cases_trigrams(property text, value text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT CASE WHEN length(value) < 1000 THEN
            ARRAY(
                SELECT property || ':' || substr(value, n, 3)
                FROM generate_series(1, length(value) - 2) AS n
            )
        ELSE
            ARRAY(
                SELECT DISTINCT property || ':' || gram FROM (
                    SELECT letter || lead(letter, 1) OVER places || lead(letter, 2) OVER places
                    FROM unnest(string_to_array(value, NULL)) WITH ORDINALITY AS t (letter, place)
                    WINDOW places AS (ORDER BY place)
                ) AS grams (gram)
                WHERE gram IS NOT NULL
            )
        END
    $$
    """,
    # Entries go straight into the index: a list of pending ones makes each search read them all.
    "CREATE INDEX customer_value_trigrams ON cases_customervalue"
    " USING gin (cases_trigrams(property, value)) WITH (fastupdate = off)",
)
POSTGRESQL_REVERSE = (
    "DROP INDEX IF EXISTS customer_value_trigrams",
    "DROP FUNCTION IF EXISTS cases_trigrams(text, text)",
)

_ADD = "INSERT INTO cases_customervalue_fts (rowid, value) VALUES (new.id, new.value);"
_REMOVE = (
    "INSERT INTO cases_customervalue_fts (cases_customervalue_fts, rowid, value)"
    " VALUES ('delete', old.id, old.value);"
)
SQLITE = (
    "CREATE VIRTUAL TABLE cases_customervalue_fts USING fts5("
    "value, content='cases_customervalue', content_rowid='id', detail='none',"
    " tokenize='trigram case_sensitive 1')",
    f"CREATE TRIGGER customer_value_added AFTER INSERT ON cases_customervalue BEGIN {_ADD} END",
    f"CREATE TRIGGER customer_value_removed AFTER DELETE ON cases_customervalue"
    f" BEGIN {_REMOVE} END",
    f"CREATE TRIGGER customer_value_changed AFTER UPDATE ON cases_customervalue"
    f" BEGIN {_REMOVE} {_ADD} END",
)
SQLITE_REVERSE = (
    "DROP TRIGGER IF EXISTS customer_value_added",
    "DROP TRIGGER IF EXISTS customer_value_removed",
    "DROP TRIGGER IF EXISTS customer_value_changed",
    "DROP TABLE IF EXISTS cases_customervalue_fts",
)


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write what existing authors and customers are found by."""
    database = schema_editor.connection.alias
    authors = apps.get_model("cases", "Author").objects.using(database)
    for chunk in in_chunks(authors, database):
        for author in chunk:
            author.handle_key, author.name_key = handle_key(author.handle), name_key(author.name)
        authors.bulk_update(chunk, ["handle_key", "name_key"])
    value_model = apps.get_model("cases", "CustomerValue")
    term_model = apps.get_model("cases", "CustomerTerm")
    customers = apps.get_model("cases", "Customer").objects.using(database)
    for chunk in in_chunks(customers.exclude(properties={}), database):
        value_model.objects.using(database).bulk_create(
            value_model(
                customer=customer,
                property=name,
                value=fold(value),
                head=fold(value)[:64],
                created=customer.created,
            )
            for customer in chunk
            for name, value in customer.properties.items()
        )
        term_model.objects.using(database).bulk_create(
            term_model(customer=customer, kind=term.kind, value=term.value, property=term.property)
            for customer in chunk
            for term in read_terms(customer.properties)
        )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0003_calls")]

    operations = [
        migrations.AddField(
            model_name="author",
            name="handle_key",
            field=models.CharField(db_default="", editable=False, max_length=255),
        ),
        migrations.AddField(
            model_name="author",
            name="name_key",
            field=models.CharField(db_default="", editable=False, max_length=255),
        ),
        migrations.CreateModel(
            name="CustomerTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.customer",
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("value", models.CharField(max_length=255)),
                ("property", models.CharField(max_length=129)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer"], name="customer_term_customer"),
                    models.Index(fields=["kind", "value", "-id"], name="customer_term_value"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.customer",
                    ),
                ),
                ("property", models.CharField(max_length=64)),
                ("value", models.TextField()),
                ("head", models.CharField(max_length=64)),
                ("created", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer"], name="customer_value_customer"),
                    models.Index(
                        fields=["property", "head", "-created", "customer"],
                        name="customer_value_head",
                        opclasses=[
                            "text_ops",
                            "varchar_pattern_ops",
                            "timestamptz_ops",
                            "text_ops",
                        ],
                    ),
                    models.Index(
                        fields=["property", "-created", "customer"], name="customer_value_newest"
                    ),
                ],
            },
        ),
        migrations.RunPython(
            run(postgresql=POSTGRESQL, sqlite=SQLITE),
            run(postgresql=POSTGRESQL_REVERSE, sqlite=SQLITE_REVERSE),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, atomic=False),
        AddIndexOnLiveTable(
            model_name="author",
            index=models.Index(fields=["handle_key"], name="author_handle_key"),
        ),
        AddIndexOnLiveTable(
            model_name="author",
            index=models.Index(fields=["name_key"], name="author_name_key"),
        ),
    ]
