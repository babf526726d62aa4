"""What a forecast says, in sentences: the finding first, then how sure it is, and no figure without its unit."""

from typing import Any, Final

from pilots.models import ForecastFigure
from pilots.stats.figures import in_figures, in_percent

Of = ForecastFigure.Of

_EXPECTED: Final = {
    Of.SUCCESS: "{} of the work would be done well",
    Of.ADOPTION: "{} of the people would use it",
    Of.OVERRIDE: "{} of the outputs would be overridden",
    Of.OUT_OF_SCOPE: "{} of the attempts would be out of scope",
}
# What `n` counts.
COUNTED: Final = {
    Of.SUCCESS: "tasks",
    Of.ADOPTION: "people",
    Of.OVERRIDE: "outputs",
    Of.OUT_OF_SCOPE: "attempts",
    Of.MINUTES: "timed tasks",
}
# A tenth of a minute is no time.
NO_TIME: Final = 0.05


def percent(share: float) -> str:
    """Never broken at the end of a line."""
    return in_percent(share).replace(" %", "\N{NO-BREAK SPACE}%")


def finding(figure: ForecastFigure) -> str:
    """The headline; where most of the work has no evidence, there is none but that."""
    if not figure.is_projectable:
        return f"Not projectable: {percent(figure.no_evidence)} of the workload has no evidence"
    return f"{expected(figure)}; {promised(figure)}"


def expected(figure: ForecastFigure) -> str:
    if figure.of == Of.MINUTES:
        return _time_expected(figure.median)
    share = percent(figure.median)
    about = f"About {share}" if share[0].isdigit() else share.capitalize()
    return _EXPECTED[Of(figure.of)].format(about)


def _time_expected(minutes: float) -> str:
    if abs(minutes) < NO_TIME:
        return "A task would take about as long as before"
    time = in_figures(abs(minutes))
    if minutes > 0:
        return f"A task would take about {time} minutes less"
    return f"A task would take about {time} minutes more"


def promised(figure: ForecastFigure) -> str:
    if figure.naive is None:
        return "the demonstration has no such figure"
    return f"the demonstration promised {in_words(figure.of, figure.naive)}"


def in_words(of: str, value: float) -> str:
    """A value of this figure with its unit: “61 %”, “3.1 minutes saved”."""
    if of != Of.MINUTES:
        return percent(value)
    if abs(value) < NO_TIME:
        return "no time saved"
    return f"{in_figures(abs(value))} minutes {'saved' if value > 0 else 'lost'}"


def between(of: str, low: float, high: float) -> str:
    return f"between {in_words(of, low)} and {in_words(of, high)}"


def chances(figure: ForecastFigure) -> str:
    return f"80 of 100 times the rollout lands {between(figure.of, figure.low80, figure.high80)}."


def wide_chances(figure: ForecastFigure) -> str:
    return f"95 of 100 times it lands {between(figure.of, figure.low95, figure.high95)}."


def bounds(figure: ForecastFigure) -> str:
    """Empty where there is no work without evidence, or no worst that it could be."""
    if figure.bound_low is None or figure.bound_high is None or not figure.no_evidence:
        return ""
    lies = between(figure.of, figure.bound_low, figure.bound_high)
    return f"Taking nothing for granted about the work without evidence, all that is known is that it lies {lies}."


def change(of: str, points: float) -> str:
    """What a reason does to a figure, in points of a hundred or in minutes."""
    amount, unit = (f"{abs(points):.1f}", "minutes") if of == Of.MINUTES else (f"{abs(points):.0f}", "points")
    if not float(amount):
        return f"0 {unit}"
    unit = unit.removesuffix("s") if float(amount) == 1 else unit
    return f"{'−' if points < 0 else '+'}{amount} {unit}"


def of_unseen(levels: list[dict[str, Any]]) -> str:
    """“tasks done without help (74 % of the work), sceptics (12 %)”."""
    said = []
    for place, one in enumerate(levels):
        share = percent(one["share"])
        said.append(f"{one['words']} ({share}{' of the work' if place == 0 else ''})")
    return ", ".join(said)
