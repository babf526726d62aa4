"""Tables that share entries, such as a grid and what is told apart in each of its cells: what of them is hidden.

An entry is known by its number; a table is a matrix of such numbers whose last row and column are the totals. A person
may stand in several entries, so that a total has fewer people than its parts added: `who` has them by number.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pilots.stats.metrics.suppression import LEAST, Mask, hidden

Table = NDArray[np.integer]
People = Sequence[NDArray[np.integer]]


def hidden_entries(tables: Sequence[Table], who: People, also: Mask | None = None) -> Mask:
    """One truth an entry. What one table hides is hidden in all of them, until no table hides more."""
    people = np.array([len(here) for here in who])
    off = (people > 0) & (people < LEAST)
    if also is not None:
        off |= also & (people > 0)
    while True:
        before = off.sum()
        for table in tables:
            if off[table].any():
                off[table[hidden(people[table[:-1, :-1]], off[table])]] = True
                _hide_thin_rests(table, off, who)
        if off.sum() == before:
            return off


def _hide_thin_rests(table: Table, off: Mask, who: People) -> None:
    """What is hidden under a shown total must be ten people, each counted once."""
    for line in (*table, *table.T):
        *parts, total = line.tolist()
        while not off[total] and 0 < _people([who[part] for part in parts if off[part]]) < LEAST:
            shown = [part for part in parts if not off[part] and len(who[part])]
            off[min(shown, key=lambda part: len(who[part]), default=total)] = True


def _people(several: People) -> int:
    return len(np.unique(np.concatenate(several))) if several else 0
