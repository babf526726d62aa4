"""Who can clear a stored finding, by name, for lists over many pilots: two queries for ten findings or a thousand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, UUIDField, Value

from governance import rules
from governance.access import why_not
from governance.models import Answer, Finding, Item
from governance.reports.checks import joined
from pilots.models import Delegation, Membership, Pilot, SteppingAside, User
from pilots.permissions import ROLES, Role

# A second person decides on an answer: not who wrote it, and not who stepped aside.
BY_ANOTHER: Final = (rules.Reason.PROPOSED.value, rules.Reason.IN_DOUBT.value)


@dataclass(frozen=True)
class Holder:
    """Somebody with a role in a pilot, or with one that `giver_id` lent."""

    user_id: UUID
    name: str
    giver_id: UUID | None


@dataclass(frozen=True)
class Clearers:
    names: dict[UUID, str] = field(default_factory=dict)
    holders: dict[tuple[UUID, str], list[Holder]] = field(default_factory=dict)
    aside: set[tuple[UUID, UUID]] = field(default_factory=set)
    answers: dict[UUID, Answer] = field(default_factory=dict)

    def who(self, finding: Finding) -> str:
        """Names of who can clear it; where nobody can, whom it takes."""
        if finding.who_ids:
            return joined(self.names.get(user_id, "somebody who left") for user_id in finding.who_ids)
        held = [holder for role in finding.who_roles for holder in self.holders.get((finding.pilot_id, role), [])]
        if finding.reason in BY_ANOTHER:
            found = [holder for holder in held if not self._barred(finding, holder, held)]
        else:
            found = held
        if found:
            return joined(dict.fromkeys(holder.name for holder in found))
        if held:
            return "a second person (nobody else here may decide on the answer)"
        return " or ".join(f"a {ROLES[Role(role)].label.lower()} (nobody is one yet)" for role in finding.who_roles[:1])

    def _barred(self, finding: Finding, holder: Holder, held: list[Holder]) -> bool:
        if (finding.pilot_id, holder.user_id) in self.aside:
            return True
        answer = self.answers.get(UUID(finding.subject.partition(":")[2]))
        by_own_right = any(other.user_id == holder.user_id and other.giver_id is None for other in held)
        return answer is not None and bool(why_not(answer, holder.user_id, None if by_own_right else holder.giver_id))


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
    found = Clearers(answers=_answers(waiting))
    for user_id, name, pilot_id, role, giver_id in sorted(rows, key=lambda row: (row[1], row[4] is not None)):
        found.names[user_id] = name
        if role:
            found.holders.setdefault((pilot_id, role), []).append(Holder(user_id, name, giver_id))
        elif pilot_id:
            found.aside.add((pilot_id, user_id))
    return found


def _columns(rows: QuerySet[Any], person: str, pilot: Any, role: Any, giver: Any) -> QuerySet[Any]:
    columns = {"who": F(f"{person}pk"), "who_name": F(f"{person}name"), "where": pilot, "as_role": role, "by": giver}
    return rows.order_by().annotate(**columns).values_list(*columns)


def _answers(waiting: Q) -> dict[UUID, Answer]:
    rows = Item.objects.filter(waiting, answer__isnull=False).select_related("answer")
    rows = rows.only("answer__author", "answer__on_behalf_of")
    return {item.pk: item.answer for item in rows if item.answer}
