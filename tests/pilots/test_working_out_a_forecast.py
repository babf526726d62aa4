"""A forecast from real rows: asked for, or worked out by itself when evidence changes."""

import time
from datetime import datetime
from typing import Any

import pytest

from pilots.actions.forecasting import work_out_forecasts
from pilots.actions.forecasts import ask_forecast
from pilots.models import Forecast, ForecastFigure, Pilot
from tests.cast import People
from tests.factories.tasks import EXPECTS, crowd, minutes, observe_tasks, scope_of

pytestmark = pytest.mark.django_db


def worked_out(pilot: Pilot) -> Forecast:
    work_out_forecasts()
    return Forecast.objects.filter(pilot=pilot).order_by("-number")[0]


def of(forecast: Forecast, what: str = "success") -> ForecastFigure:
    return forecast.figures.get(of=what)


def demonstrated(pilot: Pilot, at: datetime) -> list[Any]:
    """Twelve enthusiastic volunteers, with help at hand, on curated work."""
    cells = scope_of(pilot, at)
    volunteers = crowd(pilot, 12, route="volunteered", expects_help=EXPECTS["enthusiast"], asked_on=at.date())
    observe_tasks(cells[:2], volunteers, at, good=0.95, supported=True, phase="demonstration", use_made=0, **minutes(8))
    return cells


def stressed(pilot: Pilot, at: datetime) -> list[Any]:
    """The same, and fifteen assigned sceptics without help, on all work."""
    cells = demonstrated(pilot, at)
    assigned = crowd(pilot, 15, route="assigned", expects_help=EXPECTS["sceptic"], asked_on=at.date())
    observe_tasks(cells, assigned, at, good=0.6, use_made=2, seed=1, **minutes(-4))
    return cells


def test_it_is_lower_than_the_demonstration_where_others_without_help_did_worse(
    letters: Pilot, people: People, at: datetime
) -> None:
    stressed(letters, at)
    ask_forecast(pilot=letters, by=people.pm, at=at)
    began = time.monotonic()
    forecast = worked_out(letters)
    print("took", time.monotonic() - began)
    assert forecast.state == Forecast.State.READY
    for f in forecast.figures.all():
        print(
            f.of,
            f.naive,
            f.naive_n,
            f.n,
            f.people,
            f.median,
            f.low80,
            f.high80,
            f.direct,
            f.modelled,
            f.no_evidence,
            f.bound_low,
            f.bound_high,
        )
        for name in ("unseen", "test_next", "cells", "notes"):
            for one in getattr(f, name):
                print("   ", name, one)
    assert 0
