"""What reporters were told, kept with the flag; what may be erased of it is its words."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER reply_kept BEFORE DELETE ON feedback_reply
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER reply_no_truncate BEFORE TRUNCATE ON feedback_reply
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE feedback_reply ENABLE ALWAYS TRIGGER reply_kept;
ALTER TABLE feedback_reply ENABLE ALWAYS TRIGGER reply_no_truncate;
"""
BACKWARD = """
DROP TRIGGER reply_no_truncate ON feedback_reply;
DROP TRIGGER reply_kept ON feedback_reply;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0012_publication"),
        ("pilots", "0009_webhooks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthSummary",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("text", models.TextField(blank=True)),
                ("told", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                (
                    "pilot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
                ),
            ],
            options={
                "ordering": ("-month",),
                "constraints": [models.UniqueConstraint(fields=("pilot", "month"), name="summary_once_per_month")],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("receipt", "Received"),
                            ("triage", "Read"),
                            ("interim", "Rule until then"),
                            ("decision", "Decided"),
                            ("live", "Changed"),
                            ("return", "Came back"),
                        ],
                        max_length=8,
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("text", models.TextField(max_length=1000)),
                ("words", models.TextField(blank=True, max_length=4000)),
                ("told_at", models.DateTimeField()),
                ("role", models.CharField(blank=True, max_length=60)),
                ("before", models.JSONField(blank=True, default=dict)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "flag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="replies", to="feedback.flag"
                    ),
                ),
                (
                    "pilot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["pilot", "told_at"], name="reply_by_pilot")],
                "constraints": [
                    models.UniqueConstraint(fields=("flag", "key"), name="reply_once_per_flag"),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("text"), 1000
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("words"), 4000
                            ),
                        ),
                        name="reply_is_bounded",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
