"""Verbs about registers, as `tests/test_actions_and_the_trail.py` takes them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pilots.actions import findings, register_files, registers, workload, workload_files
from pilots.actions.scope_case import set_aside_use_case
from pilots.models import Pilot
from pilots.registers import REGISTERS
from tests.cast import People
from tests.factories.registers import entry, failure, segment, stressor, use_case

Before = Callable[[Pilot, People, datetime], object] | None
Done = Callable[[Any, Pilot, People, datetime], object]

WORK = b"use_case,segment,tasks_a_month\nRefunds,Clerks,12\n"
FILE = b"phase,day,hours,what\nstress_test,2026-11-20,36,Timing\n"


def effort(pilot: Pilot, people: People, at: datetime) -> Any:
    return entry("effort", pilot, people.evaluator)


def finding(pilot: Pilot, people: People, at: datetime) -> Any:
    return failure(pilot, people.evaluator)


def to_build(pilot: Pilot, people: People, at: datetime) -> Any:
    due = (at + timedelta(days=9)).date()
    found = finding(pilot, people, at)
    return findings.answer_failure(
        failure=found, by=people.evaluator, at=at, answer="build", reason="A check", owner=people.pm, due_on=due
    )


VERBS: dict[str, tuple[Before, Done]] = {
    "register.added": (None, lambda _, pilot, people, at: effort(pilot, people, at)),
    "register.edited": (
        effort,
        lambda row, pilot, people, at: registers.edit_entry(
            entry=row, by=people.evaluator, at=at, fields={"hours": 2.0}, version=1
        ),
    ),
    "register.removed": (
        effort,
        lambda row, pilot, people, at: registers.remove_entry(entry=row, by=people.evaluator, at=at),
    ),
    "register.imported": (
        None,
        lambda _, pilot, people, at: register_files.import_entries(
            register=REGISTERS["effort"], pilot=pilot, by=people.evaluator, at=at, content=FILE
        ),
    ),
    "failure.answered": (
        finding,
        lambda row, pilot, people, at: findings.answer_failure(
            failure=row, by=people.evaluator, at=at, answer="decided", reason="Rare"
        ),
    ),
    "failure.built": (
        to_build,
        lambda row, pilot, people, at: findings.build_failure(failure=row, by=people.evaluator, at=at, on=at.date()),
    ),
    "risk.accepted": (
        finding,
        lambda row, pilot, people, at: findings.accept_risk(
            failure=row, by=people.owner, at=at, until=(at + timedelta(days=9)).date(), reason="Rare"
        ),
    ),
    "workload.counted": (
        lambda pilot, people, at: (use_case(pilot), segment(pilot)),
        lambda both, pilot, people, at: workload.count_tasks(
            pilot=pilot, by=people.pm, at=at, counts={(both[0].pk, both[1].pk): 12}
        ),
    ),
    "workload.imported": (
        None,
        lambda _, pilot, people, at: workload_files.import_workload(pilot=pilot, by=people.pm, at=at, content=WORK),
    ),
    "use_case.described": (
        lambda pilot, people, at: use_case(pilot),
        lambda row, pilot, people, at: workload.describe_use_case(
            use_case=row, by=people.pm, at=at, fields={"kind": "edge"}, version=None
        ),
    ),
    "segment.described": (
        lambda pilot, people, at: segment(pilot),
        lambda row, pilot, people, at: workload.describe_segment(
            segment=row, by=people.pm, at=at, fields={"headcount": 12}, version=None
        ),
    ),
    "use_case.set_aside": (
        lambda pilot, people, at: (use_case(pilot), stressor(pilot, people.evaluator)),
        lambda both, pilot, people, at: set_aside_use_case(
            use_case=both[0], by=people.pm, at=at, as_="edge_case", owner=people.pm, stressor=both[1]
        ),
    ),
}
