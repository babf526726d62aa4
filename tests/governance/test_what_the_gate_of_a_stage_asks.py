"""The gate into a stage: what is locked, what its cells are, and whether the stage before runs well."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from governance import rules
from governance.design import Choice
from governance.evidence import evaluate
from governance.findings import Finding, State
from governance.models import Gate
from governance.rules_stages import CODES, StageBefore, StageCellFacts, StageFacts
from pilots.models import Pilot, Stage
from tests.factories.evidence import cell, decide, figure, later_condition
from tests.factories.stages import locked, looked, opened, planned

LOCKED = StageFacts(2, is_locked=True, has_locked_forecast=True, cells=(StageCellFacts("Reminders", Choice.READY),))


def facts(staged: StageFacts, stage: int = 2) -> rules.Facts:
    empty = frozenset[object]()
    return rules.Facts(
        phase="staged_rollout",
        stage=stage,
        at=datetime(2026, 11, 20, tzinfo=UTC),
        does_not_show=True,
        items=(),
        workflows=(),
        sponsor_id=None,
        askers=empty,  # type: ignore[arg-type]
        signers=empty,  # type: ignore[arg-type]
        sponsors=empty,  # type: ignore[arg-type]
        staged=staged,
    )


def open_in(staged: StageFacts, stage: int = 2) -> dict[str, str]:
    found = rules.evaluate(facts(staged, stage))
    return {one.code: one.detail for one in found if one.code in CODES and one.state is State.OPEN}


@pytest.mark.parametrize(
    ("state", "call", "goes_on"),
    [
        ("open", "expand", True),
        ("open", "hold", False),
        ("open", "inconclusive", False),
        ("open", "", False),
        ("open", "halt", False),
        ("paused", "expand", False),
        ("stepped_back", "expand", False),
        ("closed", "expand", True),
        ("closed", "inconclusive", False),
        ("closed", "", False),
        ("closed", "halt", False),
    ],
)
def test_the_next_stage_waits_until_the_one_before_is_satisfactory_by_its_own_criteria(
    state: str, call: str, goes_on: bool
) -> None:
    found = open_in(replace(LOCKED, before=StageBefore(1, state, call)))
    assert ("stage_before" not in found) is goes_on


def test_the_first_stage_has_none_before_it() -> None:
    assert open_in(replace(LOCKED, number=1), stage=1) == {}


def test_a_stage_that_nobody_planned_is_open_in_every_respect() -> None:
    assert set(open_in(StageFacts())) == CODES


@pytest.mark.parametrize("choice", ["", Choice.OUT, Choice.UNKNOWN, Choice.NEEDS_DESIGN])
def test_nothing_is_opened_that_the_design_does_not_have_as_ready_or_later(choice: str) -> None:
    staged = replace(
        LOCKED, cells=(StageCellFacts("Appeals × Managers", choice),), before=StageBefore(1, "open", "expand")
    )
    assert list(open_in(staged)) == ["stage_cells"]
    assert "Appeals × Managers" in open_in(staged)["stage_cells"]


def of_stage(pilot: Pilot, at: datetime, number: int = 1) -> dict[str, Finding]:
    gate = next(one for one in evaluate(pilot, at) if one.gate.stage == number)
    return {one.code: one for one in gate.findings if one.code in CODES}


def still_open(pilot: Pilot, at: datetime) -> set[str]:
    return {code for code, one in of_stage(pilot, at).items() if one.state is State.OPEN}


def test_the_gate_reads_the_stage_of_its_number(governed: Pilot, at: datetime) -> None:
    assert still_open(governed, at) == CODES - {"stage_before"}
    stage = planned(governed, at)
    assert still_open(governed, at) == {"stage_locked", "stage_forecast"}
    Stage.objects.filter(pk=stage.pk).update(number=2)
    assert still_open(governed, at) == CODES - {"stage_before"}


def test_a_locked_stage_leaves_nothing_open(governed: Pilot, at: datetime) -> None:
    locked(governed, at)
    assert still_open(governed, at) == set()


def test_what_a_later_cell_waits_for_has_to_be_so(governed: Pilot, at: datetime) -> None:
    where = cell(governed, at)
    condition = later_condition(governed, at, figure="M01", comparator="at_least", threshold=3)
    locked(governed, at, [where])
    assert still_open(governed, at) == {"stage_conditions"}
    figure(governed, at, where, "M01", 9)
    assert still_open(governed, at) == set()
    assert condition.figure == "M01"


def test_a_cell_decided_anew_shuts_the_gate_again(governed: Pilot, at: datetime) -> None:
    stage = locked(governed, at)
    decide(governed, at, Choice.UNKNOWN, [one.cell for one in stage.cells.all()])
    assert still_open(governed, at) == {"stage_cells"}


def test_the_last_look_of_the_stage_before_counts(governed: Pilot, at: datetime) -> None:
    first = opened(governed, at)
    Gate.objects.filter(pilot=governed, phase="staged_rollout").update(stage=2)
    locked(governed, at)
    assert of_stage(governed, at, 2)["stage_before"].detail == "Nothing was read of it yet"
    looked(first, at, "hold")
    assert of_stage(governed, at, 2)["stage_before"].state is State.OPEN
    first.looks.update(call="expand")
    assert of_stage(governed, at, 2)["stage_before"].state is State.MET
