"""Figures as people read them."""

from django import template

from pilots import forecast_words as words
from pilots import score_words
from pilots.models import ForecastFigure, ForecastScore
from pilots.stats.figures import in_figures, in_percent

register = template.Library()


register.filter("figure", in_figures)


@register.filter
def thousands(value: int) -> str:
    return f"{value:,}"


@register.simple_tag
def percent(part: float, whole: float) -> str:
    return in_percent(part / whole) if whole else ""


@register.filter
def share(part: float | None) -> str:
    """Of 1."""
    return "not counted" if part is None else in_percent(part)


@register.filter
def share_or(part: float | None) -> str:
    """A share of the workload; one that nobody counted is not none of it."""
    return "not counted" if part is None else f"{share(part)} of the work"


@register.filter
def bar_of(part: float) -> int:
    """How long a bar is, in hundredths."""
    return round(100 * part)


@register.filter
def expected(figure: ForecastFigure) -> str:
    return words.expected(figure)


@register.filter
def chances(figure: ForecastFigure) -> str:
    return words.chances(figure)


@register.filter
def came_in(figure: ForecastFigure, score: ForecastScore) -> str:
    return score_words.came_in(figure, score)


@register.filter
def than_naive(score: ForecastScore) -> str:
    return score_words.than_naive(score)


@register.filter
def parts_of_miss(figure: ForecastFigure, score: ForecastScore) -> list[tuple[str, str]]:
    return score_words.parts_of(figure, score)


@register.filter
def median_words(figure: ForecastFigure) -> str:
    return words.in_words(figure.of, figure.median)


@register.filter
def spread_words(figure: ForecastFigure) -> str:
    return f"80 of 100 times {words.between(figure.of, figure.low80, figure.high80)}"


@register.filter
def naive_words(figure: ForecastFigure) -> str:
    return "" if figure.naive is None else words.in_words(figure.of, figure.naive)


@register.filter
def actual_words(figure: ForecastFigure, score: ForecastScore) -> str:
    return words.in_words(figure.of, score.actual)
