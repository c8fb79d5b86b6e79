"""Whose call wrote a customer or an entry of the history, and when an author was named.

Columns that may be NULL: both databases add them without touching a row.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_names_of_models")]

    operations = [
        migrations.AddField(
            model_name="author",
            name="named_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="caseevent",
            name="khoros_context",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="khoros_context",
            field=models.JSONField(editable=False, null=True),
        ),
    ]
