"""Who hears of a flag: its reporter about each step, triage at once about a severe one. Nobody twice of the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from feedback.clocks import monday_of
from feedback.models import Flag, Pattern, Reply, TriageWeek
from feedback.models.reply import AT_ONCE, LONGEST_TEXT, LONGEST_WORDS, Step
from pilots.access import holders, standing
from pilots.actions.notifications import notify, tell
from pilots.actions.unsubscribing import FLAGS, unsubscribe_url
from pilots.models import Delegation, FlagMail, Message, Notification, Pilot, User
from pilots.permissions import ROLES, Permission, Role, roles_with


@dataclass(frozen=True)
class News:
    """One step of one flag; `words` is what a person wrote, `text` what we say about it."""

    flag: Flag
    key: str
    text: str
    words: str = ""


def tell_reporter(
    flag: Flag,
    key: str,
    text: str,
    *,
    by: User | None,
    at: datetime,
    step: Step = Step.TRIAGE,
    words: str = "",
) -> None:
    """On the flag's own page for everybody; who gave a name and can still sign in hears of it too."""
    tell_each([News(flag, key, text, words)], step, by=by, at=at)


def tell_reporters(
    pattern: Pattern, text: str, *, by: User | None, at: datetime, step: Step = Step.TRIAGE, words: str = ""
) -> None:
    """Of each open flag in it. `{reference}` in `text` becomes that flag's."""
    flags = Flag.objects.filter(pattern=pattern).exclude(state=Flag.State.CLOSED)
    key = f"pattern:{pattern.pk}:{pattern.version}"
    news = [News(flag, key, text.replace("{reference}", flag.reference), words) for flag in _in_order(flags)]
    tell_each(news, step, by=by, at=at, once=True)


def tell_of_rule(flags: QuerySet[Flag], key: str, text: str, *, by: User | None, at: datetime) -> int:
    """A rule that holds until something is mended, such as human review only: to who waits for an answer about it."""
    news = [News(flag, key, text.replace("{reference}", flag.reference)) for flag in _in_order(flags)]
    tell_each(news, Step.INTERIM, by=by, at=at, once=True)
    return len(news)


def _in_order(flags: Iterable[Flag]) -> list[Flag]:
    rows = flags.select_related("reporter", "pilot")  # type: ignore[attr-defined]
    return list(rows.order_by("reported_at", "pk"))


def tell_each(news: Sequence[News], step: Step, *, by: User | None, at: datetime, once: bool = False) -> None:
    """In three statements for any number. `once`: somebody with several of these flags hears it about the first."""
    if not news:
        return
    role = role_of(by, news[0].flag.pilot)
    replies = [
        Reply(
            pilot_id=one.flag.pilot_id,
            flag=one.flag,
            step=step,
            key=one.key[:80],
            text=one.text.strip()[:LONGEST_TEXT],
            words=one.words[:LONGEST_WORDS],
            told_at=at,
            author=by,
            role=role,
        )
        for one in news
    ]
    Reply.objects.bulk_create(replies, ignore_conflicts=True)
    _tell_named(news, step, by=by, at=at, once=once)


def _tell_named(news: Sequence[News], step: Step, *, by: User | None, at: datetime, once: bool) -> None:
    told: list[Notification] = []
    mails: list[Message] = []
    named = [one for one in news if one.flag.reporter is not None]
    for person_id, group in groupby(sorted(named, key=_reporter_of), key=_reporter_of):
        theirs = list(group)
        person = theirs[0].flag.reporter
        assert person is not None and person_id
        if not person.is_active or person == by:
            continue
        at_once = step in AT_ONCE and person.flag_mail == FlagMail.AT_ONCE
        # What is mailed at once, or is not wanted by mail, is nothing for the daily one.
        done = at if at_once or person.flag_mail == FlagMail.NONE else None
        told += [_notification(person, one, at, done) for one in (theirs[:1] if once else theirs)]
        if at_once:
            mails.append(_mail(person, theirs, step, at))
    Notification.objects.bulk_create(told, ignore_conflicts=True)
    Message.objects.bulk_create(mails, ignore_conflicts=True)


def _reporter_of(news: News) -> str:
    return str(news.flag.reporter_id)


