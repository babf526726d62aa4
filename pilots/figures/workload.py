"""How much of the real work was tried, and on how much of it the tool falls short (M12, M13): from what is shown of the
cells, so that these tell nothing that the cells do not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from pilots.figures.reading import Evidence
from pilots.figures.rows import Made
from pilots.models import Batch, Figure, Standard
from pilots.stats.metrics.figure import Figure as Measured
from pilots.stats.metrics.observations import Numbers
from pilots.stats.metrics.people import thin_cells
from pilots.stats.metrics.suppression import LEAST
from pilots.stats.metrics.workload import coverage, underperforming, verdicts

# Fewer tasks than these of a cell are no test of it.
FEWEST_TASKS: Final = 30
_ONLY: Final = f"A cell counts from {FEWEST_TASKS} tasks of {LEAST} people on."


@dataclass(frozen=True, eq=False)
class Workload:
    """`shown`: the figures of this run."""

    evidence: Evidence
    made: Made
    shown: Iterable[Figure]

    def figures(self) -> Iterator[Figure]:
        if not self.evidence.cells:
            return
        done, net = self._of_cells("success"), self._of_cells("M01")
        tasks = np.array([row.n or 0 if row else 0 for row in done])
        people = np.array([row.people or 0 if row else 0 for row in done])
        volume = _numbers(cell.tasks_a_month for cell in self.evidence.cells)
        yield self._row(coverage(volume, np.where(people >= LEAST, tasks, 0), FEWEST_TASKS), _ONLY)
        yield self._row(thin_cells(people, LEAST))
        yield from self._falling_short(volume, _values(done), _values(net), people)

    def _falling_short(self, volume: Numbers, quality: Numbers, net: Numbers, people: np.ndarray) -> Iterator[Figure]:
        evidence, bar = self.evidence, self._bar()
        borne = "" if bar is not None else "Recipients have not said how many errors they bear."
        place = {segment.pk: at for at, segment in enumerate(evidence.segments)}
        segment = np.array([place[cell.segment_id] for cell in evidence.cells])
        verdict = verdicts(quality, np.full(len(quality), np.nan if bar is None else bar), net, people)
        found = underperforming(volume, segment, verdict)
        worst = evidence.segments[found.worst] if found.worst is not None else None
        yield self._row(found.total, borne, more={"worst": str(worst)} if worst else {})
        for at, one in found.by_segment.items():
            if one.value is not None:
                key = (one.code, "", None, evidence.segments[at].pk)
                yield self.made.shown(key, one, batches=self._batches())

    def _bar(self) -> float | None:
        """Tasks done well, percent, by the strictest that recipients set."""
        set_ = Standard.objects.filter(
            pilot=self.evidence.pilot, removed_at=None, workflow__removed_at=None, tolerance__isnull=False
        )
        least = set_.order_by("tolerance").values_list("tolerance", flat=True).first()
        return None if least is None else max(0.0, 100 - least)

    def _of_cells(self, code: str) -> list[Figure | None]:
        found = {(row.use_case_id, row.segment_id): row for row in self.shown if row.code == code and not row.part}
        return [found.get((cell.use_case_id, cell.segment_id)) for cell in self.evidence.cells]

    def _row(self, found: Measured, also: str = "", more: dict[str, object] | None = None) -> Figure:
        row = self.made.shown((found.code, "", None, None), found, batches=self._batches(), more=more)
        row.note = f"{row.note} {also}".strip()[:300]
        return row

    def _batches(self) -> list[Batch]:
        """What the cells rest on that are shown."""
        keys = {key for row in self.shown if row.code == "success" and row.use_case_id for key in row.batches}
        return [batch for batch in self.evidence.batches if batch.pk in keys]


def _values(rows: Iterable[Figure | None]) -> Numbers:
    return _numbers(row.value if row else None for row in rows)


def _numbers(values: Iterable[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], float)
