"""Invented observations: what a test does not name is the same of every task."""

from typing import Any

import numpy as np

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.observations import Rows

# Monday.
FIRST_DAY = np.datetime64("2026-03-02")
NUMBERS = ("baseline", "with_tool", "learning", "correcting", "quality")
USUAL = {"use_case": 0, "segment": 0, "supported": False, "trained": 1, "outcome": 0, "use_made": 0}


def tasks(person: Any, day: Any = 0, **columns: Any) -> Rows:
    """`day`: days after the first."""
    many = len(person)
    given: dict[str, Any] = {name: np.full(many, np.nan) for name in NUMBERS}
    given |= {name: np.full(many, value) for name, value in USUAL.items()}
    given |= {name: np.full(many, -1) for name in ("reviewer_attitude", "attitude", "route")}
    given |= {name: np.asarray(value, float if name in NUMBERS else None) for name, value in columns.items()}
    return Rows(person=np.asarray(person), day=FIRST_DAY + np.broadcast_to(np.asarray(day), many), **given)


def by_code(figures: tuple[Figure, ...]) -> dict[str, Figure]:
    return {figure.code: figure for figure in figures}


def between(figure: Figure) -> tuple[float, float]:
    assert figure.low is not None and figure.high is not None
    return figure.low, figure.high
