"""Who can clear a stored finding, by name, for lists over many pilots: three queries for ten findings or a thousand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, UUIDField, Value

from governance import rules
from governance.evidence import Holder, People
from governance.models import Answer, Finding, Item
from governance.reports.checks import joined, may_not_decide
from pilots.models import Delegation, Membership, Pilot, SteppingAside, User
from pilots.permissions import ROLES, Role

# A second person decides on an answer: not who wrote it, and not who stepped aside.
BY_ANOTHER: Final = (rules.Reason.PROPOSED.value, rules.Reason.IN_DOUBT.value)


NOBODY: Final = People((), frozenset())


@dataclass(frozen=True)
class Clearers:
    """`people` by pilot, `answers` by item."""

    names: dict[UUID, str] = field(default_factory=dict)
    people: dict[UUID, People] = field(default_factory=dict)
    answers: dict[UUID, Answer] = field(default_factory=dict)

    def who(self, finding: Finding) -> str:
        """Names of who can clear it; where nobody can, whom it takes."""
        if finding.who_ids:
            return joined(self.names.get(user_id, "somebody who left") for user_id in finding.who_ids)
        people = self.people.get(finding.pilot_id, NOBODY)
        held = [holder for role in finding.who_roles for holder in people.holders if holder.role == role]
        barred: frozenset[UUID] = frozenset()
        if finding.reason in BY_ANOTHER:
            answer = self.answers.get(UUID(finding.subject.partition(":")[2]))
            barred = people.aside | (may_not_decide(answer, people, map(Role, finding.who_roles)) if answer else set())
        found = dict.fromkeys(holder.name for holder in held if holder.user_id not in barred)
        if found:
            return joined(found)
        if held:
            return "a second person (nobody else here may decide on the answer)"
        return " or ".join(f"a {ROLES[Role(role)].label.lower()} (nobody is one yet)" for role in finding.who_roles[:1])


def clearers_of(
    findings: Iterable[Finding], at: datetime, *, also: Iterable[UUID] = (), having: Iterable[Role] = ()
) -> Clearers:
    """Whoever these findings point at, by id or by role; and `also` in these pilots everybody `having` these roles."""
    listed, more = list(findings), set(also)
    roles = {role for finding in listed for role in finding.who_roles} | (set(having) if more else set())
    here = Q(pilot__in=more | {finding.pilot_id for finding in listed if finding.who_roles})
    named = User.objects.filter(pk__in={user_id for finding in listed for user_id in finding.who_ids})
    asked = [UUID(finding.subject.partition(":")[2]) for finding in listed if finding.reason in BY_ANOTHER]
    return _read(here, Q(role__in=roles), named, Q(pk__in=asked), at)


def all_clearers(at: datetime) -> Clearers:
    """For an export over every pilot."""
    waiting = Q(state__in=(Item.State.PROPOSED, Item.State.IN_DOUBT), retired_at=None)
    return _read(~Q(pilot__state=Pilot.State.ENDED), Q(), User.objects.all(), waiting, at)


def _read(here: Q, having: Q, named: QuerySet[User], waiting: Q, at: datetime) -> Clearers:
    still = Membership.objects.filter(
        pilot=OuterRef("pilot"), user=OuterRef("from_user"), role=OuterRef("role"), user__is_active=True
    )
    lent = Delegation.objects.active(at).filter(here, having, Exists(still), to_user__is_active=True)
    own = Membership.objects.filter(here, having, user__is_active=True)
    aside = SteppingAside.objects.filter(here, ended_at__isnull=True)
    nobody, nothing = Value(None, UUIDField()), Value("", CharField())
    # The lent ones come first: they give the columns their types.
    rows = _columns(lent, "to_user__", F("pilot_id"), F("role"), F("from_user_id")).union(
        _columns(own, "user__", F("pilot_id"), F("role"), nobody),
        _columns(aside, "user__", F("pilot_id"), nothing, nobody),
        _columns(named, "", nobody, nothing, nobody),
        all=True,
    )
    names: dict[UUID, str] = {}
    holders: dict[UUID, list[Holder]] = {}
    apart: dict[UUID, set[UUID]] = {}
    for user_id, name, pilot_id, role, giver_id in sorted(rows, key=lambda row: (row[1], row[4] is not None)):
        names[user_id] = name
        if role:
            holders.setdefault(pilot_id, []).append(Holder(user_id, name, Role(role), giver_id))
        elif pilot_id:
            apart.setdefault(pilot_id, set()).add(user_id)
    vouching = User.objects.vouching()
    people = {pilot: People(tuple(held), frozenset(apart.get(pilot, ())), vouching) for pilot, held in holders.items()}
    return Clearers(names, people, _answers(waiting))


def _columns(rows: QuerySet[Any], person: str, pilot: Any, role: Any, giver: Any) -> QuerySet[Any]:
    columns = {"who": F(f"{person}pk"), "who_name": F(f"{person}name"), "where": pilot, "as_role": role, "by": giver}
    return rows.order_by().annotate(**columns).values_list(*columns)


def _answers(waiting: Q) -> dict[UUID, Answer]:
    rows = Item.objects.filter(waiting, answer__isnull=False).select_related("answer")
    rows = rows.only("answer__author", "answer__on_behalf_of")
    return {item.pk: item.answer for item in rows if item.answer}
