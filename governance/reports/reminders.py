"""What people should be reminded of at a moment, each with an event that never comes twice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from governance.models import Condition, Item, SignOffRequest, Waiver
from governance.places import gate_url, item_url
from governance.reports.due import with_due
from pilots.models import Membership, Pilot, SteppingAside, User
from pilots.permissions import DECISIONS, Permission, Role, roles_with
from pilots.when import day_in_words

LAPSE_DAYS: Final = (3, 14, 30)
DUE: Final = timedelta(days=7)


@dataclass(frozen=True)
class Reminder:
    """For these users and for who holds the permission; where neither gives anybody, for the program managers."""

    pilot: Pilot
    event: str
    text: str
    url: str
    users: tuple[User | None, ...] = ()
    permission: Permission | None = None
    # Who asked or has decided already.
    but: frozenset[UUID] = frozenset()
    also_managers: bool = False


def reminders(at: datetime) -> Iterator[tuple[User, Reminder]]:
    today = at.date()
    found = [*_lapsing(at), *_due(at), *_waivers(at), *_conditions(today), *_asked(at)]
    roster = Roster({reminder.pilot.pk for reminder in found})
    for reminder in found:
        for user in roster.people(reminder):
            yield user, reminder


class Roster:
    """Who is what in which pilot, in two queries for any number of pilots."""

    def __init__(self, pilots: set[UUID]) -> None:
        self._having: dict[tuple[UUID, str], dict[UUID, User]] = {}
        for row in Membership.objects.filter(pilot__in=pilots, user__is_active=True).select_related("user"):
            self._having.setdefault((row.pilot_id, row.role), {})[row.user_id] = row.user
        aside = SteppingAside.objects.filter(pilot__in=pilots, ended_at__isnull=True)
        self._aside = set(aside.values_list("pilot_id", "user_id"))

    def people(self, reminder: Reminder) -> Iterable[User]:
        pilot = reminder.pilot.pk
        found = {user.pk: user for user in reminder.users if user is not None and user.is_active}
        if reminder.permission:
            holders = self._holding(pilot, roles_with(reminder.permission))
            decides = reminder.permission in DECISIONS
            found |= {pk: user for pk, user in holders.items() if not (decides and (pilot, pk) in self._aside)}
        if not found or reminder.also_managers:
            found |= self._holding(pilot, [Role.PROGRAM_MANAGER])
        return [user for pk, user in found.items() if pk not in reminder.but]

    def _holding(self, pilot: UUID, roles: Iterable[Role]) -> dict[UUID, User]:
        return {pk: user for role in roles for pk, user in self._having.get((pilot, role), {}).items()}


def _lapsing(at: datetime) -> Iterator[Reminder]:
    """Thirty, fourteen and three days before; a late sweep sends only the nearest."""
    items = Item.objects.lapsing_before(at + timedelta(days=max(LAPSE_DAYS))).filter(answer__valid_until__gt=at)
    for item in items.filter(pilot__state="running").with_details().select_related("pilot"):
        assert item.answer
        assert item.answer.valid_until
        until = item.answer.valid_until
        days = next(days for days in LAPSE_DAYS if until <= at + timedelta(days=days))
        yield Reminder(
            item.pilot,
            f"answer-lapses:{item.answer_id}:{days}",
            f"{item.pilot}: the answer to {item} lapses on {day_in_words(until.date())}. Renew it before then.",
            item_url(item.pilot, item),
            users=(item.owner,),
        )


def _due(at: datetime) -> Iterator[Reminder]:
    """Where the next step is the owner's; an answer that waits for acceptance is not, and a waiver has its own."""
    items = Item.objects.to_do().exclude(state=Item.State.PROPOSED).filter(pilot__state="running")
    asked: Any = with_due(items.with_details().select_related("pilot"), at)
    for item in asked.filter(due__lte=at.date() + DUE, waived_until__isnull=True):
        late = item.due < at.date()
        when = f"{'was' if late else 'is'} due on {day_in_words(item.due)}"
        yield Reminder(
            item.pilot,
            f"item-{'overdue' if late else 'due'}:{item.pk}:{item.due}",
            f"{item.pilot}: {item} {when}. {item.question.question}",
            item_url(item.pilot, item),
            users=(item.owner,),
        )


def _waivers(at: datetime) -> Iterator[Reminder]:
    ending = Waiver.objects.active(at).filter(ends_at__lte=at + DUE).filter(pilot__state="running")
    for waiver in ending.select_related("pilot", "item__workflow", "item__owner", "requested_by", "decided_by"):
        pilot, item, until = waiver.pilot, waiver.item, day_in_words(waiver.ends_at.date())
        yield Reminder(
            pilot,
            f"waiver-ends:{waiver.pk}",
            f"{pilot}: the waiver of {item} ends on {until}. Then the question is open again.",
            item_url(pilot, item),
            users=(item.owner, waiver.requested_by, waiver.decided_by),
        )


def _conditions(today: date) -> Iterator[Reminder]:
    waiting = Condition.objects.filter(met_at__isnull=True, withdrawn_at__isnull=True, due_on__lte=today + DUE)
    passed = waiting.filter(gate__state="passed").filter(pilot__state="running")
    for condition in passed.select_related("pilot", "gate", "owner"):
        pilot, due = condition.pilot, day_in_words(condition.due_on)
        missed = condition.due_on < today
        words = f"was due on {due} and is missed" if missed else f"is due on {due}"
        yield Reminder(
            pilot,
            f"condition-{'missed' if missed else 'due'}:{condition.pk}:{condition.due_on}",
            f"{pilot}: a condition of “{condition.gate}” {words}. {condition.text}",
            gate_url(pilot, condition.gate),
            users=(condition.owner,),
            also_managers=missed,
        )


def _asked(at: datetime) -> Iterator[Reminder]:
    """Sign-offs and waivers that wait for a decision."""
    requests = SignOffRequest.objects.filter(state=SignOffRequest.State.OPEN, expires_at__gt=at)
    running = requests.filter(pilot__state="running").select_related("pilot", "gate", "asked_by")
    for request in running.defer("manifest").prefetch_related("sign_offs"):
        pilot, until = request.pilot, day_in_words(request.expires_at.date())
        yield Reminder(
            pilot,
            f"sign-off-asked:{request.pk}",
            f"{pilot}: {request.asked_by} asked for sign-off of “{request.gate}”. It waits until {until}.",
            gate_url(pilot, request.gate),
            permission=Permission.SIGN_OFF,
            but=frozenset({request.asked_by_id, *(signed.user_id for signed in request.sign_offs.all())}),
        )
    asked = Waiver.objects.filter(state=Waiver.State.ASKED, ends_at__gt=at).filter(pilot__state="running")
    for waiver in asked.select_related("pilot", "item__workflow", "requested_by"):
        yield Reminder(
            waiver.pilot,
            f"waiver-asked:{waiver.pk}",
            f"{waiver.pilot}: {waiver.requested_by} asked for a waiver of {waiver.item}. It waits for a decision.",
            item_url(waiver.pilot, waiver.item),
            permission=Permission.DECIDE_WAIVER,
            but=frozenset({waiver.requested_by_id}),
        )
