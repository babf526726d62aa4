"""A forecast beside what came, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pilots import forecast_words as words
from pilots.forecast_page import figures_of
from pilots.models import ForecastFigure, ForecastScore, Stage
from pilots.scoring import Outcome, outcomes_of

_PARTS: Final = {
    "mix": "Other work than planned",
    "known": "Work of which there was evidence went another way",
    "unknown": "Work of which there was none went another way",
    "rest": "Everything else",
}


@dataclass(frozen=True)
class Beside:
    """`came` None: nobody measured it, or too few people are behind it."""

    figure: ForecastFigure
    came: Outcome | None

    @property
    def said(self) -> str:
        figure = self.figure
        spread = words.between(figure.of, figure.low80, figure.high80)
        return f"{words.in_words(figure.of, figure.median)}, 80 of 100 times {spread}"

    @property
    def value(self) -> str:
        return words.in_words(self.figure.of, self.came.value) if self.came else ""

    @property
    def rests_on(self) -> str:
        if not self.came:
            return ""
        counted = words.COUNTED[ForecastFigure.Of(self.figure.of)]
        if counted == "people":
            return f"{self.came.people:,} eligible people"
        return f"{self.came.n:,} {counted} of {self.came.people:,} people"


def beside_forecast(stage: Stage, at: datetime) -> list[Beside]:
    """Each figure that closing scores, as it stands."""
    if stage.forecast is None:
        return []
    outcomes = outcomes_of(stage, at)
    return [Beside(one, outcomes.get(one.of)) for one in figures_of([stage.forecast])[stage.forecast.pk]]


def came_in(figure: ForecastFigure, score: ForecastScore) -> str:
    return f"Came in at {words.in_words(figure.of, score.actual)}: {where(score)}"


def where(score: ForecastScore) -> str:
    eighty, all_but_few = words.percent(0.8), words.percent(0.95)
    if score.held80:
        return f"inside the {eighty} interval"
    if score.held95:
        return f"outside the {eighty} interval, inside that of {all_but_few}"
    return f"outside even the {all_but_few} interval"


def than_naive(score: ForecastScore) -> str:
    if score.beat_naive is None:
        return "The demonstration had no such figure."
    nearer = "nearer than" if score.beat_naive else "no nearer than"
    return f"The forecast was {nearer} what the demonstration promised."


def parts_of(figure: ForecastFigure, score: ForecastScore) -> list[tuple[str, str]]:
    """Why it came in where it did, in points of a hundred or in minutes; parts of nothing left out."""
    told = [(_PARTS[note["kind"]], words.change(figure.of, note["points"])) for note in score.notes]
    return [(reason, change) for reason, change in told if not change.startswith("0 ")]
