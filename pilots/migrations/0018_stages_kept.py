"""What a stage is judged by is fixed before it opens: nobody changes it, nor its criteria and cells.

What was written about it is left out, since a name in it may have to be erased.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION pilots_guard_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (
        OLD.pilot_id, OLD.number, OLD.users_planned, OLD.days, OLD.forecast_id,
        OLD.criteria_locked_at, OLD.criteria_locked_by_id
    ) IS DISTINCT FROM (
        NEW.pilot_id, NEW.number, NEW.users_planned, NEW.days, NEW.forecast_id,
        NEW.criteria_locked_at, NEW.criteria_locked_by_id
    ) THEN
        RAISE EXCEPTION 'the stage is locked' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stage_locked_kept BEFORE UPDATE OR DELETE ON pilots_stage
    FOR EACH ROW WHEN (OLD.criteria_locked_at IS NOT NULL)
    EXECUTE FUNCTION pilots_guard_stage();

CREATE FUNCTION pilots_guard_stage_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM pilots_stage
        WHERE criteria_locked_at IS NOT NULL AND id IN (OLD.stage_id, NEW.stage_id)
    ) THEN
        RAISE EXCEPTION 'the stage is locked' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER stage_criterion_guard BEFORE INSERT OR UPDATE OR DELETE ON pilots_criterion
    FOR EACH ROW EXECUTE FUNCTION pilots_guard_stage_part();
CREATE TRIGGER stage_cell_guard BEFORE INSERT OR UPDATE OR DELETE ON pilots_stagecell
    FOR EACH ROW EXECUTE FUNCTION pilots_guard_stage_part();
ALTER TABLE pilots_stage ENABLE ALWAYS TRIGGER stage_locked_kept;
ALTER TABLE pilots_criterion ENABLE ALWAYS TRIGGER stage_criterion_guard;
ALTER TABLE pilots_stagecell ENABLE ALWAYS TRIGGER stage_cell_guard;
"""
BACK = """
DROP TRIGGER stage_locked_kept ON pilots_stage;
DROP TRIGGER stage_criterion_guard ON pilots_criterion;
DROP TRIGGER stage_cell_guard ON pilots_stagecell;
DROP FUNCTION pilots_guard_stage;
DROP FUNCTION pilots_guard_stage_part;
"""


class Migration(migrations.Migration):
    dependencies = [("pilots", "0017_stages")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
