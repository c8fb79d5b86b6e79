"""Tables for the answers that repeats get again, and for the record of recent requests."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="integration",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.integration",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="possible_duplicate_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="integration",
            name="for_checks",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="RecordedRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("operation", models.CharField(blank=True, max_length=32)),
                ("method", models.CharField(max_length=16)),
                ("path", models.CharField(max_length=2048)),
                ("status", models.PositiveSmallIntegerField()),
                ("error", models.CharField(blank=True, max_length=32)),
                ("reference", models.CharField(max_length=12)),
                ("duration_ms", models.PositiveIntegerField(verbose_name="duration")),
                ("user_agent", models.CharField(blank=True, max_length=255)),
                (
                    "khoros_agent",
                    models.CharField(blank=True, max_length=255, verbose_name="Khoros agent"),
                ),
                (
                    "khoros_initiative",
                    models.CharField(blank=True, max_length=255, verbose_name="Khoros initiative"),
                ),
                (
                    "khoros_company",
                    models.CharField(blank=True, max_length=255, verbose_name="Khoros company"),
                ),
                ("content_type", models.CharField(blank=True, max_length=255)),
                ("idempotency_key", models.CharField(blank=True, max_length=255)),
                ("body", models.BinaryField(null=True)),
                ("body_size", models.PositiveIntegerField(default=0)),
                ("answer", models.TextField(blank=True)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="requests",
                        to="cases.case",
                    ),
                ),
                (
                    "integration",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cases.integration",
                    ),
                ),
                (
                    "replay_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replays",
                        to="cases.recordedrequest",
                    ),
                ),
                (
                    "replayed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "request",
                "verbose_name_plural": "recent requests",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["operation", "-id"], name="request_operation"),
                    models.Index(fields=["status", "-id"], name="request_status"),
                    models.Index(
                        condition=models.Q(("body__isnull", False)),
                        fields=["-id"],
                        name="request_kept",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=260)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
                (
                    "integration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.integration",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("integration", "token"), name="answer_once_a_token"
                    )
                ],
            },
        ),
    ]
