"""Use that has become a habit, over all who may use the tool: M17 to M19.

`tasks` is (people, weeks): how many in-scope tasks each eligible person did with the tool. Who has no licence, never
tried it or lost it again has noughts there and stays in the denominator.
"""

from typing import Final

import numpy as np

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import figure, nothing, share
from pilots.stats.metrics.observations import Numbers, Truths
from pilots.stats.rates import share_difference

# A habit: enough tasks in three of the last four weeks.
WEEKS: Final = 4
WITH_USE: Final = 3
# Decay is told from the one week of somebody's access to the other.
EARLY, LATE = 4, 12


def habitual(tasks: Numbers, least: int, week: int | None = None) -> Truths:
    """Who did `least` tasks in enough of the four weeks up to `week`, counted from 1; the last one if not said."""
    until = tasks.shape[1] if week is None else week
    if until < WEEKS:
        raise ValueError(f"A habit shows in {WEEKS} weeks, there are {until}.")
    return np.asarray((tasks[:, until - WEEKS : until] >= least).sum(axis=1) >= WITH_USE)


def funnel(licensed: Truths, tasks: Numbers, least: int) -> tuple[Figure, ...]:
    """Of all eligible people: licensed, tried it, active in the last four weeks, habitual. Each of these is a share of
    everybody; and of those who tried it, how many are active still."""
    people, weeks = tasks.shape
    tried, active = (np.asarray((part > 0).any(axis=1)) for part in (tasks, tasks[:, -WEEKS:]))
    without = int((tried & ~licensed).sum())
    note = f"{without} of them without a licence." if without else ""
    return (
        _of_all("M17.licensed", licensed),
        _of_all("M17.tried", tried, note),
        _of_all("M17.active", active),
        _of_all("M17", habitual(tasks, least)) if weeks >= WEEKS else _too_early(weeks, people),
        still_active(tried, active),
    )


def still_active(tried: Truths, active: Truths) -> Figure:
    """What first use hides: of those who ever tried it, who did a task in the last four weeks."""
    return _of_all("M17.kept", active[tried])


def habitual_by_week(tasks: Numbers, least: int) -> tuple[Figure, ...]:
    """Of all eligible people, one figure a week, the first ones None: nobody can have a habit yet."""
    people, weeks = tasks.shape
    return tuple(
        _of_all("M17", habitual(tasks, least, week)) if week >= WEEKS else _too_early(week, people)
        for week in range(1, weeks + 1)
    )


def beneficiary_gap(is_habitual: Truths, is_beneficiary: Truths) -> Figure:
    """Points of percent between those who were to benefit and the others. `people` are those of the smaller group: with
    fewer than ten there the gap would tell of them."""
    groups = is_habitual[is_beneficiary], is_habitual[~is_beneficiary]
    meant, others = ((int(group.sum()), len(group)) for group in groups)
    return gap_of_counts(meant, others)


def gap_of_counts(meant: tuple[int, int], others: tuple[int, int]) -> Figure:
    """The same from how many of how many have a habit, on both sides."""
    fewest = min(meant[1], others[1])
    found = share_difference(meant, others)
    if found is None:
        missing = "who was to benefit" if not meant[1] else "who was not"
        return nothing("M18", f"There is nobody {missing}.", fewest)
    points = found.times(100)
    return figure("M18", points.value, meant[1] + others[1], fewest, (points.low, points.high))


def decay(tasks: Numbers, least: int) -> Figure:
    """Of those with a habit in week 4, how many have one in week 12. Here weeks are those of each person's own access;
    nan: not reached yet."""
    return still_habitual(tasks, least)[LATE - EARLY] if tasks.shape[1] >= LATE else _not_yet(tasks, LATE)


def still_habitual(tasks: Numbers, least: int) -> tuple[Figure, ...]:
    """The curve that ends in `decay`, week 4 and after: each week of those who have reached it."""
    if tasks.shape[1] < EARLY:
        return ()
    return tuple(_of_cohort(tasks, least, week) for week in range(EARLY, tasks.shape[1] + 1))


def _of_cohort(tasks: Numbers, least: int, week: int) -> Figure:
    early = habitual(tasks, least, EARLY)
    reached = early & ~np.isnan(tasks[:, :week]).any(axis=1)
    if not reached.any():
        return _not_yet(tasks, week)
    left_out = int(early.sum() - reached.sum())
    note = f"{left_out} more have not reached week {week}." if left_out else ""
    return _of_all("M19", habitual(tasks, least, week)[reached], note)


def _of_all(code: str, mask: Truths, note: str = "") -> Figure:
    return share(code, int(mask.sum()), len(mask), len(mask), note=note)


def _too_early(weeks: int, people: int) -> Figure:
    return nothing("M17", f"A habit shows in {WEEKS} weeks, there are {weeks}.", people)


def _not_yet(tasks: Numbers, week: int) -> Figure:
    return nothing("M19", f"Nobody with a habit in week {EARLY} has reached week {week}.", len(tasks))
