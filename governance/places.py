"""Where in the interface a thing is: one address for each, whoever links to it."""

from django.urls import NoReverseMatch, reverse

from governance.models import Gate, Item
from pilots.models import Pilot


def item_url(pilot: Pilot, item: Item) -> str:
    where = {"slug": pilot.slug, "code": item.code}
    if item.workflow is not None:
        return reverse("question", kwargs={**where, "workflow": item.workflow.slug})
    return reverse("question", kwargs=where)


def gate_url(pilot: Pilot, gate: Gate) -> str:
    return reverse("gate", kwargs={"slug": pilot.slug, "phase": gate.key})


def evidence_url(pilot: Pilot, name: str, register: str = "") -> str:
    """A page about evidence by its URL name, with the register's short name where it is one of many.

    Where that page is not there, the pilot's.
    """
    where = {"slug": pilot.slug} | ({"register": register} if name == "register" else {})
    try:
        return reverse(name, kwargs=where)
    except NoReverseMatch:
        return reverse("pilot", kwargs={"slug": pilot.slug})
