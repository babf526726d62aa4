"""Everything that is known of each use case × segment of a pilot, in a fixed number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Prefetch

from governance.design import (
    FEWEST_PEOPLE,
    USUAL_BAR,
    CellFacts,
    Choice,
    Evidence,
    Failure,
    Measured,
    Proposal,
    propose,
)
from governance.models import Disposition, LaterCondition
from pilots.models import (
    Cell,
    FailureMode,
    FailureShare,
    Figure,
    Forecast,
    ForecastFigure,
    Pilot,
    Standard,
    UseCase,
)

SUCCESS: Final = "success"
_NET, _OVERRIDE = "M01", "M05"
_ALL_SHARES: Final = 100
_MANAGEABLE: Final = frozenset({FailureMode.Manageability.PREVENTED, FailureMode.Manageability.CAUGHT})


@dataclass(frozen=True)
class Known:
    """One cell with what was decided about it, what the system would propose, and what both rest on."""

    cell: Cell
    facts: CellFacts
    proposal: Proposal
    disposition: Disposition | None
    # Of its workload among all that is counted; None: nobody counted it.
    share: float | None
    figures: tuple[Figure, ...] = ()
    failures: tuple[FailureMode, ...] = ()
    forecast: Mapping[str, Any] | None = None

    @property
    def choice(self) -> str:
        """Empty where nothing is decided."""
        return self.disposition.choice if self.disposition else ""

    @property
    def state(self) -> str:
        """A key of the interface's states."""
        return f"design_{self.choice or 'undecided'}"

    @property
    def people(self) -> int | None:
        """Without help, or at all where nobody was without; None: under ten."""
        found = self.facts.people or max((figure.people or 0 for figure in self.figures), default=0)
        return found if found >= FEWEST_PEOPLE else None

    @property
    def may_show_forecast(self) -> bool:
        """What the model says of a cell with some people in it tells what they did."""
        return self.forecast is not None and (self.people is not None or self.facts.evidence is not Evidence.DIRECT)


@dataclass(frozen=True)
class Grid:
    pilot: Pilot
    cells: tuple[Known, ...]
    forecast: ForecastFigure | None
    # Severe or not, those that are there.
    failures: tuple[FailureMode, ...] = ()
    of_cell: Mapping[int, Known] = field(default_factory=dict)

    def known(self, cell: int) -> Known:
        return self.of_cell[cell]


def grid_of(pilot: Pilot) -> Grid:
    """In eight queries, whatever the size of the grid."""
    cells = list(Cell.objects.of(pilot))
    forecast = newest_forecast(pilot)
    figures, failures = _figures(pilot), _failures(pilot)
    shares = _touched(pilot)
    bar = bar_of(pilot)
    decided = {row.cell_id: row for row in dispositions_of(pilot)}
    volume = sum(cell.tasks_a_month or 0 for cell in cells)
    said = {row["cell"]: row for row in forecast.cells} if forecast else {}
    found = []
    for cell in cells:
        mine = [one for one in failures if _touches(one, cell, shares)]
        its = figures.get((cell.use_case_id, cell.segment_id), [])
        facts = _facts(cell, its, mine, said.get(cell.pk), bar)
        share = cell.tasks_a_month / volume if volume and cell.tasks_a_month is not None else None
        row = decided.get(cell.pk)
        found.append(Known(cell, facts, propose(facts), row, share, tuple(its), tuple(mine), said.get(cell.pk)))
    return Grid(pilot, tuple(found), forecast, tuple(failures), {one.cell.pk: one for one in found})


def proposals_of(pilot: Pilot, cells: Iterable[Cell]) -> dict[int, Proposal]:
    grid = grid_of(pilot)
    return {cell.pk: grid.known(cell.pk).proposal for cell in cells}


def dispositions_of(pilot: Pilot) -> Iterable[Disposition]:
    """Those that count, with their conditions."""
    conditions = Prefetch("conditions", LaterCondition.objects.select_related("met_by"))
    rows = Disposition.objects.of(pilot).select_related("owner", "decided_by")
    return rows.prefetch_related(conditions)


def newest_forecast(pilot: Pilot) -> ForecastFigure | None:
    """Of tasks done well, over the whole rollout."""
    rows = ForecastFigure.objects.filter(
        forecast__pilot=pilot, forecast__stage=0, forecast__state=Forecast.State.READY, of=ForecastFigure.Of.SUCCESS
    )
    return rows.select_related("forecast").defer("draws", "quantiles", "forecast__inputs").order_by("-forecast").first()


