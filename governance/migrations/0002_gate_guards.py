"""No phase passes with an open blocking finding, whoever asks and however many at once.

A trigger that only looks lets violations through under concurrency. So the count of open findings stands on the gate's
own row: who adds a finding and who passes the gate both write that row, and one of them waits for the other and then
meets the CHECK `gate_passed_with_nothing_open`.
"""

from django.db import migrations

COUNTERS = """
CREATE FUNCTION governance_count_findings() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE governance_gate gate SET
            open_blocking = gate.open_blocking + CASE gate.state WHEN 'passed' THEN 0 ELSE delta.n END,
            lapsed_open = gate.lapsed_open + CASE gate.state WHEN 'passed' THEN delta.n ELSE 0 END
        FROM (SELECT gate_id, count(*) AS n FROM after_rows WHERE blocking AND state = 'open' GROUP BY gate_id) delta
        WHERE gate.id = delta.gate_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE governance_gate gate SET
            open_blocking = gate.open_blocking - CASE gate.state WHEN 'passed' THEN 0 ELSE delta.n END,
            lapsed_open = gate.lapsed_open - CASE gate.state WHEN 'passed' THEN delta.n ELSE 0 END
        FROM (SELECT gate_id, count(*) AS n FROM before_rows WHERE blocking AND state = 'open' GROUP BY gate_id) delta
        WHERE gate.id = delta.gate_id;
    ELSE
        UPDATE governance_gate gate SET
            open_blocking = gate.open_blocking + CASE gate.state WHEN 'passed' THEN 0 ELSE delta.n END,
            lapsed_open = gate.lapsed_open + CASE gate.state WHEN 'passed' THEN delta.n ELSE 0 END
        FROM (
            SELECT gate_id, sum(n) AS n FROM (
                SELECT gate_id, 1 AS n FROM after_rows WHERE blocking AND state = 'open'
                UNION ALL
                SELECT gate_id, -1 FROM before_rows WHERE blocking AND state = 'open'
            ) changed GROUP BY gate_id HAVING sum(n) <> 0
        ) delta
        WHERE gate.id = delta.gate_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER finding_added AFTER INSERT ON governance_finding REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance_count_findings();
CREATE TRIGGER finding_changed AFTER UPDATE ON governance_finding
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance_count_findings();
CREATE TRIGGER finding_removed AFTER DELETE ON governance_finding REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance_count_findings();
CREATE TRIGGER finding_no_truncate BEFORE TRUNCATE ON governance_finding
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE governance_finding ENABLE ALWAYS TRIGGER finding_added;
ALTER TABLE governance_finding ENABLE ALWAYS TRIGGER finding_changed;
ALTER TABLE governance_finding ENABLE ALWAYS TRIGGER finding_removed;
ALTER TABLE governance_finding ENABLE ALWAYS TRIGGER finding_no_truncate;
"""

GATES = """
CREATE FUNCTION governance_guard_gate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE
    phase_state text;
    signatures record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'passed' THEN
            RAISE EXCEPTION 'a passed gate is final' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' OR NEW.open_blocking <> 0 OR NEW.lapsed_open <> 0 THEN
            RAISE EXCEPTION 'a gate starts undecided and uncounted' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    -- The counting trigger stands one level down.
    IF pg_trigger_depth() < 2 AND (NEW.open_blocking, NEW.lapsed_open) <> (OLD.open_blocking, OLD.lapsed_open) THEN
        RAISE EXCEPTION 'a gate''s counts follow its findings and nothing else'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'passed' AND (NEW.state, NEW.passed_at, NEW.passed_by_id, NEW.passed_digest, NEW.phase, NEW.stage,
            NEW.pilot_id, NEW.open_blocking) IS DISTINCT FROM (OLD.state, OLD.passed_at, OLD.passed_by_id,
            OLD.passed_digest, OLD.phase, OLD.stage, OLD.pilot_id, OLD.open_blocking) THEN
        RAISE EXCEPTION 'a passed gate is final' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'passed' AND OLD.state <> 'passed' THEN
        SELECT state INTO phase_state FROM pilots_phase
            WHERE pilot_id = NEW.pilot_id AND kind = NEW.phase FOR SHARE;
        IF phase_state IS DISTINCT FROM 'current' THEN
            RAISE EXCEPTION 'only the gate of the current phase can be passed'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        SELECT count(DISTINCT signed.user_id) FILTER (WHERE signed.decision = 'approved') AS approved,
               count(*) FILTER (WHERE signed.decision = 'approved' AND signed.as_sponsor) AS sponsor,
               count(*) FILTER (WHERE signed.decision = 'refused') AS refused
            INTO signatures
            FROM governance_signoff signed JOIN governance_signoffrequest request ON request.id = signed.request_id
            WHERE request.gate_id = NEW.id AND request.state IN ('open', 'passed')
              AND request.digest = NEW.passed_digest AND signed.digest = NEW.passed_digest;
        IF signatures.approved < 2 OR signatures.sponsor < 1 OR signatures.refused > 0 THEN
            RAISE EXCEPTION 'a gate is passed by two people, one of them the sponsor'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER gate_guard BEFORE INSERT OR UPDATE OR DELETE ON governance_gate
    FOR EACH ROW EXECUTE FUNCTION governance_guard_gate();
CREATE TRIGGER gate_no_truncate BEFORE TRUNCATE ON governance_gate
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE governance_gate ENABLE ALWAYS TRIGGER gate_guard;
ALTER TABLE governance_gate ENABLE ALWAYS TRIGGER gate_no_truncate;

-- Passed and skipped are final, so looking at earlier phases without a lock is safe: what was seen stays true.
CREATE FUNCTION governance_guard_phase() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state IN ('passed', 'skipped') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'a phase that is over stays over' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.pilot_id, NEW.kind, NEW.position) <> (OLD.pilot_id, OLD.kind, OLD.position) THEN
        RAISE EXCEPTION 'a phase keeps its place' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state IN ('current', 'passed') AND EXISTS (
        SELECT FROM pilots_phase WHERE pilot_id = NEW.pilot_id AND position < NEW.position
            AND state NOT IN ('passed', 'skipped')
    ) THEN
        RAISE EXCEPTION 'phases come in order' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'passed' AND NOT EXISTS (
        SELECT FROM governance_gate WHERE pilot_id = NEW.pilot_id AND phase = NEW.kind AND state = 'passed'
    ) THEN
        RAISE EXCEPTION 'a phase is left through its gate' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER phase_guard BEFORE INSERT OR UPDATE ON pilots_phase
    FOR EACH ROW EXECUTE FUNCTION governance_guard_phase();
ALTER TABLE pilots_phase ENABLE ALWAYS TRIGGER phase_guard;
"""

