"""What the actions refuse, the database refuses too, whoever writes to it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from feedback.models import (
    Asking,
    CorrectionNotice,
    DrillGap,
    Escalation,
    EscalationStep,
    Flag,
    MonthSummary,
    PatternDecision,
    SensitiveRole,
    StatementSignature,
    TriageClocks,
)
from feedback.models.correction import Correction
from pilots.clock import now
from pilots.models import Pilot
from tests.cast import People
from tests.factories.feedback import CorrectionFactory, FlagFactory, PatternFactory, ReviewFactory
from tests.factories.feedback_people import a_concern, a_drill
from tests.feedback.channels import connect
from tests.feedback.test_signing_the_statement import write

Thing = Callable[[Pilot, People], models.Model]


def escalation(pilot: Pilot, people: People) -> Escalation:
    return Escalation.objects.create(pilot=pilot, flag=FlagFactory.create(pilot=pilot), opened_at=now())


def step(pilot: Pilot, people: People) -> EscalationStep:
    return EscalationStep.objects.create(pilot=pilot, position=1, person=people.owner, within_hours=4)


def correction(pilot: Pilot, people: People) -> Correction:
    row: Correction = CorrectionFactory.create(
        pilot=pilot, flag=FlagFactory.create(pilot=pilot), owner=people.change, opened_by=people.pm
    )
    return row


def notice(pilot: Pilot, people: People) -> CorrectionNotice:
    about = correction(pilot, people)
    return CorrectionNotice.objects.create(
        pilot=pilot, correction=about, told="The residents", told_at=now(), told_by=people.pm
    )


def gap(pilot: Pilot, people: People) -> DrillGap:
    drill = a_drill(pilot, people.pm, now(), kind="stop", state="running", started_at=now(), started_by=people.pm)
    return DrillGap.objects.create(pilot=pilot, drill=drill, what="Nobody knew.", found_at=now(), found_by=people.pm)


def asking(pilot: Pilot, people: People) -> Asking:
    role = SensitiveRole.objects.create(
        pilot=pilot, name="Translators", why="Craft.", identified_at=now(), identified_by=people.change
    )
    return Asking.objects.create(
        pilot=pilot, role=role, whom="apart", how="group", asked_on=now().date(), people_asked=9, people_answered=7,
        in_sum="They fear for it.", recorded_at=now(), recorded_by=people.change,
    )  # fmt: skip


def decision(pilot: Pilot, people: People) -> PatternDecision:
    pattern = PatternFactory.create(pilot=pilot)
    return PatternDecision.objects.create(pilot=pilot, pattern=pattern, verb="confirmed", decided_at=now())


def clocks(pilot: Pilot, people: People) -> TriageClocks:
    return TriageClocks.objects.create(pilot=pilot, read_hours=[9] * 5, correct_hours=[9] * 5)


def summary(pilot: Pilot, people: People) -> MonthSummary:
    return MonthSummary.objects.create(pilot=pilot, month=date(2026, 11, 1), made_at=now())


RULES: dict[str, tuple[Thing, Callable[[Any, People], dict[str, Any]]]] = {
    "escalation_open_has_not_ended": (escalation, lambda row, people: {"gave_up": now()}),
    "escalation_step_cover_is_another": (step, lambda row, people: {"cover": people.owner}),
    "correction_of_what_went_out": (correction, lambda row, people: {"went_out": ""}),
    "correction_notice_says_who": (notice, lambda row, people: {"told": ""}),
    "drill_gap_closed_by_its_owner": (
        gap,
        lambda row, people: {"closed_at": now(), "closed_by": people.pm, "note": "So."},
    ),
    "drill_texts_are_bounded": (lambda pilot, people: a_drill(pilot, people.pm, now()), lambda *_: {"scenario": ""}),
    "asking_texts_are_bounded": (asking, lambda *_: {"in_sum": ""}),
    "concern_open_is_not_decided": (
        lambda pilot, people: a_concern(pilot, now()),
        lambda row, people: {"decided_at": now(), "decided_by": people.change},
    ),
    "concern_stages_are_of_the_rollout": (
        lambda pilot, people: a_concern(pilot, now()),
        lambda *_: {"changed_phase": "stress_test", "changed_stage": 1},
    ),
    "pattern_has_a_title": (lambda pilot, people: PatternFactory.create(pilot=pilot), lambda *_: {"title": ""}),
    "pattern_merged_into_another": (
        lambda pilot, people: PatternFactory.create(pilot=pilot),
        lambda row, people: {"state": "merged", "merged_into": row},
    ),
    "pattern_carry_reason_is_bounded": (
        lambda pilot, people: PatternFactory.create(pilot=pilot),
        lambda *_: {"carry_reason": "x" * 4001},
    ),
    "patterndecision_text_is_bounded": (decision, lambda *_: {"text": "x" * 4001}),
    "review_closed_after_it_opened": (
        lambda pilot, people: ReviewFactory.create(pilot=pilot, opened_by=people.pm),
        lambda row, people: {"closed_at": row.opened_at - timedelta(days=1), "closed_by": people.pm},
    ),
    "summary_of_a_whole_month": (summary, lambda *_: {"month": date(2026, 11, 2)}),
    "triageclocks_an_hour_at_least": (clocks, lambda *_: {"read_hours": [9, 9, 0, 9, 9]}),
    "channel_has_a_name": (
        lambda pilot, people: connect(pilot, people.integration, at=now()).channel,
        lambda *_: {"name": ""},
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_database_refuses_what_the_actions_refuse(rule: str, letters: Pilot, people: People) -> None:
    make, change = RULES[rule]
    row = make(letters, people)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**change(row, people))


@pytest.mark.parametrize("level", ["severity", "assessed_severity"])
def test_a_severity_is_from_0_to_4_or_not_assessed(level: str, letters: Pilot) -> None:
    rows = Flag.objects.filter(pk=FlagFactory.create(pilot=letters).pk)
    with pytest.raises(IntegrityError, match="flag_severity_from_0_to_4"), transaction.atomic():
        rows.update(**{level: 5})
    assert rows.update(severity=4, assessed_severity=None) == 1


@pytest.mark.parametrize(
    ("rule", "role", "for_oneself"),
    [("statement_signed_by_who_has_to", "member", False), ("statement_signed_for_another", "sponsor", True)],
)
def test_nobody_signs_a_statement_as_who_need_not_or_for_themselves(
    rule: str, role: str, for_oneself: bool, letters: Pilot, people: People
) -> None:
    statement = write(letters, people.pm, now())
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        StatementSignature.objects.create(
            pilot=letters, statement=statement, digest=statement.digest, role=role, signed_at=now(),
            signed_by=people.sponsor, on_behalf_of=people.sponsor if for_oneself else None,
        )  # fmt: skip
