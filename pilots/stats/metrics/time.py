"""Minutes: what a task takes less with the tool, and what learning and correcting take of that (M01 to M04)."""

from typing import Final

import numpy as np

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import figure, median, nothing, ratio, share
from pilots.stats.metrics.observations import Numbers, Rows, Truths, distinct_pairs, numbered, summed

# Whoever did no task for longer than this before the last day that was observed is taken to have given up.
GAVE_UP_AFTER: Final = 14


def net_minutes(rows: Rows) -> Numbers:
    """Of each task; nan where one of its parts is not said, which is not none. Rework downstream is in no row."""
    return rows.baseline - rows.with_tool - rows.learning - rows.correcting


def net_time(rows: Rows) -> tuple[Figure, ...]:
    net = net_minutes(rows)
    said = ~np.isnan(net)
    note = "" if said.all() else f"{int(said.sum())} of {len(rows)} tasks say all parts of the time."
    who, people = numbered(rows.person[said])
    each = summed(who, people, net[said])
    losing = share("M01.losing", int((each < 0).sum()), people, people, note=note)
    return (*_spread("M01", net, rows, note), losing)


def gross_time(rows: Rows) -> tuple[Figure, ...]:
    return _spread("M02", rows.baseline - rows.with_tool, rows, "")


def learning(rows: Rows) -> tuple[Figure, ...]:
    """Hours in each week in which somebody did a task and said what learning took."""
    said = rows.where(~np.isnan(rows.learning))
    if not len(said):
        return nothing("M03", people=0), nothing("M03.left", people=0)
    who, people = numbered(said.person)
    hours = summed(who, people, said.learning) / 60
    weeks = distinct_pairs(who, said.week, people)
    left = _gave_up(rows)
    return (
        ratio("M03", hours, weeks, int(weeks.sum())),
        ratio("M03.left", hours[left], weeks[left], int(weeks[left].sum())),
    )


def correcting(rows: Rows) -> tuple[Figure, ...]:
    """Percent of the minutes with the tool, checking and correcting included, where both are said."""
    said = rows.where(~np.isnan(rows.correcting + rows.with_tool))
    who, people = numbered(said.person)
    mending = summed(who, people, said.correcting)
    return (ratio("M04", 100 * mending, mending + summed(who, people, said.with_tool), len(said)),)


def _spread(code: str, minutes: Numbers, rows: Rows, note: str) -> tuple[Figure, ...]:
    """The median, and between what ten and ninety in a hundred tasks lie."""
    middle = median(code, minutes, rows.person, note)
    if middle.value is None:
        return middle, nothing(f"{code}.p10", note, 0), nothing(f"{code}.p90", note, 0)
    tenth, ninetieth = np.percentile(minutes[~np.isnan(minutes)], [10, 90])
    return (
        middle,
        figure(f"{code}.p10", float(tenth), middle.n, middle.people, note=note),
        figure(f"{code}.p90", float(ninetieth), middle.n, middle.people, note=note),
    )


def _gave_up(rows: Rows) -> Truths:
    """Of the people who said what learning took, in their order: whether their last task of all is long past."""
    days = rows.day.astype("datetime64[D]").astype(np.int64)
    who, people = numbered(rows.person)
    last = np.full(people, days.min())
    np.maximum.at(last, who, days)
    asked = np.zeros(people, np.bool_)
    asked[who[~np.isnan(rows.learning)]] = True
    return (last < days.max() - GAVE_UP_AFTER)[asked]
