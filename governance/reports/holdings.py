"""What a person is and owns, pilot by pilot, before they leave: eight queries, however much it is."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef

from feedback.summaries.flags import flags_carried_by
from feedback.summaries.owned import owned_by
from governance.models import Condition, Item
from governance.reports.checks import joined
from pilots.models import Membership, Pilot, User, Workflow
from pilots.permissions import ROLES, Role


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
    flags, feedback = flags_carried_by(user), owned_by(user, at)
    ids = (
        {row.pilot_id for rows in (roles, workflows, items, conditions) for row in rows}
        | flags.keys()
        | feedback.keys()
    )
    running = Pilot.objects.filter(pk__in=ids).exclude(state=Pilot.State.ENDED).order_by("name", "slug")
    found = {
        pilot.pk: Holding(pilot, flags=flags.get(pilot.pk, []), feedback=feedback.get(pilot.pk, []))
        for pilot in running
    }
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
