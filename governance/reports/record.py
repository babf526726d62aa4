"""How right forecasts have been over all pilots: what was forecast, what came, and what that tells of the programme."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from pilots.models import ForecastScore, Pilot, Stage
from pilots.stats.rates import Interval
from pilots.stats.record import Evidence, Hits, Record, Score, record

LESSONS: Final = 20
# Pilots before anything can be said of how they differ from their forecasts.
_LEAST: Final = 2


@dataclass(frozen=True)
class Scored:
    """One pilot with the scores of its stages, the newest stage last."""

    pilot: Pilot
    scores: tuple[ForecastScore, ...]
    # A locked forecast of it is still to be scored, so it does not count yet.
    is_waiting: bool

    @property
    def at(self) -> datetime:
        return max(one.scored_at for one in self.scores)

    @property
    def score(self) -> Score:
        """`better` is nan where the demonstration had none of the figures."""
        better = [float(bool(one.beat_naive)) for one in self.scores if one.beat_naive is not None]
        return Score(
            held80=_mean([float(one.held80) for one in self.scores]),
            held95=_mean([float(one.held95) for one in self.scores]),
            better=_mean(better) if better else float("nan"),
            miss=_mean([one.miss for one in self.scores]),
        )


@dataclass(frozen=True)
class Programme:
    """`pilots` in the order in which they were scored; of examples only where there is nothing else."""

    pilots: tuple[Scored, ...]
    waiting: tuple[Scored, ...]
    lessons: tuple[Stage, ...]

    @property
    def whole(self) -> Record:
        return record([one.score for one in self.pilots])

    @property
    def beside_naive(self) -> Record:
        """Of pilots whose demonstration had a figure to be set beside."""
        return record([score for one in self.pilots if not np.isnan((score := one.score).better)])


@dataclass(frozen=True)
class Question:
    """What is asked of the programme, and what can be answered."""

    asked: str
    answer: str
    because: str


def programme() -> Programme:
    """Three queries, however many pilots there are."""
    rows = ForecastScore.objects.select_related("figure__forecast__pilot")
    rows = rows.defer("figure__draws", "figure__quantiles", "figure__cells", "figure__forecast__inputs")
    by_pilot: dict[UUID, list[ForecastScore]] = defaultdict(list)
    for row in rows.order_by("figure__forecast__stage", "pk"):
        by_pilot[row.figure.forecast.pilot_id].append(row)
    unscored = Stage.objects.filter(forecast__locked_at__isnull=False).exclude(state=Stage.State.CLOSED)
    waiting = set(unscored.values_list("pilot", flat=True))
    found = [Scored(rows[0].figure.forecast.pilot, tuple(rows), key in waiting) for key, rows in by_pilot.items()]
    found = [one for one in found if not one.pilot.is_demo] or found
    found.sort(key=lambda one: (one.at, one.pilot.slug))
    return Programme(
        tuple(one for one in found if not one.is_waiting),
        tuple(one for one in found if one.is_waiting),
        lessons(Pilot.objects.all()),
    )


def lessons(pilots: QuerySet[Pilot]) -> tuple[Stage, ...]:
    """The newest first, of what closed stages of these pilots say is to be done otherwise."""
    closed = Stage.objects.filter(state=Stage.State.CLOSED, pilot__in=pilots).select_related("pilot", "closed_by")
    return tuple(closed.order_by("-closed_at", "-pk")[:LESSONS])


def finding_of(programme: Programme) -> str:
    """The heading."""
    many = len(programme.pilots)
    if not many:
        return "No forecast has been scored yet"
    held = programme.whole.held80
    return f"What came lay inside the forecasts’ 80 % intervals in {held} {_pilots(many)}"


def questions_of(programme: Programme) -> list[Question]:
    whole, beside = programme.whole, programme.beside_naive
    return [
        Question("Do the 80 % intervals hold?", _hits(whole.held80), _between(whole.held80)),
        Question("Do the 95 % intervals hold?", _hits(whole.held95), _between(whole.held95)),
        Question(
            "Are our forecasts too sure of themselves?",
            _told(whole.overconfident, "Yes: fewer than 80 % of them hold", "Not shown"),
            _fewest(whole.overconfident),
        ),
        Question(
            "Are they better than repeating the demonstration’s figure?",
            _told(beside.skilled, "Yes, more often than by luck", "Not shown"),
            f"Nearer in {_hits(beside.better)}. {_fewest(beside.skilled)}",
        ),
        Question("Do rollouts come lower than forecast?", *_optimism(whole.optimism)),
    ]


def _hits(hits: Hits) -> str:
    return f"{hits} {_pilots(hits.pilots)}"


def _pilots(many: int) -> str:
    return "pilot" if many == 1 else "pilots"


def _between(hits: Hits) -> str:
    if hits.share is None:
        return "Nothing was scored."
    low, high = (round(100 * end) for end in (hits.share.low, hits.share.high))
    return f"In the long run it may be anything between {low} and {high} %."


def _told(evidence: Evidence, shown: str, not_shown: str) -> str:
    return {"shown": shown, "not shown": not_shown}.get(evidence.told, "Too few pilots to tell")


def _fewest(evidence: Evidence) -> str:
    if evidence.shown_after is not None:
        return f"Shown after {evidence.shown_after} {_pilots(evidence.shown_after)}."
    if evidence.pilots < evidence.fewest:
        return f"{evidence.fewest} pilots could show it at the earliest; {evidence.pilots} scored so far."
    return f"{evidence.pilots} pilots do not show it, which is no proof of the opposite."


def _optimism(found: Interval | None) -> tuple[str, str]:
    if found is None:
        return "Too few pilots to tell", f"{_LEAST} pilots at least have to be scored."
    lies = f"95 of 100 times between {found.low:+.1f} and {found.high:+.1f}"
    spread = f"Mean miss {found.value:+.1f} standard deviations, {lies}."
    if found.high < 0:
        return "Yes: we are too optimistic", spread
    return ("No: they come higher", spread) if found.low > 0 else ("Not shown", spread)


def _mean(values: list[float]) -> float:
    return float(np.mean(values))
