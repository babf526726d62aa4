"""What happens to flags and patterns reaches the outbox of webhooks, without a word that anybody wrote."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from feedback.actions import patterns as decide
from feedback.actions.returns import come_back
from feedback.actions.triage import assess_flag, close_flag
from feedback.models import Flag, Pattern
from pilots.models import Delivery, Pilot, WebhookEvent
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.factories.pilots import WebhookFactory

HandIn = Callable[..., Any]


@pytest.fixture(autouse=True)
def _hearing(letters: Pilot) -> None:
    WebhookFactory.create(pilot=letters, events=WebhookEvent.values)


def heard() -> list[tuple[str, dict[str, Any]]]:
    rows = Delivery.objects.order_by("created_at", "event").values_list("event", "body")
    return [(event, json.loads(body)["data"]) for event, body in rows]


def test_a_flag_is_heard_of_without_its_words(hand_in: HandIn) -> None:
    handed = hand_in(output="The refund is due within 90 days", expected="30 days", severity=2)
    hand_in(
        submission=handed.flag.submission, output="The refund is due within 90 days", expected="30 days", severity=2
    )
    (only,) = heard()
    assert only == (
        "flag.handed_in",
        {
            "reference": handed.flag.reference,
            "categories": ["WRONG"],
            "severity": 2,
            "use_case": None,
            "is_drill": False,
        },
    )


def test_a_flag_that_is_closed(letters: Pilot, people: People, at: datetime) -> None:
    flag = FlagFactory.create(pilot=letters)
    assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=at)
    close_flag(flag=flag, resolution="fixed", answer="Mended", version=2, by=people.triage, at=at)
    assert heard() == [("flag.closed", {"reference": flag.reference, "resolution": "fixed"})]


def test_the_life_of_a_pattern(letters: Pilot, people: People, at: datetime) -> None:
    pattern = PatternFactory.create(pilot=letters, size=1)
    FlagFactory.create(pilot=letters, pattern=pattern, reported_at=at - timedelta(days=1))
    how = {"by": people.triage, "at": at}

    def held() -> dict[str, Any]:
        found = Pattern.objects.select_related("pilot").get()
        return {"pattern": found, "version": found.version, **how}

    decide.confirm_pattern(**held())
    decide.act_on_pattern(action="prompt", owner=people.integration, due_on=at.date(), reason="Prompt", **held())
    decide.fix_pattern(fixed_from=at, reason="Mended", **held())
    come_back(held()["pattern"], "Again", by=None, at=at)
    said = Delivery.objects.order_by("created_at").values_list("event", flat=True)
    expected = ["flag.closed", "pattern.acting", "pattern.confirmed", "pattern.fixed", "pattern.regressed"]
    assert sorted(said) == expected
    assert Flag.objects.get().state == "closed"
    bodies = "".join(Delivery.objects.values_list("body", flat=True))
    assert pattern.title not in bodies and "Mended" not in bodies
    assert '"due_on":"' in bodies
