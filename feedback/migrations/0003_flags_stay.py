"""What somebody reported is closed or carried by name, and never deleted."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER flag_kept BEFORE DELETE ON feedback_flag
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER flag_no_truncate BEFORE TRUNCATE ON feedback_flag
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE feedback_flag ENABLE ALWAYS TRIGGER flag_kept;
ALTER TABLE feedback_flag ENABLE ALWAYS TRIGGER flag_no_truncate;
"""

BACKWARD = """
DROP TRIGGER flag_no_truncate ON feedback_flag;
DROP TRIGGER flag_kept ON feedback_flag;
"""


class Migration(migrations.Migration):
    dependencies = (("feedback", "0002_redactions_and_returns"), ("pilots", "0002_audit_trail"))
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
