"""Labels as people read them; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_team_leads_correct_customers"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="recordedrequest",
            options={
                "ordering": ("-id",),
                "verbose_name": "request",
                "verbose_name_plural": "requests",
            },
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
                    ("duplicate", "Marked as duplicate"),
                    ("no_duplicate", "No longer a duplicate"),
                    ("looked_at", "Marked as reviewed"),
                ],
                max_length=16,
            ),
        ),
    ]
