"""Plays the demo: every step of every story through the action that people use, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Final

from django.db import transaction

from feedback.actions.reminding import remind_of_feedback
from feedback.actions.rota import call_next_people
from feedback.actions.surging import find_surges
from governance.actions.reminders import collect_reminders, send_digests
from governance.actions.upkeep import absorb_changes, expire, pilots_with_changes, sweep
from pilots.actions.notifications import mark_read
from pilots.models import Change, Message, Pilot, User
from rolloutgov.demo import (
    acting,
    channels,
    complaints,
    elsewhere,
    evidence,
    flags,
    gates,
    people,
    publishing,
    questions,
    stages,
    use,
    webhooks,
)
from rolloutgov.demo.opening import make_people, open_pilot
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step, Story, stories

STEPS: Final[Mapping[str, Callable[[Scene, Step], Sequence[Step] | None]]] = {
    "assign": questions.assign,
    "schedule": questions.schedule,
    "answer": questions.answer,
    "renew": questions.renew,
    "propose": questions.propose,
    "accept": questions.accept,
    "send_back": questions.send_back,
    "comment": questions.comment,
    "doubt": questions.doubt,
    "confirm": questions.confirm,
    "ask_for_waiver": questions.ask_for_waiver,
    "approve_waiver": questions.approve_waiver,
    "refuse_waiver": questions.refuse_waiver,
    "condition": gates.condition,
    "meet": gates.meet,
    "ask": gates.ask,
    "approve": gates.approve,
    "refuse": gates.refuse,
    "delegate": gates.delegate,
    "step_aside": gates.step_aside,
    "happen": gates.happen,
    "edit": gates.edit,
    "time_passes": gates.time_passes,
    "acknowledge": gates.acknowledge,
    "pause": gates.pause,
    "end": gates.end,
    "gather": evidence.gather,
    "decide": evidence.decide,
    "register": evidence.register,
    "stage": stages.stage,
    "read": stages.read,
    "look": stages.look,
    "flag": flags.flag,
    "enter": elsewhere.enter,
    "relabel": elsewhere.relabel,
    "assess": flags.assess,
    "close": flags.close,
    "carry": flags.carry,
    "reopen": flags.reopen,
    "connect": channels.connect,
    "new_token": channels.new_token,
    "complain": complaints.complain,
    "group": complaints.group,
    "pattern": complaints.pattern,
    "write_statement": publishing.write,
    "sign_statement": publishing.sign,
    "publish_statement": publishing.publish,
    "publish_page": publishing.page,
    "use": use.use,
    "import_elsewhere": use.import_elsewhere,
    "review_schedule": acting.review_schedule,
    "review": acting.review,
    "rota": acting.rota,
    "correct": acting.correct,
    "lift": acting.lift,
    "escalation_path": people.escalation_path,
    "hours_pass": people.hours_pass,
    "judge": people.judge,
    "concern": people.concern,
    "answer_concern": people.answer_concern,
    "barrier": people.barrier,
    "ask_apart": people.ask_apart,
    "drill": people.drill,
    "add_webhook": webhooks.add_webhook,
    "turn_webhook_off": webhooks.turn_webhook_off,
}


@dataclass(frozen=True)
class Played:
    pilots: int
    people: int


class StoryError(Exception):
    """A step that the actions refuse: which one, and why."""


def was_played() -> bool:
    return Pilot.objects.filter(is_demo=True).exists()


def play(now: datetime) -> Played:
    """All or nothing. The dates of the story run up to `now`; the audit trail says when it was really played."""
    with transaction.atomic():
        told = stories()
        cast = make_people(now, before=min(story.day for story in told) - 5)
        for story in told:
            _play_story(story, cast, now)
        _settle(cast, now)
    return Played(len(told), len(cast))


def _play_story(story: Story, cast: Mapping[str, User], now: datetime) -> None:
    """In the order of their days; a step may put others into the days after it."""
    scene = open_pilot(story, cast, now)
    numbers = count()
    waiting = [(step.day, next(numbers), step) for step in story.steps]
    heapify(waiting)
    while waiting:
        step = heappop(waiting)[-1]
        try:
            following = STEPS[step.do](scene, step) or ()
        except Exception as error:
            raise StoryError(f"{story.name}, day {step.day:g}, {step.do} by {step.by or 'nobody'}: {error}") from error
        for later in following:
            heappush(waiting, (later.day, next(numbers), later))
        # What the step announced is worked in at its own moment, as the worker would have done.
        if Change.objects.filter(pilot=scene.pilot).exists():
            absorb_changes(scene.pilot, scene.clock)


def _settle(cast: Mapping[str, User], now: datetime) -> None:
    """As after a night's work of the background jobs: nothing left to do, and only what holds now still unread."""
    for pilot in pilots_with_changes():
        absorb_changes(pilot, now)
    for pilot in Pilot.objects.filter(is_demo=True):
        find_surges(pilot=pilot, at=now)
        absorb_changes(pilot, now)
    call_next_people(now)
    remind_of_feedback(now)
    expire(now)
    sweep(now)
    for person in cast.values():
        mark_read(by=person, at=now)
    collect_reminders(now)
    send_digests(now)
    # Nobody reads mail at these addresses, so none is sent.
    Message.objects.filter(address__in=[person.email for person in cast.values()], sent_at__isnull=True).delete()
