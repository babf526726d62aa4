"""The rules of the gates, case by case. Pure: no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance import rules
from governance.rules import Facts, ItemFacts, Reason, State
from governance.rules_evidence import EvidenceFacts
from governance.rules_feedback import CODES, FeedbackFacts, Owed, SevereFlagFacts
from governance.rules_stages import StageCellFacts, StageFacts

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASKER, SPONSOR, LEAD, AUTHOR, OTHER_AUTHOR = (uuid4() for _ in range(5))

ACCEPTED = ItemFacts(
    id=UUID(int=1),
    code="DEM-01",
    workflow="",
    question="What did it measure?",
    phase="demonstration",
    blocking="gate",
    after_first_stage=False,
    owner_role="evaluation_lead",
    owner_id=AUTHOR,
    state="accepted",
    not_measured=False,
    needs_evidence=True,
    has_evidence=True,
    author_id=AUTHOR,
    answered_for=None,
    answer_digest="a",
    question_digest="q",
    valid_until=None,
    lapse_reason="",
    waiver_id=None,
    waived_until=None,
)
BY_ANOTHER = replace(ACCEPTED, id=UUID(int=2), code="DEM-02", author_id=OTHER_AUTHOR)
CLEAR = Facts(
    phase="demonstration",
    stage=0,
    at=AT,
    does_not_show=True,
    items=(ACCEPTED, BY_ANOTHER),
    workflows=(rules.WorkflowFacts(UUID(int=9), "Answering letters", AUTHOR, accepted=True),),
    sponsor_id=SPONSOR,
    askers=frozenset({ASKER}),
    signers=frozenset({ASKER, SPONSOR, LEAD}),
    sponsors=frozenset({SPONSOR}),
    evidence=EvidenceFacts(batches=1, counted_cells=1),
)


def test_a_gate_with_nothing_missing_is_open() -> None:
    assert rules.open_blocking(rules.evaluate(CLEAR)) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"owner_id": None}, Reason.UNOWNED),
        ({"state": "unanswered", "author_id": None}, Reason.UNANSWERED),
        ({"state": "returned"}, Reason.RETURNED),
        ({"state": "proposed"}, Reason.PROPOSED),
        ({"state": "proposed", "has_evidence": False}, Reason.UNEVIDENCED),
        ({"has_evidence": False}, Reason.UNEVIDENCED),
        ({"state": "in_doubt"}, Reason.IN_DOUBT),
        ({"state": "lapsed"}, Reason.LAPSED),
        ({"valid_until": AT}, Reason.LAPSED),
        ({"valid_until": AT - timedelta(seconds=1)}, Reason.LAPSED),
    ],
)
def test_ignorance_shuts_the_gate(change: dict[str, object], reason: Reason) -> None:
    facts = replace(CLEAR, items=(replace(ACCEPTED, **change), BY_ANOTHER))  # type: ignore[arg-type]
    open_ones = [f for f in rules.evaluate(facts) if f.state is State.OPEN]
    assert [f.reason for f in open_ones] == [reason]
    assert open_ones[0].blocking
    assert open_ones[0].who_ids or open_ones[0].who_roles


def test_not_measured_passes_and_is_marked() -> None:
    facts = replace(CLEAR, items=(replace(ACCEPTED, not_measured=True, needs_evidence=False), BY_ANOTHER))
    question = next(f for f in rules.evaluate(facts) if f.subject == f"item:{ACCEPTED.id}")
    assert (question.state, question.not_measured) == (State.MET, True)


def test_a_waiver_lets_an_open_question_pass_until_its_day_and_not_a_moment_longer() -> None:
    until = AT + timedelta(days=3)
    item = replace(ACCEPTED, state="unanswered", waiver_id=uuid4(), waived_until=until)
    for at, state in ((AT, State.WAIVED), (until, State.OPEN)):
        found = rules.evaluate(replace(CLEAR, at=at, items=(item, BY_ANOTHER)))
        assert next(f.state for f in found if f.subject == f"item:{item.id}") is state


def test_a_question_that_never_blocks_is_shown_and_does_not_block() -> None:
    item = replace(ACCEPTED, blocking="never", state="unanswered")
    found = rules.evaluate(replace(CLEAR, items=(item, BY_ANOTHER)))
    assert rules.open_blocking(found) == 0
    assert any(f.state is State.OPEN for f in found)


def test_questions_about_a_stage_that_has_run_are_asked_from_the_second_stage_on() -> None:
    item = replace(ACCEPTED, phase="staged_rollout", blocking="stage", after_first_stage=True)
    assert not rules.asked(item, "staged_rollout", 1)
    assert rules.asked(item, "staged_rollout", 2)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"workflows": ()}, "workflow_named"),
        ({"workflows": (rules.WorkflowFacts(UUID(int=9), "x", AUTHOR, accepted=False),)}, "owner_accepts"),
        ({"workflows": (rules.WorkflowFacts(UUID(int=9), "x", None, accepted=False),)}, "owner_accepts"),
        ({"sponsor_id": None}, "sponsor_named"),
        ({"does_not_show": False}, "statement_written"),
        ({"signers": frozenset({ASKER, SPONSOR})}, "enough_signers"),
        ({"sponsors": frozenset()}, "enough_signers"),
        ({"askers": frozenset({SPONSOR})}, "enough_signers"),
        ({"earlier_gates": (rules.EarlierGateFacts(uuid4(), "Leave x", 2),)}, "nothing_lapsed"),
        (
            {"conditions": (rules.ConditionFacts(uuid4(), "Retention rule", LEAD, date(2026, 11, 21), met=False),)},
            "condition_kept",
        ),
    ],
)
def test_what_the_system_checks_by_itself(change: dict[str, object], code: str) -> None:
    found = rules.evaluate(replace(CLEAR, **change))  # type: ignore[arg-type]
    assert {f.code for f in found if f.state is State.OPEN} == {code}


def test_nobody_signs_who_alone_wrote_the_answers() -> None:
    by_the_lead = tuple(replace(item, author_id=LEAD) for item in CLEAR.items)
    found = rules.evaluate(replace(CLEAR, items=by_the_lead))
    assert [f.code for f in found if f.state is State.OPEN] == ["enough_signers"]


def test_who_stands_in_for_the_only_author_does_not_make_up_the_number() -> None:
    by_the_lead = tuple(replace(item, author_id=uuid4(), answered_for=LEAD) for item in CLEAR.items)
    found = rules.evaluate(replace(CLEAR, items=by_the_lead))
    assert [f.code for f in found if f.state is State.OPEN] == ["enough_signers"]


def test_a_condition_is_missed_when_its_day_is_over() -> None:
    condition = rules.ConditionFacts(uuid4(), "Retention rule", LEAD, date(2026, 11, 22), met=False)
    facts = replace(CLEAR, conditions=(condition,))
    assert rules.open_blocking(rules.evaluate(facts)) == 0
    assert rules.next_change(rules.evaluate(facts), AT) == datetime(2026, 11, 23, tzinfo=UTC)
    assert rules.open_blocking(rules.evaluate(replace(facts, at=datetime(2026, 11, 23, tzinfo=UTC)))) == 1


LOCKED = StageFacts(1, is_locked=True, has_locked_forecast=True, cells=(StageCellFacts("Reminders", "ready"),))
STAGE = replace(CLEAR, phase="staged_rollout", stage=1, items=(), staged=LOCKED)


def test_severe_flags_stop_stages_and_no_phase_gate() -> None:
    flags = FeedbackFacts(severe_flags=(SevereFlagFacts("FL-7K3M2Q", 3),))
    stage = replace(STAGE, feedback=flags)
    assert [f.code for f in rules.evaluate(stage) if f.state is State.OPEN] == ["severe_flag"]
    assert rules.open_blocking(rules.evaluate(replace(CLEAR, feedback=flags))) == 0


@pytest.mark.parametrize("kind", ["decisions", "reviews", "corrections"])
def test_what_is_overdue_in_the_feedback_loop_stops_stages_from_its_moment_on(kind: str) -> None:
    owed = Owed("P-3", AT + timedelta(hours=1), AUTHOR)
    facts = replace(STAGE, feedback=FeedbackFacts(**{kind: (owed,)}))  # type: ignore[arg-type]
    assert rules.open_blocking(rules.evaluate(facts)) == 0
    assert rules.next_change(rules.evaluate(facts), AT) == owed.due
    late = [f for f in rules.evaluate(replace(facts, at=owed.due)) if f.state is State.OPEN]
    assert [(f.reason, f.detail, f.who_ids) for f in late] == [(Reason.MISSED, "Overdue: P-3", (AUTHOR,))]
    assert rules.open_blocking(rules.evaluate(replace(facts, phase="demonstration", at=owed.due))) == 0


def test_severe_patterns_reporters_left_without_an_answer_and_no_review_stop_stages() -> None:
    feedback = FeedbackFacts(severe_patterns=(2, 5), untold=3, review_is_set=False)
    found = [f for f in rules.evaluate(replace(STAGE, feedback=feedback)) if f.state is State.OPEN]
    assert [(f.code, f.subject) for f in found] == [
        ("reporters_told", "flags:untold"),
        ("review_in_time", "reviews:"),
        ("severe_pattern", "pattern:2"),
        ("severe_pattern", "pattern:5"),
    ]


def test_a_check_has_its_own_code_and_every_finding_carries_it() -> None:
    codes = [check.code for check in rules.CHECKS]
    assert len(codes) == len(set(codes))
    assert {f.code for f in rules.evaluate(CLEAR)} <= set(codes)
    assert {f.code for f in rules.evaluate(STAGE)} <= set(codes) | CODES


STATES = st.sampled_from(["unanswered", "proposed", "returned", "accepted", "lapsed", "in_doubt"])
MOMENTS = st.none() | st.integers(-90, 90).map(lambda days: AT + timedelta(days=days))
ITEMS = st.builds(
    ItemFacts,
    id=st.uuids(),
    code=st.just("DEM-01"),
    workflow=st.sampled_from(["", "Letters"]),
    question=st.text(max_size=600),
    phase=st.sampled_from(["demonstration", "stress_test"]),
    blocking=st.sampled_from(["gate", "never"]),
    after_first_stage=st.just(False),
    owner_role=st.just("sponsor"),
    owner_id=st.none() | st.just(AUTHOR),
    state=STATES,
    not_measured=st.booleans(),
    needs_evidence=st.booleans(),
    has_evidence=st.booleans(),
    author_id=st.none() | st.sampled_from([AUTHOR, OTHER_AUTHOR]),
    answered_for=st.none() | st.sampled_from([AUTHOR, OTHER_AUTHOR]),
    answer_digest=st.text(max_size=3),
    question_digest=st.just("q"),
    valid_until=MOMENTS,
    lapse_reason=st.text(max_size=20),
    waiver_id=st.none() | st.uuids(),
    waived_until=MOMENTS,
)


@given(st.lists(ITEMS, max_size=6))
def test_no_question_passes_unless_it_is_owned_accepted_evidenced_and_current_or_waived(items: list[ItemFacts]) -> None:
    found = {f.subject: f for f in rules.evaluate(replace(CLEAR, items=tuple(items)))}
    for item in items:
        finding = found.get(f"item:{item.id}")
        if item.phase != "demonstration":
            assert finding is None
            continue
        assert finding is not None
        good = (
            item.owner_id is not None
            and item.state == "accepted"
            and (item.has_evidence or not item.needs_evidence)
            and (item.valid_until is None or item.valid_until > AT)
        )
        waived = item.waived_until is not None and item.waived_until > AT
        assert (finding.state is State.MET) == good
        assert (finding.state is State.WAIVED) == (waived and not good)
        assert len(finding.text) <= 500


@given(st.lists(ITEMS, max_size=6), st.integers(0, 90))
def test_findings_change_by_time_alone_only_at_the_moment_foretold(items: list[ItemFacts], days: int) -> None:
    def states(at: datetime) -> dict[tuple[str, str], State]:
        return {(f.code, f.subject): f.state for f in rules.evaluate(replace(CLEAR, items=tuple(items), at=at))}

    foretold = rules.next_change(rules.evaluate(replace(CLEAR, items=tuple(items))), AT)
    later = AT + timedelta(days=days)
    if foretold is None or later < foretold:
        assert states(later) == states(AT)


@given(st.lists(ITEMS, max_size=6))
def test_the_order_of_the_facts_does_not_matter(items: list[ItemFacts]) -> None:
    unique = {item.id: item for item in items}
    one = rules.evaluate(replace(CLEAR, items=tuple(unique.values())))
    assert one == rules.evaluate(replace(CLEAR, items=tuple(reversed(unique.values()))))
