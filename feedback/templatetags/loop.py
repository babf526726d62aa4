"""How the pages of the feedback loop say a time that somebody waited, and why something is on an agenda."""

from django import template

register = template.Library()

_STATES = {
    "severe_flag": "severity_3",
    "regressed": "regressed",
    "surging": "surging",
    "severe": "severity_3",
    "emerging": "new",
    "confirmed": "confirmed",
    "overdue": "overdue",
    "correction": "overdue",
}


@register.filter
def hours(count: float | None) -> str:
    """“40 min”, “7 h”, “3.5 days”: rounded as far as anybody would act on it."""
    if count is None:
        return ""
    if count < 1:
        return f"{round(count * 60)} min"
    return f"{count:.0f} h" if count < 48 else f"{count / 24:.1f} days"


@register.filter
def matter(why: str) -> str:
    """The state of a reason of ReviewItem.Why."""
    return _STATES.get(why, why)


@register.filter
def limit(kind: str) -> str:
    """The state of a kind of UseLimit."""
    return "withdrawn_use" if kind == "withdrawn" else kind
