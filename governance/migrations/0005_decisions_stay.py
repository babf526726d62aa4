"""What a gate was passed on stays: its phase, its rules, its conditions, its waivers, and what was said beside them."""

from django.db import migrations

PHASES = """
-- Which phases are skipped is decided when a pilot starts; later a phase ends through its gate or not at all.
CREATE TRIGGER phase_never_skipped_later BEFORE UPDATE ON pilots_phase
    FOR EACH ROW WHEN (NEW.state = 'skipped' AND OLD.state <> 'skipped')
    EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER phase_kept BEFORE DELETE ON pilots_phase
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER phase_no_truncate BEFORE TRUNCATE ON pilots_phase
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER gate_rules_kept BEFORE UPDATE ON governance_gate
    FOR EACH ROW WHEN (OLD.state = 'passed' AND NEW.rules_version IS DISTINCT FROM OLD.rules_version)
    EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE pilots_phase ENABLE ALWAYS TRIGGER phase_never_skipped_later;
ALTER TABLE pilots_phase ENABLE ALWAYS TRIGGER phase_kept;
ALTER TABLE pilots_phase ENABLE ALWAYS TRIGGER phase_no_truncate;
ALTER TABLE governance_gate ENABLE ALWAYS TRIGGER gate_rules_kept;
"""

RECORDS = """
CREATE FUNCTION governance_guard_condition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.gate_id, NEW.text, NEW.added_at, NEW.added_by_id)
        IS DISTINCT FROM (OLD.gate_id, OLD.text, OLD.added_at, OLD.added_by_id) OR NEW.due_on > OLD.due_on THEN
        RAISE EXCEPTION 'a condition stays as it was added, and is never put off' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.met_at IS NOT NULL AND (NEW.met_at, NEW.met_by_id, NEW.met_note)
        IS DISTINCT FROM (OLD.met_at, OLD.met_by_id, OLD.met_note)
        OR OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.withdrawn_by_id)
        IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_by_id) THEN
        RAISE EXCEPTION 'what became of a condition is final' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
        AND EXISTS (SELECT FROM governance_gate WHERE id = OLD.gate_id AND state = 'passed') THEN
        RAISE EXCEPTION 'a gate was passed on this condition' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION governance_guard_waiver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.item_id, NEW.reason, NEW.requested_at, NEW.requested_by_id)
        IS DISTINCT FROM (OLD.item_id, OLD.reason, OLD.requested_at, OLD.requested_by_id)
        OR NEW.ends_at > OLD.ends_at THEN
        RAISE EXCEPTION 'a waiver stays as it was asked, and never lasts longer' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.decided_at IS NOT NULL AND (NEW.decided_at, NEW.decided_by_id, NEW.on_behalf_of_id)
        IS DISTINCT FROM (OLD.decided_at, OLD.decided_by_id, OLD.on_behalf_of_id)
        OR OLD.state IN ('refused', 'ended') AND NEW.state <> OLD.state
        OR OLD.state = 'approved' AND NEW.state NOT IN ('approved', 'ended') THEN
        RAISE EXCEPTION 'a decision on a waiver is final' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER condition_guard BEFORE UPDATE ON governance_condition
    FOR EACH ROW EXECUTE FUNCTION governance_guard_condition();
CREATE TRIGGER condition_kept BEFORE DELETE ON governance_condition
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER waiver_guard BEFORE UPDATE ON governance_waiver
    FOR EACH ROW EXECUTE FUNCTION governance_guard_waiver();
CREATE TRIGGER waiver_kept BEFORE DELETE ON governance_waiver
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER comment_append_only BEFORE UPDATE OR DELETE ON governance_comment
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER doubt_kept BEFORE DELETE ON governance_doubt
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER acknowledgement_kept BEFORE DELETE ON governance_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE governance_condition ENABLE ALWAYS TRIGGER condition_guard;
ALTER TABLE governance_condition ENABLE ALWAYS TRIGGER condition_kept;
ALTER TABLE governance_waiver ENABLE ALWAYS TRIGGER waiver_guard;
ALTER TABLE governance_waiver ENABLE ALWAYS TRIGGER waiver_kept;
ALTER TABLE governance_comment ENABLE ALWAYS TRIGGER comment_append_only;
ALTER TABLE governance_doubt ENABLE ALWAYS TRIGGER doubt_kept;
ALTER TABLE governance_acknowledgement ENABLE ALWAYS TRIGGER acknowledgement_kept;
"""

BACKWARD = """
DROP TRIGGER acknowledgement_kept ON governance_acknowledgement;
DROP TRIGGER doubt_kept ON governance_doubt;
DROP TRIGGER comment_append_only ON governance_comment;
DROP TRIGGER waiver_kept ON governance_waiver;
DROP TRIGGER waiver_guard ON governance_waiver;
DROP TRIGGER condition_kept ON governance_condition;
DROP TRIGGER condition_guard ON governance_condition;
DROP TRIGGER gate_rules_kept ON governance_gate;
DROP TRIGGER phase_no_truncate ON pilots_phase;
DROP TRIGGER phase_kept ON pilots_phase;
DROP TRIGGER phase_never_skipped_later ON pilots_phase;
DROP FUNCTION governance_guard_waiver();
DROP FUNCTION governance_guard_condition();
"""


class Migration(migrations.Migration):
    dependencies = (("governance", "0004_not_measured_index"),)
    operations = (migrations.RunSQL(PHASES + RECORDS, BACKWARD),)
