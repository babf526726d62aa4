"""Where in the interface a thing is: one address for each, whoever links to it."""

from django.urls import reverse

from governance.models import Gate, Item
from pilots.models import Pilot


def item_url(pilot: Pilot, item: Item) -> str:
    where = {"slug": pilot.slug, "code": item.code}
    if item.workflow is not None:
        return reverse("question", kwargs={**where, "workflow": item.workflow.slug})
    return reverse("question", kwargs=where)


def gate_url(pilot: Pilot, gate: Gate) -> str:
    return reverse("gate", kwargs={"slug": pilot.slug, "phase": gate.key})
