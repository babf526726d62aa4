"""Which tasks a figure rests on. Whoever hides or holds figures counts the people of these, not of all tasks."""

from collections.abc import Callable
from typing import Final

import numpy as np

from pilots.stats.metrics.observations import NOT_SAID, Attitude, Outcome, Rows, Truths
from pilots.stats.metrics.time import net_minutes

Side = Callable[[Rows], Truths]


def everything(rows: Rows) -> Truths:
    return np.ones(len(rows), np.bool_)


def net_said(rows: Rows) -> Truths:
    return ~np.isnan(net_minutes(rows))


def gross_said(rows: Rows) -> Truths:
    return ~np.isnan(rows.baseline - rows.with_tool)


def learning_said(rows: Rows) -> Truths:
    return ~np.isnan(rows.learning)


def correcting_said(rows: Rows) -> Truths:
    return ~np.isnan(rows.correcting + rows.with_tool)


def use_said(rows: Rows) -> Truths:
    return (rows.outcome != Outcome.NO_OUTPUT) & (rows.use_made != NOT_SAID)


def made_by_sceptics(rows: Rows) -> Truths:
    return ~np.isnan(rows.quality) & (rows.attitude == Attitude.SCEPTIC)


def made_by_enthusiasts(rows: Rows) -> Truths:
    return ~np.isnan(rows.quality) & (rows.attitude == Attitude.ENTHUSIAST)


def net_with_help(rows: Rows) -> Truths:
    return net_said(rows) & rows.supported


def net_without_help(rows: Rows) -> Truths:
    return net_said(rows) & ~rows.supported


def quality_with_help(rows: Rows) -> Truths:
    return ~np.isnan(rows.quality) & rows.supported


def quality_without_help(rows: Rows) -> Truths:
    return ~np.isnan(rows.quality) & ~rows.supported


# Of a code, or of what stands before its dot. Two sides: the difference between them, which needs ten people of each.
RESTS_ON: Final[dict[str, tuple[Side, ...]]] = {
    "success": (everything,),
    "M01": (net_said,),
    "M02": (gross_said,),
    "M03": (learning_said,),
    "M04": (correcting_said,),
    "M05": (use_said,),
    "M09.s_made": (made_by_sceptics,),
    "M09.e_made": (made_by_enthusiasts,),
    "M11": (everything,),
    "M16.time": (net_with_help, net_without_help),
    "M16.quality": (quality_with_help, quality_without_help),
    "M27": (everything,),
}


def sides_of(code: str) -> tuple[Side, ...]:
    return RESTS_ON.get(code) or RESTS_ON[code.partition(".")[0]]