RECORDS = """
CREATE FUNCTION governance_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.item_id, NEW.question_id, NEW.number, NEW.kind, NEW.text, NEW.author_id, NEW.written_at, NEW.digest)
        IS DISTINCT FROM
       (OLD.item_id, OLD.question_id, OLD.number, OLD.kind, OLD.text, OLD.author_id, OLD.written_at, OLD.digest) THEN
        RAISE EXCEPTION 'an answer is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.decided_at IS NOT NULL AND (NEW.decision, NEW.decided_at, NEW.decided_by_id)
        IS DISTINCT FROM (OLD.decision, OLD.decided_at, OLD.decided_by_id) THEN
        RAISE EXCEPTION 'a decision on an answer is final' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION governance_guard_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.gate_id, NEW.digest, NEW.manifest, NEW.asked_at, NEW.asked_by_id)
        IS DISTINCT FROM (OLD.gate_id, OLD.digest, OLD.manifest, OLD.asked_at, OLD.asked_by_id)
        OR (OLD.state <> 'open' AND NEW.state <> OLD.state) THEN
        RAISE EXCEPTION 'what was asked stays as it was asked' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER answer_guard BEFORE UPDATE ON governance_answer
    FOR EACH ROW EXECUTE FUNCTION governance_guard_answer();
CREATE TRIGGER answer_kept BEFORE DELETE ON governance_answer
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER evidence_append_only BEFORE UPDATE OR DELETE ON governance_evidence
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER evidence_link_append_only BEFORE UPDATE OR DELETE ON governance_evidence_answers
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER sign_off_append_only BEFORE UPDATE OR DELETE ON governance_signoff
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER sign_off_request_guard BEFORE UPDATE ON governance_signoffrequest
    FOR EACH ROW EXECUTE FUNCTION governance_guard_request();
CREATE TRIGGER sign_off_request_kept BEFORE DELETE ON governance_signoffrequest
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE governance_answer ENABLE ALWAYS TRIGGER answer_guard;
ALTER TABLE governance_answer ENABLE ALWAYS TRIGGER answer_kept;
ALTER TABLE governance_evidence ENABLE ALWAYS TRIGGER evidence_append_only;
ALTER TABLE governance_evidence_answers ENABLE ALWAYS TRIGGER evidence_link_append_only;
ALTER TABLE governance_signoff ENABLE ALWAYS TRIGGER sign_off_append_only;
ALTER TABLE governance_signoffrequest ENABLE ALWAYS TRIGGER sign_off_request_guard;
ALTER TABLE governance_signoffrequest ENABLE ALWAYS TRIGGER sign_off_request_kept;
"""

BACKWARD = """
DROP TRIGGER sign_off_request_kept ON governance_signoffrequest;
DROP TRIGGER sign_off_request_guard ON governance_signoffrequest;
DROP TRIGGER sign_off_append_only ON governance_signoff;
DROP TRIGGER evidence_link_append_only ON governance_evidence_answers;
DROP TRIGGER evidence_append_only ON governance_evidence;
DROP TRIGGER answer_kept ON governance_answer;
DROP TRIGGER answer_guard ON governance_answer;
DROP TRIGGER phase_guard ON pilots_phase;
DROP TRIGGER gate_no_truncate ON governance_gate;
DROP TRIGGER gate_guard ON governance_gate;
DROP TRIGGER finding_no_truncate ON governance_finding;
DROP TRIGGER finding_removed ON governance_finding;
DROP TRIGGER finding_changed ON governance_finding;
DROP TRIGGER finding_added ON governance_finding;
DROP FUNCTION governance_guard_request();
DROP FUNCTION governance_guard_answer();
DROP FUNCTION governance_guard_phase();
DROP FUNCTION governance_guard_gate();
DROP FUNCTION governance_count_findings();
"""


class Migration(migrations.Migration):
    dependencies = (("governance", "0001_gates"), ("pilots", "0002_audit_trail"))
    operations = (migrations.RunSQL(COUNTERS + GATES + RECORDS, BACKWARD),)
