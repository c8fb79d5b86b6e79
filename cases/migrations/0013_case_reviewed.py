"""The time of a review has the name that people read; its column stays, so no row is touched."""

from django.db import migrations, models

NEEDS_REVIEW = models.Q(
    ("closed_at__isnull", True),
    ("reviewed_at__isnull", True),
    models.Q(
        ("possible_duplicate_of__isnull", False),
        ("unregistered__isnull", False),
        _connector="OR",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_labels")]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="looked_at",
            field=models.DateTimeField(blank=True, db_column="looked_at", null=True),
        ),
        migrations.RenameField(model_name="case", old_name="looked_at", new_name="reviewed_at"),
        # The index has the column, not the name.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex(model_name="case", name="case_needs_a_look"),
                migrations.AddIndex(
                    model_name="case",
                    index=models.Index(
                        condition=NEEDS_REVIEW,
                        fields=["-last_updated", "-id"],
                        name="case_needs_a_look",
                    ),
                ),
            ]
        ),
    ]
