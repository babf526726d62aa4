"""Escalations, concerns, barriers, rehearsals. What was raised and decided is kept; erasing empties a row."""

import datetime
import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

TABLES = (
    "asking",
    "barrier",
    "concern",
    "drill",
    "drillgap",
    "drillpart",
    "escalation",
    "escalationcall",
    "sensitiverole",
)
FORWARD = "".join(
    f"""
CREATE TRIGGER {table}_kept BEFORE DELETE ON feedback_{table}
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON feedback_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE feedback_{table} ENABLE ALWAYS TRIGGER {table}_kept;
ALTER TABLE feedback_{table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
"""
    for table in TABLES
)
BACKWARD = "".join(
    f"""
DROP TRIGGER {table}_no_truncate ON feedback_{table};
DROP TRIGGER {table}_kept ON feedback_{table};
"""
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0010_acting"),
        ("pilots", "0005_salts_of_the_trail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "whom",
                    models.CharField(
                        choices=[
                            ("apart", "People of this role, asked apart"),
                            ("volunteers", "Volunteers of the pilot"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("interview", "One by one"),
                            ("group", "In a group"),
                            ("survey", "In writing, without names"),
                        ],
                        max_length=10,
                    ),
                ),
                ("asked_on", models.DateField()),
                ("people_asked", models.PositiveIntegerField()),
                ("people_answered", models.PositiveIntegerField()),
                ("in_sum", models.TextField(max_length=2000)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("role", "whom", "-asked_on", "-recorded_at"),
            },
        ),
        migrations.CreateModel(
            name="Barrier",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sceptical", "Sceptical of it"),
                            ("role", "Worried about their role"),
                            ("overloaded", "Overloaded"),
                            ("poor_fit", "It does not fit how they work"),
                        ],
                        max_length=12,
                    ),
                ),
                ("what", models.TextField(max_length=2000)),
                (
                    "actions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("access", "Give access"),
                                ("time", "Give time to learn, or take work away"),
                                ("training", "Train on their own cases"),
                                ("beside", "Somebody sits beside them"),
                                ("workflow", "Change the workflow or the tool"),
                                ("evidence", "Show what it does and where it falls short"),
                                ("role", "Settle what becomes of the role"),
                                ("leave_out", "Leave this group out for now"),
                            ],
                            max_length=12,
                        ),
                        size=None,
                    ),
                ),
                ("action", models.TextField(max_length=2000)),
                ("measure", models.TextField(max_length=2000)),
                ("review_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Being worked on"),
                            ("lifted", "No longer in the way"),
                            ("stands", "Stands, and is planned with"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("outcome", models.TextField(blank=True, max_length=2000)),
                ("recorded_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("state", "review_on", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Concern",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("link_hash", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("submission", models.UUIDField(blank=True, null=True, unique=True)),
                ("text", models.TextField(blank=True, max_length=4000)),
                ("redactions", models.JSONField(blank=True, default=dict)),
                ("raised_at", models.DateTimeField()),
                ("answer_by", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for an answer"),
                            ("accepted", "Accepted"),
                            ("not_accepted", "Not accepted, because"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=4000)),
                (
                    "changed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gate", "A gate or a stage"),
                            ("pattern", "What is done about a pattern"),
                            ("use_case", "A use case"),
                            ("decision", "Another decision"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "changed_phase",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("demonstration", "Demonstration"),
                            ("stress_test", "Stress test"),
                            ("infrastructure_build", "Infrastructure build"),
                            ("staged_rollout", "Staged rollout"),
                        ],
                        max_length=20,
                    ),
                ),
                ("changed_stage", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("changed_what", models.CharField(blank=True, max_length=300)),
                ("changed_on", models.DateField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("-raised_at",),
            },
        ),
        migrations.CreateModel(
            name="Drill",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("flagging", "Flagging"),
                            ("escalation", "Escalation"),
                            ("correction", "Correcting what went out"),
                            ("reject", "Rejecting the tool"),
                            ("stop", "Stopping the use"),
                        ],
                        max_length=12,
                    ),
                ),
                ("scenario", models.TextField(max_length=4000)),
                ("planned_for", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("running", "Running"),
                            ("ended", "Held"),
                            ("called_off", "Called off"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("demonstration", "Demonstration"),
                            ("stress_test", "Stress test"),
                            ("infrastructure_build", "Infrastructure build"),
                            ("staged_rollout", "Staged rollout"),
                        ],
                        max_length=20,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("account", models.TextField(blank=True, max_length=4000)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("-planned_for", "-planned_at"),
            },
        ),
        migrations.CreateModel(
            name="DrillGap",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("what", models.TextField(max_length=4000)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("found_at", models.DateTimeField()),
                ("note", models.TextField(blank=True, max_length=4000)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("drill", "found_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="DrillPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ],
            options={
                "ordering": ("drill", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for an answer"),
                            ("answered", "Answered"),
                            ("gave_up", "Given up by who asked"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("promised_by", models.DateTimeField(blank=True, null=True)),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("unroutable_since", models.DateTimeField(blank=True, null=True)),
                ("ran_out", models.DateTimeField(blank=True, null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("use", "Use it"), ("do_not_use", "Do not use it"), ("corrected", "Use this instead")],
                        max_length=12,
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=4000)),
                ("corrected_output", models.TextField(blank=True, max_length=8000)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("gave_up", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("-opened_at",),
            },
        ),
        migrations.CreateModel(
            name="EscalationCall",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("whom", models.CharField(max_length=160)),
                ("as_cover", models.BooleanField(default=False)),
                ("called_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("escalation", "position", "pk"),
            },
        ),
        migrations.CreateModel(
            name="EscalationPath",
            fields=[
                (
                    "pilot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="pilots.pilot",
                    ),
                ),
                ("opens", models.TimeField(default=datetime.time(9, 0))),
                ("closes", models.TimeField(default=datetime.time(17, 0))),
                ("weekends", models.BooleanField(default=False)),
                ("set_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="EscalationStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("program_manager", "Program manager"),
                            ("accountable_owner", "Accountable owner"),
                            ("evaluation_lead", "Evaluation lead"),
                            ("triage_lead", "Triage lead"),
                            ("change_lead", "Change lead"),
                            ("integration_lead", "Integration lead"),
                            ("sponsor", "Sponsor"),
                            ("member", "Member"),
                        ],
                        max_length=20,
                    ),
                ),
                ("within_hours", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ("pilot", "position"),
            },
        ),
        migrations.CreateModel(
            name="SensitiveRole",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("why", models.TextField(max_length=2000)),
                ("identified_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pilot", "name"),
            },
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_drill", False), ("pattern__isnull", True), _connector="OR"),
                name="flag_of_a_drill_in_no_pattern",
            ),
        ),
        migrations.AddField(
            model_name="asking",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="asking",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="barrier",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="barrier",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="barrier",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="barrier",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="barrier",
            name="segment",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.segment"),
        ),
        migrations.AddField(
            model_name="concern",
            name="changed_pattern",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="concerns",
                to="feedback.pattern",
            ),
        ),
        migrations.AddField(
            model_name="concern",
            name="changed_use_case",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pilots.usecase",
            ),
        ),
        migrations.AddField(
            model_name="concern",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="concern",
            name="flag",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="concern",
                to="feedback.flag",
            ),
        ),
        migrations.AddField(
            model_name="concern",
            name="named",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="concern",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="concern",
            name="raiser",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="concern",
            name="segment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pilots.segment",
            ),
        ),
        migrations.AddField(
            model_name="drill",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="drill",
            name="flag",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drill",
                to="feedback.flag",
            ),
        ),
        migrations.AddField(
            model_name="drill",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="drill",
            name="planned_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="drill",
            name="started_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="drillgap",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="drillgap",
            name="drill",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="gaps", to="feedback.drill"
            ),
        ),
        migrations.AddField(
            model_name="drillgap",
            name="found_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="drillgap",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="drillgap",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="drillpart",
            name="drill",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="feedback.drill"
            ),
        ),
        migrations.AddField(
            model_name="drillpart",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="drillpart",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="escalation",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="escalation",
            name="flag",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="escalations", to="feedback.flag"
            ),
        ),
        migrations.AddField(
            model_name="escalation",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="escalationcall",
            name="escalation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="feedback.escalation"
            ),
        ),
        migrations.AddField(
            model_name="escalationcall",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="escalationcall",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="escalationpath",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="cover",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="sensitiverole",
            name="identified_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sensitiverole",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="sensitiverole",
            name="segment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pilots.segment",
            ),
        ),
        migrations.AddField(
            model_name="asking",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="askings", to="feedback.sensitiverole"
            ),
        ),
        migrations.AddIndex(
            model_name="barrier",
            index=models.Index(fields=["pilot", "state"], name="barrier_by_pilot"),
        ),
        migrations.AddConstraint(
            model_name="barrier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("actions__len__gte", 1), models.Q(("actions__contained_by", ["access"]), _negated=True)
                ),
                name="barrier_action_beyond_access",
            ),
        ),
        migrations.AddConstraint(
            model_name="barrier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("what", ""), _negated=True),
                    models.Q(("action", ""), _negated=True),
                    models.Q(("measure", ""), _negated=True),
                ),
                name="barrier_has_action_and_measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="barrier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    _connector="OR",
                ),
                name="barrier_closed_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="barrier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("closed_at__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="barrier_closed_with_an_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="barrier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("what"), 2000),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("action"), 2000),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("measure"), 2000),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("outcome"), 2000),
                ),
                name="barrier_texts_are_bounded",
            ),
        ),
        migrations.AddIndex(
            model_name="concern",
            index=models.Index(fields=["pilot", "-raised_at"], name="concern_by_pilot"),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("open", "accepted", "not_accepted"))),
                name="concern_noted_is_no_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="concern_decided_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text", ""), _negated=True),
                    ("flag__isnull", False),
                    ("erased_at__isnull", False),
                    _connector="OR",
                ),
                name="concern_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "open"),
                    models.Q(
                        ("decided_at__isnull", False),
                        models.Q(
                            models.Q(("reason", ""), _negated=True), ("erased_at__isnull", False), _connector="OR"
                        ),
                    ),
                    _connector="OR",
                ),
                name="concern_decided_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    models.Q(("changed", "gate"), models.Q(("changed_phase", ""), _negated=True)),
                    models.Q(("changed", "pattern"), ("changed_pattern__isnull", False)),
                    models.Q(("changed", "use_case"), ("changed_use_case__isnull", False)),
                    ("changed", "decision"),
                    _connector="OR",
                ),
                name="concern_accepted_changed_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    models.Q(models.Q(("changed_what", ""), _negated=True), ("changed_on__isnull", False)),
                    _connector="OR",
                ),
                name="concern_accepted_says_what_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("text"), 8000),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 4000),
                ),
                name="concern_texts_are_bounded",
            ),
        ),
        migrations.AddIndex(
            model_name="drill",
            index=models.Index(fields=["pilot", "-planned_for"], name="drill_by_pilot"),
        ),
        migrations.AddConstraint(
            model_name="drill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("started_at__isnull", True), ("started_by__isnull", True)),
                    models.Q(("started_at__isnull", False), ("started_by__isnull", False)),
                    _connector="OR",
                ),
                name="drill_started_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="drill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="drill_ended_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="drill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("running", "ended")), _negated=True),
                    ("started_at__isnull", False),
                    _connector="OR",
                ),
                name="drill_ran_since",
            ),
        ),
        migrations.AddConstraint(
            model_name="drill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("ended", "called_off")), _negated=True),
                    models.Q(("ended_at__isnull", False), models.Q(("account", ""), _negated=True)),
                    _connector="OR",
                ),
                name="drill_ended_with_an_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="drill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("flagging", "escalation")), ("state", "running"), _negated=True),
                    ("flag__isnull", False),
                    _connector="OR",
                ),
                name="drill_runs_with_its_flag",
            ),
        ),
        migrations.AddConstraint(
            model_name="drill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True),
                    ("started_at__isnull", True),
                    ("ended_at__gte", models.F("started_at")),
                    _connector="OR",
                ),
                name="drill_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="drill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("scenario"), 4000),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("account"), 4000),
                ),
                name="drill_texts_are_bounded",
            ),
        ),
        migrations.AddIndex(
            model_name="drillgap",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["pilot"], name="drill_gap_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="drillgap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    _connector="OR",
                ),
                name="drill_gap_closed_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="drillgap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_on__isnull", True), ("owner__isnull", True)),
                    models.Q(("due_on__isnull", False), ("owner__isnull", False)),
                    _connector="OR",
                ),
                name="drill_gap_owner_and_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="drillgap",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at__isnull", True), models.Q(("note", ""), _negated=True), _connector="OR"),
                name="drill_gap_closed_with_a_note",
            ),
        ),
        migrations.AddConstraint(
            model_name="drillgap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("what", ""), _negated=True),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("what"), 4000),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("note"), 4000),
                ),
                name="drill_gap_texts_are_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="drillpart",
            constraint=models.UniqueConstraint(fields=("drill", "person"), name="drill_part_once"),
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(fields=["pilot", "-opened_at"], name="escalation_by_pilot"),
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(condition=models.Q(("state", "open")), fields=["next_at"], name="escalation_open"),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("flag",), name="escalation_one_open_of_a_flag"
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                    _connector="OR",
                ),
                name="escalation_answered_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "answered"), _negated=True),
                    models.Q(
                        ("answered_at__isnull", False),
                        models.Q(("decision", ""), _negated=True),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="escalation_answered_with_words_and_a_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "corrected"), _negated=True),
                    models.Q(("corrected_output", ""), _negated=True),
                    _connector="OR",
                ),
                name="escalation_corrected_says_to_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "gave_up"), _negated=True), ("gave_up__isnull", False), _connector="OR"
                ),
                name="escalation_given_up_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("answer"), 4000),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("corrected_output"), 16000
                    ),
                ),
                name="escalation_texts_are_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationcall",
            constraint=models.UniqueConstraint(
                fields=("escalation", "position", "person"), name="escalation_called_once_a_step", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationpath",
            constraint=models.CheckConstraint(
                condition=models.Q(("opens__lte", models.F("closes"))), name="escalation_path_closes_after_it_opens"
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.UniqueConstraint(fields=("pilot", "position"), name="escalation_step_once"),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", ""), ("person__isnull", False)),
                    models.Q(models.Q(("role", ""), _negated=True), ("person__isnull", True)),
                    _connector="OR",
                ),
                name="escalation_step_a_role_or_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("within_hours__gte", 1), ("within_hours__lte", 240)),
                name="escalation_step_has_a_clock",
            ),
        ),
        migrations.AddConstraint(
            model_name="sensitiverole",
            constraint=models.UniqueConstraint(fields=("pilot", "name"), name="sensitive_role_once"),
        ),
        migrations.AddConstraint(
            model_name="sensitiverole",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("why", ""), _negated=True),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("why"), 2000),
                ),
                name="sensitive_role_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.CheckConstraint(
                condition=models.Q(("people_answered__lte", models.F("people_asked")), ("people_asked__gte", 1)),
                name="asking_no_more_answers_than_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("in_sum"), 2000)
                ),
                name="asking_texts_are_bounded",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
