"""The document that a forecast is worked out from, and can be recomputed from: `public`, and `people`."""

from collections.abc import Sequence
from typing import Any, Final

from pilots.forecast_inputs.evidence import Crowd, farthest_in, rows_of_people, rows_of_tasks
from pilots.forecast_inputs.rollout import Scope
from pilots.forecast_inputs.rows import Group, farthest_of, groups_of, habits_of, seen_elsewhere
from pilots.models import Batch, Forecast, PhaseKind, Pilot, Stage
from pilots.stages import cells_foreseen, to_be_foreseen
from pilots.stats.forecast.levels import PAIRS
from pilots.stats.forecast.projecting import DRAWS
from pilots.stats.metrics.suppression import LEAST

FORMAT: Final = 1


class Impossible(Exception):
    """Why there can be no forecast yet, in words for whoever asked."""


def document_of(
    pilot: Pilot, batches: Sequence[Batch], held: Sequence[Batch] = (), stage: Stage | None = None
) -> dict[str, Any]:
    """From these batches; those that are `held` back wait until more people stand behind them. Of a `stage` only its
    cells are the rollout, on all the evidence there is. Raises Impossible."""
    if not batches:
        raise Impossible("There are no observations that count. Import a batch of them first.")
    ids = [batch.pk for batch in batches]
    groups = groups_of(pilot, ids)
    only = None if stage is None else to_be_foreseen(stage)
    scope = Scope.of(pilot, {group.use_case for group in groups}, only)
    if not scope.cells:
        raise Impossible(
            "Nobody has counted the work of the rollout, so nothing says what weighs how much. "
            "Say for each use case and segment how many tasks a month it is."
        )
    crowd = Crowd.of(pilot, scope, groups, seen_elsewhere(pilot, ids))
    if len(crowd.first_day) < LEAST:
        raise Impossible(
            "Fewer than ten people did the tasks that count, and a forecast would tell what one of them did. "
            "Bring observations of ten people at least."
        )
    if only is not None:
        _require_apart(pilot, groups, only)
    early = [batch.pk for batch in batches if batch.phase == PhaseKind.DEMONSTRATION]
    people: dict[str, Any] = {
        "tasks": rows_of_tasks(scope, crowd, groups),
        "farthest": farthest_in(groups, farthest_of(pilot, ids, groups)),
    }
    bases = {"tasks": scope.tasks(len(crowd.first_day))}
    if habits := rows_of_people(scope, crowd, habits_of(pilot, ids), habits_of(pilot, early)):
        people["people"], bases["people"] = habits, scope.people()
    public = {
        "format": FORMAT,
        "batches": ids,
        "held": [batch.reference for batch in held],
        "draws": DRAWS,
        "pairs": [[one.name, other.name] for one, other in PAIRS],
        "assumed": scope.assumed.sentences,
        "bases": bases,
    }
    return {"public": public, "people": people}


def _require_apart(pilot: Pilot, groups: Sequence[Group], cells: set[int]) -> None:
    """Two forecasts side by side must not tell, by what only one of them weighs, what one to nine people did."""
    told = cells_foreseen(Forecast.objects.filter(pilot=pilot, state=Forecast.State.READY))
    for other in [set(), *told.values()]:
        for part in (cells - other, other - cells):
            if 0 < len({one.person for one in groups if one.cell in part}) < LEAST:
                raise Impossible(
                    "Fewer than ten people did the tasks of some cells that are only in this stage, or only in another "
                    "forecast: both side by side would tell what one of them did. Take them into the stage, leave them "
                    "out of it, or bring observations of ten people at least."
                )
