"""A cap of rare incidents, and evidence that may be looked at as often as one likes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pilots.stats.e_values import chance_at_least, chance_at_most, evidence_above
from pilots.stats.stages import Call, Guardrail, Kind, Plan, Side, State, join, read_guardrails

HARM = Guardrail("Harm", Kind.RARE, Side.CAP, 0.01)
PLAN = Plan(users=60, days=60)

counts = st.integers(0, 200)
chances = st.floats(0.01, 0.95)


def harm(incidents: int, tasks: int = 400, users: int = 40) -> tuple[Guardrail, np.ndarray, np.ndarray]:
    sums = np.zeros(users)
    sums[:incidents] = 1
    return HARM, sums, np.full(users, tasks / users)


@given(counts, counts, chances)
def test_evidence_is_a_sum_that_can_be_done_by_hand(happened: int, others: int, most: float) -> None:
    """1/(F+1) · Σ r, each r the one before times (S - j + 1)/(F + 1 + j) · (1 - p)/p."""
    term, total = 1.0, 1.0
    for step in range(1, happened + 1):
        term *= (happened - step + 1) / (others + 1 + step) * (1 - most) / most
        total += term
    assume(total < 1e250)
    # What no number is small enough for is told as nought.
    assert evidence_above(happened, others, most) == pytest.approx(total / (others + 1), rel=1e-6, abs=1e-6)


@given(st.integers(0, 60), st.integers(0, 60), chances)
def test_at_the_cap_nobody_expects_evidence_to_grow(happened: int, others: int, most: float) -> None:
    after = most * evidence_above(happened + 1, others, most) + (1 - most) * evidence_above(happened, others + 1, most)
    assert after == pytest.approx(evidence_above(happened, others, most))


@given(st.integers(0, 30), st.integers(0, 30), st.floats(0, 1), chances)
def test_a_part_of_an_outcome_is_no_more_than_that_chance_of_it(
    happened: int, others: int, part: float, most: float
) -> None:
    whole = part * evidence_above(happened + 1, others, most)
    whole += (1 - part) * evidence_above(happened, others + 1, most)
    assert evidence_above(happened + part, others + 1 - part, most) <= whole * (1 + 1e-9)


@given(st.integers(1, 300), st.integers(0, 5000), st.sampled_from([0.05, 0.025, 0.01]))
def test_a_bound_is_where_the_evidence_comes_to_the_alarm(happened: int, others: int, alpha: float) -> None:
    low = chance_at_least(happened, others, alpha)
    assert evidence_above(happened, others, low) == pytest.approx(1 / alpha, rel=1e-4)
    assert low < happened / (happened + others) <= 1
    assert chance_at_most(others, happened, alpha) == pytest.approx(1 - low)


def test_what_never_happened_may_be_as_rare_as_one_likes() -> None:
    assert chance_at_least(0, 50, 0.05) == 0
    # Of 50 good ones of 50, (1 - q^51) / (51 · q^50 · (1 - q)) is 20 at q = 0.9143.
    assert chance_at_most(0, 50, 0.05) == pytest.approx(1 - 0.9143, abs=1e-4)
    assert evidence_above(0, 10**6, 0.001) < 1e-5 and evidence_above(10**5, 0, 0.001) == np.inf


def test_incidents_above_their_cap_halt_from_the_first_tasks_on() -> None:
    """Three of ten tasks where one of a hundred is the cap; two of them are not enough yet for four guardrails."""
    verdict = join(read_guardrails([harm(3, tasks=10, users=5)], PLAN), PLAN, days=1)
    assert verdict.call == Call.HALT
    assert verdict.why[0].startswith("Harm: more often than the cap of 10 in 1,000 allows, evidence ")


def test_no_alarm_lets_a_stage_expand_but_is_not_called_kept() -> None:
    verdict = join(read_guardrails([harm(3)], PLAN), PLAN, days=20)
    (reading,) = verdict.readings
    assert (verdict.call, reading.state) == (Call.EXPAND, State.QUIET)
    assert "does not yet show that it keeps" in verdict.why[0]
    assert reading.high is not None and reading.high > HARM.bound


def test_enough_tasks_show_that_a_cap_is_kept() -> None:
    (reading,) = read_guardrails([harm(1, tasks=4000)], PLAN)
    assert reading.state == State.KEPT and reading.high is not None and reading.high < HARM.bound


def test_more_guardrails_ask_for_more_evidence() -> None:
    alone, beside = (read_guardrails([harm(5)] * many, PLAN)[0] for many in (1, 4))
    assert (alone.alarm_at, beside.alarm_at) == (pytest.approx(20), pytest.approx(80))
    assert alone.evidence == beside.evidence
    # Only what may halt is shared: below, the bound lies lower; above, it is each guardrail's own.
    assert alone.low is not None and beside.low is not None and beside.low < alone.low
    assert alone.high == beside.high == pytest.approx(chance_at_most(5, 395, 0.025))


def test_each_incident_is_evidence_and_each_quiet_task_takes_some() -> None:
    rising = [evidence_above(incidents, 400 - incidents, 0.01) for incidents in range(12)]
    falling = [evidence_above(3, others, 0.01) for others in range(100, 1000, 100)]
    assert all(one < other for one, other in pairwise(rising))
    assert all(one > other for one, other in pairwise(falling))
