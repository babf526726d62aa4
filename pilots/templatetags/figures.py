"""Figures as people read them."""

from django import template

from pilots.stats.figures import in_figures

register = template.Library()


register.filter("figure", in_figures)


@register.filter
def thousands(value: int) -> str:
    return f"{value:,}"


@register.simple_tag
def percent(part: int, whole: int) -> str:
    """A few of many are neither none nor all of them."""
    if not whole:
        return ""
    share = 100 * part / whole
    if 0 < share < 1:
        return "under 1 %"
    return "over 99 %" if 99 < share < 100 else f"{share:.0f} %"
