"""A locked forecast is what was promised: nobody changes it, nor the figures that belong to it."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER forecast_locked_kept BEFORE UPDATE OR DELETE ON pilots_forecast
    FOR EACH ROW WHEN (OLD.locked_at IS NOT NULL)
    EXECUTE FUNCTION pilots_refuse_change();

CREATE FUNCTION pilots_guard_forecast_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM pilots_forecast
        WHERE locked_at IS NOT NULL AND id IN (OLD.forecast_id, NEW.forecast_id)
    ) THEN
        RAISE EXCEPTION 'the forecast is locked' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER forecast_figure_guard BEFORE INSERT OR UPDATE OR DELETE ON pilots_forecastfigure
    FOR EACH ROW EXECUTE FUNCTION pilots_guard_forecast_figure();
CREATE TRIGGER forecast_no_truncate BEFORE TRUNCATE ON pilots_forecast
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
CREATE TRIGGER forecast_figure_no_truncate BEFORE TRUNCATE ON pilots_forecastfigure
    FOR EACH STATEMENT EXECUTE FUNCTION pilots_refuse_change();
ALTER TABLE pilots_forecast ENABLE ALWAYS TRIGGER forecast_locked_kept;
ALTER TABLE pilots_forecast ENABLE ALWAYS TRIGGER forecast_no_truncate;
ALTER TABLE pilots_forecastfigure ENABLE ALWAYS TRIGGER forecast_figure_guard;
ALTER TABLE pilots_forecastfigure ENABLE ALWAYS TRIGGER forecast_figure_no_truncate;
"""
BACK = """
DROP TRIGGER forecast_locked_kept ON pilots_forecast;
DROP TRIGGER forecast_no_truncate ON pilots_forecast;
DROP TRIGGER forecast_figure_guard ON pilots_forecastfigure;
DROP TRIGGER forecast_figure_no_truncate ON pilots_forecastfigure;
DROP FUNCTION pilots_guard_forecast_figure;
"""


class Migration(migrations.Migration):
    dependencies = [("pilots", "0012_evidence")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
