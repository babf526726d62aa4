"""How much a tool was used may be said of a segment or a version too, beside its total."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = (("pilots", "0009_webhooks"),)
    operations = (
        migrations.RemoveConstraint(model_name="use", name="use_once_a_day"),
        migrations.AddField(
            model_name="use",
            name="segment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pilots.segment",
            ),
        ),
        migrations.AddField(model_name="use", name="tool_version", field=models.CharField(blank=True, max_length=80)),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.UniqueConstraint(
                fields=("pilot", "use_case", "segment", "tool_version", "day"),
                name="use_once_a_day",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.CheckConstraint(
                condition=Q(use_case__isnull=True, segment__isnull=True)
                | Q(use_case__isnull=True, tool_version="")
                | Q(segment__isnull=True, tool_version=""),
                name="use_of_one_part",
            ),
        ),
    )
