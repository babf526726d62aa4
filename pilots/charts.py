"""Pictures as Vega-Lite specifications, and their drawing as SVG on the server. Pure.

Colours are the variables of static/css/tokens.css, so that one picture serves light, dark and print. Each picture has a
title and a description for who does not see it; its numbers stand in a table below, so its marks are mute.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import vl_convert

VERSION: Final = "5.20"
WIDE, NARROW = 640, 256
HEIGHT: Final = 170
SIZE: Final = 12
Spec = dict[str, Any]

_CONFIG: Final[Spec] = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--muted)",
        "labelFontSize": SIZE,
        "titleColor": "var(--muted)",
        "titleFontSize": SIZE,
        "titleFontWeight": "normal",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "gridColor": "var(--line)",
        "labelFlush": False,
    },
    "text": {"fontSize": SIZE, "color": "var(--ink)"},
}


@dataclass(frozen=True)
class Picture:
    """`title` is its finding; `described` what is drawn."""

    title: str
    described: str
    wide: Spec
    narrow: Spec


def picture(
    title: str,
    described: str,
    layers: Sequence[Spec],
    values: Sequence[Mapping[str, Any]],
    height: int = HEIGHT,
) -> Picture:
    """Both variants of one: the same layers over the same rows, with fewer marks on the narrow axis."""
    wide, narrow = (_spec(layers, values, width, height) for width in (WIDE, NARROW))
    return Picture(title, described, wide, narrow)


def _spec(layers: Sequence[Spec], values: Sequence[Mapping[str, Any]], width: int, height: int) -> Spec:
    return {
        "$schema": f"https://vega.github.io/schema/vega-lite/v{VERSION.split('.')[0]}.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 4,
        "config": _CONFIG,
        "data": {"values": [dict(row) for row in values]},
        "layer": list(layers),
    }


def by_day(field: str = "day") -> Spec:
    axis = {"format": "%-d %b", "grid": False, "title": None, "tickCount": 6}
    return {
        "field": field,
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": {**axis, "labelOverlap": True, "labelSeparation": 10},
    }


def amount(field: str, title: str) -> Spec:
    axis = {"tickCount": 4, "format": "~s", "title": title, "titleAnchor": "start", "titleAngle": 0}
    place = {"titleAlign": "left", "titleX": 0, "titleY": -8, "titleBaseline": "bottom"}
    return {"field": field, "type": "quantitative", "axis": {**axis, **place}, "scale": {"zero": True, "nice": True}}


def bars(x: Spec, y: Spec, width: int | None = None, colour: str = "var(--accent)") -> Spec:
    """One for each day, as wide as there is room, or of a `width` that has to fit the narrow variant too."""
    if width is None:
        mark: Spec = {"type": "bar", "color": colour, "width": {"band": 0.7}}
        return {"mark": mark, "encoding": {"x": {**x, "timeUnit": "utcyearmonthdate"}, "y": y}}
    return {"mark": {"type": "bar", "color": colour, "width": width}, "encoding": {"x": x, "y": y}}


def points_with_intervals(x: Spec, y: Spec, low: str, high: str, colour: str = "var(--accent)") -> list[Spec]:
    line = {"mark": {"type": "rule", "color": colour, "strokeWidth": 2, "opacity": 0.55}}
    points = {"mark": {"type": "point", "color": colour, "filled": True, "size": 46, "opacity": 1}}
    return [
        {**line, "encoding": {"x": x, "y": {**y, "field": low}, "y2": {"field": high}}},
        {**points, "encoding": {"x": x, "y": y}},
    ]


def line_with_points(x: Spec, y: Spec, colour: str = "var(--accent)", dash: Sequence[int] = ()) -> list[Spec]:
    """Where a value is missing the line is broken; a single one is a point of its own."""
    line = {"type": "line", "strokeWidth": 2, "strokeDash": list(dash)}
    mark = {"type": "point", "filled": True, "size": 40, "opacity": 1}
    usual = {"color": colour, "invalid": "break-paths-filter-domains"}
    return [{"mark": usual | one, "encoding": {"x": x, "y": y}} for one in (line, mark)]


def lying_band(y: Spec, low: float, high: float, colour: str = "var(--accent)") -> Spec:
    """From one side to the other, between two values."""
    ends = {"y": {**y, "field": "low"}, "y2": {"field": "high"}}
    return {
        "data": {"values": [{"low": low, "high": high}]},
        "mark": {"type": "rect", "color": colour, "opacity": 0.16},
        "encoding": ends,
    }


def lying_line(y: Spec, at: float, words: str, colour: str = "var(--muted)") -> list[Spec]:
    """A value to be measured against, with its words over it."""
    data = {"values": [{"at": at}]}
    there = {"y": {**y, "field": "at"}}
    rule = {"data": data, "mark": {"type": "rule", "color": colour, "strokeDash": [5, 4]}, "encoding": there}
    mark = {"type": "text", "align": "left", "baseline": "bottom", "dy": -3, "color": colour, "text": words}
    return [rule, {"data": data, "mark": mark, "encoding": {"x": {"value": 4}, **there}}]


def band(x: Spec, inner: tuple[str, str], outer: tuple[str, str], y: int, colour: str = "var(--accent)") -> list[Spec]:
    """Two intervals of `x` lying in one another, `y` from the top, with a mark at its own field."""
    place = {"y": {"value": y}}
    lying = [
        {
            "mark": {"type": "rule", "color": colour, "strokeWidth": 20, "opacity": opacity},
            "encoding": {"x": {**x, "field": low}, "x2": {"field": high}, **place},
        }
        for (low, high), opacity in ((outer, 0.25), (inner, 0.5))
    ]
    mark = {"type": "tick", "color": "var(--ink)", "thickness": 3, "size": 28, "orient": "vertical"}
    return [*lying, {"mark": mark, "encoding": {"x": x, **place}}]


def point(x: Spec, field: str, y: int, colour: str = "var(--ink)") -> Spec:
    mark = {"type": "point", "shape": "diamond", "color": colour, "size": 110, "strokeWidth": 2, "opacity": 1}
    return {"mark": mark, "encoding": {"x": {**x, "field": field}, "y": {"value": y}}}


def words_at(x: Spec, field: str, words: str, y: int, align: str) -> Spec:
    mark = {"type": "text", "align": align, "baseline": "middle", "fontWeight": 600, "text": words}
    return {"mark": mark, "encoding": {"x": {**x, "field": field}, "y": {"value": y}}}


def upright_line(day: date, words: str, colour: str = "var(--passed)") -> list[Spec]:
    """Where something happened, with its words at the top."""
    data = {"values": [{"at": day.isoformat(), "words": words}]}
    x = {"field": "at", "type": "temporal", "scale": {"type": "utc"}}
    line = {"data": data, "mark": {"type": "rule", "color": colour, "strokeWidth": 2}, "encoding": {"x": x}}
    mark = {"type": "text", "align": "right", "dx": -5, "baseline": "top", "color": colour, "fontWeight": 600}
    return [line, {"data": data, "mark": mark, "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "words"}}}]


def draw(spec: Spec, *, title: str, described: str, name: str, css: str) -> str:
    """The SVG as it stands in a page: no width of its own, no roles on marks, nothing that a policy would refuse."""
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=VERSION, allowed_base_urls=[])
    drawn = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", drawn)
    opening = re.search(r"<svg[^>]*?viewBox=\"([^\"]*)\"[^>]*>", drawn)
    assert opening is not None
    said = f"<title id={quoteattr(f'{name}-title')}>{escape(title)}</title>"
    said += f"<desc id={quoteattr(f'{name}-described')}>{escape(described)}</desc>"
    labelled = quoteattr(f"{name}-title {name}-described")
    start = f'<svg class={quoteattr(f"chart {css}")} viewBox="{opening[1]}" role="img" aria-labelledby={labelled}>'
    return start + said + drawn[opening.end() :]
