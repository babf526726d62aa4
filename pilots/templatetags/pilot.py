"""The frame that every page of one pilot shares, whichever floor the page stands on."""

from dataclasses import dataclass
from typing import Any, Final

from django import template
from django.urls import reverse

from pilots.access import can
from pilots.models import Pilot, User
from pilots.permissions import Permission

register = template.Library()


@dataclass(frozen=True)
class Tab:
    """`page` is a URL name, of whatever floor; one with `parts` leads to the first of them that its reader may see."""

    key: str
    label: str
    page: str = ""
    permission: Permission = Permission.VIEW_PILOT
    parts: tuple["Tab", ...] = ()


_FEEDBACK: Final = (
    Tab("flags", "Flags", "flags", Permission.VIEW_FLAGS),
    Tab("patterns", "Patterns", "patterns", Permission.VIEW_FLAGS),
    Tab("reviews", "Reviews", "reviews", Permission.VIEW_FLAGS),
    Tab("escalations", "Escalations", "escalations", Permission.VIEW_FLAGS),
    Tab("corrections", "Corrections", "corrections", Permission.VIEW_FLAGS),
    Tab("rota", "Triage rota", "triage_rota", Permission.VIEW_FLAGS),
    Tab("figures", "Figures", "feedback_figures", Permission.VIEW_FLAGS),
    Tab("use", "Amount of use", "use"),
    Tab("channels", "Channels", "channels", Permission.MANAGE_CHANNELS),
    Tab("webhooks", "Webhooks", "webhooks", Permission.MANAGE_CHANNELS),
)
_EVIDENCE: Final = (
    Tab("workload", "Workload", "workload"),
    Tab("batches", "Batches", "batches"),
    Tab("measured", "What was measured", "figures"),
    Tab("coverage", "Coverage", "coverage"),
    Tab("pairs", "With and without", "with_and_without"),
    Tab("unseen", "What we do not see", "not_seeing"),
    Tab("registers", "Registers", "registers"),
    Tab("forecast", "Forecast", "forecast"),
)
_CHANGE: Final = (
    Tab("change", "Concerns and barriers", "change", Permission.VIEW_CHANGE),
    Tab("drills", "Drills", "drills"),
    Tab("statement", "Statement", "statement"),
    Tab("published", "Published page", "page_publish", Permission.PUBLISH),
)
_ROLLOUT: Final = (
    Tab("stages", "Stages", "stages"),
    Tab("readings", "Readings", "readings"),
    Tab("adoption", "Adoption", "adoption"),
)
TABS: Final = (
    Tab("overview", "Overview", "pilot"),
    Tab("questions", "Questions", "questions"),
    Tab("gates", "Gates", "gates"),
    Tab("evidence", "Evidence", parts=_EVIDENCE),
    Tab("design", "Design", "design"),
    Tab("rollout", "Rollout", parts=_ROLLOUT),
    Tab("feedback", "Feedback", parts=_FEEDBACK),
    Tab("change_management", "Change", parts=_CHANGE),
    Tab("people", "People", "pilot_people"),
    Tab("history", "History", "pilot_history", Permission.VIEW_HISTORY),
)


@register.inclusion_tag("components/_pilot_tabs.html", takes_context=True)
def pilot_tabs(context: dict[str, Any], pilot: Pilot, current: str) -> dict[str, Any]:
    """{% block tabs %}{% pilot_tabs pilot "questions" %}{% endblock %}; the parts of a tab stand in a second row."""
    user: User = context["user"]
    rows, below = [], None
    for tab in TABS:
        parts = _shown(tab.parts, user, pilot, current)
        here = tab.key == current or any(part["current"] for part in parts)
        if tab.parts and parts:
            rows.append({"label": tab.label, "url": parts[0]["url"], "current": here})
            below = {"label": tab.label, "tabs": parts} if here else below
        elif not tab.parts:
            rows += _shown((tab,), user, pilot, current)
    return {"tabs": rows, "label": pilot.name, "below": below}


def _shown(tabs: tuple[Tab, ...], user: User, pilot: Pilot, current: str) -> list[dict[str, Any]]:
    return [
        {"label": tab.label, "url": reverse(tab.page, kwargs={"slug": pilot.slug}), "current": tab.key == current}
        for tab in tabs
        if can(user, tab.permission, pilot)
    ]
