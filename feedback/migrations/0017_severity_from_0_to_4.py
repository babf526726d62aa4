"""Severity is a level from 0 to 4: as the reporter gave it, and as triage does."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = (("feedback", "0016_what_the_actions_refuse"),)
    operations = (
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=Q(severity__lte=4) & (Q(assessed_severity__isnull=True) | Q(assessed_severity__lte=4)),
                name="flag_severity_from_0_to_4",
            ),
        ),
    )
