"""Tables that share entries, such as a grid and what is told apart in each of its cells: what of them is hidden.

An entry is known by its number; a table is a matrix of such numbers whose last row and column are the totals. A person
may stand in several entries, so that a total has fewer people than its parts added: `who` has them by number.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space

from pilots.stats.metrics.suppression import LEAST, Mask, hidden

Table = NDArray[np.integer]
People = Sequence[NDArray[np.integer]]
_NOTHING: Final = 1e-8


def hidden_entries(tables: Sequence[Table], who: People, also: Mask | None = None) -> Mask:
    """One truth an entry. What one table hides is hidden in all of them; and where all tables together give away what
    each keeps, one entry more, until nothing follows."""
    people = np.array([len(here) for here in who])
    off = (people > 0) & (people < LEAST)
    if also is not None:
        off |= also & (people > 0)
    lines = [line.tolist() for table in tables for line in (*table, *table.T)]
    while True:
        _hide_in_each(tables, off, who, people)
        follows = _follow(lines, off)
        shown = [at for line in lines if follows & set(line) for at in line if people[at] and not off[at]]
        if not shown:
            return off
        off[min(shown, key=lambda at: (people[at], at))] = True


def _hide_in_each(tables: Sequence[Table], off: Mask, who: People, people: NDArray[np.integer]) -> None:
    while True:
        before = off.sum()
        for table in tables:
            if off[table].any():
                off[table[hidden(people[table[:-1, :-1]], off[table])]] = True
                _hide_thin_rests(table, off, who)
        if off.sum() == before:
            return


def _follow(lines: Sequence[Sequence[int]], off: Mask) -> set[int]:
    """Hidden entries that have one value only: those in which all solutions of the equations are 0."""
    unknown = np.flatnonzero(off)
    if not len(unknown):
        return set()
    place = {at: column for column, at in enumerate(unknown.tolist())}
    equations = {tuple(line) for line in lines if any(off[line])}
    matrix = np.zeros((len(equations), len(unknown)))
    for row, (*parts, total) in zip(matrix, equations, strict=True):
        row[[place[part] for part in parts if off[part]]] = 1
        if off[total]:
            # A table of one row has the same entry as part and as total.
            row[place[total]] -= 1
    free = np.abs(null_space(matrix)).sum(axis=1)
    return set(unknown[free < _NOTHING].tolist())


def _hide_thin_rests(table: Table, off: Mask, who: People) -> None:
    """What is hidden under a shown total must be ten people, each counted once."""
    for line in (*table, *table.T):
        *parts, total = line.tolist()
        while not off[total] and 0 < _people([who[part] for part in parts if off[part]]) < LEAST:
            shown = [part for part in parts if not off[part] and len(who[part])]
            off[min(shown, key=lambda part: len(who[part]), default=total)] = True


def _people(several: People) -> int:
    return len(np.unique(np.concatenate(several))) if several else 0
