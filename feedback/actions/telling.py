"""Who hears of a flag: its reporter about each step, triage at once about a severe one. Nobody twice of the same."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from feedback.clocks import monday_of
from feedback.models import Flag, Pattern, TriageWeek
from pilots.access import holders
from pilots.actions.notifications import notify, tell
from pilots.models import Delegation, Message, Pilot, User
from pilots.permissions import Permission, Role, roles_with


def tell_reporter(flag: Flag, step: str, text: str, *, by: User | None, at: datetime) -> None:
    """Only who gave a name and can still sign in; who has no name reads it behind the private link."""
    if flag.reporter is None or not flag.reporter.is_active or flag.reporter == by:
        return
    url = reverse("my_flag", args=[flag.reference])
    tell(flag.reporter, event=f"flag:{flag.pk}:{step}", text=text, at=at, pilot=flag.pilot, url=url)


def tell_triage_of_severe(
    flag: Flag, step: str, text: str, *, at: datetime, people: Sequence[User] | None = None
) -> None:
    """In the application and by e-mail, to who is on triage unless others are called.

    The texts name no reporter and quote nothing of what was flagged.
    """
    people = called_first(flag.pilot, at) if people is None else people
    url = reverse("flag", args=[flag.pilot.slug, flag.reference])
    event = f"flag:{flag.pk}:{step}"
    for person in people:
        tell(person, event=event, text=text, at=at, pilot=flag.pilot, url=url)
    Message.objects.bulk_create(
        [
            Message(
                event=event,
                address=person.email,
                subject=f"Severe flag {flag.reference} in {flag.pilot.name}"[:200],
                body=f"{text}\n\nRead and assess it: {settings.BASE_URL}{url}\n",
                created_at=at,
                next_try_at=at,
            )
            for person in people
        ],
        ignore_conflicts=True,
    )


def tell_reporters(pattern: Pattern, text: str, *, by: User | None, at: datetime) -> None:
    """Each once for a decision, about the first flag they sent. `{reference}` in `text` becomes that flag's."""
    flags = Flag.objects.filter(pattern=pattern, reporter__isnull=False).exclude(state=Flag.State.CLOSED)
    told: set[UUID] = set()
    for flag in flags.select_related("reporter", "pilot").order_by("reported_at", "pk"):
        if flag.reporter_id is not None and flag.reporter_id not in told:
            told.add(flag.reporter_id)
            step = f"pattern:{pattern.pk}:{pattern.version}"
            tell_reporter(flag, step, text.replace("{reference}", flag.reference).strip(), by=by, at=at)


def tell_triage_of_pattern(pattern: Pattern, step: str, text: str, *, at: datetime) -> None:
    """The triage leads, and who acts on it."""
    url = reverse("pattern", args=[pattern.pilot.slug, pattern.number])
    people = [*triage_of(pattern.pilot, at), *([pattern.owner] if pattern.owner else [])]
    notify(dict.fromkeys(people), event=f"pattern:{pattern.pk}:{step}", text=text, at=at, pilot=pattern.pilot, url=url)


def duty_of(pilot: Pilot, at: datetime) -> TriageWeek | None:
    """Whose week it is. Whoever may not decide about flags any more is no longer on triage."""
    week = TriageWeek.objects.filter(pilot=pilot, monday=monday_of(at.astimezone(UTC).date()))
    found = week.select_related("person", "cover").first()
    return found if found is not None and found.person in triage_of(pilot, at) else None


def called_first(pilot: Pilot, at: datetime) -> list[User]:
    duty = duty_of(pilot, at)
    return [duty.person] if duty is not None else triage_of(pilot, at)


def called_next(pilot: Pilot, at: datetime) -> list[User]:
    """Who stands in this week; else everybody else of triage, and where there is nobody else, who was called first."""
    people, duty = triage_of(pilot, at), duty_of(pilot, at)
    if duty is None:
        return people
    if duty.cover is not None and duty.cover in people:
        return [duty.cover]
    return [person for person in people if person != duty.person] or people


def triage_of(pilot: Pilot, at: datetime) -> list[User]:
    """The triage leads and who stands in for them; where there is none, the program managers; then the sponsor."""
    leads = [membership.user for membership in holders(pilot, roles_with(Permission.TRIAGE_FLAGS))]
    lent = Delegation.objects.active(at).filter(pilot=pilot, from_user__in=leads, to_user__is_active=True)
    roles = [role.value for role in roles_with(Permission.TRIAGE_FLAGS)]
    leads += [delegation.to_user for delegation in lent.filter(role__in=roles).select_related("to_user")]
    for fallback in (Role.PROGRAM_MANAGER, Role.SPONSOR):
        leads = leads or [membership.user for membership in holders(pilot, [fallback])]
    return list(dict.fromkeys(leads))
