"""What is one person's, across pilots: late first, then by date."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.db.models import F, QuerySet
from django.urls import reverse

from feedback.summaries.owed import feedback_tasks_of
from feedback.summaries.people import personal_tasks
from governance.access import why_not_decide, why_not_waive
from governance.models import Condition, Disposition, Item, SignOffRequest, Waiver
from governance.places import gate_url, item_url
from governance.reports.clearers import clearers_of
from governance.reports.due import with_due
from governance.reports.waited_for import SIGNING, waiting_of
from pilots.access import pilots_where
from pilots.models import Pilot, User, Workflow
from pilots.permissions import Permission
from pilots.when import day_in_words

# A list longer than this is not a list of work; the page says how many more there are.
MOST: Final = 60
SOON: Final = timedelta(days=30)


@dataclass(frozen=True)
class Task:
    """One thing to do. `state` is a key of the interface's states; `due` is None where nothing sets a date."""

    what: str
    why: str
    pilot: str
    url: str
    state: str
    verb: str
    due: date | None = None
    overdue: bool = False


@dataclass(frozen=True)
class Work:
    tasks: list[Task]
    more: bool

    @property
    def overdue(self) -> int:
        return sum(task.overdue for task in self.tasks)


def work_of(user: User, at: datetime) -> Work:
    found = [
        *_decisions(user, at),
        *_acceptances(user, at),
        *_owned(user, at),
        *_lapsing(user, at),
        *_workflows(user),
        *_conditions(user, at),
        *_designs(user, at),
        *_feedback(user, at),
        *_of_people(user, at),
    ]
    found.sort(key=lambda task: (not task.overdue, task.due or date.max, task.pilot, task.what))
    return Work(found[:MOST], len(found) > MOST)


def _running(user: User, permission: Permission) -> QuerySet[Pilot]:
    """A pilot that is paused or has ended asks nothing of anybody."""
    return pilots_where(user, permission).filter(state=Pilot.State.RUNNING)


def _decisions(user: User, at: datetime) -> list[Task]:
    """Sign-offs and waivers that this person may decide."""
    tasks = []
    signing = _running(user, Permission.SIGN_OFF)
    requests = SignOffRequest.objects.filter(pilot__in=signing, state=SignOffRequest.State.OPEN)
    requests = requests.exclude(asked_by=user).exclude(sign_offs__user=user).select_related("gate", "pilot", "asked_by")
    listed = list(requests.defer("manifest")[:MOST])
    people = clearers_of((), at, also={request.pilot_id for request in listed}, having=SIGNING)
    waiting = waiting_of(listed, people)
    for request in listed:
        if user.pk not in waiting[request.pk].eligible:
            continue
        tasks.append(
            Task(
                what=f"Decide: {request.gate}",
                why=f"{request.asked_by.name} asked for sign-off",
                pilot=request.pilot.name,
                url=gate_url(request.pilot, request.gate),
                state="waiting",
                verb="Decide",
                due=request.expires_at.astimezone(UTC).date(),
            )
        )
    waivers = Waiver.objects.filter(
        pilot__in=_running(user, Permission.DECIDE_WAIVER), state=Waiver.State.ASKED
    ).exclude(requested_by=user)
    vouching = User.objects.vouching()
    for waiver in waivers.select_related("item__workflow", "pilot", "requested_by")[:MOST]:
        if why_not_waive(waiver, user, vouching):
            continue
        why = f"{waiver.requested_by.name} asks to pass with it open"
        tasks.append(_item_task(waiver.item, waiver.pilot, f"Waiver: {waiver.item}", why, "waiting", "Decide"))
    return tasks


def _acceptances(user: User, at: datetime) -> list[Task]:
    """Answers of others that wait for a second person."""
    pilots = _running(user, Permission.ACCEPT_ANSWERS)
    waiting = Item.objects.filter(pilot__in=pilots, state=Item.State.PROPOSED, retired_at__isnull=True)
    waiting = waiting.exclude(answer__author=user).with_details().select_related("pilot")
    rows = with_due(waiting, at).order_by(F("due").asc(nulls_last=True))
    vouching = User.objects.vouching()
    theirs: Any = (item for item in rows if item.answer and not why_not_decide(item.answer, user, vouching))
    return [
        _item_task(
            item,
            item.pilot,
            f"Accept or send back {item}: {item.question.question}",
            f"Answered by {item.answer.author.name}" if item.answer else "",
            "proposed",
            "Look at it",
            due=item.due,
            at=at,
        )
        for item in islice(theirs, MOST)
    ]


def _owned(user: User, at: datetime) -> list[Task]:
    mine = Item.objects.to_do().filter(owner=user).exclude(state=Item.State.PROPOSED)
    mine = mine.filter(pilot__state=Pilot.State.RUNNING).with_details().select_related("pilot")
    rows: Any = with_due(mine, at).order_by(F("due").asc(nulls_last=True))
    words = {"unanswered": "Answer", "returned": "Mend", "lapsed": "Renew", "in_doubt": "Renew or have confirmed"}
    return [
        _item_task(
            item,
            item.pilot,
            f"{item}: {item.question.question}",
            _standing(item),
            "waived" if item.waived_until else item.state,
            words.get(item.state, "Open"),
            due=item.due,
            at=at,
        )
        for item in rows[:MOST]
    ]


