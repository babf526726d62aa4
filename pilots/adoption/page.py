"""What the page about adoption shows: the finding, the curve with where it levels off, and each segment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

import numpy as np
from django.utils.safestring import SafeString

from pilots.adoption.lasting import SameWork, decay_of, gap_of, work_of
from pilots.adoption.weeks import STEPS, Funnel, Known, Line, Table, table_of
from pilots.charts import Picture, Spec, by_day, line_with_points, lying_band, lying_line, picture
from pilots.drawing import both_variants
from pilots.forecast_words import percent
from pilots.models import Criterion, Pilot, Stage
from pilots.stats.adoption import alarm_of_counts, levels_off
from pilots.stats.metrics.figure import Figure as Found

HEIGHT: Final = 220
# Readings before anything is said of where a curve ends.
ENOUGH: Final = 3
STATES: Final = {Known.NOT_MEASURED: "not_measured", Known.TOO_FEW: "not_enough_data"}
STEP_WORDS: Final = {
    "licensed": "Have a licence",
    "tried": "Ever tried it",
    "active": "Used it in the last four weeks",
    "habitual": "Have a habit of it",
}


@dataclass(frozen=True)
class Share:
    """One number of people, as part of all who are eligible."""

    people: int
    words: str
    between: str


@dataclass(frozen=True)
class Row:
    """A week of all people, or a segment in its newest week. Without `shares` its `state` is shown in their place."""

    name: str
    week: date | None
    eligible: int
    shares: tuple[Share, ...]
    state: str = ""
    levels_off: str = ""
    is_beneficiary: bool | None = None


@dataclass(frozen=True, eq=False)
class Adoption:
    stage: Stage
    table: Table
    target: float | None

    @cached_property
    def ceiling(self) -> tuple[float, float] | None:
        return ceiling_of(self.table.whole)

    @property
    def finding(self) -> str:
        whole = self.table.whole
        if self.ceiling:
            return f"Adoption is likely to level off {_between(*self.ceiling)}"
        if whole.last:
            return f"{percent(whole.last.habitual / whole.last.eligible)} of all eligible people have a habit of it"
        if whole.state == Known.TOO_FEW:
            return "Not enough data: too few people are eligible"
        return "Adoption is not measured yet"

    @property
    def said(self) -> str:
        last = self.table.whole.last
        if last is None:
            return ""
        tried, habitual = (percent(part / last.eligible) for part in (last.tried, last.habitual))
        return f"Of {last.eligible:,} eligible people {tried} have ever tried it and {habitual} have a habit of it."

    @cached_property
    def alarm(self) -> int | None:
        """The week of the stage in which it was first all but certain that the target is out of reach."""
        whole = self.table.whole
        if self.target is None or self.ceiling is None:
            return None
        return alarm_of_counts(whole.counts("eligible"), whole.counts("tried"), self.target)

    @property
    def alarm_said(self) -> str:
        if self.target is None:
            return "The stage has no criterion on habitual use, so there is nothing to sound an alarm about."
        asked = percent(self.target)
        if self.alarm:
            return (
                f"Since week {self.alarm} it is all but certain that fewer will ever try it than the {asked} of people "
                "with a habit that this stage asks for."
            )
        return f"No alarm. That does not yet show that {asked} will come to a habit of it."

    @property
    def drawn(self) -> SafeString:
        return both_variants(self.picture, "adoption")

    @property
    def picture(self) -> Picture:
        rows = [_percents(week, one) for week, (_, one) in zip(self.table.weeks, self.table.whole.weeks, strict=True)]
        y = _shares()
        layers: list[Spec] = []
        if self.ceiling:
            layers.append(lying_band(y, 100 * self.ceiling[0], 100 * self.ceiling[1]))
        if self.target is not None:
            layers += lying_line(y, 100 * self.target, "asked for: a habit")
        layers += _curve(rows, "tried", "ever tried", "var(--accent)", [])
        layers += _curve(rows, "habitual", "habit", "var(--passed)", [2, 3])
        described = "Shares of all eligible people by week. The band is where those who ever try it level off."
        return picture(self.finding, described, layers, rows, HEIGHT)

    @property
    def weeks(self) -> list[Row]:
        """The newest first."""
        both = zip(self.table.weeks, self.table.whole.weeks, strict=True)
        rows = [_row(f"Week {number}", week, known, one) for number, (week, (known, one)) in enumerate(both, 1)]
        return rows[::-1]

    @property
    def segments(self) -> list[Row]:
        return [_of_segment(line, self.table.weeks) for line in self.table.segments]

    @cached_property
    def gap(self) -> Found:
        return gap_of(self.table)

    @cached_property
    def decay(self) -> Found:
        return decay_of(self.stage)

    @cached_property
    def work(self) -> tuple[list[SameWork], Found]:
        return work_of(self.stage)


def stages_run(pilot: Pilot) -> list[Stage]:
    """Those that were opened, the newest last."""
    return list(Stage.objects.filter(pilot=pilot, opened_at__isnull=False).select_related("pilot").order_by("number"))


def chosen_of(stages: Sequence[Stage], asked: str) -> Stage | None:
    """The one that is asked for; else the newest."""
    return next((one for one in stages if str(one.number) == asked), stages[-1] if stages else None)


def adoption_of(stage: Stage, at: datetime) -> Adoption:
    asked = Criterion.objects.filter(
        stage=stage,
        metric=Criterion.Metric.HABITUAL,
        purpose=Criterion.Purpose.SATISFACTORY,
        side=Criterion.Side.FLOOR,
    )
    return Adoption(stage, table_of(stage, at), asked.values_list("bound", flat=True).first())


def ceiling_of(line: Line) -> tuple[float, float] | None:
    """None while there are too few readings to say."""
    tried = line.counts("tried")
    if np.count_nonzero(~np.isnan(tried)) < ENOUGH:
        return None
    return levels_off(line.counts("eligible"), tried)


def _between(low: float, high: float) -> str:
    return f"between {round(100 * low)} and {percent(high)}"


def _row(name: str, week: date, known: Known, one: Funnel | None) -> Row:
    if one is None:
        return Row(name, week, 0, (), STATES[known])
    return Row(name, week, one.eligible, tuple(_share(one, step) for step in STEPS))


def _of_segment(line: Line, weeks: tuple[date, ...]) -> Row:
    is_meant = line.segment.is_beneficiary if line.segment else None
    if line.last is None:
        return Row(line.name, None, 0, (), STATES[line.state], is_beneficiary=is_meant)
    ends = ceiling_of(line)
    shares = tuple(_share(line.last, step) for step in STEPS)
    said = _between(*ends) if ends else "too early to tell"
    return Row(line.name, weeks[line.last_place], line.last.eligible, shares, "", said, is_meant)


def _share(one: Funnel, step: str) -> Share:
    found = one.share(step)
    people = getattr(one, step)
    if found is None:
        return Share(people, "nobody is eligible", "")
    return Share(people, percent(found.value), _between(found.low, found.high))


def _percents(week: date, one: Funnel | None) -> dict[str, Any]:
    shares = {name: 100 * getattr(one, name) / one.eligible if one and one.eligible else None for name in STEPS}
    return {"week": week.isoformat(), **shares}


def _shares() -> Spec:
    axis = {"title": None, "values": [0, 25, 50, 75, 100], "labelExpr": "datum.label + ' %'"}
    return {"type": "quantitative", "axis": axis, "scale": {"domain": [0, 100]}}


def _curve(rows: list[dict[str, Any]], field: str, words: str, colour: str, dash: list[int]) -> list[Spec]:
    """Its words stand at its end."""
    x, y = by_day("week"), {**_shares(), "field": field}
    known = [row for row in rows if row[field] is not None]
    if not known:
        return []
    mark = {"type": "text", "align": "right", "baseline": "bottom", "dy": -7, "color": colour, "fontWeight": 600}
    end = {"data": {"values": known[-1:]}, "mark": {**mark, "text": words}, "encoding": {"x": x, "y": y}}
    return [*line_with_points(x, y, colour, dash), end]
