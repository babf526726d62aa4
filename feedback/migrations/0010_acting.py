import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

# What was decided, promised and told stays: none of these rows is deleted.
TABLES = ("review", "reviewitem", "correction", "correctionnotice", "clockoverrun")
KEPT = "".join(
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
NOT_KEPT = "".join(
    f"""
DROP TRIGGER {table}_no_truncate ON feedback_{table};
DROP TRIGGER {table}_kept ON feedback_{table};
"""
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0009_pattern_figures"),
        ("pilots", "0007_human_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClockOverrun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("waited_since", models.DateTimeField()),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "who stands in on triage"), (2, "the program manager")]
                    ),
                ),
                ("ran_out_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "0 Hazard"),
                            (1, "1 Caught"),
                            (2, "2 Passed on, fixed"),
                            (3, "3 Affected someone"),
                            (4, "4 Serious"),
                        ]
                    ),
                ),
                ("went_out", models.TextField(max_length=4000)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("internal", "The team itself"),
                            ("team", "Another team"),
                            ("customer", "A customer or partner"),
                            ("public", "The public"),
                        ],
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("planned_at", models.DateTimeField(blank=True, null=True)),
                ("plan_reason", models.TextField(blank=True, max_length=4000)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("what_was_done", models.TextField(blank=True, max_length=4000)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("pilot", "-number"),
            },
        ),
        migrations.CreateModel(
            name="CorrectionNotice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("told", models.CharField(max_length=200)),
                ("how", models.CharField(blank=True, max_length=200)),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("told_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("due_on", models.DateField(blank=True, null=True)),
                ("opened_at", models.DateTimeField()),
                ("note", models.TextField(blank=True, max_length=4000)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("pilot", "-number"),
            },
        ),
        migrations.CreateModel(
            name="ReviewItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("severe_flag", "Severe flag that nobody has assessed"),
                            ("regressed", "Came back after it was fixed"),
                            ("surging", "Rising"),
                            ("severe", "Severe"),
                            ("emerging", "New"),
                            ("confirmed", "Confirmed, nothing decided"),
                            ("overdue", "What was decided is overdue"),
                            ("correction", "What went out is not corrected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=200)),
                ("carried_at", models.DateTimeField(blank=True, null=True)),
                ("carry_reason", models.TextField(blank=True, max_length=4000)),
            ],
            options={
                "ordering": ("review", "position"),
            },
        ),
        migrations.CreateModel(
            name="ReviewSchedule",
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
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                (
                    "every_weeks",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(13),
                        ]
                    ),
                ),
                ("next_on", models.DateField()),
                ("set_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="TriageClocks",
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
                (
                    "read_hours",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=5),
                ),
                (
                    "correct_hours",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=5),
                ),
                ("procedure", models.TextField(blank=True, max_length=4000)),
                ("set_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="TriageWeek",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("monday", models.DateField()),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pilot", "monday"),
            },
        ),
        migrations.AddField(
            model_name="flag",
            name="looked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pattern",
            name="carried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pattern",
            name="carried_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pattern",
            name="carry_reason",
            field=models.TextField(blank=True, max_length=4000),
        ),
        migrations.AddConstraint(
            model_name="pattern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("carried_at__isnull", True), ("carried_by__isnull", True)),
                    models.Q(("carried_at__isnull", False), ("carried_by__isnull", False)),
                    _connector="OR",
                ),
                name="pattern_carried_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="pattern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carried_at__isnull", True), models.Q(("carry_reason", ""), _negated=True), _connector="OR"
                ),
                name="pattern_carried_because",
            ),
        ),
        migrations.AddField(
            model_name="clockoverrun",
            name="flag",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="overruns", to="feedback.flag"
            ),
        ),
        migrations.AddField(
            model_name="clockoverrun",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="correction",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="flag",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="feedback.flag"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="pattern",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.pattern",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="correction",
            name="planned_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correctionnotice",
            name="correction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="feedback.correction"
            ),
        ),
        migrations.AddField(
            model_name="correctionnotice",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="correctionnotice",
            name="told_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="attendees",
            field=models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="review",
            name="chair",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="review",
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
            model_name="review",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="carried_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="correction",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.correction",
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.patterndecision",
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="flag",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="feedback.flag"
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="pattern",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.pattern",
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="items", to="feedback.review"
            ),
        ),
        migrations.AddField(
            model_name="reviewschedule",
            name="chair",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reviewschedule",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="triageclocks",
            name="set_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="triageweek",
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
            model_name="triageweek",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="triageweek",
            name="pilot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
        ),
        migrations.AddField(
            model_name="triageweek",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="clockoverrun",
            constraint=models.UniqueConstraint(fields=("flag", "waited_since", "level"), name="overrun_told_once"),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(condition=models.Q(("done_at__isnull", True)), fields=["pilot"], name="correction_open"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(fields=("pilot", "number"), name="correction_number_once"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("flag__isnull", True), ("pattern__isnull", False)),
                    models.Q(("flag__isnull", False), ("pattern__isnull", True)),
                    _connector="OR",
                ),
                name="correction_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("planned_at__isnull", True), ("planned_by__isnull", True)),
                    models.Q(("planned_at__isnull", False), ("planned_by__isnull", False)),
                    _connector="OR",
                ),
                name="correction_planned_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="correction_done_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_at__isnull", True), models.Q(("plan_reason", ""), _negated=True), _connector="OR"
                ),
                name="correction_planned_because",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_at__isnull", True), models.Q(("what_was_done", ""), _negated=True), _connector="OR"
                ),
                name="correction_done_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("went_out"), 4000),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("plan_reason"), 4000
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("what_was_done"), 4000
                    ),
                ),
                name="correction_texts_are_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(fields=("pilot", "number"), name="review_number_once"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)), fields=("pilot",), name="review_one_open_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    _connector="OR",
                ),
                name="review_closed_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("note"), 4000
                ),
                name="review_note_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("carried_at__isnull", True), ("carried_by__isnull", True)),
                    models.Q(("carried_at__isnull", False), ("carried_by__isnull", False)),
                    _connector="OR",
                ),
                name="reviewitem_carried_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carried_at__isnull", True), models.Q(("carry_reason", ""), _negated=True), _connector="OR"
                ),
                name="reviewitem_carried_because",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correction__isnull", True), ("flag__isnull", True), ("pattern__isnull", False)),
                    models.Q(("correction__isnull", True), ("flag__isnull", False), ("pattern__isnull", True)),
                    models.Q(("correction__isnull", False), ("flag__isnull", True), ("pattern__isnull", True)),
                    _connector="OR",
                ),
                name="reviewitem_about_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.UniqueConstraint(fields=("review", "pattern"), name="reviewitem_pattern_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.UniqueConstraint(fields=("review", "flag"), name="reviewitem_flag_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.UniqueConstraint(fields=("review", "correction"), name="reviewitem_correction_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewschedule",
            constraint=models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="review_on_a_weekday"),
        ),
        migrations.AddConstraint(
            model_name="reviewschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("every_weeks__gte", 1), ("every_weeks__lte", 13)), name="review_every_so_many_weeks"
            ),
        ),
        migrations.AddConstraint(
            model_name="triageclocks",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("set_at__isnull", True), ("set_by__isnull", True)),
                    models.Q(("set_at__isnull", False), ("set_by__isnull", False)),
                    _connector="OR",
                ),
                name="triageclocks_set_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="triageclocks",
            constraint=models.CheckConstraint(
                condition=models.Q(("correct_hours__len", 5), ("read_hours__len", 5)),
                name="triageclocks_one_for_each_severity",
            ),
        ),
        migrations.AddConstraint(
            model_name="triageclocks",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("procedure"), 4000
                ),
                name="triageclocks_procedure_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="triageweek",
            constraint=models.UniqueConstraint(fields=("pilot", "monday"), name="triageweek_once"),
        ),
        migrations.AddConstraint(
            model_name="triageweek",
            constraint=models.CheckConstraint(
                condition=models.Q(("monday__iso_week_day", 1)), name="triageweek_begins_on_monday"
            ),
        ),
        migrations.AddConstraint(
            model_name="triageweek",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cover__isnull", True), models.Q(("cover", models.F("person")), _negated=True), _connector="OR"
                ),
                name="triageweek_cover_is_another",
            ),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
