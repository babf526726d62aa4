"""What a workflow needs around the tool: what is simulated, absent or not answered for is a gap."""

from datetime import date
from typing import Any

import pytest

from pilots.models import IntegrationPoint, Pilot
from pilots.registers import REGISTERS
from pilots.registers.integration import gaps
from tests.cast import People
from tests.factories.registers import entry

POINTS = REGISTERS["integration-points"]
TODAY = date(2026, 12, 1)


def point(pilot: Pilot, people: People, **fields: Any) -> IntegrationPoint:
    made: IntegrationPoint = entry("integration-points", pilot, people.integration, **{"tested": "live", **fields})
    return made


@pytest.mark.parametrize(
    ("fields", "gap"),
    [
        ({}, ""),
        ({"tested": "simulated"}, "was only simulated"),
        ({"tested": "absent"}, "was absent"),
        ({"kind": "approval", "case": ""}, "the approver does not know that AI helped"),
        ({"kind": "approval", "case": "", "approver_knows": True}, ""),
        ({"kind": "access", "case": "", "role": "Clerk", "data_class": "Health"}, "nobody tried it without the right"),
        ({"kind": "access", "case": "", "role": "Clerk", "data_class": "Health", "refused_on": TODAY}, ""),
    ],
)
def test_live_and_answered_for_is_no_gap(letters: Pilot, people: People, fields: dict[str, Any], gap: str) -> None:
    made = point(letters, people, **fields)
    assert made.gap.startswith(gap) and bool(made.gap) == bool(gap) == bool(gaps(letters))


def test_a_gap_needs_somebody_and_a_day(letters: Pilot, people: People) -> None:
    point(letters, people, tested="simulated")
    point(letters, people, tested="absent", what="Another", gap_owner=people.integration)
    assert "2 gaps without an owner and a day" in POINTS.missing(letters, TODAY)


def test_a_gap_after_its_day_is_overdue(letters: Pilot, people: People) -> None:
    late = point(letters, people, tested="absent", gap_owner=people.pm, gap_due_on=date(2026, 11, 30))
    assert "1 gap is overdue" in POINTS.missing(letters, TODAY)
    assert POINTS.state(late, TODAY) == ("overdue", "Gap: was absent")


def test_each_kind_and_each_exception_is_asked_for(letters: Pilot, people: People) -> None:
    made = point(letters, people)
    (said,) = POINTS.missing(letters, TODAY)
    assert (
        said
        == f"{made.workflow}: nothing is recorded about data format, approval step, who may see which data, manual step"
    )
    for kind, more in (
        ("format", {}),
        ("approval", {"approver_knows": True}),
        ("access", {"role": "Clerk", "data_class": "Health", "refused_on": TODAY}),
        ("manual", {}),
    ):
        point(letters, people, kind=kind, case="", **more)
    (said,) = POINTS.missing(letters, TODAY)
    assert said.startswith(f"{made.workflow}: no exception path for when it gives no output") and "tool changed" in said
