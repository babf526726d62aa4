"""Figures weighted by how much work a use case × segment is, and what falls outside the scope (M11 to M13, M36)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import figure, nothing, share_of
from pilots.stats.metrics.observations import Codes, Numbers, Outcome, Rows, Truths
from pilots.stats.metrics.suppression import LEAST


class Verdict(IntEnum):
    """On one cell. Of fewer than ten people it is not given, so that nobody reads it from the total."""

    NOT_MEASURED = -1
    HOLDS = 0
    FALLS_SHORT = 1


@dataclass(frozen=True)
class Underperforming:
    """`low` and `high` of each figure: as if all that was not measured held, and as if all of it fell short."""

    total: Figure
    by_segment: dict[int, Figure]
    worst: int | None


NOT_COUNTED: Final = "The volume of {} is not counted."


def out_of_scope(rows: Rows) -> tuple[Figure, ...]:
    outside = rows.outcome == Outcome.OUT_OF_SCOPE
    found = share_of("M11", outside, rows.person)
    if found.value is None:
        return found, nothing("M11.count", people=0)
    return found, figure("M11.count", float(outside.sum()), found.n, found.people)


def coverage(volume: Numbers, observations: Codes, minimum: int) -> Figure:
    """Of all cells of the rollout: the part of their tasks that stands in cells with so many observations at least.

    `volume` in tasks a year or month, nan where nobody has counted; `n` is the number of cells.
    """
    return _weighted("M12", volume, observations >= minimum)


def ignorance(volume: Numbers, unknown: Truths, removed: int = 0) -> Figure:
    """`unknown`: nobody has decided what becomes of the cell. `removed`: cells that were taken out of the grid."""
    return _weighted("M36", volume, unknown, f"{_cells(removed)} taken out of the grid." if removed else "")


def verdicts(quality: Numbers, bar: Numbers, net_minutes: Numbers, people: Codes) -> NDArray[np.int8]:
    """Of each cell: it falls short where quality is below the bar or people lose time. nan: not measured.

    One of the two is enough to fall short; to hold, both must be known.
    """
    known = ~np.isnan(quality - bar) & ~np.isnan(net_minutes)
    short = (quality < bar) | (net_minutes < 0)
    found = np.where(short, Verdict.FALLS_SHORT, np.where(known, Verdict.HOLDS, Verdict.NOT_MEASURED))
    return np.where(people < LEAST, Verdict.NOT_MEASURED, found).astype(np.int8)


def underperforming(volume: Numbers, segment: Codes, verdict: Codes) -> Underperforming:
    """Over all cells and in each segment; `worst` is the segment of the largest known share."""
    each = {int(code): _short(volume[segment == code], verdict[segment == code]) for code in np.unique(segment)}
    known = [(found.value, code) for code, found in each.items() if found.value is not None]
    return Underperforming(_short(volume, verdict), each, max(known)[1] if known else None)


def _short(volume: Numbers, verdict: Codes) -> Figure:
    least = _weighted("M13", volume, verdict == Verdict.FALLS_SHORT)
    open_ = _weighted("M13", volume, verdict == Verdict.NOT_MEASURED)
    if least.value is None or open_.value is None or (verdict == Verdict.NOT_MEASURED).all():
        return nothing("M13", least.note if least.value is None else "")
    note = f"{open_.value:.0f} % of the volume was not measured. {least.note}" if open_.value else least.note
    return figure("M13", least.value, least.n, between=(least.value, least.value + open_.value), note=note)


def _weighted(code: str, volume: Numbers, mask: Truths, note: str = "") -> Figure:
    counted = ~np.isnan(volume)
    whole = float(volume[counted].sum())
    missing = NOT_COUNTED.format(_cells(int((~counted).sum()))) if not counted.all() else ""
    note = f"{missing} {note}".strip()
    if whole <= 0:
        return nothing(code, note)
    return figure(code, 100 * float(volume[counted & mask].sum()) / whole, int(counted.sum()), note=note)


def _cells(many: int) -> str:
    return f"{many} cell" if many == 1 else f"{many} cells"
