"""A published version of the catalogue never changes: answers, sign-offs and dossiers speak of its wording."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION governance_guard_catalogue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
BEGIN
    IF OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'a % version of the catalogue never changes', OLD.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.number) <> (OLD.id, OLD.number) THEN
        RAISE EXCEPTION 'a version of the catalogue keeps its number' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

-- The lock makes a question and the publishing of its version wait for each other.
CREATE FUNCTION governance_guard_question() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE
    version_state text;
    version_id uuid;
BEGIN
    FOREACH version_id IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.catalogue_id]
        WHEN 'DELETE' THEN ARRAY[OLD.catalogue_id]
        ELSE ARRAY[OLD.catalogue_id, NEW.catalogue_id] END
    LOOP
        SELECT state INTO version_state FROM governance_catalogueversion WHERE id = version_id FOR SHARE;
        -- Gone: the draft itself is being deleted, and its questions with it.
        IF version_state IS NOT NULL AND version_state <> 'draft' THEN
            RAISE EXCEPTION 'the questions of a % version never change', version_state
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER catalogue_guard BEFORE UPDATE OR DELETE ON governance_catalogueversion
    FOR EACH ROW EXECUTE FUNCTION governance_guard_catalogue();
CREATE TRIGGER catalogue_no_truncate BEFORE TRUNCATE ON governance_catalogueversion
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER question_guard BEFORE INSERT OR UPDATE OR DELETE ON governance_question
    FOR EACH ROW EXECUTE FUNCTION governance_guard_question();
CREATE TRIGGER question_no_truncate BEFORE TRUNCATE ON governance_question
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE governance_catalogueversion ENABLE ALWAYS TRIGGER catalogue_guard;
ALTER TABLE governance_catalogueversion ENABLE ALWAYS TRIGGER catalogue_no_truncate;
ALTER TABLE governance_question ENABLE ALWAYS TRIGGER question_guard;
ALTER TABLE governance_question ENABLE ALWAYS TRIGGER question_no_truncate;
"""

BACKWARD = """
DROP TRIGGER question_no_truncate ON governance_question;
DROP TRIGGER question_guard ON governance_question;
DROP TRIGGER catalogue_no_truncate ON governance_catalogueversion;
DROP TRIGGER catalogue_guard ON governance_catalogueversion;
DROP FUNCTION governance_guard_question();
DROP FUNCTION governance_guard_catalogue();
"""


class Migration(migrations.Migration):
    dependencies = (("governance", "0002_gate_guards"),)
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
