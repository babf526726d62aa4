"""A figure in words: its name, its value with the unit, its interval. What is hidden stays hidden in every form."""

from collections.abc import Iterable
from typing import Final

from pilots.models import Figure, Method, Stake
from pilots.stats.figures import in_figures
from pilots.stats.metrics import ABOUT, About

NOT_ENOUGH: Final = "not enough data"
NOT_MEASURED: Final = "not measured"
_COUNTED: Final = frozenset({"cells", "count", "days", "tasks"})
_UNITS: Final = {
    "min/task": "min a task",
    "h/user-week": "h a person and week",
    "per 100": "in 100",
    "0–1": "of 1",
    "κ": "",
    "count": "",
    "per case": "a case",
    "min/case": "min a case",
}


def about(code: str) -> About:
    """One of a newer version that this one does not know is called by its code."""
    return ABOUT.get(code) or About(code, code, "", "", "", "", concerns_people=True)


def in_unit(value: float, unit: str) -> str:
    """What is counted is whole: 6 cells, 1 cell."""
    if unit in _COUNTED and value.is_integer():
        return with_unit(f"{value:,.0f}", unit.removesuffix("s") if value == 1 else unit)
    return with_unit(in_figures(value), unit)


def with_unit(digits: str, unit: str) -> str:
    return f"{digits} {_UNITS.get(unit, unit)}".strip()


def state(figure: Figure | None) -> str:
    """A key of the interface's states; empty for a figure that says something."""
    if figure is not None and figure.is_hidden:
        return "not_enough_data"
    return "not_measured" if figure is None or figure.value is None else ""


def value(figure: Figure | None) -> str:
    """“62 %”, or in words why there is none."""
    why_none = {"not_enough_data": NOT_ENOUGH, "not_measured": NOT_MEASURED}.get(state(figure))
    if why_none is not None:
        return why_none
    assert figure is not None and figure.value is not None
    return in_unit(figure.value, about(figure.code).unit)


def interval(figure: Figure | None) -> str:
    """“58 to 66 %”; empty where there is none."""
    if figure is None or state(figure) or figure.low is None or figure.high is None:
        return ""
    return f"{in_figures(figure.low)} to {in_unit(figure.high, about(figure.code).unit)}"


def methods(figure: Figure) -> str:
    return ", ".join(_labels(Method, figure.methods))


def stakes(figure: Figure) -> str:
    return ", ".join(_labels(Stake, figure.stakes))


def stake_state(figure: Figure) -> str:
    """A key of the interface's states for who has a stake in it; empty for nobody."""
    if Stake.SUPPLIER in figure.stakes:
        return "by_supplier"
    return "by_project" if Stake.PROJECT in figure.stakes else ""


def _labels(of: type[Method] | type[Stake], kept: Iterable[str]) -> list[str]:
    known = dict(of.choices)
    return [str(known.get(one, one)) for one in kept]
