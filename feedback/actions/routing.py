"""Passing an escalation on: who is called by which step, when its hours are over, and what happens when nobody is."""

from datetime import datetime, time
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from feedback.actions.calling import call, may_be_called, stand_ins, those_in_charge
from feedback.cover import Cover
from feedback.models import Escalation, EscalationCall, EscalationPath, EscalationStep, Flag
from feedback.models.reporting import Source
from feedback.taxonomy import Category
from pilots.access import holders
from pilots.audit import record
from pilots.models import Pilot, User
from pilots.permissions import Role
from pilots.when import moment_in_words

# What somebody collected elsewhere waits for nobody's answer now.
_SOURCES: Final = (Source.FORM, Source.BUTTON, Source.API)
_AT_ONCE: Final = 200


def needs_a_judgement(flag: Flag) -> bool:
    return flag.needs_answer_now or Category.JUDGE in flag.categories


def open_escalation(flag: Flag, *, at: datetime) -> Escalation | None:
    """Inside the transaction that hands the flag in, which is its record. None where nothing needs a judgement."""
    if not needs_a_judgement(flag):
        return None
    opened, is_new = Escalation.objects.get_or_create(
        flag=flag, state=Escalation.State.OPEN, defaults={"pilot": flag.pilot, "opened_at": at}
    )
    if is_new:
        _pass_on(opened, at)
    return opened


def route_escalations(*, at: datetime) -> int:
    """The sweep: flags that came in without one, steps whose hours are over, those that reached nobody so far."""
    moved = sum(_open_late(flag_id, at) for flag_id in _unopened())
    due = Escalation.objects.due(at).order_by("next_at", "pk").values_list("pk", flat=True)
    return moved + sum(_move(key, at) for key in list(due[:_AT_ONCE]))


def _unopened() -> list[UUID]:
    wanted = Q(needs_answer_now=True) | Q(categories__contains=[Category.JUDGE])
    known = Escalation.objects.filter(flag=OuterRef("pk"))
    pending = Flag.objects.pending().filter(wanted, source__in=_SOURCES).exclude(Exists(known))
    return list(pending.order_by("reported_at", "pk").values_list("pk", flat=True)[:_AT_ONCE])


def _open_late(flag_id: UUID, at: datetime) -> int:
    with transaction.atomic():
        # Whoever hands the same flag in again, or another worker, waits for this row.
        flag = Flag.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=flag_id)
        if Escalation.objects.filter(flag=flag).exists():
            return 0
        opened = Escalation.objects.create(flag=flag, pilot=flag.pilot, opened_at=at)
        _pass_on(opened, at)
        record("escalation.opened", by=None, pilot=flag.pilot, target=opened, data={"step": opened.step})
    return 1


def _move(key: UUID, at: datetime) -> int:
    with transaction.atomic():
        rows = Escalation.objects.select_for_update(of=("self",), skip_locked=True).select_related("pilot", "flag")
        found = rows.due(at).filter(pk=key).first()
        if found is None:
            return 0
        verb = _pass_on(found, at)
        if not verb:
            return 0
        record(verb, by=None, pilot=found.pilot, target=found, data={"step": found.step})
    return 1


def _pass_on(escalation: Escalation, at: datetime) -> str:
    """To the next step that reaches somebody. The verb of what happened; empty where nothing is new."""
    pilot = escalation.pilot
    path = EscalationPath.objects.filter(pilot=pilot).first()
    later = EscalationStep.objects.filter(pilot=pilot, position__gt=escalation.step)
    for step in later.select_related("person", "cover").order_by("position"):
        people, cover = _reached(step, pilot, at)
        if not people and not cover:
            _note(escalation, step, None, at)
            continue
        escalation.step = step.position
        escalation.next_at = hours_of(path).after(at, step.within_hours)
        escalation.promised_by = escalation.promised_by or escalation.next_at
        for person in dict.fromkeys([*people, *cover]):
            _note(escalation, step, person, at, as_cover=person not in people)
        escalation.save(update_fields=["step", "next_at", "promised_by"])
        _call(escalation, [*people, *cover], at)
        return "escalation.passed_on"
    return _reaches_nobody(escalation, at)


def _reaches_nobody(escalation: Escalation, at: datetime) -> str:
    """Loud, and once: those who run and sponsor the pilot hear it."""
    escalation.next_at = None
    reference = escalation.flag.reference
    if escalation.step:
        escalation.ran_out = at
        verb, text = (
            "escalation.ran_out",
            f"Everybody on the escalation path was called for {reference}, and nobody answered.",
        )
    elif escalation.unroutable_since is None:
        escalation.unroutable_since = at
        verb, text = "escalation.unroutable", f"{reference} needs a judgement and the escalation path reaches nobody."
    else:
        return ""
    escalation.save(update_fields=["next_at", "ran_out", "unroutable_since"])
    where = reverse("escalation", args=[escalation.pilot.slug, escalation.pk])
    call(
        those_in_charge(escalation.pilot),
        event=f"{verb}:{escalation.pk}",
        subject=f"{_drill(escalation)}Nobody answers {reference} in {escalation.pilot.name}",
        text=f"{_drill(escalation)}{text} Its reporter waits.",
        url=where,
        pilot=escalation.pilot,
        at=at,
    )
    return verb


def _reached(step: EscalationStep, pilot: Pilot, at: datetime) -> tuple[list[User], list[User]]:
    """Who is called, and who in their place: stand-ins, and the cover where all of them are away or gone."""
    if step.person:
        people = [step.person] if may_be_called(pilot, step.person, at) else []
        lent = stand_ins(pilot, people, at)
    else:
        people = [membership.user for membership in holders(pilot, [Role(step.role)])]
        lent = stand_ins(pilot, people, at, step.role)
    is_away = not people or bool(lent)
    cover = [step.cover] if step.cover and is_away and may_be_called(pilot, step.cover, at) else []
    return people, list(dict.fromkeys([*lent, *cover]))


def _note(
    escalation: Escalation, step: EscalationStep, person: User | None, at: datetime, *, as_cover: bool = False
) -> None:
    EscalationCall.objects.get_or_create(
        escalation=escalation,
        position=step.position,
        person=person,
        defaults={
            "pilot": escalation.pilot,
            "whom": step.whom,
            "as_cover": as_cover,
            "called_at": at,
            "answer_by": escalation.next_at if person else None,
        },
    )


def _call(escalation: Escalation, people: list[User], at: datetime) -> None:
    assert escalation.next_at is not None
    flag, until = escalation.flag, moment_in_words(escalation.next_at, timezone.get_current_timezone())
    call(
        people,
        event=f"escalation:{escalation.pk}:step:{escalation.step}",
        subject=f"{_drill(escalation)}Your judgement on {flag.reference} in {escalation.pilot.name}",
        text=f"{_drill(escalation)}Somebody cannot tell whether an output is right ({flag.reference}). "
        f"Say by {until} whether it can be used.",
        url=reverse("escalation", args=[escalation.pilot.slug, escalation.pk]),
        pilot=escalation.pilot,
        at=at,
    )


def _drill(escalation: Escalation) -> str:
    return "Drill: " if escalation.flag.is_drill else ""


def hours_of(path: EscalationPath | None) -> Cover:
    """In the installation's own time zone; a worker has no reader whose zone it could take."""
    zone = timezone.get_default_timezone()
    if path is None:
        return Cover(time(9), time(17), weekends=False, zone=zone)
    return Cover(path.opens, path.closes, path.weekends, zone)
