"""An answer holds no longer than was decided, a question stands as its answer does, and a pilot keeps its catalogue."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION governance_guard_validity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decided_at IS NOT NULL AND (
        COALESCE(NEW.valid_until, 'infinity') > COALESCE(OLD.valid_until, 'infinity')
        OR (NEW.on_behalf_of_id, NEW.decision_comment) IS DISTINCT FROM (OLD.on_behalf_of_id, OLD.decision_comment)
        OR (OLD.lapsed_at IS NOT NULL AND NEW.lapsed_at IS NULL)
    ) THEN
        RAISE EXCEPTION 'a decided answer never holds longer than was decided'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION governance_guard_item() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE
    given governance_answer%ROWTYPE;
BEGIN
    SELECT * INTO given FROM governance_answer WHERE id = NEW.answer_id AND item_id = NEW.id;
    IF (NEW.answer_id IS NOT NULL AND given.id IS NULL) OR NOT COALESCE(CASE NEW.state
        WHEN 'unanswered' THEN NEW.answer_id IS NULL
        WHEN 'proposed' THEN given.decision = 'proposed'
        WHEN 'returned' THEN given.decision = 'returned'
        WHEN 'accepted' THEN given.decision = 'accepted' AND given.lapsed_at IS NULL
        WHEN 'in_doubt' THEN given.decision = 'accepted' AND given.lapsed_at IS NULL
        WHEN 'lapsed' THEN given.decision = 'accepted' AND given.lapsed_at IS NOT NULL
    END, false) THEN
        RAISE EXCEPTION 'a question stands as its answer does' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER answer_validity_guard BEFORE UPDATE ON governance_answer
    FOR EACH ROW EXECUTE FUNCTION governance_guard_validity();
CREATE TRIGGER item_guard BEFORE INSERT OR UPDATE OF state, answer_id ON governance_item
    FOR EACH ROW EXECUTE FUNCTION governance_guard_item();
CREATE TRIGGER item_kept BEFORE DELETE ON governance_item
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER pilot_catalogue_kept BEFORE DELETE ON governance_pilotcatalogue
    FOR EACH ROW EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE governance_answer ENABLE ALWAYS TRIGGER answer_validity_guard;
ALTER TABLE governance_item ENABLE ALWAYS TRIGGER item_guard;
ALTER TABLE governance_item ENABLE ALWAYS TRIGGER item_kept;
ALTER TABLE governance_pilotcatalogue ENABLE ALWAYS TRIGGER pilot_catalogue_kept;
"""

BACKWARD = """
DROP TRIGGER pilot_catalogue_kept ON governance_pilotcatalogue;
DROP TRIGGER item_kept ON governance_item;
DROP TRIGGER item_guard ON governance_item;
DROP TRIGGER answer_validity_guard ON governance_answer;
DROP FUNCTION governance_guard_item();
DROP FUNCTION governance_guard_validity();
"""


class Migration(migrations.Migration):
    dependencies = (("governance", "0006_who_still_signs"),)
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
