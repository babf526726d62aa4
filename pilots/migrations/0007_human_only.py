import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What was decided, promised and told stays: none of these rows is deleted.
TABLES = ("uselimit",)
KEPT = "".join(
    f"""
CREATE TRIGGER {table}_kept BEFORE DELETE ON pilots_{table}
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON pilots_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE pilots_{table} ENABLE ALWAYS TRIGGER {table}_kept;
ALTER TABLE pilots_{table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
"""
    for table in TABLES
)
NOT_KEPT = "".join(
    f"""
DROP TRIGGER {table}_no_truncate ON pilots_{table};
DROP TRIGGER {table}_kept ON pilots_{table};
"""
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0006_use"),
    ]

    operations = [
        migrations.CreateModel(
            name="UseLimit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("human_only", "Human review only"), ("withdrawn", "Withdrawn")], max_length=10
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=20)),
                ("reason", models.TextField(max_length=2000)),
                ("set_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lift_reason", models.TextField(blank=True, max_length=2000)),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.AddField(
            model_name="usecase",
            name="human_only_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="usecase",
            name="human_only_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="usecase",
            name="human_only_reason",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name="usecase",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="usecase",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="usecase",
            name="withdrawn_reason",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AddConstraint(
            model_name="usecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("human_only_at__isnull", True), ("human_only_by__isnull", True)),
                    models.Q(("human_only_at__isnull", False), ("human_only_by__isnull", False)),
                    _connector="OR",
                ),
                name="use_case_human_only_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="usecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="use_case_withdrawn_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="usecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("human_only_at__isnull", True), models.Q(("human_only_reason", ""), _negated=True), _connector="OR"
                ),
                name="use_case_human_only_because",
            ),
        ),
        migrations.AddConstraint(
            model_name="usecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True), models.Q(("withdrawn_reason", ""), _negated=True), _connector="OR"
                ),
                name="use_case_withdrawn_because",
            ),
        ),
        migrations.AddField(
            model_name="uselimit",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="uselimit",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="uselimit",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="uselimit",
            name="use_case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="limits", to="pilots.usecase"
            ),
        ),
        migrations.AddConstraint(
            model_name="uselimit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                    models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                    _connector="OR",
                ),
                name="use_limit_lifted_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="uselimit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)),
                fields=("use_case", "kind"),
                name="use_limit_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="uselimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="use_limit_because"
            ),
        ),
        migrations.AddConstraint(
            model_name="uselimit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted_at__isnull", True), models.Q(("lift_reason", ""), _negated=True), _connector="OR"
                ),
                name="use_limit_lifted_because",
            ),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
