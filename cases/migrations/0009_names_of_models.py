"""Names of models that can be translated; nothing changes in the database."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_inbox_indexes")]

    operations = [
        migrations.AlterModelOptions(
            name="author",
            options={
                "ordering": ("-id",),
                "verbose_name": "author",
                "verbose_name_plural": "authors",
            },
        ),
        migrations.AlterModelOptions(
            name="case",
            options={
                "ordering": ("-last_updated", "-id"),
                "verbose_name": "case",
                "verbose_name_plural": "cases",
            },
        ),
        migrations.AlterModelOptions(
            name="customer",
            options={
                "ordering": ("-created", "id"),
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
            },
        ),
        migrations.AlterModelOptions(
            name="customproperty",
            options={
                "ordering": ("object_type", "position", "id"),
                "verbose_name": "custom field",
                "verbose_name_plural": "custom fields",
            },
        ),
    ]
