"""Forecasts as the job leaves them: five figures with plausible draws, over the cells of the pilot."""

from datetime import datetime
from typing import Any

import factory
import numpy as np
from factory.django import DjangoModelFactory

from pilots import clock
from pilots.models import Cell, Forecast, ForecastFigure, Pilot
from tests.factories.pilots import PilotFactory


class ForecastFactory(DjangoModelFactory[Forecast]):
    """Worked out, with no figures."""

    class Meta:
        model = Forecast

    pilot = factory.SubFactory(PilotFactory)
    number = factory.LazyAttribute(lambda made: Forecast.objects.filter(pilot=made.pilot).count() + 1)
    state = "ready"
    done = 100
    asked_at = factory.LazyFunction(clock.now)
    finished_at = factory.LazyAttribute(lambda made: made.asked_at if made.state == "ready" else None)
    data_hash = "d" * 64
    code_version = "1"


class FigureFactory(DjangoModelFactory[ForecastFigure]):
    """Of tasks done well: 61 % where the demonstration showed 91 %. `draws` makes all that is read from them."""

    class Meta:
        model = ForecastFigure

    class Params:
        middle = 0.61
        spread = 0.09

    forecast = factory.SubFactory(ForecastFactory)
    of = "success"
    naive = 0.91
    naive_n = 240
    n = 1412
    people = 38
    draws = factory.LazyAttribute(lambda made: _draws(made.of, made.middle, made.spread))
    quantiles = factory.LazyAttribute(lambda made: np.quantile(made.draws, np.arange(1, 100) / 100).tolist())
    median = factory.LazyAttribute(lambda made: made.quantiles[49])
    low80 = factory.LazyAttribute(lambda made: made.quantiles[9])
    high80 = factory.LazyAttribute(lambda made: made.quantiles[89])
    low95 = factory.LazyAttribute(lambda made: float(np.quantile(made.draws, 0.025)))
    high95 = factory.LazyAttribute(lambda made: float(np.quantile(made.draws, 0.975)))
    direct = 0.48
    modelled = 0.31
    no_evidence = 0.21
    bound_low = 0.4
    bound_high = 0.83


def _draws(of: str, middle: float, spread: float) -> list[float]:
    drawn = np.random.default_rng(7).normal(middle, spread, 1000)
    drawn += middle - np.median(drawn)
    return (drawn if of == ForecastFigure.Of.MINUTES else drawn.clip(0, 1)).round(4).tolist()


UNSEEN = [
    {"factor": "support", "level": "none", "words": "tasks done without help", "share": 0.21},
    {"factor": "attitude", "level": "sceptic", "words": "sceptics", "share": 0.12},
]
TEST_NEXT = [
    {"factor": "support", "level": "none", "words": "tasks done without help", "explains": 0.41},
    {"factor": "attitude", "level": "sceptic", "words": "sceptics", "explains": 0.18},
]
NOTES = [
    {
        "kind": "difference",
        "factor": "route",
        "words": "Volunteers: 93 % of the demonstration, 20 % of the rollout",
        "points": -12.0,
    },
    {
        "kind": "difference",
        "factor": "kind",
        "words": "Curated use cases: 64 % of the demonstration, 8 % of the rollout",
        "points": -14.0,
    },
    {"kind": "rest", "points": -4.0},
    {
        "kind": "assumed",
        "words": "Nobody said who was trained: all are taken to have been, which flatters the evidence.",
    },
]
_OTHERS: dict[str, dict[str, Any]] = {
    "adoption": {"middle": 0.44, "naive": 0.8, "naive_n": 14, "n": 38, "no_evidence": 0.1, "direct": 0.59},
    "override": {"middle": 0.18, "spread": 0.04, "naive": 0.06},
    "out_of_scope": {"middle": 0.07, "spread": 0.02, "naive": None, "naive_n": 0},
    "minutes": {"middle": 1.6, "spread": 2.1, "naive": 9.4, "bound_low": None, "bound_high": None},
}


def worked_out(pilot: Pilot, at: datetime, **fields: Any) -> Forecast:
    """All five figures, over all cells; in the second of them fewer than ten people took part."""
    made: Forecast = ForecastFactory.create(pilot=pilot, asked_at=at, **fields)
    said = {"unseen": UNSEEN, "test_next": TEST_NEXT, "notes": NOTES, "cells": _cells(pilot)}
    FigureFactory.create(forecast=made, **said)
    for of, more in _OTHERS.items():
        others = said | ({"notes": [], "cells": []} if of == "minutes" else {})
        FigureFactory.create(forecast=made, of=of, **others | more)
    return made


def _cells(pilot: Pilot) -> list[dict[str, Any]]:
    cells = list(Cell.objects.of(pilot))
    volume = sum(one.tasks_a_month or 0 for one in cells) or 1
    found = []
    for place, one in enumerate(cells):
        hidden = {"median": None, "low": None, "high": None}
        shown = {"median": 0.5 + 0.02 * place, "low": 0.4, "high": 0.72}
        kind = ("direct", "direct", "modelled", "none")[place % 4]
        said = {"cell": one.pk, "share": (one.tasks_a_month or 0) / volume, "evidence": kind}
        found.append(said | (hidden if place == 1 else shown))
    return found
