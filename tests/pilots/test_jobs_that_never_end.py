"""A job that always fails, or that kills its worker, takes less and less of the others' time, and says so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from pilots.actions import figures, forecasting, importing
from pilots.actions.figures import work_out_figures
from pilots.actions.forecasting import work_out_forecasts
from pilots.actions.forecasts import ask_forecast
from pilots.actions.importing import import_batches
from pilots.changes import evidence_changed
from pilots.figures import reading
from pilots.models import Attempt, Batch, Figure, Forecast, Participant, Pilot, Recalculation
from tests.cast import People
from tests.factories.batches import csv_of, observation, receive
from tests.factories.evidence import cell
from tests.factories.pilots import PilotFactory
from tests.factories.tasks import stressed
from tests.pilots.figuring import tasks

Patch = pytest.MonkeyPatch


class Killed(BaseException):
    """What a signal does: nothing of the job's own is done any more."""


def breaks(patch: Patch, where: Any, name: str, how: type[BaseException]) -> list[int]:
    """Calls, counted."""
    calls: list[int] = []

    def broken(*_: object) -> None:
        calls.append(1)
        raise how

    patch.setattr(where, name, broken)
    return calls


def sweeps(run: Callable[[], int], many: int) -> None:
    for _ in range(many):
        with suppress(ArithmeticError, RuntimeError, Killed):
            run()


@pytest.mark.parametrize("how", [ArithmeticError, Killed])
def test_figures_that_always_fail_are_not_tried_at_each_sweep(
    letters: Pilot, at: datetime, monkeypatch: Patch, how: type[BaseException]
) -> None:
    tasks(letters, at, cell(letters, at), range(12))
    calls = breaks(monkeypatch, figures, "figures_of", how)
    sweeps(work_out_figures, 6)
    assert len(calls) == 2 and Recalculation.objects.due("figures").count() == 1


def test_what_changes_is_tried_at_once(letters: Pilot, at: datetime, monkeypatch: Patch) -> None:
    tasks(letters, at, cell(letters, at), range(12))
    with monkeypatch.context() as patched:
        breaks(patched, figures, "figures_of", ArithmeticError)
        sweeps(work_out_figures, 6)
    assert work_out_figures() == 0
    evidence_changed(letters, reason="The batch was withdrawn")
    assert work_out_figures() == 1 and not Attempt.objects.exists()


def test_the_wait_doubles_and_ends_at_six_hours(letters: Pilot, at: datetime, monkeypatch: Patch) -> None:
    tasks(letters, at, cell(letters, at), range(12))
    breaks(monkeypatch, figures, "figures_of", ArithmeticError)
    waits = []
    for _ in range(14):
        sweeps(work_out_figures, 1)
        waits.append(Attempt.objects.get().again_at - _now())
        Attempt.objects.update(again_at=_now())
    minutes = [wait / timedelta(minutes=1) for wait in waits]
    assert minutes[:4] == [0, 1, 2, 4] and minutes[-1] == 360


def _now() -> datetime:
    return forecasting.now()


def test_one_that_fails_keeps_no_other_from_being_done(letters: Pilot, at: datetime, monkeypatch: Patch) -> None:
    other = PilotFactory.create()
    for pilot in (letters, other):
        tasks(pilot, at, cell(pilot, at), range(12))
    real = figures.figures_of

    def fails_here(pilot: Pilot, *rest: Any) -> Any:
        if pilot == letters:
            raise ArithmeticError
        return real(pilot, *rest)

    monkeypatch.setattr(figures, "figures_of", fails_here)
    sweeps(work_out_figures, 1)
    assert Figure.objects.filter(pilot=other).exists() and not Figure.objects.filter(pilot=letters).exists()


def test_a_forecast_that_kills_its_workers_is_said_to_have_failed(
    letters: Pilot, people: People, at: datetime, monkeypatch: Patch
) -> None:
    stressed(letters, at)
    ask_forecast(pilot=letters, by=people.pm, at=at)
    calls = breaks(monkeypatch, forecasting, "_figures_of", Killed)
    for _ in range(6):
        sweeps(work_out_forecasts, 1)
        Attempt.objects.update(again_at=_now())
    assert len(calls) == 3
    assert Forecast.objects.get().state == Forecast.State.FAILED and not Recalculation.objects.due("forecast")


def test_who_asks_for_a_forecast_comes_before_those_that_nobody_asked_for(
    letters: Pilot, people: People, at: datetime, monkeypatch: Patch
) -> None:
    for _ in range(8):
        evidence_changed(PilotFactory.create(), reason="rows")
    ask_forecast(pilot=letters, by=people.pm, at=at)
    order: list[Pilot] = []
    monkeypatch.setattr(forecasting, "work_out_forecast", lambda pilot, tries: bool(order.append(pilot)))
    work_out_forecasts()
    assert order[0] == letters and len(order) == 9


def test_a_batch_that_kills_its_workers_is_said_to_have_failed(
    letters: Pilot, people: People, at: datetime, monkeypatch: Patch
) -> None:
    cell(letters, at, "Drafting", "Clerks")
    batch = receive(letters, people.evaluator, csv_of([observation()]), at)
    calls = breaks(monkeypatch, importing, "_look_through", Killed)
    for _ in range(6):
        sweeps(import_batches, 1)
        Attempt.objects.update(again_at=_now())
    assert len(calls) == 3 and Batch.objects.get(pk=batch.pk).state == Batch.State.FAILED


def test_what_is_imported_meanwhile_is_no_half_of_a_figure(committed_db: str, monkeypatch: Patch) -> None:
    """Between who took part and what they did, ten more people come."""
    pilot, at = PilotFactory.create(), _now()
    where = cell(pilot, at)
    tasks(pilot, at, where, range(12))
    real, came = reading.Q, []

    def import_more() -> None:
        tasks(pilot, at, where, range(100, 110))
        connection.close()

    def meanwhile(*args: Any, **named: Any) -> Any:
        if not came:
            came.append(1)
            with ThreadPoolExecutor(1) as thread:
                thread.submit(import_more).result()
        return real(*args, **named)

    monkeypatch.setattr(reading, "Q", meanwhile)
    whole = Figure.objects.filter(code="success", part="", use_case=None, segment=None)
    assert work_out_figures() == 1 and whole.get().people == 12
    assert work_out_figures() == 1 and whole.get().people == 22
    assert Participant.objects.filter(pilot=pilot).count() == 22
