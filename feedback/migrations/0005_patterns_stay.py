"""Patterns and what was decided about them are kept, as the flags are that they hold."""

from django.db import migrations

TABLES = ("pattern", "patterndecision")
FORWARD = "".join(
    f"""
CREATE TRIGGER {table}_kept BEFORE DELETE ON feedback_{table}
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON feedback_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE feedback_{table} ENABLE ALWAYS TRIGGER {table}_kept;
ALTER TABLE feedback_{table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
"""
    for table in TABLES
)
BACKWARD = "".join(
    f"""
DROP TRIGGER {table}_no_truncate ON feedback_{table};
DROP TRIGGER {table}_kept ON feedback_{table};
"""
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = (("feedback", "0004_patterns"), ("pilots", "0002_audit_trail"))
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
