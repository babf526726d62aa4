"""The gate out of infrastructure build asks whether it was rehearsed, and never how well it went."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest

from governance import rules
from governance.evidence import evaluate
from governance.rehearsals import GapFacts, RehearsedFacts
from governance.rules import Reason, State
from pilots.models import Pilot
from tests.cast import People
from tests.factories.feedback_people import a_drill
from tests.feedback.test_holding_a_drill import answer_flag, start
from tests.governance.test_rules import CLEAR

BUILD = replace(CLEAR, phase="infrastructure_build", items=())
DONE = RehearsedFacts(flag_went_round=True, escalation_answered=True)


def missing(rehearsed: RehearsedFacts) -> list[tuple[str, Reason]]:
    found = rules.evaluate(replace(BUILD, rehearsed=rehearsed))
    return [(f.subject, f.reason) for f in found if f.code.startswith("drill") and f.state is State.OPEN]


def test_nothing_rehearsed_is_two_findings_and_all_of_it_none() -> None:
    assert missing(RehearsedFacts()) == [
        ("drill:escalation", Reason.MISSING),
        ("drill:flagging", Reason.MISSING),
    ]
    assert missing(DONE) == []


def test_a_gap_without_an_owner_is_open_and_with_one_it_is_not() -> None:
    gap = GapFacts(uuid4(), "Nobody knew the number.", None)
    assert missing(replace(DONE, gaps=(gap,))) == [(f"gap:{gap.id}", Reason.UNOWNED)]
    assert missing(replace(DONE, gaps=(replace(gap, owner_id=uuid4()),))) == []


@pytest.mark.parametrize("phase", ["demonstration", "stress_test", "staged_rollout"])
def test_no_other_gate_asks(phase: str) -> None:
    found = rules.evaluate(replace(BUILD, phase=phase))
    assert not [f for f in found if f.code.startswith("drill")]


def test_a_drill_that_went_badly_passes_as_one_that_went_well(governed: Pilot, people: People, at: datetime) -> None:
    def standing() -> State:
        (gate,) = [e for e in evaluate(governed, at) if e.gate.phase == "infrastructure_build"]
        return next(f.state for f in gate.findings if f.subject == "drill:flagging")

    assert standing() is State.OPEN
    answer_flag(start(governed, people.pm, at), people.triage, severity=4)
    assert standing() is State.MET
    assert a_drill(governed, people.pm, at).state == "planned"
