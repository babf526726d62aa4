"""Whether what a later cell waits for is so now: a figure is looked at each time, a person's word stands as given."""

from collections.abc import Iterable
from dataclasses import dataclass

from governance.models import Comparator, LaterCondition
from pilots.measured.words import about
from pilots.models import Figure


@dataclass(frozen=True)
class Waits:
    """`state` is a key of the interface's states; `shows` says on what it rests."""

    condition: LaterCondition
    state: str
    shows: str
    figure: Figure | None = None

    @property
    def is_met(self) -> bool:
        return self.state == "met"


def waiting(conditions: Iterable[LaterCondition], figures: Iterable[Figure]) -> list[Waits]:
    """`figures` are those of the cell; without help counts before all together."""
    best: dict[str, Figure] = {}
    for figure in figures:
        if figure.part or figure.code not in best:
            best[figure.code] = figure
    return [_waits(one, best.get(one.figure)) for one in conditions]


def _waits(condition: LaterCondition, figure: Figure | None) -> Waits:
    if not condition.figure:
        if condition.met_at is None:
            return Waits(condition, "open", "Somebody says when it is so")
        return Waits(condition, "met", condition.met_note)
    if figure is None:
        return Waits(condition, "not_measured", f"{about(condition.figure).name} is not measured in this cell")
    if figure.is_hidden or figure.value is None:
        return Waits(condition, "not_measured", "Not enough data: fewer than ten people", figure)
    shows = f"{figure.value:g}, {_between(figure)}n = {figure.n or 0}, {figure.people or 0} people"
    if _reached(condition, figure):
        return Waits(condition, "met", shows, figure)
    return Waits(condition, "open", shows, figure)


def _between(figure: Figure) -> str:
    return "" if figure.low is None or figure.high is None else f"{figure.low:g} to {figure.high:g}, "


def _reached(condition: LaterCondition, figure: Figure) -> bool:
    """Only with its whole interval; one that has none is taken at its value."""
    assert condition.threshold is not None and figure.value is not None
    if condition.comparator == Comparator.AT_LEAST:
        return (figure.value if figure.low is None else figure.low) >= condition.threshold
    return (figure.value if figure.high is None else figure.high) <= condition.threshold
