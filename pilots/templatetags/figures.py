"""Figures as people read them."""

from django import template

from pilots.stats.figures import in_figures

register = template.Library()


register.filter("figure", in_figures)


@register.filter
def thousands(value: int) -> str:
    return f"{value:,}"


@register.simple_tag
def percent(part: float, whole: float) -> str:
    """A few of many are neither none nor all of them."""
    if not whole:
        return ""
    share = 100 * part / whole
    if 0 < share < 1:
        return "under 1 %"
    return "over 99 %" if 99 < share < 100 else f"{share:.0f} %"


@register.filter
def share(part: float | None) -> str:
    """Of 1."""
    return "not counted" if part is None else percent(part, 1)


@register.filter
def share_or(part: float | None) -> str:
    """A share of the workload; one that nobody counted is not none of it."""
    return "not counted" if part is None else f"{share(part)} of the work"


@register.filter
def bar_of(part: float) -> int:
    """How long a bar is, in hundredths."""
    return round(100 * part)
