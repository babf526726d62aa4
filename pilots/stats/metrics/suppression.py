"""Which cells of a table about people are shown: none under ten people, and none that the others give away.

Shown cells and shown totals are equations between the hidden ones. Of a table with its totals a hidden cell can be
worked out exactly if no cycle of hidden cells goes through it, from row to column and back (Gusfield 1988, SIAM J.
Comput. 17, 552-571, “graph-theoretic approach to statistical data security”). So each gets the cycle that hides the
fewest people. A later figure would tell as much as a cell beside it: `may_release`.
"""

from heapq import heappop, heappush
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LEAST: Final = 10
People = NDArray[np.integer[Any]]
Mask = NDArray[np.bool_]


def with_totals(people: People) -> People:
    """One row and one column more: the totals, and the grand total in the corner."""
    tall = np.vstack([people, people.sum(axis=0, keepdims=True)])
    return np.hstack([tall, tall.sum(axis=1, keepdims=True)])


def hidden(people: People, also: Mask | None = None) -> Mask:
    """(rows + 1, columns + 1): what is hidden, the last row and column being the totals.

    A cell of nobody is “no data” and shown as that. A table with one row or column alone has no total of its own to
    give away; its line of totals is the same cells again and hides with them. `also`: of the same shape as the result,
    what is hidden for another reason.
    """
    table = with_totals(people)
    mask = (table > 0) & (table < LEAST)
    if also is not None:
        mask |= also & (table > 0)
    while True:
        before = mask.sum()
        _hide_small_rests(table, mask)
        for cell in sorted(np.argwhere(mask).tolist(), key=lambda at: (table[at[0], at[1]], at)):
            if not _has_cycle(mask, (cell[0], cell[1])):
                _hide_cycle(table, mask, (cell[0], cell[1]))
        if mask.sum() == before:
            return mask


def may_release(changed_people: int) -> bool:
    """Whether a figure may replace the one that was shown before: the rows that differ are nobody's, or come from ten
    people at least. Between, the difference of two exports would be a cell that is hidden."""
    return changed_people == 0 or changed_people >= LEAST


def _hide_small_rests(table: People, mask: Mask) -> None:
    """A shown total less what is shown is the sum of what is hidden: that too must be ten people's."""
    for side, there in ((table, mask), (table.T, mask.T)):
        for line, off in zip(side, there, strict=True):
            while not off[-1] and 0 < line[:-1][off[:-1]].sum() < LEAST:
                rest = np.where(off[:-1] | (line[:-1] == 0), np.iinfo(np.int64).max, line[:-1])
                off[int(rest.argmin())] = True


def _has_cycle(mask: Mask, cell: tuple[int, int]) -> bool:
    """Whether hidden cells lead from its row to its column without it."""
    there = mask.copy()
    there[cell] = False
    columns = there[cell[0]]
    while not columns[cell[1]]:
        wider = there[there[:, columns].any(axis=1)].any(axis=0) | columns
        if (wider == columns).all():
            return False
        columns = wider
    return True


def _hide_cycle(table: People, mask: Mask, cell: tuple[int, int]) -> None:
    """Dijkstra from the row of a hidden cell to its column without that cell, each step across a cell not yet hidden
    costing its people: hides the cheapest way."""
    rows = len(table)
    cost = np.where(mask, 0, np.where(table > 0, table, -1))
    cost[cell] = -1
    start, end = cell[0], rows + cell[1]
    best, came = {start: 0}, {start: start}
    queue = [(0, start)]
    while queue:
        so_far, node = heappop(queue)
        if node == end:
            break
        if so_far > best[node]:
            continue
        steps, first = (cost[node], rows) if node < rows else (cost[:, node - rows], 0)
        for at in np.flatnonzero(steps >= 0).tolist():
            total, other = so_far + int(steps[at]), first + at
            if total < best.get(other, total + 1):
                best[other], came[other] = total, node
                heappush(queue, (total, other))
    while end != start:
        here, end = end, came[end]
        row, column = (here, end) if here < rows else (end, here)
        mask[row, column - rows] = True
