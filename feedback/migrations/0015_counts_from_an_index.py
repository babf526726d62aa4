"""A recount of patterns reads an index alone, where it read every flag."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("feedback", "0014_scale"),)
    operations = (
        migrations.RemoveIndex(model_name="flag", name="flag_by_pattern"),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(
                fields=["pattern", "-reported_at"],
                include=("reporter", "severity", "assessed_severity", "assessed_at", "source"),
                name="flag_by_pattern",
            ),
        ),
    )
