"""The frame that every page of one pilot shares, whichever floor the page stands on."""

from typing import Any, Final

from django import template
from django.urls import NoReverseMatch, reverse

from pilots.access import can
from pilots.models import Pilot, User
from pilots.permissions import Permission

register = template.Library()

# (key, label, URL name, permission); names of the floors above are only words here.
TABS: Final = (
    ("overview", "Overview", "pilot", Permission.VIEW_PILOT),
    ("questions", "Questions", "questions", Permission.VIEW_PILOT),
    ("gates", "Gates", "gates", Permission.VIEW_PILOT),
    ("flags", "Flags", "flags", Permission.VIEW_FLAGS),
    ("patterns", "Patterns", "patterns", Permission.VIEW_FLAGS),
    ("statement", "Statement", "statement", Permission.VIEW_PILOT),
    ("published", "Published page", "page_publish", Permission.PUBLISH),
    ("people", "People", "pilot_people", Permission.VIEW_PILOT),
    ("history", "History", "pilot_history", Permission.VIEW_HISTORY),
)


@register.inclusion_tag("components/_tabs.html", takes_context=True)
def pilot_tabs(context: dict[str, Any], pilot: Pilot, current: str) -> dict[str, Any]:
    """{% block tabs %}{% pilot_tabs pilot "questions" %}{% endblock %}"""
    user: User = context["user"]
    tabs = [
        {"label": label, "url": _address(name, pilot), "current": key == current}
        for key, label, name, permission in TABS
        if can(user, permission, pilot) and _address(name, pilot)
    ]
    return {"tabs": tabs, "label": pilot.name}


def _address(name: str, pilot: Pilot) -> str:
    try:
        return reverse(name, kwargs={"slug": pilot.slug})
    except NoReverseMatch:
        return ""
