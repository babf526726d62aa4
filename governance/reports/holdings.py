"""What a person is and owns, pilot by pilot, before they leave: fifteen queries, however much it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from feedback.summaries.flags import flags_carried_by
from feedback.summaries.owned import owned_by
from governance.models import Condition, Disposition, Item
from governance.reports.checks import joined
from pilots.models import Membership, Pilot, User, Workflow
from pilots.permissions import ROLES, Role
from pilots.registers.owned import owned_by as evidence_owned_by
from pilots.registers.owned import risks_accepted_by


@dataclass
class Holding:
    """In one pilot that has not ended."""

    pilot: Pilot
    roles: list[Role] = field(default_factory=list)
    # Program manager or sponsor, where nobody else is.
    alone: list[Role] = field(default_factory=list)
    workflows: list[Workflow] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    # Cells that they were to design, entries of registers and use cases set aside, as each is called.
    cells: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    # Risks that stay accepted in their name.
    risks: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    # What there is to do about flags, as it is called.
    feedback: list[str] = field(default_factory=list)
    fellows: list[User] = field(default_factory=list)

    @property
    def role_words(self) -> str:
        return joined((ROLES[role].label for role in self.roles), "and")

    @property
    def refusal(self) -> str:
        """Without a successor."""
        return f"Choose who takes over in {self.pilot}: {self.unowned} would have no owner." if self.unowned else ""

    @property
    def unowned(self) -> str:
        """What would have no owner without a successor; empty where nothing would."""
        counted = (
            (len(self.workflows), "workflow"),
            (len(self.items), "question"),
            (len(self.conditions), "condition"),
            (len(self.cells), "cell to design"),
            (len(self.evidence), "piece of evidence"),
            (len(self.feedback), "task about flags"),
        )
        roles = [f"the role of {ROLES[role].label.lower()}" for role in self.alone]
        return joined([*roles, *(_counted(n, what) for n, what in counted if n)], "and")


def _counted(n: int, what: str) -> str:
    first, _, rest = what.partition(" ")
    return f"{n} {first}{'' if n == 1 else 's'} {rest}".rstrip()


def holdings_of(user: User, at: datetime) -> list[Holding]:
    """By the name of the pilot."""
    memberships = Membership.objects.filter(user=user)
    others = Membership.objects.filter(pilot=OuterRef("pilot"), role=OuterRef("role"), user__is_active=True)
    roles = list(memberships.annotate(shared=Exists(others.exclude(user=user))).order_by("added_at"))
    workflows = list(Workflow.objects.filter(owner=user, removed_at=None))
    items = list(Item.objects.filter(owner=user, retired_at=None).select_related("workflow").order_by("code"))
    conditions = list(Condition.objects.filter(owner=user, met_at=None, withdrawn_at=None))
    called = _called(user, at)
    ids = {row.pilot_id for rows in (roles, workflows, items, conditions) for row in rows}.union(*called.values())
    running = Pilot.objects.filter(pk__in=ids).exclude(state=Pilot.State.ENDED).order_by("name", "slug")
    found = {pilot.pk: Holding(pilot) for pilot in running}
    for kind, words in called.items():
        for pk in words.keys() & found.keys():
            setattr(found[pk], kind, words[pk])
    for row in roles:
        if holding := found.get(row.pilot_id):
            role = Role(row.role)
            holding.roles.append(role)
            if role in (Role.PROGRAM_MANAGER, Role.SPONSOR) and not row.shared:
                holding.alone.append(role)
    for name, rows in (("workflows", workflows), ("items", items), ("conditions", conditions)):
        for thing in rows:
            if holding := found.get(thing.pilot_id):
                getattr(holding, name).append(thing)
    fellows = Membership.objects.filter(pilot__in=found, user__is_active=True).exclude(user=user)
    for fellow in fellows.select_related("user").order_by("user__name"):
        holding = found[fellow.pilot_id]
        if fellow.user not in holding.fellows:
            holding.fellows.append(fellow.user)
    return list(found.values())


def _called(user: User, at: datetime) -> dict[str, dict[UUID, list[str]]]:
    """By the field of a holding, and by pilot: what each thing is called."""
    cells = Disposition.objects.newest().filter(owner=user, cell__use_case__removed_at=None)
    cells = cells.filter(cell__segment__removed_at=None).select_related("cell__use_case", "cell__segment")
    return {
        "flags": flags_carried_by(user),
        "feedback": owned_by(user, at),
        "cells": _by_pilot((row.pilot_id, str(row.cell)) for row in cells.order_by("pk")),
        "evidence": _by_pilot((one.row.pilot_id, one.words) for one in evidence_owned_by(user)),
        "risks": _by_pilot((risk.pilot_id, str(risk)) for risk in risks_accepted_by(user, at.date())),
    }


def _by_pilot(pairs: Iterable[tuple[UUID, str]]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for pilot, words in pairs:
        found.setdefault(pilot, []).append(words)
    return found