def bar_of(pilot: Pilot) -> float:
    """The strictest that recipients set: errors in a hundred items that they bear."""
    borne = Standard.objects.filter(
        pilot=pilot, removed_at__isnull=True, workflow__removed_at__isnull=True, tolerance__isnull=False
    ).order_by("tolerance")
    least = borne.values_list("tolerance", flat=True).first()
    return USUAL_BAR if least is None else max(0.0, 1 - least / _ALL_SHARES)


def _figures(pilot: Pilot) -> dict[tuple[Any, Any], list[Figure]]:
    """Of single cells: without help, and all rows of what has no such part."""
    rows = Figure.objects.filter(pilot=pilot, use_case__isnull=False, segment__isnull=False)
    found: dict[tuple[Any, Any], list[Figure]] = {}
    for figure in rows.filter(part__in=(Figure.Part.ALL, Figure.Part.UNSUPPORTED)).order_by("code", "part"):
        found.setdefault((figure.use_case_id, figure.segment_id), []).append(figure)
    return found


def _failures(pilot: Pilot) -> list[FailureMode]:
    """Not those that were built away."""
    rows = FailureMode.objects.filter(pilot=pilot, removed_at__isnull=True, built_on__isnull=True)
    return list(rows.select_related("build_owner", "use_case"))


def _touched(pilot: Pilot) -> dict[Any, dict[Any, float]]:
    """By failure and segment the share of its workload."""
    found: dict[Any, dict[Any, float]] = {}
    rows = FailureShare.objects.filter(pilot=pilot, removed_at__isnull=True)
    for failure, segment, percent in rows.values_list("failure", "segment", "percent"):
        found.setdefault(failure, {})[segment] = percent
    return found


def _touches(failure: FailureMode, cell: Cell, shares: Mapping[Any, Mapping[Any, float]]) -> bool:
    """One of which nobody said whom it hits may hit everybody."""
    if failure.use_case_id is not None and failure.use_case_id != cell.use_case_id:
        return False
    known = shares.get(failure.pk, {})
    return known.get(cell.segment_id, 1 if not known else 0) > 0


def _facts(
    cell: Cell, figures: list[Figure], failures: list[FailureMode], said: Mapping[str, Any] | None, bar: float
) -> CellFacts:
    alone = {figure.code: figure for figure in figures if figure.part == Figure.Part.UNSUPPORTED}
    evidence = Evidence(said["evidence"]) if said else Evidence.DIRECT if alone else Evidence.NONE
    people = max((figure.people or int(figure.is_hidden) for figure in alone.values()), default=0)
    forecast = _of_forecast(said)
    success = _measured(alone.get(SUCCESS), _ALL_SHARES)
    enough = people >= FEWEST_PEOPLE
    if success is None and enough and evidence is Evidence.DIRECT:
        success = forecast
    case: UseCase = cell.use_case
    return CellFacts(
        evidence=evidence,
        people=people,
        success=success if enough else None,
        net_minutes=_measured(alone.get(_NET), 1) if enough else None,
        override=_measured(alone.get(_OVERRIDE), _ALL_SHARES) if enough else None,
        modelled=forecast if evidence is Evidence.MODELLED else None,
        failures=tuple(Failure(one.what, one.severity, one.manageability in _MANAGEABLE) for one in failures),
        bar=bar,
        designed_for=case.designed_for,
        left_out_because=case.left_out_because,
        withdrawn_because=case.withdrawn_reason if case.withdrawn_at else "",
        human_only_because=case.human_only_reason if case.human_only_at else "",
    )


def _measured(figure: Figure | None, whole: float) -> Measured | None:
    if figure is None or figure.is_hidden or figure.value is None:
        return None
    low, high = (None if end is None else end / whole for end in (figure.low, figure.high))
    return Measured(figure.value / whole, low, high)


def _of_forecast(said: Mapping[str, Any] | None) -> Measured | None:
    if said is None or said.get("median") is None:
        return None
    return Measured(said["median"], said.get("low"), said.get("high"))


def shares_by_choice(cells: Iterable[Known]) -> dict[str, float]:
    """Of all counted work, by what was decided (empty: nothing); nothing where nothing is counted."""
    found: dict[str, float] = {}
    for one in cells:
        if one.share is not None:
            found[one.choice] = found.get(one.choice, 0.0) + one.share
    return found


def ignorance(cells: Iterable[Known]) -> float | None:
    """M36: the share of the counted work of which nothing is decided, or that nothing is known of. None: no count."""
    shares = shares_by_choice(cells)
    return sum(shares.get(choice, 0.0) for choice in ("", Choice.UNKNOWN)) if shares else None
