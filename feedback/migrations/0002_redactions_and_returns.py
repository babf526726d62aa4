import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0001_flags"),
        ("pilots", "0002_audit_trail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="flag",
            name="recurred_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="flag",
            name="recurrence",
            field=models.TextField(blank=True, max_length=4000),
        ),
        migrations.AddField(
            model_name="flag",
            name="recurrences",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="flag",
            name="redactions",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("output"), 16000),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("what_happened"), 8000
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("expected"), 8000),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("recurrence"), 8000
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("assessment"), 4000
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("carry_reason"), 4000
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("answer"), 4000),
                ),
                name="flag_texts_are_bounded",
            ),
        ),
    ]
