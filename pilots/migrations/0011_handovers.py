"""Who took over from whom, for floors above to hand over what they keep."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

PERSON = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    dependencies = (("pilots", "0010_use_by_part"),)
    operations = (
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "pilot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"),
                ),
                ("leaver", models.ForeignKey(**PERSON)),
                ("successor", models.ForeignKey(**PERSON)),
                ("handed_over_at", models.DateTimeField()),
                ("handed_over_by", models.ForeignKey(**PERSON)),
            ],
            options={
                "ordering": ("-pk",),
                "constraints": [
                    models.CheckConstraint(condition=~Q(successor=F("leaver")), name="handover_to_another"),
                    models.CheckConstraint(
                        condition=Q(handed_over_at__isnull=True, handed_over_by__isnull=True)
                        | Q(handed_over_at__isnull=False, handed_over_by__isnull=False),
                        name="handover_handed_over_at_and_by",
                    ),
                ],
            },
        ),
    )
