"""Rows of `Figure`, not saved yet: what was worked out, with where it comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pilots.models import Batch, Figure, Pilot
from pilots.stats.metrics.figure import Figure as Measured

Key = tuple[str, str, UUID | None, UUID | None]


def key_of(row: Figure) -> Key:
    return row.code, row.part, row.use_case_id, row.segment_id


@dataclass(frozen=True)
class Made:
    """All rows of one run."""

    pilot: Pilot
    at: datetime
    before: Mapping[Key, Figure]

    def shown(
        self,
        key: Key,
        found: Measured,
        *,
        batches: Iterable[Batch] = (),
        days: tuple[date | None, date | None] = (None, None),
        more: dict[str, Any] | None = None,
    ) -> Figure:
        rests_on = list(batches)
        measured = [batch for batch in rests_on if batch.kind != Batch.Kind.INTAKE] or rests_on
        row = self._row(key, [batch.pk for batch in rests_on])
        row.value, row.low, row.high = found.value, found.low, found.high
        row.n, row.people, row.note = found.n, found.people, found.note[:300]
        row.first_day, row.last_day = days
        row.methods = sorted({batch.method for batch in measured})
        row.measured_by = sorted({batch.measured_by for batch in measured})
        row.stakes = sorted({batch.stake for batch in measured})
        row.is_synthetic = any(batch.is_synthetic for batch in rests_on)
        row.more = more or {}
        return row

    def hidden(self, key: Key, batches: Iterable[int]) -> Figure:
        """Nothing is said but that there are too few. `batches` count what came since, and are shown nowhere."""
        row = self._row(key, list(batches))
        row.is_hidden = True
        return row

    def held(self, key: Key) -> Figure:
        """As it was shown."""
        row = self.before[key]
        row.is_held = True
        return row

    def _row(self, key: Key, batches: list[int]) -> Figure:
        code, part, use_case, segment = key
        return Figure(
            pilot=self.pilot,
            code=code,
            part=part,
            use_case_id=use_case,
            segment_id=segment,
            batches=batches,
            worked_out_at=self.at,
        )
