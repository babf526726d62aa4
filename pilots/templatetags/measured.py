"""Figures in the words of `pilots.measured.words`."""

from django import template

from pilots.measured import addresses, words

register = template.Library()


register.filter("figure_value", words.value)
register.filter("figure_interval", words.interval)
register.filter("figure_state", words.state)
register.filter("figure_methods", words.methods)
register.filter("figure_stakes", words.stakes)
register.filter("figure_stake_state", words.stake_state)
register.simple_tag(addresses.url_of, name="figure_url")
register.simple_tag(addresses.page_url, name="page_url")
register.simple_tag(addresses.figure_url, name="trace_url")
register.simple_tag(addresses.remedy_url, name="remedy_url")


@register.filter
def figure_name(code: str) -> str:
    return words.about(code).name
