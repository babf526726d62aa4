"""Two people, the sponsor among them, who may sign at the moment of passing; unproven accounts count as their inviter."""

from django.db import migrations

MAY_SIGN = """
-- As `governance.signing.why_not_counted`: a role of one's own or a lent one, not deactivated, not stepped aside.
CREATE FUNCTION governance_may_sign(pilot uuid, person uuid, as_sponsor boolean, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_catalog AS $$
    SELECT EXISTS (SELECT FROM pilots_user account WHERE account.id = person AND account.is_active)
        AND NOT EXISTS (
            SELECT FROM pilots_steppingaside aside
            WHERE aside.pilot_id = pilot AND aside.user_id = person AND aside.ended_at IS NULL
        )
        AND EXISTS (
            SELECT FROM pilots_membership held JOIN pilots_user holder ON holder.id = held.user_id AND holder.is_active
            WHERE held.pilot_id = pilot
              AND (held.role = 'sponsor' OR (held.role <> 'member' AND NOT as_sponsor))
              AND (held.user_id = person OR EXISTS (
                  SELECT FROM pilots_delegation lent
                  WHERE lent.pilot_id = pilot AND lent.role = held.role AND lent.from_user_id = held.user_id
                    AND lent.to_user_id = person AND lent.starts_at <= at AND lent.ends_at > at
                    AND lent.ended_at IS NULL
              ))
        )
$$;
"""

GATES = """
CREATE OR REPLACE FUNCTION governance_guard_gate() RETURNS trigger
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
        SELECT count(DISTINCT pilots_person_behind(signed.user_id)) FILTER (WHERE counts.approval) AS approved,
               count(*) FILTER (WHERE counts.approval AND signed.as_sponsor) AS sponsor,
               count(*) FILTER (WHERE signed.decision = 'refused') AS refused
            INTO signatures
            FROM governance_signoff signed JOIN governance_signoffrequest request ON request.id = signed.request_id
            CROSS JOIN LATERAL (SELECT signed.decision = 'approved' AND governance_may_sign(
                NEW.pilot_id, signed.user_id, signed.as_sponsor, NEW.passed_at) AS approval) counts
            WHERE request.gate_id = NEW.id AND request.state IN ('open', 'passed')
              AND request.digest = NEW.passed_digest AND signed.digest = NEW.passed_digest;
        IF signatures.approved < 2 OR signatures.sponsor < 1 OR signatures.refused > 0 THEN
            RAISE EXCEPTION 'a gate is passed by two people who may sign, one of them the sponsor'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION governance_guard_gate() RETURNS trigger
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
DROP FUNCTION governance_may_sign(uuid, uuid, boolean, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = (("governance", "0005_decisions_stay"), ("pilots", "0004_unproven_addresses"))
    operations = (migrations.RunSQL(MAY_SIGN + GATES, BEFORE),)
