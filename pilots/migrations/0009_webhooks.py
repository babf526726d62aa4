"""Receivers of events with their outbox, and what somebody wants to hear by e-mail about their own flags."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0008_retention"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="unsubscribe_url",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="notification",
            name="detail",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="user",
            name="flag_mail",
            field=models.CharField(
                choices=[
                    ("at_once", "Decisions and changes at once, the rest in the daily e-mail"),
                    ("digest", "All of it in the daily e-mail"),
                    ("none", "None of it"),
                ],
                default="at_once",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="flags_seen_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("flag.handed_in", "A flag was handed in"),
                                ("flag.closed", "A flag was closed"),
                                ("pattern.confirmed", "A pattern was confirmed"),
                                ("pattern.acting", "Something is done about a pattern"),
                                ("pattern.fixed", "A pattern was fixed"),
                                ("pattern.regressed", "A pattern came back after its fix"),
                                ("pattern.surged", "A pattern rises"),
                                ("gate.ready", "A gate is ready for sign-off"),
                                ("gate.passed", "A gate was passed"),
                                ("gate.lapsed", "A passed gate lapsed"),
                                ("use_case.human_only", "A use case is for human review only"),
                                ("use_case.lifted", "Human review only was lifted"),
                            ],
                            max_length=30,
                        ),
                        size=None,
                    ),
                ),
                ("secret_number", models.PositiveIntegerField(default=1)),
                ("rotated_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "disabled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pilot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
                ),
                (
                    "rotated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("pilot", "created_at"),
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("event_id", models.UUIDField()),
                ("event", models.CharField(max_length=30)),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                (
                    "pilot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="pilots.webhook"
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at",),
            },
        ),
        migrations.AddIndex(
            model_name="webhook",
            index=models.Index(
                condition=models.Q(("disabled_at__isnull", True)), fields=["pilot"], name="webhook_enabled"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rotated_at__isnull", True), ("rotated_by__isnull", True)),
                    models.Q(("rotated_at__isnull", False), ("rotated_by__isnull", False)),
                    _connector="OR",
                ),
                name="webhook_rotated_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disabled_at__isnull", True), ("disabled_by__isnull", True)),
                    models.Q(("disabled_at__isnull", False), ("disabled_by__isnull", False)),
                    _connector="OR",
                ),
                name="webhook_disabled_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("events__len__gte", 1)), name="webhook_hears_of_something"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("failed_at__isnull", True), ("sent_at__isnull", True)),
                fields=["next_try_at"],
                name="delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["webhook", "-created_at"], name="delivery_by_webhook"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("event_id", "webhook"), name="delivery_once_per_webhook"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at__isnull", True), ("failed_at__isnull", True), _connector="OR"),
                name="delivery_ends_in_one_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("body"), 65536)
                ),
                name="delivery_body_is_bounded",
            ),
        ),
    ]
