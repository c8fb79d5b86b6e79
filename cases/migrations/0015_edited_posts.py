"""Posts are told apart by when they were written too, and edited ones keep what they were."""

import django.db.models.deletion
from django.db import migrations, models

from cases.migrations._operations import AddIndexOnLiveTable


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0014_needs_review_tab")]

    operations = [
        AddIndexOnLiveTable(
            model_name="interaction",
            index=models.Index(
                fields=["case", "service", "service_id"], name="interaction_identity"
            ),
        ),
        migrations.RemoveConstraint(model_name="interaction", name="interaction_once_a_case"),
        migrations.CreateModel(
            name="InteractionRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content_type", models.CharField(max_length=64)),
                ("body", models.TextField(blank=True)),
                (
                    "link_url",
                    models.CharField(blank=True, max_length=2048, verbose_name="link"),
                ),
                ("replaced_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.author",
                    ),
                ),
                (
                    "interaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="cases.interaction",
                    ),
                ),
            ],
            options={"ordering": ("id",)},
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("updated", "Updated"),
                    ("posts_added", "Posts added"),
                    ("posts_edited", "Posts edited"),
                    ("closed", "Closed"),
                    ("reopened", "Reopened"),
                    ("assigned", "Assigned"),
                    ("tagged", "Tags changed"),
                    ("note_added", "Note added"),
                    ("duplicate", "Marked as duplicate"),
                    ("no_duplicate", "No longer a duplicate"),
                    ("looked_at", "Marked as reviewed"),
                ],
                max_length=16,
            ),
        ),
    ]
