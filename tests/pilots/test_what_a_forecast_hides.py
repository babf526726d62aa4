"""Nobody's tasks or attitude can be read from a forecast: not of few people, and not from two of them side by side."""

import json
from datetime import datetime

import numpy as np

from pilots.actions.batches import withdraw_batch
from pilots.actions.forecasting import work_out_forecasts
from pilots.actions.forecasts import ask_forecast
from pilots.forecast_export import forecast_export
from pilots.models import Batch, Cell, Forecast, ForecastFigure, Observation, Pilot
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.tasks import crowd, demonstrated, observe_tasks, sceptics, stressed, volunteers


def newest(pilot: Pilot) -> ForecastFigure:
    work_out_forecasts()
    forecast = Forecast.objects.filter(pilot=pilot).order_by("-number")[0]
    return forecast.figures.get(of="success")


def said_of(figure: ForecastFigure, one: Cell) -> dict[str, object]:
    (found,) = (row for row in figure.cells if row["cell"] == one.pk)
    return {name: found[name] for name in ("low", "median", "high")}


def test_of_a_cell_with_one_to_nine_people_nothing_is_said(letters: Pilot, at: datetime) -> None:
    cells = demonstrated(letters, at)
    observe_tasks(cells[3:], sceptics(letters, at, 9), at)
    figure = newest(letters)
    hidden = {"low": None, "median": None, "high": None}
    assert said_of(figure, cells[3]) == hidden
    # Nobody was in this one: that it is the model alone that speaks tells of no one.
    assert said_of(figure, cells[2]) != hidden


def test_a_cell_that_the_others_would_give_away_is_hidden_too(letters: Pilot, at: datetime) -> None:
    cells = demonstrated(letters, at)
    people = sceptics(letters, at, 14)
    observe_tasks(cells[2:3], people, at)
    observe_tasks(cells[3:], people[:4], at)
    figure = newest(letters)
    shown = [said_of(figure, one)["median"] is not None for one in cells]
    assert not shown[3] and shown.count(False) > 1


def test_a_demonstration_by_few_people_promises_nothing(letters: Pilot, at: datetime) -> None:
    cells = demonstrated(letters, at)
    Observation.objects.filter(participant__pseudonym__in=("p-0", "p-1", "p-2")).delete()
    observe_tasks(cells, sceptics(letters, at), at)
    figure = newest(letters)
    assert (figure.naive, figure.naive_n) == (None, 0)
    assert not [note for note in figure.notes if note["kind"] in {"difference", "rest"}]


def test_a_mix_of_few_people_is_not_told(letters: Pilot, at: datetime) -> None:
    cells = demonstrated(letters, at)
    observe_tasks(cells[:2], sceptics(letters, at, 3), at, phase="demonstration")
    observe_tasks(cells, sceptics(letters, at), at)
    factors = {note["factor"] for note in newest(letters).notes if note["kind"] == "difference"}
    assert "support" in factors and not factors & {"attitude", "route", "workload"}


def test_levels_that_few_people_met_stand_together(letters: Pilot, at: datetime) -> None:
    cells = demonstrated(letters, at)
    case = cell(letters, at, "Refunds", "Clerks", tasks=300, kind="edge")
    observe_tasks([case], sceptics(letters, at, 1), at)
    observe_tasks(cells, crowd(letters, 12, route="assigned"), at)
    figure = newest(letters)
    words = {one["words"] for one in figure.unseen}
    assert "what too few people met" in words and "edge cases" not in words
    assert {one["words"] for one in figure.test_next} == words


def test_what_one_more_person_did_cannot_be_read_from_two_forecasts(letters: Pilot, at: datetime) -> None:
    cells = stressed(letters, at)
    before = newest(letters)
    observe_tasks(cells[:2], volunteers(letters, at, 9), at, good=0, phase="demonstration")
    after = newest(letters)
    assert after.forecast.number == 2
    for name in ("naive", "naive_n", "n", "people", "median", "quantiles", "cells"):
        assert getattr(after, name) == getattr(before, name), name
    assert "B-3 waits: fewer than ten people are in it" in {note["words"] for note in after.notes}
    observe_tasks(cells[:2], volunteers(letters, at, 1), at, good=0, phase="demonstration")
    assert newest(letters).naive_n > before.naive_n


def test_nor_from_a_few_people_of_the_demonstration_among_many_others(letters: Pilot, at: datetime) -> None:
    cells = stressed(letters, at)
    before = newest(letters)
    observe_tasks(cells[:2], volunteers(letters, at, 3), at, good=0, phase="demonstration")
    observe_tasks(cells[:2], sceptics(letters, at, 12), at)
    assert newest(letters).naive == before.naive


def test_few_people_who_are_withdrawn_leave_the_last_forecast_standing(
    letters: Pilot, people: People, at: datetime
) -> None:
    cells = stressed(letters, at)
    observe_tasks(cells, volunteers(letters, at, 3), at)
    work_out_forecasts()
    withdraw_batch(batch=Batch.objects.get(number=3), by=people.pm, at=at, reason="Wrong file")
    ask_forecast(pilot=letters, by=people.pm, at=at)
    work_out_forecasts()
    last = Forecast.objects.order_by("-number")[0]
    assert last.state == Forecast.State.IMPOSSIBLE and "fewer than ten people" in last.said


def test_an_export_does_not_say_who_thinks_what(letters: Pilot, at: datetime) -> None:
    stressed(letters, at)
    document = forecast_export(newest(letters).forecast)
    text = json.dumps(document)
    assert "p-0" not in text and document["sealed"] not in json.dumps(document["inputs"])
    # Nothing in clear has an entry for each person, or for each row of theirs.
    rows = len(np.unique(Observation.objects.values_list("participant", "cell"), axis=0))
    lengths = {len(one) for one in _lists(document["inputs"])}
    assert not lengths & {rows, 24} and "people" not in document["inputs"]


def _lists(value: object) -> list[list[object]]:
    if isinstance(value, dict):
        return [found for one in value.values() for found in _lists(one)]
    if isinstance(value, list):
        return [value, *(found for one in value for found in _lists(one))]
    return []
