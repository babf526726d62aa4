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
    return f"{part / whole:.0%}".replace("%", " %") if whole else ""
