"""How right a forecast was, kept as it was worked out: nobody changes a score, or takes it back."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER forecast_score_kept BEFORE UPDATE OR DELETE ON pilots_forecastscore
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER forecast_score_no_truncate BEFORE TRUNCATE ON pilots_forecastscore
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE pilots_forecastscore ENABLE ALWAYS TRIGGER forecast_score_kept;
ALTER TABLE pilots_forecastscore ENABLE ALWAYS TRIGGER forecast_score_no_truncate;
"""
BACK = """
DROP TRIGGER forecast_score_kept ON pilots_forecastscore;
DROP TRIGGER forecast_score_no_truncate ON pilots_forecastscore;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0018_stages_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="ForecastScore",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("actual", models.FloatField()),
                ("actual_n", models.PositiveIntegerField()),
                ("actual_people", models.PositiveIntegerField()),
                ("held80", models.BooleanField()),
                ("held95", models.BooleanField()),
                ("interval80", models.FloatField()),
                ("interval95", models.FloatField()),
                ("crps", models.FloatField()),
                ("naive_crps", models.FloatField(null=True)),
                ("pit", models.FloatField()),
                ("miss", models.FloatField()),
                ("notes", models.JSONField(default=list)),
                ("scored_at", models.DateTimeField()),
                (
                    "figure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="score", to="pilots.forecastfigure"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("actual_people__gte", 10)), name="score_of_ten_people_at_least"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pit__gte", 0), ("pit__lte", 1)), name="score_pit_from_0_to_1"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("held80", False), ("held95", True), _connector="OR"),
                        name="score_80_lies_in_95",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
