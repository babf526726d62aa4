"""Whether a stage does as well as its pilot did, and teams as well as each other: M20. The same way of measuring must
stand behind both."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import figure, nothing
from pilots.stats.metrics.observations import Codes, Numbers, numbered, summed
from pilots.stats.metrics.resampling import SEED, interval, resamples
from pilots.stats.rates import CERTAIN
from pilots.stats.stages.sequence import mean_of_users

_NO_RATIO: Final = "The pilot's own figure is not clearly above nought: a ratio to it says nothing."
_NO_MEAN: Final = "The mean of the teams is not above nought: a spread in parts of it says nothing."
# Of the variance within teams: nobody is measured more exactly, or one team alike in itself would outweigh all others.
_LEAST_VARIANCE: Final = 1e-9


def consistency(code: str, stage: tuple[Numbers, Codes], pilot: tuple[Numbers, Codes]) -> Figure:
    """Mean at the stage / mean in the pilot, each from values and the person behind each. Whole people are drawn again
    on both sides. `people` are those of the smaller side."""
    return consistency_of_sums(code, _by_person(*stage), _by_person(*pilot))


def consistency_of_sums(code: str, stage: tuple[Numbers, Numbers], pilot: tuple[Numbers, Numbers]) -> Figure:
    """The same from the sum of values of each person and how many they are."""
    sides = (stage, pilot)
    people = min(len(counts) for _, counts in sides)
    if not people:
        return nothing(code, people=0)
    now, then = (float(sums.sum() / counts.sum()) for sums, counts in sides)
    drawn_now, drawn_then = (_drawn_means(*side, SEED + number) for number, side in enumerate(sides))
    if people == 1:
        note = "One person: no interval."
        return figure(code, now / then, int(stage[1].sum()), 1, note=note) if then > 0 else nothing(code, _NO_RATIO, 1)
    if interval(drawn_then, then)[0] <= 0:
        return nothing(code, _NO_RATIO, people)
    return figure(code, now / then, int(stage[1].sum()), people, interval(drawn_now / drawn_then, now / then))


def spread_between_teams(code: str, values: Numbers, person: Codes, team: Codes) -> Figure:
    """Coefficient of variation of the teams' true means, without what chance adds to the measured ones.

    Each team's error is that between its people. Estimate: Paule and Mandel 1982, J. Res. Natl. Bur. Stand. 87,
    377-385; interval: Q profile, Viechtbauer 2007, Stat. Med. 26, 37-52. `n` counts teams.
    """
    known = ~np.isnan(values)
    kept = values[known], person[known], team[known]
    teams = [_by_person(kept[0][kept[2] == one], kept[1][kept[2] == one]) for one in np.unique(kept[2])]
    return spread_of_sums(code, teams, numbered(team)[1] - len(teams))


def spread_of_sums(code: str, teams: Sequence[tuple[Numbers, Numbers]], unknown: int = 0) -> Figure:
    """The same from the sums of each person in each team and how many values they are. `unknown`: teams without any."""
    means, errors, people = _teams(teams)
    left_out = len(teams) + unknown - len(means)
    note = f"{left_out} of the teams with fewer than two people left out." if left_out else ""
    if len(means) < 2:
        return nothing(code, f"A spread needs two teams of two people. {note}", people)
    variances = np.maximum(errors**2, _LEAST_VARIANCE * max(float(np.square(means).max()), _LEAST_VARIANCE))
    tail, freedom = (1 - CERTAIN) / 2, len(means) - 1
    middle = _variance_at(means, variances, freedom)
    ends = [_variance_at(means, variances, float(chdtri(freedom, part))) for part in (tail, 1 - tail)]
    centre = float(np.average(means, weights=1 / (variances + middle)))
    if centre <= 0:
        return nothing(code, _NO_MEAN, people)
    value, low, high = (float(np.sqrt(variance)) / centre for variance in (middle, *ends))
    return figure(code, value, len(means), people, (low, high), note)


def _by_person(values: Numbers, person: Codes) -> tuple[Numbers, Numbers]:
    known = ~np.isnan(values)
    who, people = numbered(person[known])
    return summed(who, people, values[known]), summed(who, people)


def _drawn_means(sums: Numbers, counts: Numbers, seed: int) -> Numbers:
    return np.concatenate([(times @ sums) / (times @ counts) for times in resamples(len(sums), seed)])


def _teams(teams: Sequence[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers, int]:
    """Means and errors of teams of two people and more, and how many people these have together."""
    found = [mean_of_users(*team) for team in teams]
    kept = [mean for mean in found if mean.users >= 2]
    means, errors = (np.array([float(getattr(mean, name)) for mean in kept]) for name in ("value", "error"))
    return means, errors, sum(int(mean.users) for mean in kept)


def _variance_at(means: Numbers, variances: Numbers, wanted: float) -> float:
    """The variance between true means at which what is left over (Cochran's Q) is as large as wanted; nought where it
    is smaller even so."""

    def left_over(between: float) -> float:
        weights = 1 / (variances + between)
        return float(weights @ (means - np.average(means, weights=weights)) ** 2)

    return _crossing(left_over, wanted, start=float(np.var(means)))


def _crossing(falling: Callable[[float], float], wanted: float, start: float) -> float:
    if falling(0.0) <= wanted:
        return 0.0
    high = start
    while falling(high) > wanted:
        high *= 2
    return float(brentq(lambda at: falling(at) - wanted, 0.0, high))
