"""The parts of a pilot's evidence that have figures of their own, by number, and who stands behind each of them.

The grid of use case × segment with its totals; each cell told apart by help; and the whole by each pair of parts, what
belongs to neither side being an entry too, since whoever knows the whole and both sides knows that rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilots.figures.reading import SAID_OF_TASKS, Evidence
from pilots.models import Figure
from pilots.stats.metrics.basis import Side
from pilots.stats.metrics.linked import Table
from pilots.stats.metrics.observations import NOT_SAID, Attitude, Codes, Route, Rows, Truths, numbered

FIRST_DAYS: Final = 28
_P: Final = Figure.Part
PAIRS: Final = (
    (_P.SUPPORTED, _P.UNSUPPORTED),
    (_P.SELECTED, _P.ASSIGNED),
    (_P.ENTHUSIASTS, _P.SCEPTICS),
    (_P.TRAINED, _P.UNTRAINED),
    (_P.FIRST, _P.LATER),
)
_SIDES: Final = 3
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_MIXING: Final = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_DENSE: Final = 100_000_000
_BY_ROUTE: Final = {Route.VOLUNTEERED: 0, Route.NOMINATED: 0, Route.ASSIGNED: 1, NOT_SAID: 2}
_BY_ATTITUDE: Final = {Attitude.ENTHUSIAST: 0, Attitude.SCEPTIC: 1, Attitude.NEUTRAL: 2, NOT_SAID: 2}


@dataclass(frozen=True)
class Entry:
    """`use_case` and `segment` are places in the evidence; None: all of them. `part` None: of neither side."""

    part: str | None
    use_case: int | None = None
    segment: int | None = None


@dataclass(frozen=True, eq=False)
class Kinds:
    """Tasks that no figure tells apart, each kind once: whose, in which cell, in which batch, on which sides. `sides`:
    (pairs, kinds), 2 of neither. `of_row`: the kind of each task. `content`: all that its tasks say, as a sum that is
    the same in another batch."""

    person: Codes
    cell: Codes
    batch: Codes
    sides: NDArray[np.int8]
    of_row: NDArray[np.intp]
    content: NDArray[np.uint64]

    def with_any(self, mask: Truths) -> Truths:
        """Of each kind whether it has one of these tasks."""
        found = np.zeros(len(self.person), np.bool_)
        found[self.of_row[mask]] = True
        return found


@dataclass(frozen=True, eq=False)
class Entries:
    evidence: Evidence

    @cached_property
    def shape(self) -> tuple[int, int]:
        return len(self.evidence.use_cases), len(self.evidence.segments)

    @cached_property
    def all(self) -> list[Entry]:
        cases, segments = self.shape
        cells = [(case, segment) for case in range(cases) for segment in range(segments)]
        return [
            *(Entry(_P.ALL, *cell) for cell in cells),
            *(Entry(_P.ALL, use_case=case) for case in range(cases)),
            *(Entry(_P.ALL, segment=segment) for segment in range(segments)),
            Entry(_P.ALL),
            *(Entry(part, *cell) for cell in cells for part in PAIRS[0]),
            *(Entry(part) for pair in PAIRS for part in (*pair, None)),
        ]

    @property
    def whole(self) -> int:
        cases, segments = self.shape
        return cases * segments + cases + segments

    @property
    def _of_cells(self) -> int:
        """The first of those of cells told apart by help."""
        return self.whole + 1

    @property
    def _of_pairs(self) -> int:
        cases, segments = self.shape
        return self._of_cells + 2 * cases * segments

    @cached_property
    def kinds(self) -> Kinds:
        """Numbers that fit into 64 bits: 200,000 people in 1,000 cells and 1,000 batches take 58."""
        evidence, rows = self.evidence, self.evidence.rows
        cell = rows.use_case.astype(np.int64) * self.shape[1] + rows.segment
        sides = _sides(rows, evidence.counts[evidence.batch])
        key = (rows.person * np.int64(max(cell.max(initial=0) + 1, 1)) + cell) * len(evidence.batches) + evidence.batch
        for side in sides:
            key = key * _SIDES + side
        _, first, of_row = np.unique(key, return_index=True, return_inverse=True)
        content = np.zeros(len(first), np.uint64)
        np.add.at(content, of_row, _content(rows))
        return Kinds(rows.person[first], cell[first], evidence.batch[first], sides[:, first], of_row, content)

    @cached_property
    def axes(self) -> list[NDArray[np.int64]]:
        """Each gives every kind of task one entry: by cell, use case and segment, whole, by cell and help, by pair."""
        (cases, segments), kinds = self.shape, self.kinds
        cell = kinds.cell.astype(np.int64)
        return [
            cell,
            cases * segments + cell // max(segments, 1),
            cases * segments + cases + cell % max(segments, 1),
            np.full(len(cell), self.whole),
            self._of_cells + 2 * cell + kinds.sides[0],
            *(self._of_pairs + _SIDES * pair + kinds.sides[pair].astype(np.int64) for pair in range(len(PAIRS))),
        ]

    def tables(self, *, pairs: bool, cells: bool) -> list[Table]:
        """The grid; `pairs`: the whole by each pair; `cells`: help in each cell."""
        cases, segments = self.shape
        many = cases * segments
        body = np.arange(many).reshape(cases, segments)
        grid = np.block([[body, many + np.arange(cases)[:, None]], [many + cases + np.arange(segments), self.whole]])
        if not pairs:
            return [grid]
        lines = [
            np.array([[*(self._of_pairs + _SIDES * pair + np.arange(_SIDES)), self.whole]] * 2)
            for pair in range(int(cells), len(PAIRS))
        ]
        if cells:
            by_help = self._of_cells + np.arange(2 * many).reshape(many, 2)
            total = [self._of_pairs, self._of_pairs + 1, self.whole]
            lines.append(np.vstack([np.column_stack([by_help, np.arange(many)]), total]))
        return [grid, *lines]

    def behind(self, mask: Truths) -> list[NDArray[np.int64]]:
        """The people of each entry, by these kinds of tasks."""
        return self.behind_each(np.broadcast_to(mask, (len(self.axes), len(mask))))

    def behind_each(self, masks: Truths) -> list[NDArray[np.int64]]:
        """The same, by other kinds of tasks on each axis: (axes, kinds)."""
        return self._parted(masks, self.kinds.person, len(self.evidence.people))

    def batches(self, mask: Truths) -> list[NDArray[np.int64]]:
        """The places of the batches of each entry."""
        masks = np.broadcast_to(mask, (len(self.axes), len(mask)))
        return self._parted(masks, self.kinds.batch, len(self.evidence.batches))

    def _parted(self, masks: Truths, of: Codes, many: int) -> list[NDArray[np.int64]]:
        """The different ones of each entry."""
        many = max(many, 1)
        keys = (axis[mask] * many + of[mask] for axis, mask in zip(self.axes, masks, strict=True))
        pairs = _different(keys, len(self.all) * many)
        return np.split(pairs % many, np.searchsorted(pairs // many, np.arange(1, len(self.all))))

    def rests(self, side: Side) -> Truths:
        """Of each kind whether the figure rests on it, should its batch count."""
        return self.kinds.with_any(side(self.evidence.rows))

    def rows_of(self, entry: Entry) -> Rows:
        """Of what counts."""
        rows = self.evidence.where(entry.use_case, entry.segment)
        if not entry.part:
            return rows
        pair, side = next((pair, two.index(entry.part)) for pair, two in enumerate(PAIRS) if entry.part in two)
        if pair == 0:
            return rows.where(rows.supported == (side == 0))
        return rows.where(self._counting_sides[pair] == side)

    @cached_property
    def _counting_sides(self) -> NDArray[np.int8]:
        rows = self.evidence.counting
        return _sides(rows, np.ones(len(rows), np.bool_))


def _content(rows: Rows) -> NDArray[np.uint64]:
    """Of each task a number that stands for all that it says of itself, mixed as in splitmix64: another task has
    another one, and their sums differ as well."""
    found = np.zeros(len(rows), np.uint64)
    for name in SAID_OF_TASKS:
        column = np.ascontiguousarray(getattr(rows, name))
        number = (column if column.dtype.kind == "f" else column.astype(np.int64)).view(np.uint64)
        found = _mixed(found + number + _ODD)
    return found


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    for shift, factor in _MIXING:
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    mixed: NDArray[np.uint64] = numbers ^ (numbers >> np.uint64(31))
    return mixed


def _sides(rows: Rows, counts: Truths) -> NDArray[np.int8]:
    """In the order of PAIRS: 0 or 1, and 2 for neither. First use is counted from the tasks that count."""
    found = np.full((len(PAIRS), len(rows)), 2, np.int8)
    found[0] = np.where(rows.supported, 0, 1)
    for code, side in _BY_ROUTE.items():
        found[1][rows.route == code] = side
    for code, side in _BY_ATTITUDE.items():
        found[2][rows.attitude == code] = side
    found[3][rows.trained == 1] = 0
    found[3][rows.trained == 0] = 1
    found[4] = _is_later(rows, counts)
    return found


def _is_later(rows: Rows, counts: Truths) -> NDArray[np.int8]:
    """Whether it was done after the first four weeks of who did it."""
    day = rows.day.astype(np.int64)
    who, people = numbered(rows.person)
    began = np.full(people, np.iinfo(np.int64).max)
    np.minimum.at(began, who[counts], day[counts])
    return (day - began[who] >= FIRST_DAYS).astype(np.int8)


def _different(several: Iterable[NDArray[np.int64]], under: int) -> NDArray[np.int64]:
    """In their order, each once. Ticked off in a table where that is no larger than the numbers would be: sorting
    millions takes ten times as long."""
    if under > _DENSE:
        return np.unique(np.concatenate([np.unique(numbers) for numbers in several]))
    seen = np.zeros(under, np.bool_)
    for numbers in several:
        seen[numbers] = True
    return np.flatnonzero(seen)
