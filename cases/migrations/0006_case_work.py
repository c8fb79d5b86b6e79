"""What staff do to cases: assignment, tags, notes, resolutions, duplicates, saved views, bulk work.

Locks no table for longer than a moment, so it runs while cases come in. Should it be interrupted
while it makes indexes or reads the posts of existing cases: remove the invalid index, if any, and
migrate again with `--fake` up to here, then `manage.py reindex_cases`.
"""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cases.migrations._operations import AddIndexOnLiveTable, RolePermissions, in_chunks, run
from cases.migrations.frozen.excerpt import make_excerpt

COLUMNS = ("properties", "services", "tags")
POSTGRESQL = tuple(
    f"CREATE INDEX CONCURRENTLY case_{column} ON cases_case USING gin ({column} jsonb_path_ops)"
    for column in COLUMNS
)
POSTGRESQL_REVERSE = tuple(f"DROP INDEX CONCURRENTLY IF EXISTS case_{column}" for column in COLUMNS)

# Who imports customers from a file makes and changes them.
IMPORT = RolePermissions("Administrator", "customer", ("add", "change"))


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write into existing cases what lists show of their posts."""
    database = schema_editor.connection.alias
    cases = apps.get_model("cases", "Case").objects.using(database)
    posts = apps.get_model("cases", "Interaction").objects.using(database)
    for chunk in in_chunks(cases, database):
        by_case: dict[int, list[Any]] = {case.pk: [] for case in chunk}
        for post in posts.filter(case__in=chunk).select_related("author").order_by("created", "id"):
            by_case[post.case_id].append(post)
        for case in chunk:
            case.services = sorted({post.service for post in by_case[case.pk]})
            bodies = [
                post.body
                for post in by_case[case.pk]
                if post.body.strip() and not (post.author and post.author.brand_owned)
            ]
            case.excerpt = make_excerpt(bodies[-1]) if bodies else ""
        cases.bulk_update(chunk, ["services", "excerpt"], batch_size=200)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("cases", "0005_request_permissions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("close", "Close"),
                            ("reopen", "Reopen"),
                            ("assign", "Assign"),
                            ("tag", "Change tags"),
                        ],
                        max_length=16,
                    ),
                ),
                ("arguments", models.JSONField(default=dict)),
                ("query", models.TextField(blank=True)),
                ("case_ids", models.JSONField(null=True)),
                ("total", models.PositiveIntegerField(null=True)),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("position", models.BigIntegerField(default=0)),
                ("handled", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("refusals", models.JSONField(default=list)),
                ("stopped", models.BooleanField(default=False)),
                ("created", models.DateTimeField(db_index=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CaseNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("author", models.CharField(max_length=255)),
                ("body", models.TextField()),
                ("created", models.DateTimeField()),
            ],
            options={
                "ordering": ("created", "id"),
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("query", models.TextField(blank=True)),
                ("shared", models.BooleanField(default=False)),
                ("created", models.DateTimeField()),
            ],
            options={
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            name="StaffPreferences",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="preferences",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.AddField(
            model_name="case",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="duplicate_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="duplicates",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="excerpt",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="case",
            name="looked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="resolution",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="case",
            name="services",
            field=models.JSONField(
                blank=True, db_default=models.Value([], models.JSONField()), default=list
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="tags",
            field=models.JSONField(
                blank=True, db_default=models.Value([], models.JSONField()), default=list
            ),
        ),
        migrations.AddField(
            model_name="customproperty",
            name="required_to_close",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("updated", "Updated"),
                    ("posts_added", "Posts added"),
                    ("closed", "Closed"),
                    ("reopened", "Reopened"),
                    ("assigned", "Assigned"),
                    ("tagged", "Tags changed"),
                    ("note_added", "Note added"),
                    ("duplicate", "Marked as a duplicate"),
                    ("no_duplicate", "No longer a duplicate"),
                    ("looked_at", "Looked at"),
                ],
                max_length=16,
            ),
        ),
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True), ("closed_at__isnull", True)),
                fields=["-last_updated", "-id"],
                name="case_unassigned",
            ),
        ),
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False), ("closed_at__isnull", True)),
                fields=["assignee", "-last_updated", "-id"],
                name="case_assigned_open",
            ),
        ),
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("closed_at__isnull", True),
                    ("looked_at__isnull", True),
                    models.Q(
                        ("possible_duplicate_of__isnull", False),
                        ("unregistered__isnull", False),
                        _connector="OR",
                    ),
                ),
                fields=["-last_updated", "-id"],
                name="case_needs_a_look",
            ),
        ),
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False)),
                fields=["assignee"],
                name="case_assignee",
            ),
        ),
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(
                condition=models.Q(("duplicate_of__isnull", False)),
                fields=["duplicate_of"],
                name="case_duplicate_of",
            ),
        ),
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["-closed_at", "created"],
                name="case_closed_at",
            ),
        ),
        AddIndexOnLiveTable(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["created", "assignee"],
                name="case_open_created",
            ),
        ),
        migrations.AddField(
            model_name="bulkjob",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="casenote",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="casenote",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_views",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="staffpreferences",
            name="start_view",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="cases.savedview",
            ),
        ),
        AddIndexOnLiveTable(
            model_name="casenote",
            index=models.Index(fields=["case", "created", "id"], name="case_note_case_created"),
        ),
        AddIndexOnLiveTable(
            model_name="savedview",
            index=models.Index(
                condition=models.Q(("shared", True)), fields=["name"], name="saved_view_shared"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"), name="saved_view_once_an_owner"
            ),
        ),
        migrations.RunPython(
            run(postgresql=POSTGRESQL, sqlite=()),
            run(postgresql=POSTGRESQL_REVERSE, sqlite=()),
            atomic=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, atomic=False),
        migrations.RunPython(IMPORT.grant, IMPORT.withdraw),
    ]
