"""A forecast of a stage weighs its cells alone, beside the one of the whole rollout, and tells of nobody."""

from datetime import datetime

import pytest

from pilots.actions.forecasting import work_out_forecast, work_out_forecasts
from pilots.actions.forecasts import ask_forecast
from pilots.errors import Refused
from pilots.models import Cell, Forecast, ForecastFigure, Pilot, Recalculation, Stage
from pilots.stages import cells_foreseen
from tests.cast import People
from tests.factories.pilots import SegmentFactory
from tests.factories.stages import locked, planned
from tests.factories.tasks import crowd, observe_tasks, scope_of, stressed


def asked(pilot: Pilot, people: People, at: datetime, stage: Stage) -> Forecast:
    found = ask_forecast(pilot=pilot, by=people.pm, at=at, stage=stage.number)
    work_out_forecast(pilot)
    found.refresh_from_db()
    return found


@pytest.fixture
def cells(letters: Pilot, at: datetime) -> list[Cell]:
    """All were met by a whole crowd."""
    found = scope_of(letters, at)
    stressed(letters, at, use_made=0)
    return list(Cell.objects.filter(pk__in=[one.pk for one in found]).order_by("pk"))


def test_it_weighs_the_cells_of_the_stage_and_no_others(
    letters: Pilot, people: People, at: datetime, cells: list[Cell]
) -> None:
    stage = planned(letters, at, cells[:2])
    forecast = asked(letters, people, at, stage)
    assert (forecast.state, forecast.stage, forecast.said) == ("ready", 1, "")
    assert cells_foreseen(Forecast.objects.all()) == {forecast.pk: {one.pk for one in cells[:2]}}
    success = ForecastFigure.objects.get(forecast=forecast, of="success")
    assert {row["cell"] for row in success.cells} == {one.pk for one in cells[:2]}
    assert sum(row["share"] for row in success.cells) == pytest.approx(1)


def test_the_one_of_the_whole_rollout_is_still_due_and_stays_the_newest_of_its_own(
    letters: Pilot, people: People, at: datetime, cells: list[Cell]
) -> None:
    of_stage = asked(letters, people, at, planned(letters, at, cells[:2]))
    assert Recalculation.objects.due("forecast").filter(pilot=letters).exists()
    work_out_forecasts()
    whole = Forecast.objects.get(pilot=letters, stage=0)
    assert (of_stage.state, whole.state) == ("ready", "ready")
    told = cells_foreseen(Forecast.objects.all())
    assert told[whole.pk] > told[of_stage.pk]


def test_cells_that_a_few_people_met_are_not_forecast_apart(
    letters: Pilot, people: People, at: datetime, cells: list[Cell]
) -> None:
    """Neither alone, nor by what the whole has beyond the stage."""
    night = SegmentFactory.create(pilot=letters, slug="night-shift")
    counted = {"tasks_a_month": 50, "counted_at": at, "counted_by": people.pm}
    rare = Cell.objects.create(pilot=letters, use_case=cells[0].use_case, segment=night, **counted)
    observe_tasks([rare], crowd(letters, 4, route="assigned"), at)
    work_out_forecasts()
    few = asked(letters, people, at, planned(letters, at, [rare]))
    assert few.state == "impossible" and "Fewer than ten people" in few.said
    rest = asked(letters, people, at, planned(letters, at, cells))
    assert rest.state == "impossible" and "both side by side" in rest.said


def test_a_stage_that_is_locked_or_not_there_is_not_forecast_again(
    letters: Pilot, people: People, at: datetime
) -> None:
    stage = locked(letters, at)
    for number in (stage.number, 7):
        with pytest.raises(Refused, match="is not planned, or locked already"):
            ask_forecast(pilot=letters, by=people.pm, at=at, stage=number)
