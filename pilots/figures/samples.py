"""Figures of samples and registers about things: errors that escaped, scores, load, exception paths (M06, M07, M10,
M16, M27, M28, M33, M35). No person can be told from them; reviewers and those who check stand in `reviewers`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pilots.figures.rows import Made
from pilots.models import (
    Batch,
    Breach,
    DownstreamItem,
    Figure,
    HeadlineFigure,
    IntegrationPoint,
    LoadRun,
    ManualStep,
    Pilot,
    Score,
    Standard,
    UnsupportedPeriod,
)
from pilots.stats.metrics.errors import escapes
from pilots.stats.metrics.exceptions import bridging, path_followed, unavailable
from pilots.stats.metrics.figure import Figure as Measured
from pilots.stats.metrics.friction import abandoned, blocked, breaches
from pilots.stats.metrics.load import peak
from pilots.stats.metrics.making import nothing
from pilots.stats.metrics.observations import NOT_SAID, Codes
from pilots.stats.metrics.overrides import justified
from pilots.stats.metrics.people import independence
from pilots.stats.metrics.reviewers import agreement

_NOTES: Final = {
    "M06": "No override was judged by a blind panel.",
    "M07": "Nobody looked at items after they had left their user.",
    "M10": "No output was judged by two.",
    "M16": "No blockers were counted in a period without help.",
    "M16.dropped": "No abandoned tasks were counted in a period without help.",
    "M16.broken": "There was no period without help.",
    "M27.down": "Nobody counted how often the tool was not there.",
    "M27.path": "No exception path was tried.",
    "M28": "No manual steps were counted.",
    "M33": "No figure that people quote is registered.",
    "M35.latency": "There was no run at the forecast peak.",
}
Rows = list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Samples:
    pilot: Pilot
    made: Made

    def figures(self) -> Iterator[Figure]:
        escaped = self._rows(DownstreamItem, "workflow", "workflow__name", "is_wrong", "severity")
        scores = self._rows(Score, "workflow", "item", "reviewer", "passes", "prefers", "was_overridden")
        runs = self._rows(LoadRun, "requests", "errors", "rejected", "latency_seconds")
        yield from self._shown(self._escapes(escaped), escaped, {"M07": {"workflows": self._by_workflow(escaped)}})
        yield from self._shown((*_overrides(scores), *_agreement(scores)), scores)
        yield from self._shown(_peak(runs), runs)
        yield from self._shown(self._without_help(), [])
        yield from self._shown((unavailable(None, None), self._path(), *self._bridged(), self._recomputed()), [])

    def _rows(self, model: type[Any], *fields: str) -> Rows:
        there = model._default_manager.filter(pilot=self.pilot, batch__state=Batch.State.IMPORTED)
        return list(there.order_by("pk").values("batch", "day", *fields))

    def _shown(
        self, figures: Iterable[Measured], rows: Rows, more: dict[str, dict[str, Any]] | None = None
    ) -> Iterator[Figure]:
        days = [row["day"] for row in rows]
        between = (min(days), max(days)) if days else (None, None)
        batches = list(Batch.objects.filter(pk__in={row["batch"] for row in rows}).order_by("pk"))
        for found in figures:
            key = (found.code, "", None, None)
            if found.value is not None:
                yield self.made.shown(key, found, batches=batches, days=between, more=(more or {}).get(found.code))
            elif found.code in _NOTES:
                row = self.made.shown(key, found)
                row.note = _NOTES[found.code]
                yield row

    def _tolerances(self) -> dict[Any, float]:
        """By workflow, where its recipients have said."""
        there = Standard.objects.filter(pilot=self.pilot, removed_at=None, tolerance__isnull=False)
        return {workflow: tolerance or 0.0 for workflow, tolerance in there.values_list("workflow", "tolerance")}

    def _escapes(self, rows: Rows) -> tuple[Measured, ...]:
        """Beside the strictest tolerance of the workflows that were looked at."""
        looked_at = {row["workflow"] for row in rows}
        borne = [tolerance for workflow, tolerance in self._tolerances().items() if workflow in looked_at]
        return escapes(*_wrong(rows), min(borne, default=None))

    def _by_workflow(self, rows: Rows) -> list[dict[str, Any]]:
        tolerances, found = self._tolerances(), []
        for workflow, name in sorted(
            {(row["workflow"], row["workflow__name"]) for row in rows}, key=lambda one: one[1]
        ):
            its = [row for row in rows if row["workflow"] == workflow]
            tolerance = tolerances.get(workflow)
            all_ = escapes(*_wrong(its), tolerance)[0]
            said = {"value": all_.value, "low": all_.low, "high": all_.high, "n": all_.n, "note": all_.note}
            found.append({"workflow": name, "tolerance": tolerance, **said})
        return found

    def _without_help(self) -> Iterator[Measured]:
        periods = list(UnsupportedPeriod.objects.filter(pilot=self.pilot, removed_at=None))
        counted = [one for one in periods if one.tasks_attempted is not None]
        stuck = [one for one in counted if one.blockers is not None]
        given_up = [one for one in counted if one.tasks_abandoned is not None]
        yield blocked(_sum(one.blockers for one in stuck), _sum(one.tasks_attempted for one in stuck))
        yield abandoned(_sum(one.tasks_abandoned for one in given_up), _sum(one.tasks_attempted for one in given_up))
        helped = Breach.objects.filter(pilot=self.pilot, removed_at=None, period__removed_at=None).count()
        yield breaches(helped if periods else None)

    def _path(self) -> Measured:
        tried = IntegrationPoint.objects.filter(
            pilot=self.pilot, removed_at=None, kind="exception", attempts__isnull=False, followed__isnull=False
        ).values_list("followed", "attempts")
        followed, came_up = _columns(tried, 2)
        return path_followed(followed, came_up)

    def _bridged(self) -> tuple[Measured, ...]:
        steps = ManualStep.objects.filter(pilot=self.pilot, removed_at=None).order_by("recorded_at")
        cases, with_it, times, minutes = _columns(
            steps.values_list("cases_observed", "cases_with_it", "times", "minutes"), 4
        )
        return bridging(cases, with_it, times, minutes)

    def _recomputed(self) -> Measured:
        rows = HeadlineFigure.objects.filter(pilot=self.pilot, removed_at=None)
        return independence(np.array([row.is_independent for row in rows], np.bool_))


def _wrong(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    wrong = np.array([row["is_wrong"] for row in rows], np.bool_)
    return wrong, np.array([NOT_SAID if row["severity"] is None else row["severity"] for row in rows], np.int64)


def _overrides(rows: Rows) -> tuple[Measured, ...]:
    """Of an output that was overridden whose version is preferred; of one that was accepted whether it passes."""
    judged = [row for row in rows if row["was_overridden"] is not None]
    against = [_against(row) for row in judged]
    overridden = np.array([row["was_overridden"] for row in judged], np.bool_)
    items = coded((row["workflow"], row["item"], row["was_overridden"]) for row in judged)
    return justified(items, overridden, np.array(against, np.int64))


def _against(row: dict[str, Any]) -> int:
    if row["was_overridden"]:
        return {"user": 1, "tool": 0}.get(row["prefers"], NOT_SAID)
    return int(not row["passes"])


def _agreement(rows: Rows) -> tuple[Measured, ...]:
    if not rows:
        return (nothing("M10"),)
    items = coded((row["workflow"], row["item"]) for row in rows)
    reviewers = coded(row["reviewer"] for row in rows)
    return agreement(items, reviewers, np.array([row["passes"] for row in rows], np.int64))


def _peak(rows: Rows) -> tuple[Measured, ...]:
    asked, errors, rejected, latency = _columns(
        [(row["requests"], row["errors"], row["rejected"], row["latency_seconds"]) for row in rows], 4
    )
    return peak(asked, errors, rejected, latency)


def coded(labels: Iterable[Any]) -> Codes:
    """0 for the first label that comes, and so on."""
    seen: dict[Any, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], np.int64)


def _columns(rows: Iterable[tuple[Any, ...]], many: int) -> list[np.ndarray]:
    listed = list(rows)
    return [np.array(column) for column in zip(*listed, strict=True)] if listed else [np.zeros(0, int)] * many


def _sum(values: Iterable[int | None]) -> int | None:
    """None: nobody counted."""
    counted = [value for value in values if value is not None]
    return sum(counted) if counted else None
