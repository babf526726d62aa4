"""What the system would propose for a cell, case by case. Pure: no database."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.design import CellFacts, Choice, Evidence, Failure, Measured, propose

GOOD = CellFacts(
    evidence=Evidence.DIRECT,
    people=24,
    success=Measured(0.9, 0.84, 0.95),
    net_minutes=Measured(3, 1, 5),
    override=Measured(0.1, 0.05, 0.2),
)
BAD = Measured(0.6, 0.5, 0.7)
CAUGHT = Failure("It invents dates", 2, manageable=True)
UNSEEN = Failure("It drops a line", 2, manageable=False)


def proposed(**changed: Any) -> Choice:
    return propose(replace(GOOD, **changed)).choice


def test_what_is_shown_without_help_by_ten_people_is_proposed_as_ready() -> None:
    found = propose(GOOD)
    assert found.choice is Choice.READY
    assert found.because == "84 to 95 % are done well without help by 24 people, and it takes no more time"


@pytest.mark.parametrize(
    ("changed", "choice", "because"),
    [
        ({"left_out_because": "Nobody asked for it."}, Choice.OUT, "left out: Nobody asked for it"),
        ({"designed_for": False}, Choice.OUT, "not designed for it"),
        ({"withdrawn_because": "A wrong fee went out."}, Choice.LATER, "withdrawn: A wrong fee went out"),
        ({"human_only_because": "A pattern of wrong names."}, Choice.NEEDS_DESIGN, "human review only"),
        ({"evidence": Evidence.NONE}, Choice.UNKNOWN, "nothing is known"),
        ({"people": 9}, Choice.UNKNOWN, "fewer than 10 people"),
        ({"people": 0}, Choice.UNKNOWN, "not worked out"),
        ({"success": None}, Choice.UNKNOWN, "not worked out"),
        (
            {"success": BAD},
            Choice.LATER,
            "50 to 70 % are done well, below the bar of 80 %, and how it fails",
        ),
        ({"success": BAD, "failures": (CAUGHT,)}, Choice.NEEDS_DESIGN, "can be prevented or is caught"),
        ({"success": BAD, "failures": (CAUGHT, UNSEEN)}, Choice.LATER, "not caught before it leaves"),
        ({"success": Measured(0.85, 0.75, 0.92)}, Choice.LATER, "does not show whether it reaches the bar"),
        ({"success": Measured(0.95, None, None)}, Choice.LATER, "does not show whether it reaches the bar"),
        ({"bar": 0.9}, Choice.LATER, "does not show whether it reaches the bar of 90 %"),
        ({"net_minutes": Measured(-4, -6, -2)}, Choice.LATER, "people lose time"),
        ({"net_minutes": Measured(1, -1, 3)}, Choice.LATER, "cannot be told yet"),
        ({"net_minutes": None}, Choice.LATER, "whether it saves time is not measured"),
        ({"override": Measured(0.7, 0.6, 0.8)}, Choice.LATER, "60 to 80 % of its outputs are put aside"),
        ({"failures": (replace(CAUGHT, severity=3),)}, Choice.NEEDS_DESIGN, "fails at severity 3: It invents dates"),
        ({"failures": (replace(UNSEEN, severity=4),)}, Choice.LATER, "nothing catches it"),
    ],
)
def test_the_proposal_follows_what_is_known(changed: dict[str, Any], choice: Choice, because: str) -> None:
    found = propose(replace(GOOD, **changed))
    assert found.choice is choice
    assert because in found.because


def test_the_worst_severe_failure_is_named_the_one_that_nothing_catches_before_others() -> None:
    failures = (replace(CAUGHT, severity=4), replace(UNSEEN, severity=3))
    assert "It drops a line" in propose(replace(GOOD, failures=failures)).because


def test_a_small_failure_does_not_take_what_is_shown_away() -> None:
    assert proposed(failures=(UNSEEN,)) is Choice.READY


@pytest.mark.parametrize(("expected", "choice"), [(Measured(0.9, 0.85, 0.95), Choice.UNKNOWN), (BAD, Choice.LATER)])
def test_what_only_a_model_expects_counts_against_a_cell_and_never_for_it(expected: Measured, choice: Choice) -> None:
    facts = CellFacts(evidence=Evidence.MODELLED, modelled=expected)
    assert propose(facts).choice is choice
    assert "nobody was observed in it" in propose(facts).because


SHARES = st.floats(0, 1)
MEASURED = st.none() | st.builds(Measured, SHARES, st.none() | SHARES, st.none() | SHARES)
FAILURES = st.lists(st.builds(Failure, st.text(max_size=300), st.integers(0, 4), st.booleans()), max_size=3).map(tuple)
FACTS = st.builds(
    CellFacts,
    evidence=st.sampled_from(Evidence),
    people=st.integers(0, 30),
    success=MEASURED,
    net_minutes=MEASURED,
    override=MEASURED,
    modelled=MEASURED,
    failures=FAILURES,
    bar=SHARES,
    designed_for=st.none() | st.booleans(),
    left_out_because=st.sampled_from(["", "No"]),
    withdrawn_because=st.sampled_from(["", "No"]),
    human_only_because=st.sampled_from(["", "No"]),
)


@given(FACTS)
def test_not_measured_is_never_proposed_ready(facts: CellFacts) -> None:
    if propose(facts).choice is Choice.READY:
        assert facts.evidence is Evidence.DIRECT
        assert facts.people >= 10
        assert facts.success is not None and facts.success.low is not None and facts.success.low >= facts.bar
        assert facts.net_minutes is not None and facts.net_minutes.low is not None
        assert not facts.withdrawn_because and not facts.left_out_because and facts.designed_for is not False


@given(FACTS)
def test_of_under_ten_people_no_proposal_tells_a_figure(facts: CellFacts) -> None:
    few = replace(facts, evidence=Evidence.DIRECT, people=min(facts.people, 9), failures=(), bar=0.5)
    assert "%" not in propose(few).because


@given(FACTS)
def test_every_proposal_is_one_short_sentence(facts: CellFacts) -> None:
    found = propose(facts)
    assert found.because
    assert len(found.because) <= 500
    assert "\n" not in found.because
