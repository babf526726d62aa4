"""Whose link was shown to its inviter; and, for the guards, which account stands behind which (pilots/vouching.py)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
-- The first proven account up the chain of inviters. Chains are short; a circle ends after a hundred steps.
CREATE FUNCTION pilots_person_behind(account uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_catalog AS $$
    WITH RECURSIVE chain(id, seen_by, step) AS (
        SELECT id, counts_as_id, 0 FROM pilots_user WHERE id = account
        UNION ALL
        SELECT person.id, person.counts_as_id, chain.step + 1
        FROM pilots_user person JOIN chain ON person.id = chain.seen_by WHERE chain.step < 100
    )
    SELECT id FROM chain ORDER BY step DESC LIMIT 1
$$;
"""


class Migration(migrations.Migration):
    dependencies = (("pilots", "0003_idempotency_keys"),)
    operations = (
        migrations.AddField(
            model_name="user",
            name="counts_as",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="link_shown",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(FORWARD, "DROP FUNCTION pilots_person_behind(uuid)"),
    )
