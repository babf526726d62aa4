"""The trail chains itself and refuses every change, whoever asks (ENABLE ALWAYS: also for replication roles)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION pilots_audit_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE
    head pilots_audithead%ROWTYPE;
BEGIN
    SELECT * INTO head FROM pilots_audithead WHERE stream = NEW.stream FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO pilots_audithead (stream, sequence, hash)
        VALUES (NEW.stream, 0, repeat('0', 64)) ON CONFLICT (stream) DO NOTHING;
        SELECT * INTO head FROM pilots_audithead WHERE stream = NEW.stream FOR UPDATE;
    END IF;
    NEW.sequence := head.sequence + 1;
    NEW.previous_hash := head.hash;
    NEW.hash := encode(sha256(convert_to(
        head.hash || E'\\n' || NEW.sequence || E'\\n' || NEW.body, 'UTF8')), 'hex');
    UPDATE pilots_audithead SET sequence = NEW.sequence, hash = NEW.hash WHERE stream = NEW.stream;
    RETURN NEW;
END $$;

CREATE FUNCTION pilots_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- The chain trigger writes heads one level down; anybody writing them directly stands at level one.
CREATE FUNCTION pilots_refuse_direct_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION '% is written by the audit trail only', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER audit_chain BEFORE INSERT ON pilots_auditevent FOR EACH ROW EXECUTE FUNCTION pilots_audit_chain();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON pilots_auditevent
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON pilots_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER audit_head_guard BEFORE INSERT OR UPDATE OR DELETE ON pilots_audithead
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_direct_change();
CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON pilots_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE ON pilots_checkpoint
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER checkpoint_no_truncate BEFORE TRUNCATE ON pilots_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();

ALTER TABLE pilots_auditevent ENABLE ALWAYS TRIGGER audit_chain;
ALTER TABLE pilots_auditevent ENABLE ALWAYS TRIGGER audit_append_only;
ALTER TABLE pilots_auditevent ENABLE ALWAYS TRIGGER audit_no_truncate;
ALTER TABLE pilots_audithead ENABLE ALWAYS TRIGGER audit_head_guard;
ALTER TABLE pilots_audithead ENABLE ALWAYS TRIGGER audit_head_no_truncate;
ALTER TABLE pilots_checkpoint ENABLE ALWAYS TRIGGER checkpoint_append_only;
ALTER TABLE pilots_checkpoint ENABLE ALWAYS TRIGGER checkpoint_no_truncate;
"""

BACKWARD = """
DROP TRIGGER checkpoint_no_truncate ON pilots_checkpoint;
DROP TRIGGER checkpoint_append_only ON pilots_checkpoint;
DROP TRIGGER audit_head_no_truncate ON pilots_audithead;
DROP TRIGGER audit_head_guard ON pilots_audithead;
DROP TRIGGER audit_no_truncate ON pilots_auditevent;
DROP TRIGGER audit_append_only ON pilots_auditevent;
DROP TRIGGER audit_chain ON pilots_auditevent;
DROP FUNCTION pilots_refuse_direct_change();
DROP FUNCTION pilots_refuse_change();
DROP FUNCTION pilots_audit_chain();
"""


class Migration(migrations.Migration):
    dependencies = (("pilots", "0001_spine"),)
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