def _standing(item: Any) -> str:
    if item.waived_until:
        return f"Waived until {day_in_words(item.waived_until.date())}"
    return str(item.get_state_display())


def _lapsing(user: User, at: datetime) -> list[Task]:
    soon = Item.objects.lapsing_before(at + SOON).filter(owner=user, pilot__state=Pilot.State.RUNNING)
    return [
        _item_task(
            item,
            item.pilot,
            f"{item}: {item.question.question}",
            "The accepted answer lapses",
            "due_soon",
            "Renew",
            due=item.answer.valid_until.astimezone(UTC).date() if item.answer and item.answer.valid_until else None,
            at=at,
        )
        for item in soon.with_details().select_related("pilot")[:MOST]
    ]


def _workflows(user: User) -> list[Task]:
    named = Workflow.objects.filter(owner=user, accepted_at=None, declined_at=None, removed_at=None)
    return [
        Task(
            what=f"Accept that you answer for {workflow.name}",
            why="You are named as its accountable owner",
            pilot=workflow.pilot.name,
            url=reverse("pilot_scope", kwargs={"slug": workflow.pilot.slug}),
            state="waiting",
            verb="Accept or decline",
        )
        for workflow in named.filter(pilot__state=Pilot.State.RUNNING).select_related("pilot")
    ]


def _conditions(user: User, at: datetime) -> list[Task]:
    mine = Condition.objects.filter(owner=user, met_at=None, withdrawn_at=None, gate__state="passed")
    mine = mine.filter(pilot__state=Pilot.State.RUNNING)
    return [
        Task(
            what=condition.text,
            why=f"Condition of “{condition.gate}”",
            pilot=condition.pilot.name,
            url=gate_url(condition.pilot, condition.gate),
            state="open",
            verb="Say that it is met",
            due=condition.due_on,
            overdue=condition.due_on < at.astimezone(UTC).date(),
        )
        for condition in mine.select_related("pilot", "gate").order_by("due_on")[:MOST]
    ]


def _designs(user: User, at: datetime) -> list[Task]:
    """Cells of a rollout design that need design by this person."""
    mine = Disposition.objects.newest().filter(owner=user, pilot__state=Pilot.State.RUNNING)
    mine = mine.filter(cell__use_case__removed_at__isnull=True, cell__segment__removed_at__isnull=True)
    rows = mine.select_related("pilot", "cell__use_case", "cell__segment").order_by("due_on")[:MOST]
    return [
        Task(
            what=f"Design {row.cell}",
            why=row.reason,
            pilot=row.pilot.name,
            url=reverse("design_cell", args=[row.pilot.slug, row.cell.use_case.slug, row.cell.segment.slug]),
            state="design_needs_design",
            verb="See what is known",
            due=row.due_on,
            overdue=row.due_on is not None and row.due_on < at.astimezone(UTC).date(),
        )
        for row in rows
    ]


# By kind: what it is, why, the page, the state, the verb.
_OF_FEEDBACK: Final = {
    "decision": ("P-{key}: {what}", "Decided to be done by you", "pattern", "acting", "Say that it is live"),
    "review": ("Hold the standing review", "You chair it", "reviews", "waiting", "Open it"),
    "open_review": ("Close review {key}", "You chair it", "review", "open", "Go on with it"),
    "correction": ("C-{key}: {what}", "Yours to correct", "correction", "open", "Correct it"),
    "triage": ("Flags that wait for triage: {what}", "Your week on triage", "flags", "new", "Read them"),
}


def _feedback(user: User, at: datetime) -> list[Task]:
    tasks = []
    for one in feedback_tasks_of(user, at):
        what, why, page, state, verb = _OF_FEEDBACK[one.kind]
        keyed = page in ("pattern", "review", "correction")
        timed = one.kind in ("open_review", "correction")
        # A day is late once it is over, a moment at once.
        late = one.due is not None and (one.due < at if timed else one.due.date() < at.astimezone(UTC).date())
        tasks.append(
            Task(
                what=what.format(key=one.key, what=one.what),
                why=why,
                pilot=one.pilot,
                url=reverse(page, args=[one.slug, int(one.key)] if keyed else [one.slug]),
                state=state,
                verb=verb,
                due=one.due.astimezone(UTC).date() if one.due else None,
                overdue=late,
            )
        )
    return tasks


def _of_people(user: User, at: datetime) -> list[Task]:
    """Escalations, concerns, gaps and barriers that wait for this person."""
    today = at.astimezone(UTC).date()
    found = personal_tasks(user, concerns=_running(user, Permission.ANSWER_CONCERNS), most=MOST)
    tasks = []
    for task in found:
        due = task.due.astimezone(UTC).date() if isinstance(task.due, datetime) else task.due
        late = task.due < at if isinstance(task.due, datetime) else due is not None and due < today
        tasks.append(Task(task.what, task.why, task.pilot, task.url, task.state, task.verb, due, late))
    return tasks


def _item_task(
    item: Item,
    pilot: Pilot,
    what: str,
    why: str,
    state: str,
    verb: str,
    *,
    due: date | None = None,
    at: datetime | None = None,
) -> Task:
    overdue = due is not None and at is not None and due < at.astimezone(UTC).date()
    return Task(what, why, pilot.name, item_url(pilot, item), state, verb, due, overdue)