def _notification(person: User, news: News, at: datetime, done: datetime | None) -> Notification:
    return Notification(
        user=person,
        pilot=news.flag.pilot,
        event=f"flag:{news.flag.pk}:{news.key}"[:120],
        text=news.text.strip()[:500],
        detail=news.words,
        url=reverse("my_flag", args=[news.flag.reference]),
        created_at=at,
        digested_at=done,
    )


def _mail(person: User, theirs: Sequence[News], step: Step, at: datetime) -> Message:
    """The answer and nothing of what was flagged: an e-mail lies about for longer than a page."""
    first, stop = theirs[0], unsubscribe_url(person, FLAGS)
    lines = [first.text.strip(), ""]
    lines += [first.words, ""] if first.words else []
    if len(theirs) > 1:
        others = ", ".join(one.flag.reference for one in theirs[1:20])
        lines += [f"The same holds for your flag{'s' * (len(theirs) > 2)} {others}.", ""]
    lines += [
        "Read all of it, and say with one click if it comes back:",
        settings.BASE_URL + reverse("my_flag", args=[first.flag.reference]),
        "",
        "No more e-mails about your flags:",
        stop,
    ]
    subject = f"{step.label}: what became of your flag {first.flag.reference} in {first.flag.pilot.name}"
    return Message(
        event=f"flag:{first.flag.pk}:{first.key}"[:120],
        address=person.email,
        subject=" ".join(subject.split())[:200],
        body="\n".join(lines),
        unsubscribe_url=stop,
        created_at=at,
        next_try_at=at,
    )


def role_of(person: User | None, pilot: Pilot) -> str:
    """As what somebody decided about flags here, in words; a job decides as nobody."""
    if person is None:
        return ""
    here = standing(person).roles(pilot)
    deciding = [role for role in roles_with(Permission.TRIAGE_FLAGS) if role in here]
    return ROLES[(deciding or sorted(here) or [Role.TRIAGE_LEAD])[0]].label.lower()


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


def tell_triage_of_pattern(pattern: Pattern, step: str, text: str, *, at: datetime) -> None:
    """The triage leads, and who acts on it."""
    url = reverse("pattern", args=[pattern.pilot.slug, pattern.number])
    people = [*triage_of(pattern.pilot, at), *([pattern.owner] if pattern.owner else [])]
    notify(dict.fromkeys(people), event=f"pattern:{pattern.pk}:{step}", text=text, at=at, pilot=pattern.pilot, url=url)


def duty_of(pilot: Pilot, at: datetime) -> TriageWeek | None:
    """Whose week it is. Whoever may not decide about flags any more is no longer on triage."""
    week = _week_of(pilot, at)
    return week if week is not None and week.person in triage_of(pilot, at) else None


def _week_of(pilot: Pilot, at: datetime) -> TriageWeek | None:
    week = TriageWeek.objects.filter(pilot=pilot, monday=monday_of(at.astimezone(UTC).date()))
    return week.select_related("person", "cover").first()


def called_first(pilot: Pilot, at: datetime) -> list[User]:
    """Who is on triage, and for who is away those they lent it to: they may look in all the same."""
    duty = duty_of(pilot, at)
    return [duty.person, *_stand_ins(duty.person, pilot, at)] if duty is not None else on_triage_now(pilot, at)


def on_triage_now(pilot: Pilot, at: datetime) -> list[User]:
    """Whom to ring: who is on triage this week and then who stands in; without a rota everybody of triage.

    Who is away has lent it to somebody, whom one rings instead; who may not decide about flags any more is not rung.
    """
    people, week = triage_of(pilot, at), _week_of(pilot, at)
    named = [person for person in (week.person, week.cover) if person in people] if week else []
    reached = [other for person in named if person for other in (_stand_ins(person, pilot, at) or [person])]
    return list(dict.fromkeys(reached)) or people


def _stand_ins(person: User, pilot: Pilot, at: datetime) -> list[User]:
    """To whom they lent a role that decides about flags."""
    roles = [role.value for role in roles_with(Permission.TRIAGE_FLAGS)]
    lent = Delegation.objects.active(at).filter(pilot=pilot, from_user=person, role__in=roles, to_user__is_active=True)
    return [delegation.to_user for delegation in lent.select_related("to_user").order_by("starts_at", "pk")]


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
