"""Dispositions are only added, a condition of a later cell stays as it was set, and what leaders saw stays."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION governance_guard_later_condition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.disposition_id, NEW.pilot_id, NEW.text, NEW.figure, NEW.comparator, NEW.threshold)
        IS DISTINCT FROM
        (OLD.disposition_id, OLD.pilot_id, OLD.text, OLD.figure, OLD.comparator, OLD.threshold) THEN
        RAISE EXCEPTION 'a condition stays as it was set' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.met_at IS NOT NULL AND (NEW.met_at, NEW.met_by_id, NEW.met_note)
        IS DISTINCT FROM (OLD.met_at, OLD.met_by_id, OLD.met_note) THEN
        RAISE EXCEPTION 'what became of a condition is final' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER disposition_append_only BEFORE UPDATE OR DELETE ON governance_disposition
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER disposition_no_truncate BEFORE TRUNCATE ON governance_disposition
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER later_condition_guard BEFORE UPDATE ON governance_latercondition
    FOR EACH ROW EXECUTE FUNCTION governance_guard_later_condition();
CREATE TRIGGER later_condition_kept BEFORE DELETE ON governance_latercondition
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER uncomfortable_append_only BEFORE UPDATE OR DELETE ON governance_uncomfortableacknowledgement
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE governance_disposition ENABLE ALWAYS TRIGGER disposition_append_only;
ALTER TABLE governance_disposition ENABLE ALWAYS TRIGGER disposition_no_truncate;
ALTER TABLE governance_latercondition ENABLE ALWAYS TRIGGER later_condition_guard;
ALTER TABLE governance_latercondition ENABLE ALWAYS TRIGGER later_condition_kept;
ALTER TABLE governance_uncomfortableacknowledgement ENABLE ALWAYS TRIGGER uncomfortable_append_only;
"""
BACKWARD = """
DROP TRIGGER uncomfortable_append_only ON governance_uncomfortableacknowledgement;
DROP TRIGGER later_condition_kept ON governance_latercondition;
DROP TRIGGER later_condition_guard ON governance_latercondition;
DROP TRIGGER disposition_no_truncate ON governance_disposition;
DROP TRIGGER disposition_append_only ON governance_disposition;
DROP FUNCTION governance_guard_later_condition();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0008_doubts_withdrawn"),
        ("pilots", "0013_forecasts_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Disposition",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("ready", "Ready"),
                            ("needs_design", "Needs design"),
                            ("later", "Later"),
                            ("out", "Out"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(max_length=2000, verbose_name="why")),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "missing_condition",
                    models.TextField(blank=True, max_length=2000, verbose_name="condition for value that is missing"),
                ),
                (
                    "proposed",
                    models.CharField(
                        choices=[
                            ("ready", "Ready"),
                            ("needs_design", "Needs design"),
                            ("later", "Later"),
                            ("out", "Out"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=12,
                    ),
                ),
                ("proposed_because", models.CharField(max_length=500)),
                ("decided_at", models.DateTimeField()),
                (
                    "cell",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.cell"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "owner",
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
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="LaterCondition",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField(max_length=2000)),
                ("figure", models.CharField(blank=True, max_length=12)),
                (
                    "comparator",
                    models.CharField(
                        blank=True, choices=[("at_least", "is at least"), ("at_most", "is at most")], max_length=8
                    ),
                ),
                ("threshold", models.FloatField(blank=True, null=True)),
                ("met_at", models.DateTimeField(blank=True, null=True)),
                ("met_note", models.TextField(blank=True, max_length=2000, verbose_name="what shows it")),
                (
                    "disposition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conditions",
                        to="governance.disposition",
                    ),
                ),
                (
                    "met_by",
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
            ],
            options={
                "ordering": ("disposition", "id"),
            },
        ),
        migrations.CreateModel(
            name="UncomfortableAcknowledgement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("version", models.CharField(max_length=64)),
                ("said", models.CharField(max_length=500)),
                ("comment", models.TextField(blank=True, max_length=2000)),
                ("acknowledged_at", models.DateTimeField()),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "pilot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
                ),
            ],
            options={
                "ordering": ("-acknowledged_at",),
            },
        ),
        migrations.AddIndex(
            model_name="disposition",
            index=models.Index(fields=["cell", "-id"], name="disposition_newest"),
        ),
        migrations.AddConstraint(
            model_name="disposition",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="disposition_because"
            ),
        ),
        migrations.AddConstraint(
            model_name="disposition",
            constraint=models.CheckConstraint(
                condition=models.Q(("choice__in", ["ready", "needs_design", "later", "out", "unknown"])),
                name="disposition_of_five",
            ),
        ),
        migrations.AddConstraint(
            model_name="disposition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice", "needs_design"), ("due_on__isnull", False), ("owner__isnull", False)),
                    models.Q(
                        models.Q(("choice", "needs_design"), _negated=True),
                        ("due_on__isnull", True),
                        ("owner__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="disposition_designed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="disposition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice", "out"), models.Q(("missing_condition", ""), _negated=True)),
                    models.Q(models.Q(("choice", "out"), _negated=True), ("missing_condition", "")),
                    _connector="OR",
                ),
                name="disposition_out_names_what_is_missing",
            ),
        ),
        migrations.AddConstraint(
            model_name="latercondition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("met_at__isnull", True), ("met_by__isnull", True)),
                    models.Q(("met_at__isnull", False), ("met_by__isnull", False)),
                    _connector="OR",
                ),
                name="later_condition_met_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="latercondition",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="later_condition_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="latercondition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("comparator", ""), ("figure", ""), ("threshold__isnull", True)),
                    models.Q(
                        models.Q(("figure", ""), _negated=True),
                        ("comparator__in", ["at_least", "at_most"]),
                        ("threshold__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="later_condition_figure_with_threshold",
            ),
        ),
        migrations.AddConstraint(
            model_name="latercondition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("met_at__isnull", True), ("met_note", "")),
                    models.Q(("figure", ""), ("met_at__isnull", False), models.Q(("met_note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="later_condition_met_with_a_note",
            ),
        ),
        migrations.AddConstraint(
            model_name="uncomfortableacknowledgement",
            constraint=models.UniqueConstraint(
                fields=("pilot", "kind", "version", "acknowledged_by"), name="uncomfortable_acknowledged_once"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
