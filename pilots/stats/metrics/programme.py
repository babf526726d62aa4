"""How right forecasts were, how current the answers are, and what getting ready took (M29, M30, M34)."""

from collections.abc import Sequence

import numpy as np

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import figure, nothing
from pilots.stats.metrics.observations import Numbers, Truths
from pilots.stats.record import Hits, Record, Score, record
from pilots.stats.scoring import brier


def forecast_error(forecast: float, actual: float) -> Figure:
    """Of one locked forecast, in percent of it, below nought where less came than was forecast."""
    if forecast == 0:
        return nothing("M29", "Nought was forecast: no percentage of that.")
    return figure("M29", 100 * (actual - forecast) / abs(forecast), 1)


def forecast_accuracy(pilots: Sequence[Score]) -> tuple[Figure, ...]:
    """Over a programme, one entry a pilot, in the order in which they were scored."""
    found: Record = record(pilots)
    bias = found.optimism
    return (
        _held("M29.held80", found.held80),
        _held("M29.held95", found.held95),
        nothing("M29.bias", "A bias needs two scored pilots.")
        if bias is None
        else figure("M29.bias", bias.value, len(pilots), between=(bias.low, bias.high)),
    )


def brier_score(said: Numbers, happened: Truths) -> Figure:
    """Mean over conditions that were forecast as chances of a yes: 0.25 is what “perhaps” always gets."""
    if not len(said):
        return nothing("M29.brier")
    scores = [brier(float(chance), bool(yes)) for chance, yes in zip(said, happened, strict=True)]
    return figure("M29.brier", float(np.mean(scores)), len(scores))


def currency(is_current: Truths, unanswered_days: Numbers, waived_days: Numbers) -> tuple[Figure, ...]:
    """`is_current`, one entry a blocking question that is due: answered, with evidence, owned and not run out. Days
    since the others were due, and since each waiver that is open was given. All are known: no interval."""
    due = len(is_current)
    return (
        figure("M30", 100 * float(is_current.mean()), due) if due else nothing("M30", "No blocking question is due."),
        figure("M30.waivers", float(len(waived_days)), due),
        _oldest("M30.waived", waived_days, "No waiver is open."),
        _oldest("M30.oldest", unanswered_days, "None is unanswered."),
    )


def investment(days: tuple[float, float], hours: tuple[float, float]) -> tuple[Figure, ...]:
    """Each in stress test and infrastructure build, and in all phases to date."""
    return _part("M34", *days), _part("M34.hours", *hours)


def _held(code: str, hits: Hits) -> Figure:
    if hits.share is None:
        return nothing(code, "No forecast has been scored.")
    percent = hits.share.times(100)
    return figure(code, percent.value, hits.pilots, between=(percent.low, percent.high), note=f"{hits}.")


def _oldest(code: str, days: Numbers, none: str) -> Figure:
    return figure(code, float(days.max()), len(days)) if len(days) else nothing(code, none)


def _part(code: str, part: float, whole: float) -> Figure:
    return figure(code, 100 * part / whole, 1) if whole > 0 else nothing(code)
