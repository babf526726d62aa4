"""What is said of a stage, and why."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pilots.stats.stages import Call, Guardrail, Kind, Need, Plan, Side, State, Verdict, join, read_guardrails

SUCCESS = Guardrail("Success", Kind.SHARE, Side.FLOOR, 0.8)
OVERRIDES = Guardrail("Override rate", Kind.SHARE, Side.CAP, 0.3)
NET_TIME = Guardrail("Net time", Kind.AMOUNT, Side.FLOOR, 0.0, "min")
HARM = Guardrail("Harm", Kind.RARE, Side.CAP, 0.01)
PLAN = Plan(users=60, days=60)


def each(rate: float, users: int = 30, tasks: int = 20) -> tuple[Any, Any]:
    """Every user has as many tasks, and half of them one outcome more or less than the rate says."""
    sums = np.full(users, rate * tasks) + np.where(np.arange(users) % 2, 1, -1) * min(
        1, rate * tasks, (1 - rate) * tasks
    )
    return sums, np.full(users, float(tasks))


def nobody() -> tuple[Any, Any]:
    return np.zeros(5), np.zeros(5)


def said(*rows: Any, days: int = 20, plan: Plan = PLAN, **more: Any) -> Verdict:
    return join(read_guardrails(rows, plan), plan, days=days, **more)


def test_a_stage_expands_when_every_guardrail_is_clearly_kept() -> None:
    verdict = said((SUCCESS, *each(0.95)), (OVERRIDES, *each(0.1)))
    assert verdict.call == Call.EXPAND and not verdict.needs
    assert "all of it above the floor of 80 %" in verdict.why[0]
    assert "all of it below the cap of 30 %" in verdict.why[1]


def test_one_broken_guardrail_halts_whatever_the_others_say() -> None:
    verdict = said((SUCCESS, *each(0.95)), (OVERRIDES, *each(0.5)), (HARM, *nobody()), days=2)
    assert verdict.call == Call.HALT
    (why,) = verdict.why
    assert why.startswith("Override rate: ") and why.endswith("all of it above the cap of 30 %.")


def test_a_figure_on_both_sides_of_its_bound_holds() -> None:
    verdict = said((SUCCESS, *each(0.8)))
    assert verdict.call == Call.HOLD and verdict.why[0].endswith("lies on both sides of the floor of 80 %.")


def test_at_the_deadline_not_clear_is_inconclusive_and_clear_is_still_clear() -> None:
    verdict = said((SUCCESS, *each(0.8)), days=60)
    assert verdict.call == Call.INCONCLUSIVE and "not satisfactory" in verdict.why[-1]
    assert said((SUCCESS, *each(0.95)), days=60).call == Call.EXPAND


def test_too_little_holds_however_good_it_looks_and_says_what_is_missing() -> None:
    verdict = said((SUCCESS, *each(0.98, users=14, tasks=7)), days=3)
    assert verdict.call == Call.HOLD
    assert verdict.needs == (
        Need("Success", "users", 20, 14),
        Need("Success", "tasks", 100, 98),
        Need("", "days", 7, 3),
    )
    assert [str(need) for need in verdict.needs] == [
        "Success: needs 20 users, has 14.",
        "Success: needs 100 tasks, has 98.",
        "Needs 7 days, has 3.",
    ]


def test_where_fewer_are_to_come_all_of_them_are_enough() -> None:
    few = Plan(users=12, days=60)
    assert said((SUCCESS, *each(0.97, users=12, tasks=40)), plan=few).call == Call.EXPAND
    verdict = said((SUCCESS, *each(0.97, users=11, tasks=40)), plan=few)
    assert str(verdict.needs[0]) == "Success: needs all 12 users, has 11."


def test_of_fewer_than_ten_people_no_figure_is_given_and_none_halts() -> None:
    plan = Plan(users=8, days=60)
    verdict = said((SUCCESS, *each(0.1, users=9)), plan=plan)
    (reading,) = verdict.readings
    assert (verdict.call, reading.state, reading.value) == (Call.HOLD, State.TOO_FEW, None)
    assert verdict.needs[0].needed == 10 and "fewer than 10 people" in verdict.why[0]


def test_what_nobody_measured_is_never_taken_for_good() -> None:
    for guardrail in (SUCCESS, NET_TIME, HARM):
        verdict = said((OVERRIDES, *each(0.1)), (guardrail, *nobody()))
        assert verdict.call == Call.HOLD
        assert verdict.why[0] == f"{guardrail.name}: not measured yet."
        assert verdict.readings[1].value is None


def test_a_halt_stays_until_a_person_decides() -> None:
    verdict = said((SUCCESS, *each(0.95)), was_halted=True)
    assert verdict.call == Call.HALT and "until a person decides" in verdict.why[0]


def test_a_stage_without_guardrails_has_no_verdict() -> None:
    with pytest.raises(ValueError, match="without guardrails"):
        join([], PLAN, days=20)


def test_minutes_are_told_in_minutes() -> None:
    sums, tasks = each(0.5)
    verdict = said((NET_TIME, sums * 10, tasks))
    assert verdict.call == Call.EXPAND and "min, all of it above the floor of 0.0 min." in verdict.why[0]


@pytest.mark.parametrize(
    ("sums", "counts", "why"),
    [
        ([3.0, 1], [2.0, 1], "as many outcomes as tasks"),
        ([-1.0, 1], [2.0, 1], "as many outcomes as tasks"),
        ([1.0, 1], [2.0, 0], "who has no tasks"),
        ([1.0, np.nan], [2.0, 1], "sums are numbers"),
        ([1.0], [2.0, 1], "one sum and one number"),
        ([1.0, 0], [2.0, -1], "none or more"),
    ],
)
def test_sums_that_cannot_be_are_refused_with_the_guardrail_named(sums: Any, counts: Any, why: str) -> None:
    with pytest.raises(ValueError, match=f"Success: .*{why}"):
        read_guardrails([(SUCCESS, np.array(sums), np.array(counts))], PLAN)


@pytest.mark.parametrize("bound", [0, 1, 80])
def test_a_bound_that_no_share_can_pass_is_refused(bound: float) -> None:
    with pytest.raises(ValueError, match="lies between 0 and 1"):
        replace(SUCCESS, bound=bound)
    with pytest.raises(ValueError, match="no floor"):
        replace(HARM, side=Side.FLOOR)
    with pytest.raises(ValueError, match="at least one of each"):
        Plan(users=0, days=60)
