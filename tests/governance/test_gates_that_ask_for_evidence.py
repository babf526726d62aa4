"""What gates ask of evidence: case by case without a database, and from the rows that they are worked out from."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance import rules, rules_evidence
from governance.actions.gates import create_gates
from governance.clearing import Subjects, place_of
from governance.design import Choice
from governance.evidence import evaluate
from governance.findings import Reason, State
from governance.rules_evidence import (
    EXCEPTIONS,
    STRESSORS,
    WORKING_DAYS_NEEDED,
    CohortFacts,
    EvidenceFacts,
    FailureFacts,
    IntegrationGap,
    PeriodFacts,
    WorkflowPaths,
)
from pilots.models import (
    Batch,
    Cohort,
    FailureMode,
    Forecast,
    IntegrationPoint,
    Pilot,
    Segment,
    Stressor,
    UnsupportedPeriod,
    User,
)
from pilots.models import stress as of_stress
from tests.cast import People
from tests.factories.evidence import batch, cell, decide, entry, observe, with_evidence
from tests.factories.pilots import PilotFactory, WorkflowFactory

SignIn = Callable[[User], Client]
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PHASES = {
    "demonstration": {"evidence_there", "workload_counted"},
    "stress_test": {
        *("assigned_took_part", "cohorts_complete", "unsupported_period"),
        *("stressors_run", "cells_decided", "forecast_there"),
    },
    "infrastructure_build": {"design_owned", "findings_answered", "integration_known", "gaps_owned"},
}
CODES = frozenset().union(*PHASES.values())
ALL_THERE = EvidenceFacts(
    batches=2,
    counted_cells=1,
    assigned_took_part=True,
    cohorts=(CohortFacts("Counter staff", "assigned", 30, 31, states_shortfall=False),),
    periods=(PeriodFacts("Three weeks", 15, date(2026, 11, 20)),),
    stressors_run=frozenset(STRESSORS),
    cells=4,
    has_forecast=True,
    paths=(WorkflowPaths("Letters", 5, frozenset(EXCEPTIONS)),),
)


def found(phase: str, evidence: EvidenceFacts, at: datetime = AT) -> dict[str, rules.Finding]:
    nobody: frozenset[Any] = frozenset()
    facts = rules.Facts(phase, 0, at, False, (), (), None, nobody, nobody, nobody, evidence=evidence)
    return {finding.code: finding for finding in rules.evaluate(facts) if finding.code in CODES}


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_asks_for_its_own_and_opens_when_all_is_there(phase: str) -> None:
    findings = found(phase, ALL_THERE)
    assert set(findings) == PHASES[phase]
    assert {finding.state for finding in findings.values()} == {State.MET}


@pytest.mark.parametrize(
    ("phase", "change", "code", "detail"),
    [
        ("demonstration", {"batches": 0}, "evidence_there", "No batch"),
        ("demonstration", {"counted_cells": 0}, "workload_counted", "No use case × segment has its tasks"),
        ("stress_test", {"assigned_took_part": False}, "assigned_took_part", "Nobody"),
        ("stress_test", {"without_cohort": ("Night shift",)}, "cohorts_complete", "Night shift: no cohort is planned"),
        ("stress_test", {"cohorts": ()}, "cohorts_complete", "No cohort is planned"),
        (
            "stress_test",
            {"cohorts": (CohortFacts("Counter staff", "assigned", 30, 12, states_shortfall=False),)},
            "cohorts_complete",
            "Counter staff, assigned: 12 of 30",
        ),
        (
            "stress_test",
            {"cohorts": (CohortFacts("Counter staff", "assigned", 30, 3, states_shortfall=False),)},
            "cohorts_complete",
            "Counter staff, assigned: fewer than 10 of 30",
        ),
        ("stress_test", {"periods": ()}, "unsupported_period", "None is recorded"),
        (
            "stress_test",
            {"periods": (PeriodFacts("A week", 9, date(2026, 11, 1)),)},
            "unsupported_period",
            "The longest has 9 working days",
        ),
        (
            "stress_test",
            {"stressors_run": frozenset({"untrained", "raw_data"})},
            "stressors_run",
            "Not run: unfamiliar use cases, cases set aside earlier",
        ),
        ("stress_test", {"undecided": ("A × B",)}, "cells_decided", "Undecided: A × B"),
        ("stress_test", {"cells": 0}, "cells_decided", "no use case × segment is in the workload yet"),
        ("stress_test", {"has_forecast": False}, "forecast_there", "None is"),
        ("infrastructure_build", {"unowned_cells": ("A × B",)}, "design_owned", "Its owner has left: A × B"),
        (
            "infrastructure_build",
            {"failures": (FailureFacts("Dates", ""),)},
            "findings_answered",
            "Not answered: Dates",
        ),
        (
            "infrastructure_build",
            {"failures": (FailureFacts("Dates", "build", owned=False),)},
            "findings_answered",
            "Not answered: Dates",
        ),
        (
            "infrastructure_build",
            {"paths": (WorkflowPaths("Letters", 0, frozenset()),)},
            "integration_known",
            "nothing",
        ),
        (
            "infrastructure_build",
            {"paths": (WorkflowPaths("Letters", 4, frozenset(EXCEPTIONS) - {"tool_down"}),)},
            "integration_known",
            "Letters: no path for the tool is down",
        ),
        (
            "infrastructure_build",
            {"gaps": (IntegrationGap("Letters, CRM: was absent", None, date(2026, 12, 1)),)},
            "gaps_owned",
            "Letters, CRM: was absent",
        ),
        (
            "infrastructure_build",
            {"gaps": (IntegrationGap("Letters, CRM: was absent", uuid4(), None),)},
            "gaps_owned",
            "Letters, CRM: was absent",
        ),
    ],
)
def test_what_is_missing_is_said_and_shuts_the_gate(phase: str, change: dict[str, Any], code: str, detail: str) -> None:
    open_ones = {c: f for c, f in found(phase, replace(ALL_THERE, **change)).items() if f.state is State.OPEN}
    assert set(open_ones) == {code}
    assert detail in open_ones[code].detail
    assert open_ones[code].who_roles


def test_a_shortfall_that_is_stated_and_a_gap_with_owner_and_day_pass() -> None:
    short = CohortFacts("Counter staff", "assigned", 30, 3, states_shortfall=True)
    assert found("stress_test", replace(ALL_THERE, cohorts=(short,)))["cohorts_complete"].state is State.MET
    gap = IntegrationGap("Letters, CRM: was absent", uuid4(), date(2026, 12, 1))
    assert found("infrastructure_build", replace(ALL_THERE, gaps=(gap,)))["gaps_owned"].state is State.MET


def test_a_period_that_still_runs_opens_the_check_on_the_day_after_its_last() -> None:
    runs = replace(ALL_THERE, periods=(PeriodFacts("Three weeks", 15, date(2026, 11, 27)),))
    finding = found("stress_test", runs)["unsupported_period"]
    ends = datetime(2026, 11, 28, tzinfo=UTC)
    assert (finding.state, finding.detail, finding.changes_at) == (State.OPEN, "It is not over yet", ends)
    assert found("stress_test", runs, at=ends)["unsupported_period"].state is State.MET


def test_a_risk_that_was_accepted_until_a_day_is_open_again_on_the_next() -> None:
    accepted = replace(ALL_THERE, failures=(FailureFacts("Dates", "accepted", date(2026, 11, 30)),))
    finding = found("infrastructure_build", accepted)["findings_answered"]
    ends = datetime(2026, 12, 1, tzinfo=UTC)
    assert (finding.state, finding.changes_at) == (State.MET, ends)
    lapsed = found("infrastructure_build", accepted, at=ends)["findings_answered"]
    assert (lapsed.state, lapsed.reason) == (State.OPEN, Reason.LAPSED)


def test_another_thing_missing_is_another_state_of_affairs() -> None:
    versions = {
        found("stress_test", replace(ALL_THERE, undecided=cells))["cells_decided"].version
        for cells in ((), ("A × B",), ("A × B", "A × C"), ("A × C", "A × B"))
    }
    assert len(versions) == 3


def test_the_words_of_the_rules_are_those_of_the_registers() -> None:
    assert WORKING_DAYS_NEEDED == of_stress.WORKING_DAYS_NEEDED
    assert set(STRESSORS) == set(Stressor.Kind.values)
    assert set(EXCEPTIONS) == set(IntegrationPoint.Case.values)


def standing(pilot: Pilot, at: datetime) -> dict[str, rules.Finding]:
    return {f.code: f for evaluation in evaluate(pilot, at) for f in evaluation.findings if f.code in CODES}


def open_codes(pilot: Pilot, at: datetime) -> set[str]:
    return {code for code, finding in standing(pilot, at).items() if finding.state is State.OPEN}


@pytest.fixture
def complete(governed: Pilot, at: datetime) -> Pilot:
    """`letters` with everything that its three gates ask of evidence."""
    for phase in PHASES:
        with_evidence(governed, at, phase)
    return governed


def test_nothing_is_asked_where_everything_is_there(complete: Pilot, at: datetime) -> None:
    assert open_codes(complete, at) == set()


def test_a_pilot_with_nothing_is_asked_for_everything(letters: Pilot, at: datetime) -> None:
    create_gates(letters)
    WorkflowFactory.create(pilot=letters)
    assert open_codes(letters, at) == CODES - {"design_owned", "findings_answered", "gaps_owned"}


UNDONE: dict[str, Callable[[Pilot, People, datetime], object]] = {
    "cohorts_complete": lambda pilot, people, at: Segment.objects.create(pilot=pilot, name="Night", slug="night"),
    "unsupported_period": lambda pilot, people, at: UnsupportedPeriod.objects.update(
        removed_at=at, removed_by=people.pm
    ),
    "stressors_run": lambda pilot, people, at: Stressor.objects.filter(kind="raw_data").update(
        ran_on=None, observed=""
    ),
    "cells_decided": lambda pilot, people, at: cell(pilot, at, use_case="Appeals"),
    "forecast_there": lambda pilot, people, at: Forecast.objects.update(state="failed"),
    "design_owned": lambda pilot, people, at: (
        decide(pilot, at, Choice.NEEDS_DESIGN, [cell(pilot, at)], owner=people.change, due_on=at.date()),
        User.objects.filter(pk=people.change.pk).update(is_active=False),
    ),
    "findings_answered": lambda pilot, people, at: entry(
        FailureMode, pilot, at, what="Dates", cause="model", severity=1, manageability="caught"
    ),
    "integration_known": lambda pilot, people, at: IntegrationPoint.objects.filter(case="tool_down").update(
        removed_at=at, removed_by=people.pm
    ),
    "gaps_owned": lambda pilot, people, at: IntegrationPoint.objects.filter(case="tool_down").update(
        tested="simulated"
    ),
}


@pytest.mark.parametrize("code", UNDONE)
def test_what_goes_missing_later_is_found(code: str, complete: Pilot, people: People, at: datetime) -> None:
    UNDONE[code](complete, people, at)
    assert open_codes(complete, at) == {code}


def test_a_batch_that_is_withdrawn_is_no_evidence(complete: Pilot, people: People, at: datetime) -> None:
    why = {"withdrawn_at": at, "withdrawn_by": people.pm, "withdrawn_because": "Made twice."}
    Batch.objects.filter(pilot=complete).update(state="withdrawn", **why)
    assert open_codes(complete, at) == {"evidence_there", "assigned_took_part"}


def test_a_cohort_counts_who_was_observed_in_its_segment_by_its_route(complete: Pilot, at: datetime) -> None:
    Cohort.objects.update(minimum=12, shortfall="")
    managers = cell(complete, at, segment="Managers")
    entry(Cohort, complete, at, segment=managers.segment, route="assigned", minimum=10, because="Ten.")
    decide(complete, at)
    observe(complete, at, people=11, route="assigned", where=cell(complete, at))
    observe(complete, at, people=30, route="volunteered", where=managers)
    finding = standing(complete, at)["cohorts_complete"]
    assert finding.detail == "Managers, assigned: none of 10"
    observe(complete, at, people=10, route="assigned", where=managers)
    assert "cohorts_complete" not in open_codes(complete, at)


def test_evidence_of_another_pilot_is_none(letters: Pilot, at: datetime) -> None:
    create_gates(letters)
    other = PilotFactory.create(slug="other")
    cell(other, at)
    batch(other, at)
    assert {"evidence_there", "workload_counted"} <= open_codes(letters, at)


def test_no_rule_knows_of_figures() -> None:
    """So that none can read whether one is good."""
    assert not [name for name in vars(rules_evidence) if "igure" in name or "orecastF" in name]


def test_every_open_check_leads_to_where_it_is_cleared(letters: Pilot, at: datetime, people: People) -> None:
    create_gates(letters)
    WorkflowFactory.create(pilot=letters)
    subjects = Subjects(letters, {}, {}, {})
    for finding in standing(letters, at).values():
        for yours in (True, False):
            place = place_of(finding, subjects, yours=yours)
            assert place is not None and place.url.startswith("/pilots/letters/")
            assert place.action.startswith("See") is not yours


def test_evidence_costs_no_query_of_its_own(complete: Pilot, at: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            evaluate(complete, at)
        return len(seen)

    few = queries()
    for number in range(6):
        cell(complete, at, use_case=f"Case {number}", segment=f"Team {number}")
        entry(FailureMode, complete, at, what="Dates", cause="model", severity=1, manageability="caught")
    observe(complete, at, people=20)
    assert queries() == few


def test_a_cell_that_was_removed_asks_for_nothing(complete: Pilot, people: People, at: datetime) -> None:
    made = cell(complete, at, use_case="Appeals")
    assert open_codes(complete, at) == {"cells_decided"}
    made.use_case.removed_at, made.use_case.removed_by = at + timedelta(seconds=1), people.pm
    made.use_case.save()
    assert open_codes(complete, at) == set()
