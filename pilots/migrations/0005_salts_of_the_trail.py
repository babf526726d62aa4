"""Salts of the digests of personal texts, apart from the trail: erased with the text, they leave a digest of nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("pilots", "0004_unproven_addresses"),)
    operations = (
        migrations.CreateModel(
            name="AuditSalt",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("salt", models.CharField(max_length=64)),
            ],
        ),
    )
