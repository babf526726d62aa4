"""Pilots whose posterior was found by full MCMC (`mcmc_fixtures.py`), and how far the fast fit is from it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.invented_worlds import TERMS
from pilots.stats.forecast import Observed, Rollout, fit, project

FIXTURES: Final = Path(__file__).parents[1] / "tests" / "fixtures" / "forecast_mcmc"


@dataclass(frozen=True, eq=False)
class Case:
    observed: Observed
    rollout: Rollout

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON: a cell is a word of one digit for each factor's level."""
        observed, rollout = self.observed, self.rollout
        return {
            "kind": observed.kind,
            "centre": observed.centre,
            "unit": observed.unit,
            "cells": _words(observed.cells),
            "cell": observed.cell.tolist(),
            "user": observed.user.tolist(),
            "count": observed.count.astype(int).tolist(),
            "sum": np.round(observed.count * observed.mean, 9).tolist(),
            "squares": np.round(observed.squares, 9).tolist() if observed.kind == "continuous" else [],
            "rollout": _words(rollout.cells),
            "weights": np.round(rollout.weights, 9).tolist(),
            "tasks": rollout.tasks,
            "users": rollout.users,
        }

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Case":
        count = np.array(plain["count"], float)
        observed = Observed(
            plain["kind"],
            _codes(plain["cells"]),
            np.array(plain["cell"]),
            np.array(plain["user"]),
            count,
            np.array(plain["sum"]) / count,
            np.array(plain["squares"] or np.zeros(len(count)), float),
            plain["centre"],
            plain["unit"],
        )
        weights = np.array(plain["weights"])
        rollout = Rollout(_codes(plain["rollout"]), weights / weights.sum(), plain["tasks"], plain["users"])
        return cls(observed, rollout)


def _words(codes: Any) -> list[str]:
    return ["".join(map(str, row)) for row in codes.tolist()]


def _codes(words: list[str]) -> Any:
    return np.array([[int(digit) for digit in word] for word in words], np.int64)


@dataclass(frozen=True)
class Agreement:
    """`off`: between the medians, in standard deviations of the posterior. `width`: of the 80 and the 95 % interval,
    in parts of the posterior's."""

    name: str
    off: float
    width80: float
    width95: float


def agreements(folder: Path = FIXTURES, seed: int = 0) -> Iterator[Agreement]:
    """Of the rollout's true rate: what no factor sees and what chance adds to a measurement are no part of a fit."""
    for path in sorted(folder.glob("*.json")):
        plain = json.loads(path.read_text())
        case, full = Case.of(plain), plain["posterior"]
        drawn = project(fit(case.observed, TERMS, seed=seed), case.rollout, discrepancy=0, seed=seed)
        low95, low80, median, high80, high95 = np.quantile(drawn.truth, (0.025, 0.1, 0.5, 0.9, 0.975))
        theirs = full["quantiles"]
        yield Agreement(
            path.stem,
            abs(median - theirs[2]) / full["sd"],
            (high80 - low80) / (theirs[3] - theirs[1]),
            (high95 - low95) / (theirs[4] - theirs[0]),
        )
