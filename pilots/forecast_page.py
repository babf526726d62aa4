"""What the page of a forecast shows: each figure with its picture, what it rests on, and the cells behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.safestring import SafeString

from pilots import forecast_words as words
from pilots.charts import Picture, Spec, band, picture, point, words_at
from pilots.drawing import both_variants
from pilots.models import Batch, Cell, Forecast, ForecastFigure, ForecastScore, Pilot, Recalculation
from pilots.stats.metrics.suppression import LEAST

HEIGHT: Final = 130
# Batches by name; the rest as a number.
LISTED: Final = 8
# Rows of the picture from the top: the words over the forecast, its band, those over the demonstration, its mark.
_OVER_BAND, _BAND, _OVER_POINT, _POINT = 8, 32, 66, 84
# From here on words would run out of the picture, so they end at their mark instead of standing over it.
_LEFT, _RIGHT = 0.3, 0.7
# Per cent: of the axis, seen from near where all shares are small, and between its marks.
_SMALL, _NEAR = 20, 25.0
_STEP, _NEAR_STEP = 25, 10


@dataclass(frozen=True)
class Part:
    """One kind of evidence. `start` and `share` of the whole bar, in hundredths."""

    state: str
    share: float
    start: float
    width: float
    words: str


@dataclass(frozen=True)
class Block:
    figure: ForecastFigure
    finding: str
    drawn: SafeString
    parts: tuple[Part, ...]

    @property
    def label(self) -> str:
        return str(self.figure.get_of_display())

    @property
    def chances(self) -> str:
        return f"{words.chances(self.figure)} {words.wide_chances(self.figure)}"

    @property
    def bounds(self) -> str:
        return words.bounds(self.figure)

    @property
    def unseen(self) -> str:
        return words.of_unseen(self.figure.unseen)

    @property
    def counted(self) -> str:
        return words.COUNTED[ForecastFigure.Of(self.figure.of)]

    @property
    def people(self) -> str:
        many = self.figure.people
        return f"{many} people" if many >= LEAST else "fewer than ten people"

    @property
    def differences(self) -> list[tuple[str, str]]:
        """What makes it another figure than the demonstration's, most first, and what none of it explains last."""
        found = [note for note in self.figure.notes if note["kind"] == "difference"]
        found.sort(key=lambda note: -abs(note["points"]))
        rest = [note | {"words": "Everything else"} for note in self.figure.notes if note["kind"] == "rest"]
        return [(note["words"], words.change(self.figure.of, note["points"])) for note in (*found, *rest)]

    @property
    def remarks(self) -> list[str]:
        """What is peculiar to this figure."""
        return [note["words"] for note in self.figure.notes if note["kind"] not in {"difference", "rest", "assumed"}]

    @property
    def assumed(self) -> list[str]:
        return [note["words"] for note in self.figure.notes if note["kind"] == "assumed"]

    @property
    def score(self) -> ForecastScore | None:
        """None until its stage is closed, and for good where too few people were behind what came."""
        return getattr(self.figure, "score", None)

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """The picture as a table."""
        one, of = self.figure, self.figure.of
        naive = "no such figure" if one.naive is None else words.in_words(of, one.naive)
        return [
            ("As likely above as below", words.in_words(of, one.median)),
            ("80 of 100 times", words.between(of, one.low80, one.high80)),
            ("95 of 100 times", words.between(of, one.low95, one.high95)),
            ("The demonstration", naive),
        ]


@dataclass(frozen=True)
class CellShown:
    """`expected` empty: fewer than ten people are behind it."""

    cell: Cell
    share: float | None
    state: str
    expected: str = ""
    spread: str = ""


@dataclass(frozen=True)
class Evidence:
    """`held`: references of batches that wait, since they would tell what one to nine people did."""

    batches: Sequence[Batch]
    held: tuple[str, ...] = ()

    @property
    def listed(self) -> Sequence[Batch]:
        return self.batches[:LISTED]

    @property
    def more(self) -> int:
        return len(self.batches) - len(self.listed)

    @property
    def methods(self) -> list[str]:
        return list(dict.fromkeys(one.get_method_display() for one in self.batches))

    @property
    def first_day(self) -> date | None:
        return min((one.first_day for one in self.batches if one.first_day), default=None)

    @property
    def last_day(self) -> date | None:
        return max((one.last_day for one in self.batches if one.last_day), default=None)


def newest(pilot: Pilot) -> tuple[Forecast | None, Forecast | None]:
    """The newest of all, and the newest that is worked out. Of the whole rollout."""
    rows = forecasts_of(pilot).filter(stage=0)
    last = rows.first()
    if last is None or last.state == Forecast.State.READY:
        return last, last
    return last, rows.filter(state=Forecast.State.READY).first()


def forecasts_of(pilot: Pilot) -> Any:
    return Forecast.objects.filter(pilot=pilot).select_related("locked_by").defer("inputs")


def is_behind(pilot: Pilot) -> bool:
    """Whether evidence or scope changed since the newest forecast, so that another is to come."""
    return Recalculation.objects.due("forecast").filter(pilot=pilot).exists()


def blocks_of(forecast: Forecast) -> list[Block]:
    return [block_of(figure) for figure in figures_of([forecast])[forecast.pk]]


def assumed_in(blocks: Sequence[Block]) -> list[str]:
    """Each once, whichever figures it concerns."""
    return list(dict.fromkeys(words for block in blocks for words in block.assumed))


