"""Registers of the stress test: periods without help, the four stressors, and how the tool fails."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from pilots.models import Breach, FailureMode, FailureShare, Pilot, Stressor, UnsupportedPeriod
from pilots.models.stress import WORKING_DAYS_NEEDED
from pilots.registers.register import Register, few

# What an accepted risk was accepted for; any of it changed, it has to be accepted anew.
ACCEPTED_FOR: Final = frozenset({"what", "use_case", "cause", "failures", "attempts", "severity", "manageability"})


def _periods_missing(pilot: Pilot, day: dt.date) -> list[str]:
    periods = list(PERIODS.entries(pilot))
    said = []
    if not any(period.is_long_enough for period in periods):
        said.append(f"No unsupported period of at least {WORKING_DAYS_NEEDED} working days is recorded yet")
    over = [period for period in periods if period.ends_on < day]
    silent = sum(period.tasks_attempted is None or period.tasks_abandoned is None for period in over)
    return said + few(
        silent,
        "period is over and does not say how many tasks were attempted and abandoned",
        "periods are over and do not say how many tasks were attempted and abandoned",
    )


def _period_state(period: UnsupportedPeriod, day: dt.date) -> tuple[str, str]:
    long = f"{period.working_days} working day{'' if period.working_days == 1 else 's'}"
    if not period.is_long_enough:
        return "conditions", f"{long}: {WORKING_DAYS_NEEDED} are needed"
    return ("planned" if period.starts_on > day else "current" if period.ends_on >= day else "met"), long


PERIODS: Final = Register(
    slug="unsupported-periods",
    group="stress",
    model=UnsupportedPeriod,
    name="Unsupported periods",
    one="unsupported period",
    title="When did people work without help, and what happened then?",
    lede="The rollout has no project team at hand. At least ten working days without one show what is left. "
    "Help that somebody gave all the same belongs in the breaches.",
    button="Record the period",
    empty="Weeks in which nobody from the supplier or the project helps: planned here first, then what was counted.",
    columns=("name", "starts_on", "ends_on", "withdrawn", "tasks_attempted", "tasks_abandoned"),
    example={
        "name": "November without champions",
        "starts_on": "2026-11-02",
        "ends_on": "2026-11-20",
        "withdrawn": "Hotline of the supplier, and the two champions of the team",
        "tasks_attempted": 412,
        "tasks_abandoned": 37,
    },
    help={
        "tasks_attempted": "Empty: not measured, which is another thing than 0.",
        "tasks_abandoned": "Begun with the tool and finished without it.",
        "ends_on": "Mondays to Fridays count, holidays too: they are not known here.",
    },
    missing=_periods_missing,
    state=_period_state,
)

BREACHES: Final = Register(
    slug="breaches",
    group="stress",
    model=Breach,
    name="Breaches",
    one="breach",
    title="Who helped all the same in those periods?",
    lede="A period with help in it is no longer one without. Nobody is blamed: the entry keeps the figures honest.",
    button="Record the breach",
    empty="Help that somebody gave in an unsupported period, on which day and for how long.",
    columns=("helped_by", "day", "period", "what", "minutes"),
    example={
        "period": "7d1f7c2e-6f3b-4f0e-8a51-0c7f3f0f5a11",
        "day": "2026-11-05",
        "helped_by": "A champion of the other team",
        "what": "Rewrote the instruction for a refund",
        "minutes": 25,
    },
    labels={"what": "What the help was", "minutes": "Minutes it took"},
    help={"helped_by": "A role is enough; a name is not needed."},
)


def _stressors_missing(pilot: Pilot, day: dt.date) -> list[str]:
    ran = {one.kind for one in STRESSORS.entries(pilot) if one.ran_on}
    absent = [label.lower() for kind, label in Stressor.Kind.choices if kind not in ran]
    if not absent:
        return []
    return [f"{len(ran)} of {len(Stressor.Kind)} stressors ran; still to come: {', '.join(absent)}"]


def _stressor_state(one: Stressor, day: dt.date) -> tuple[str, str]:
    if one.ran_on:
        return "met", "Ran"
    if one.planned_for and one.planned_for < day:
        return "overdue", "Planned, and has not run"
    return "planned", "Planned"


STRESSORS: Final = Register(
    slug="stressors",
    group="stress",
    model=Stressor,
    name="Stressors",
    one="stressor",
    title="What was the pilot put under, and what was expected?",
    lede="Four things that the rollout brings and a pilot avoids. What is expected is written first and stays as it "
    "was written once the stressor ran.",
    button="Plan the stressor",
    empty="Unfamiliar use cases, untrained users, raw production data, and cases set aside earlier: one entry each.",
    columns=("kind", "plan", "expectation", "owner", "planned_for", "ran_on", "observed"),
    example={
        "kind": "untrained",
        "plan": "Six people of the night shift use it without the course",
        "expectation": "Every second draft is thrown away, none of them leaves unchecked",
        "owner": "5b0f6a3e-58a5-4a40-9a0e-2f1d7f8f5d10",
        "planned_for": "2027-01-11",
    },
    help={
        "expectation": "Before it runs. Afterwards everybody would have expected it.",
        "ran_on": "Together with what happened.",
        "observed": "Together with the day on which it ran.",
    },
    missing=_stressors_missing,
    state=_stressor_state,
    done=lambda stressor: stressor.ran_on is not None,
)


def unanswered(pilot: Pilot, day: dt.date) -> QuerySet[FailureMode]:
    """Findings without build item, decision or accepted risk; a risk accepted until yesterday is accepted no more."""
    lapsed = Q(answer=FailureMode.Answer.ACCEPTED, accepted_until__lt=day)
    return FailureMode.objects.filter(Q(answer="") | lapsed, pilot=pilot, removed_at__isnull=True)


def unbuilt(pilot: Pilot, day: dt.date) -> QuerySet[FailureMode]:
    """What was to be built by now and is not."""
    late = Q(answer=FailureMode.Answer.BUILD, built_on__isnull=True, build_due_on__lt=day)
    return FailureMode.objects.filter(late, pilot=pilot, removed_at__isnull=True)


def _failures_missing(pilot: Pilot, day: dt.date) -> list[str]:
    neither = "neither a build item, a decision nor an accepted risk"
    return few(
        unanswered(pilot, day).count(), f"stress finding has {neither}", f"stress findings have {neither}"
    ) + few(unbuilt(pilot, day).count(), "build item is overdue", "build items are overdue")


def _failure_state(failure: FailureMode, day: dt.date) -> tuple[str, str]:
    answers = FailureMode.Answer
    if failure.answer == answers.BUILD:
        if failure.built_on:
            return "met", "Built"
        late = failure.build_due_on is not None and failure.build_due_on < day
        return ("overdue", "Build item overdue") if late else ("acting", "To be built")
    if failure.answer == answers.DECIDED:
        return "declined", "Decided: no change"
    if failure.answer == answers.ACCEPTED:
        lapsed = failure.accepted_until is None or failure.accepted_until < day
        by = f"Accepted by {failure.accepted_by} until {FAILURES.words(failure, 'accepted_until')}"
        return ("lapsed", "Accepted risk ran out") if lapsed else ("carried", by)
    return "stands", "Nothing becomes of it yet"


def _forget_acceptance(failure: FailureMode, changed: Sequence[str]) -> None:
    if failure.answer == FailureMode.Answer.ACCEPTED and ACCEPTED_FOR & set(changed):
        failure.answer = failure.answer_reason = ""
        failure.accepted_until = failure.accepted_at = failure.accepted_by = None


FAILURES: Final = Register(
    slug="failure-modes",
    group="stress",
    model=FailureMode,
    name="Failure modes",
    one="failure mode",
    title="How does it fail, and what becomes of each finding?",
    lede="Each ends as something to build, a decision that nothing changes, or a risk that somebody takes by name "
    "until a date.",
    button="Record the failure mode",
    empty="Ways to fail that a stress test found, with how often, how bad and whether anybody would notice.",
    columns=("what", "severity", "failures", "attempts", "cause", "manageability", "stressor"),
    example={
        "what": "It cites rulings that do not exist",
        "use_case": "refund-letters",
        "cause": "model",
        "failures": 7,
        "attempts": 40,
        "severity": 3,
        "manageability": "downstream",
    },
    help={
        "failures": "Give both, or neither: without the attempts nobody knows what it means.",
        "severity": "0 a hazard, 1 caught, 2 passed on and fixed, 3 affected somebody, 4 serious.",
        "use_case": "Empty: it concerns all of them.",
    },
    decided=(
        *("answer", "answer_reason", "build_owner", "build_due_on", "built_on"),
        *("accepted_until", "accepted_by", "accepted_at"),
    ),
    missing=_failures_missing,
    state=_failure_state,
    done=lambda failure: failure.built_on is not None,
    upon_change=_forget_acceptance,
)


def _shares_missing(pilot: Pilot, day: dt.date) -> list[str]:
    shares = FailureShare.objects.filter(failure=OuterRef("pk"), removed_at__isnull=True)
    without = FAILURES.entries(pilot).filter(~Exists(shares)).count()
    said = "of the work of any segment that"
    return few(
        without, f"failure mode has no share {said} it touches", f"failure modes have no share {said} they touch"
    )


SHARES: Final = Register(
    slug="failure-shares",
    group="stress",
    model=FailureShare,
    name="Shares of the workload",
    one="share of the workload",
    title="How much of whose work does each failure touch?",
    lede="A failure that is rare in the pilot may be daily work for a segment that the pilot did not have.",
    button="Record the share",
    empty="For each failure mode and segment, the share of its work that it touches, and what that rests on.",
    columns=("failure", "segment", "percent", "rests_on"),
    example={
        "failure": "7d1f7c2e-6f3b-4f0e-8a51-0c7f3f0f5a12",
        "segment": "night-shift",
        "percent": 15,
        "rests_on": "Counted in the letters of October, n = 412",
    },
    help={"rests_on": "Counted in what, with which n; or an estimate, and whose."},
    missing=_shares_missing,
)

STRESS: Final = (PERIODS, BREACHES, STRESSORS, FAILURES, SHARES)
