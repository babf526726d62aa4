"""Registers of the help that a rollout will not have: support, time to learn, work-arounds, manual steps, effort."""

import datetime as dt
from typing import Final

from pilots.models import Effort, LearningTime, ManualStep, Phase, Pilot, SupportHours, Workaround
from pilots.registers.register import Register, few


def _support_missing(pilot: Pilot, day: dt.date) -> list[str]:
    if SUPPORT.entries(pilot).exists():
        return []
    return ["No support is recorded, so no figure can say how much help stood behind it"]


SUPPORT: Final = Register(
    slug="support-hours",
    group="support",
    model=SupportHours,
    name="Support hours",
    one="support",
    title="How much help did people get, and from whom?",
    lede="A result with forty hours of help behind it is not the result of the rollout.",
    button="Record the hours",
    empty="Hours in which somebody helped: the supplier, the project, champions, any other colleague.",
    columns=("given_by", "segment", "starts_on", "ends_on", "hours", "what"),
    example={
        "given_by": "champion",
        "segment": "night-shift",
        "starts_on": "2026-10-05",
        "ends_on": "2026-10-30",
        "hours": 22,
        "what": "Sat beside people in the first weeks",
    },
    labels={"what": "What it was"},
    help={"segment": "Empty: all of them.", "hours": "0 where nobody helped: that is worth knowing too."},
    missing=_support_missing,
)


def _learning_missing(pilot: Pilot, day: dt.date) -> list[str]:
    rows = list(LEARNING.entries(pilot))
    if not rows:
        return ["Nothing says what time people were officially allowed for learning"]
    silent = sum(row.in_rollout is None for row in rows)
    return few(silent, "entry does not say what the rollout allows", "entries do not say what the rollout allows")


LEARNING: Final = Register(
    slug="learning-time",
    group="support",
    model=LearningTime,
    name="Time to learn",
    one="time to learn",
    title="What time were people officially allowed for learning?",
    lede="And what it will be in the rollout, where nobody’s work waits meanwhile.",
    button="Record the time",
    empty="Hours a week that people were officially allowed, and what was taken off them meanwhile.",
    columns=("segment", "hours_a_week", "in_rollout", "starts_on", "ends_on", "taken_off"),
    example={
        "segment": "night-shift",
        "hours_a_week": 3,
        "starts_on": "2026-10-05",
        "ends_on": "2026-11-27",
        "taken_off": "A fifth of the letters went to another team",
        "in_rollout": 0.5,
    },
    help={
        "segment": "Empty: all of them.",
        "hours_a_week": "What was granted, not what people took of their own time.",
        "in_rollout": "Empty: nobody has said.",
    },
    missing=_learning_missing,
)


def _workarounds_missing(pilot: Pilot, day: dt.date) -> list[str]:
    silent = WORKAROUNDS.entries(pilot).filter(in_rollout="").count()
    said = "what becomes of it in the rollout"
    return few(silent, f"work-around does not say {said}", f"work-arounds do not say {said}")


WORKAROUNDS: Final = Register(
    slug="workarounds",
    group="support",
    model=Workaround,
    name="Work-arounds",
    one="work-around",
    title="Which ways round a shortfall were people taught?",
    lede="Who comes later is not taught them, and meets the shortfall.",
    button="Record the work-around",
    empty="Tricks that people in the pilot were shown, and the shortfall that each of them hides.",
    columns=("what", "hides", "use_case", "people_taught", "in_rollout"),
    example={
        "what": "Paste the letter in two halves",
        "hides": "It forgets the beginning of long letters",
        "use_case": "refund-letters",
        "taught_on": "2026-10-12",
        "people_taught": 14,
        "in_rollout": "Built into the form before the first stage",
    },
    labels={"what": "What people were taught"},
    help={"use_case": "Empty: all of them."},
    missing=_workarounds_missing,
)


def _steps_missing(pilot: Pilot, day: dt.date) -> list[str]:
    silent = STEPS.entries(pilot).filter(in_rollout="").count()
    said = "what does it in the rollout"
    return few(silent, f"manual step does not say {said}", f"manual steps do not say {said}")


STEPS: Final = Register(
    slug="manual-steps",
    group="support",
    model=ManualStep,
    name="Manual steps",
    one="manual step",
    title="What do people do by hand where the tool is not connected?",
    lede="Copying, checking and carrying over that stands in for an integration: counted, so that it can be priced.",
    button="Record the step",
    empty="Steps by hand that stand in for a connection, with how many cases were watched and how many had it.",
    columns=("what", "workflow", "done_by", "cases_observed", "cases_with_it", "times", "minutes", "in_rollout"),
    example={
        "workflow": "answering-letters",
        "what": "Copies the case number from the register into the prompt",
        "done_by": "Whoever answers the letter",
        "cases_observed": 40,
        "cases_with_it": 31,
        "times": 44,
        "minutes": 66,
        "in_rollout": "The interface to the register",
    },
    labels={"what": "What is done by hand"},
    help={
        "cases_with_it": "Of those observed.",
        "times": "In all cases together; at least once in each that has it.",
        "minutes": "Of all those times together.",
    },
    missing=_steps_missing,
)


def _effort_missing(pilot: Pilot, day: dt.date) -> list[str]:
    begun = Phase.objects.filter(pilot=pilot, state__in=(Phase.State.CURRENT, Phase.State.PASSED))
    known = set(EFFORT.entries(pilot).values_list("phase", flat=True))
    without = [phase.get_kind_display().lower() for phase in begun.order_by("position") if phase.kind not in known]
    return [f"No hours are recorded for: {', '.join(without)}"] if without else []


EFFORT: Final = Register(
    slug="effort",
    group="support",
    model=Effort,
    name="Effort",
    one="effort",
    title="How many hours did each phase take?",
    lede="Everybody’s: the project, the people who tried it, the people who checked.",
    button="Record the hours",
    empty="Staff hours by phase, so that the next pilot is planned with what this one took.",
    columns=("what", "phase", "day", "hours"),
    example={"phase": "stress_test", "day": "2026-11-20", "hours": 36, "what": "Watching and timing forty letters"},
    labels={"what": "What for", "day": "Up to which day"},
    missing=_effort_missing,
)

SUPPORTING: Final = (SUPPORT, LEARNING, WORKAROUNDS, STEPS, EFFORT)
