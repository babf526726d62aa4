"""Figures of those who check and of those who judge (M08, M09): hidden under ten of them, and held where the rows that
came or went since they were shown are those of fewer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.db.models import Q

from pilots.figures.rows import Made
from pilots.figures.samples import coded
from pilots.models import Batch, CheckTrace, Figure, Pilot, Rating, Standard
from pilots.stats.metrics.errors import reviews
from pilots.stats.metrics.figure import Figure as Measured
from pilots.stats.metrics.observations import Attitude
from pilots.stats.metrics.reviewers import against_reference, gap
from pilots.stats.metrics.suppression import LEAST, may_release

Row = Mapping[str, Any]
Side = Callable[[Row], bool]
_ATTITUDES: Final = {"enthusiast": Attitude.ENTHUSIAST, "neutral": Attitude.NEUTRAL, "sceptic": Attitude.SCEPTIC}
_CHECKED: Final = ("workflow", "participant", "has_trace", "minutes")
_RATED: Final = ("use_case", "item", "reviewer", "reviewer_attitude", "rating", "reference")


def _by(attitude: str) -> Side:
    return lambda row: row["reviewer_attitude"] == attitude


def _timed(row: Row) -> bool:
    return row["has_trace"] and row["minutes"] is not None


_SCEPTICS, _ENTHUSIASTS = _by("sceptic"), _by("enthusiast")
# Whose rows a figure rests on, of a code or what of it stands before its last part.
_SIDES: Final[dict[str, tuple[Side, ...]]] = {
    "M08": (lambda row: True,),
    "M08.minutes": (_timed,),
    "M08.short": (_timed,),
    "M09": (_SCEPTICS, _ENTHUSIASTS),
    "M09.s_bias": (_SCEPTICS,),
    "M09.s_off": (_SCEPTICS,),
    "M09.e_bias": (_ENTHUSIASTS,),
    "M09.e_off": (_ENTHUSIASTS,),
}


@dataclass(frozen=True, eq=False)
class Reviewers:
    pilot: Pilot
    made: Made

    def figures(self) -> Iterator[Figure]:
        yield from self._of(CheckTrace, "participant", _CHECKED, self._checks)
        yield from self._of(Rating, "reviewer", _RATED, _ratings)

    def _of(
        self,
        model: type[Any],
        person: str,
        fields: tuple[str, ...],
        work_out: Callable[[list[Row]], Iterable[Measured]],
    ) -> Iterator[Figure]:
        before = {key for row in self.made.before.values() if row.code in _SIDES for key in row.batches}
        batches = Batch.objects.filter(Q(state=Batch.State.IMPORTED) | Q(pk__in=before), pilot=self.pilot)
        known = {batch.pk: batch for batch in batches.order_by("pk")}
        rows = list(model._default_manager.filter(pilot=self.pilot, batch__in=known).values("batch", "day", *fields))
        counting = [row for row in rows if known[row["batch"]].state == Batch.State.IMPORTED]
        rests_on = [known[key] for key in sorted({row["batch"] for row in counting})]
        for found in work_out(counting) if counting else ():
            if found.value is not None:
                yield self._row(found, rests_on, counting, rows, person)

    def _row(self, found: Measured, batches: list[Batch], counting: list[Row], rows: list[Row], person: str) -> Figure:
        key = (found.code, "", None, None)
        before, now = self.made.before.get(key), [batch.pk for batch in batches]
        if found.people is None or found.people < LEAST:
            return self.made.hidden(key, now)
        if before is not None and not before.is_hidden:
            new_or_gone = set(before.batches) ^ set(now)
            for side in _SIDES[found.code]:
                changed = {row[person] for row in rows if row["batch"] in new_or_gone and side(row)}
                if not may_release(len(changed)):
                    return self.made.held(key)
        days = [row["day"] for row in counting]
        return self.made.shown(key, found, batches=batches, days=(min(days), max(days)))

    def _checks(self, rows: list[Row]) -> tuple[Measured, ...]:
        """Beside the shortest time that a standard of these workflows allows."""
        allowed = Standard.objects.filter(
            pilot=self.pilot, removed_at=None, check_minutes__gt=0, workflow__in={row["workflow"] for row in rows}
        )
        shortest = allowed.order_by("check_minutes").values_list("check_minutes", flat=True).first()
        has_trace = np.array([row["has_trace"] for row in rows], np.bool_)
        minutes = _numbers(row["minutes"] for row in rows)
        return reviews(coded(row["participant"] for row in rows), has_trace, minutes, shortest)


def _ratings(rows: list[Row]) -> tuple[Measured, ...]:
    items = coded((row["use_case"], row["item"]) for row in rows)
    reviewers = coded(row["reviewer"] for row in rows)
    attitudes = np.array([_ATTITUDES[row["reviewer_attitude"]] for row in rows])
    ratings = _numbers(row["rating"] for row in rows)
    reference = _numbers(row["reference"] for row in rows)
    return gap(items, reviewers, attitudes, ratings), *against_reference(reviewers, attitudes, ratings, reference)


def _numbers(values: Iterable[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], float)
