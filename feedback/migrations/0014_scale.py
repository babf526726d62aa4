"""Which pilots' surges are due is a question to the database, so that a thousand pilots fit into many short tasks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("feedback", "0013_reporter_mail"),)
    operations = (
        migrations.AddField(
            model_name="grouping",
            name="surges_sought_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    )
