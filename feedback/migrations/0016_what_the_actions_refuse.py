"""Rules that stood in actions alone, stated where every writer meets them. All of these tables are small."""

import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0015_counts_from_an_index"),
        ("pilots", "0009_webhooks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="asking",
            name="asking_texts_are_bounded",
        ),
        migrations.RemoveConstraint(
            model_name="drill",
            name="drill_texts_are_bounded",
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("in_sum", ""), _negated=True),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("in_sum"), 2000),
                ),
                name="asking_texts_are_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="channel_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "open"), _negated=True), ("decided_at__isnull", True), _connector="OR"
                ),
                name="concern_open_is_not_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("changed_stage__isnull", True), ("changed_phase", "staged_rollout"), _connector="OR"
                ),
                name="concern_stages_are_of_the_rollout",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("went_out", ""), _negated=True), ("severity__lte", 4)),
                name="correction_of_what_went_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("told", ""), _negated=True), name="correction_notice_says_who"
            ),
        ),
        migrations.AddConstraint(
            model_name="drill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scenario", ""), _negated=True),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("scenario"), 4000),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("account"), 4000),
                ),
                name="drill_texts_are_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="drillgap",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at__isnull", True), ("owner__isnull", False), _connector="OR"),
                name="drill_gap_closed_by_its_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "open"), _negated=True),
                    models.Q(("answered_at__isnull", True), ("gave_up__isnull", True)),
                    _connector="OR",
                ),
                name="escalation_open_has_not_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cover__isnull", True),
                    ("person__isnull", True),
                    models.Q(("cover", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="escalation_step_cover_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthsummary",
            constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="summary_of_a_whole_month"),
        ),
        migrations.AddConstraint(
            model_name="pattern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("carry_reason"), 4000
                    )
                ),
                name="pattern_carry_reason_is_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="pattern",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="pattern_has_a_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="pattern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="pattern_merged_into_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="patterndecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("text"), 4000)
                ),
                name="patterndecision_text_is_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at__isnull", True), ("closed_at__gte", models.F("opened_at")), _connector="OR"
                ),
                name="review_closed_after_it_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("carry_reason"), 4000
                ),
                name="reviewitem_reason_is_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ("sponsor", "accountable_owner"))),
                name="statement_signed_by_who_has_to",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("on_behalf_of__isnull", True),
                    models.Q(("on_behalf_of", models.F("signed_by")), _negated=True),
                    _connector="OR",
                ),
                name="statement_signed_for_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="triageclocks",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("read_hours__contains", [0]), _negated=True),
                    models.Q(("correct_hours__contains", [0]), _negated=True),
                ),
                name="triageclocks_an_hour_at_least",
            ),
        ),
    ]