def figures_of(forecasts: Sequence[Forecast]) -> dict[int, list[ForecastFigure]]:
    """By the forecast's id, in the order of `Of`. One query, without the thousand draws of each."""
    found: dict[int, list[ForecastFigure]] = {one.pk: [] for one in forecasts}
    for figure in ForecastFigure.objects.filter(forecast__in=found).select_related("score").defer("draws", "quantiles"):
        found[figure.forecast_id].append(figure)
    order = ForecastFigure.Of.values
    for figures in found.values():
        figures.sort(key=lambda one: order.index(one.of))
    return found


def block_of(figure: ForecastFigure) -> Block:
    drawn = both_variants(picture_of(figure), f"figure-{figure.of}")
    return Block(figure, words.finding(figure), drawn, tuple(_parts(figure)))


def _parts(figure: ForecastFigure) -> Iterable[Part]:
    said = (
        ("direct", figure.direct, "measured as the rollout will be: this use case, these people, no help"),
        ("modelled", figure.modelled, "worked out from parts that were measured apart from one another"),
        (
            "none",
            figure.no_evidence,
            "a condition of it was never met: these people, no help, no training or this use case",
        ),
    )
    start = 0.0
    for kind, share, meaning in said:
        if share:
            yield Part(f"reach_{kind}", share, round(start, 2), round(100 * share, 2), meaning)
        start += 100 * share


def picture_of(figure: ForecastFigure) -> Picture:
    is_time = figure.of == ForecastFigure.Of.MINUTES
    times = 1 if is_time else 100
    names = ("naive", "median", "low80", "high80", "low95", "high95")
    row = {name: times * value for name in names if (value := getattr(figure, name)) is not None}
    span = (min(0.0, *row.values()), max(0.0, *row.values())) if is_time else (0.0, _top(row.values()))
    x = _scale(span, is_time=is_time)
    layers = band(x("median"), ("low80", "high80"), ("low95", "high95"), _BAND)
    layers.append(_said(x, row, "median", span, f"rollout: {_short(figure, figure.median)}", _OVER_BAND))
    if figure.naive is not None:
        layers.append(point(x("naive"), "naive", _POINT))
        layers.append(_said(x, row, "naive", span, f"demonstration: {_short(figure, figure.naive)}", _OVER_POINT))
    described = f"{words.chances(figure)} Beside it, {words.promised(figure)}."
    return picture(words.finding(figure), described, layers, [row], HEIGHT)


def _short(figure: ForecastFigure, value: float) -> str:
    return words.in_words(figure.of, value)


def _top(shares: Iterable[float]) -> float:
    """Where all are small they are seen from nearer."""
    return _NEAR if max(shares) <= _SMALL else 100.0


def _scale(span: tuple[float, float], *, is_time: bool) -> Any:
    axis: Spec = {"title": None, "grid": True, "labelFlush": True}
    if is_time:
        axis |= {"title": "minutes saved a task", "tickCount": 5}
    else:
        step = _NEAR_STEP if span[1] == _NEAR else _STEP
        axis |= {"values": list(range(0, round(span[1]) + 1, step)), "labelExpr": "datum.label + ' %'"}
    scale = {"domain": list(span), "nice": is_time, "zero": True}
    return lambda field: {"field": field, "type": "quantitative", "axis": axis, "scale": scale}


def _said(x: Any, row: dict[str, float], field: str, span: tuple[float, float], said: str, y: int) -> Spec:
    place = (row[field] - span[0]) / ((span[1] - span[0]) or 1)
    align = "left" if place < _LEFT else "right" if place > _RIGHT else "center"
    return words_at(x(field), field, said, y, align)


def cells_of(figure: ForecastFigure) -> list[CellShown]:
    """The largest shares of the work first; without those that have left the scope since."""
    said = {row["cell"]: row for row in figure.cells}
    cells = Cell.objects.filter(pk__in=said).select_related("use_case", "segment")
    found = [_cell(figure.of, cell, said[cell.pk]) for cell in cells]
    return sorted(found, key=lambda one: (-(one.share or 0), str(one.cell)))


def _cell(of: str, cell: Cell, said: dict[str, Any]) -> CellShown:
    state = f"reach_{said['evidence']}"
    share = said.get("share")
    if said.get("median") is None:
        return CellShown(cell, share, state)
    return CellShown(
        cell, share, state, words.in_words(of, said["median"]), words.between(of, said["low"], said["high"])
    )


def evidence_of(forecast: Forecast) -> Evidence:
    """Of its inputs the list of batches alone is read: the rest has a row for each person and kind of task."""
    rows = Forecast.objects.filter(pk=forecast.pk)
    ids, held = rows.values_list("inputs__public__batches", "inputs__public__held").get()
    batches = Batch.objects.filter(pilot=forecast.pilot, pk__in=ids or [])
    return Evidence(
        list(batches.only("number", "title", "first_day", "last_day", "method", "pilot")), tuple(held or ())
    )


def what_is_missing(pilot: Pilot) -> list[str]:
    """Of what a forecast cannot do without: "workload", "batches"."""
    counted = Cell.objects.of(pilot).filter(tasks_a_month__gt=0)
    measured = Batch.objects.counting().filter(pilot=pilot, kind=Batch.Kind.OBSERVATIONS)
    return [name for name, rows in (("workload", counted), ("batches", measured)) if not rows.exists()]
