"""Figures of tasks: of the whole, each use case, each segment, each cell, and of pairs that are set against one
another."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pilots.figures.entries import Entries, Entry
from pilots.figures.releasing import Releasing, Verdicts, is_the_same
from pilots.figures.rows import Key, Made
from pilots.models import Batch, Figure
from pilots.stats.metrics import ABOUT, FROM_ROWS, Rows
from pilots.stats.metrics.basis import RESTS_ON, Side, sides_of
from pilots.stats.metrics.exceptions import done_well, exceptions
from pilots.stats.metrics.figure import Figure as Measured
from pilots.stats.metrics.making import nothing
from pilots.stats.metrics.overrides import overrides
from pilots.stats.metrics.suppression import LEAST
from pilots.stats.metrics.time import correcting, gross_time, learning, net_time
from pilots.stats.metrics.workload import out_of_scope

WorkOut = Callable[[Rows], tuple[Measured, ...]]
# Of a pair, and of each cell with and without help: what a design of the rollout is proposed from.
_OF_PAIRS: Final[dict[str, WorkOut]] = {
    "success": done_well,
    "M01": net_time,
    "M02": gross_time,
    "M03": learning,
    "M04": correcting,
    "M05": overrides,
    "M11": out_of_scope,
    "M27": exceptions,
}
_OF_CELLS_BY_HELP: Final = {metric: _OF_PAIRS[metric] for metric in ("success", "M01", "M05")}
_BY_HELP: Final = frozenset(RESTS_ON[metric] for metric in _OF_CELLS_BY_HELP)
# Of the whole alone; and what no task says.
_NOT_USED, _LEFT = "M05.unused", "M03.left"
_OTHERWISE: Final = frozenset({_NOT_USED, _LEFT, "M27.down", "M27.path"})
_NOTES: Final = {
    "success": "No task was observed.",
    "M01": "No task says all parts of its time.",
    "M02": "No task says its minutes with and without the tool.",
    "M03": "Nobody recorded learning minutes.",
    "M04": "Nobody recorded correcting minutes.",
    "M05": "No task says what was made of its output.",
    "M09.s_made": "No work of sceptics was judged.",
    "M09.e_made": "No work of enthusiasts was judged.",
    "M11": "No task was observed.",
    "M27": "No task was observed.",
}
_KINDS: Final = ("M27.none", "M27.below", "M27.human")


@dataclass(frozen=True, eq=False)
class FromTasks:
    entries: Entries
    made: Made

    def figures(self) -> Iterator[Figure]:
        for at, entry in enumerate(self.entries.all):
            if entry.part is not None:
                yield from self._of(at, entry)

    @cached_property
    def verdicts(self) -> dict[tuple[Side, ...], Verdicts]:
        """By what figures rest on."""
        return {sides: self._verdicts(sides) for sides in set(RESTS_ON.values())}

    def key(self, code: str, entry: Entry) -> Key:
        evidence = self.entries.evidence
        case = None if entry.use_case is None else evidence.use_cases[entry.use_case].pk
        segment = None if entry.segment is None else evidence.segments[entry.segment].pk
        return code, entry.part or "", case, segment

    def batches(self, places: Iterable[int]) -> list[Batch]:
        return [self.entries.evidence.batches[place] for place in places]

    def _verdicts(self, sides: tuple[Side, ...]) -> Verdicts:
        first = next(code for code, found in RESTS_ON.items() if found == sides)
        alone = len(sides) == 1
        pairs = alone and not first.startswith("M09")
        tables = self.entries.tables(pairs=pairs, cells=sides in _BY_HELP)
        before = {}
        for at, entry in enumerate(self.entries.all):
            row = self.made.before.get(self.key(first, entry)) if entry.part is not None else None
            if row is not None:
                before[at] = row
        found = [Releasing(self.entries, side, tables, before, alone).verdicts() for side in sides]
        return found[0] if alone else found[0].either(found[1])

    def _of(self, at: int, entry: Entry) -> Iterator[Figure]:
        functions, codes = _wanted(entry)
        states = {code: self.verdicts[sides_of(code)] for code in codes}
        rows, worked = None, {}
        if any(state.shown[at] for state in states.values()):
            rows = self.entries.rows_of(entry)
            worked = {found.code: found for work_out in functions for found in work_out(rows)}
        for code, state in states.items():
            yield from self._row(self.key(code, entry), at, state, worked, rows)
        if at == self.entries.whole:
            yield from self._special(at, worked, rows)

    def _row(
        self, key: Key, at: int, state: Verdicts, worked: Mapping[str, Measured], rows: Rows | None
    ) -> Iterator[Figure]:
        code, before = key[0], self.made.before.get(key)
        if not state.there[at]:
            if at == self.entries.whole and (note := _NOTES.get(code)):
                yield self.made.shown(key, nothing(code, note))
        elif state.hidden[at]:
            keeps = before is not None and before.is_hidden and state.keeps_its_batches[at]
            kept = before.batches if before is not None and keeps else None
            yield self.made.hidden(key, kept if kept is not None else self._keys(state, at))
        elif state.held[at]:
            if before is not None and not before.is_hidden:
                yield self.made.held(key)
        else:
            assert rows is not None
            found = worked[code]
            shown_before = before is not None and not before.is_hidden
            if before is not None and shown_before and state.same[at] and not is_the_same(before, found):
                yield self.made.held(key)
            elif found.value is not None:
                yield self._shown(key, found, self.batches(state.batches[at]), rows, _more(code, worked))

    def _shown(
        self, key: Key, found: Measured, batches: list[Batch], rows: Rows, more: dict[str, Any] | None = None
    ) -> Figure:
        days = (rows.day.min().item(), rows.day.max().item()) if len(rows) else (None, None)
        return self.made.shown(key, found, batches=batches, days=days, more=more)

    def _keys(self, state: Verdicts, at: int) -> list[int]:
        return [batch.pk for batch in self.batches(state.batches[at])]

    def _special(self, at: int, worked: Mapping[str, Measured], rows: Rows | None) -> Iterator[Figure]:
        """What nobody counts, and the learning of those who gave up: shown where those who stayed are ten as well."""
        whole = self.entries.all[at]
        unused = worked.get(_NOT_USED) or nothing(_NOT_USED, "Nobody counted tasks done without the tool.")
        yield self.made.shown(self.key(_NOT_USED, whole), unused)
        state, left, key = self.verdicts[sides_of("M03")], worked.get(_LEFT), self.key(_LEFT, whole)
        if left is None or rows is None or not state.there[at] or not left.people:
            return
        stayed = int(state.people[at]) - left.people
        if left.people < LEAST or 0 < stayed < LEAST or state.hidden[at]:
            yield self.made.hidden(key, self._keys(state, at))
        else:
            yield from self._row(key, at, state, worked, rows)


def _wanted(entry: Entry) -> tuple[Iterable[WorkOut], list[str]]:
    """What works it out, and the codes."""
    if not entry.part:
        return FROM_ROWS, _codes(RESTS_ON)
    metrics = _OF_PAIRS if entry.use_case is None else _OF_CELLS_BY_HELP
    return metrics.values(), _codes(metrics)


def _codes(metrics: Iterable[str]) -> list[str]:
    """With those told apart after the dot, in the order of the catalogue."""
    known = set(metrics)
    return [code for code in ABOUT if code not in _OTHERWISE and (code in known or code.split(".")[0] in known)]


def _more(code: str, worked: Mapping[str, Measured]) -> dict[str, Any]:
    """Of exceptions each kind, which rests on the same tasks."""
    if code != "M27":
        return {}
    return {"kinds": [{"code": kind, "name": ABOUT[kind].name, "share": worked[kind].value} for kind in _KINDS]}
