"""What is missing in a register stands in words, and goes away when it is there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from pilots.models import Pilot, User
from pilots.models.stress import working_days
from pilots.registers import REGISTERS
from tests.cast import People
from tests.factories.registers import DAY, entry, segment, workflow

SignIn = Callable[[User], Client]
TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("slug", "bad", "good", "said"),
    [
        (
            "unsupported-periods",
            {"ends_on": DAY},
            {"name": "Long"},
            "No unsupported period of at least 10 working days",
        ),
        ("headline-figures", {}, {}, "1 figure was not worked out again by anybody without a stake"),
        ("workarounds", {}, {}, "1 work-around does not say what becomes of it"),
        ("manual-steps", {}, {}, "1 manual step does not say what does it"),
        ("learning-time", {"in_rollout": None}, {}, "1 entry does not say what the rollout allows"),
        ("failure-modes", {}, {}, "1 stress finding has neither"),
        ("blind-spots", {}, {}, "Nothing is written yet about: conditions, use cases, measurement"),
        ("blind-spots", {}, {}, "1 blind spot has no owner"),
        ("standards", {"tolerance": None}, {}, "1 standard does not say how many errors"),
    ],
)
def test_what_an_entry_leaves_open_is_said(
    slug: str, bad: dict[str, Any], good: dict[str, Any], said: str, letters: Pilot, people: People
) -> None:
    entry(slug, letters, people.evaluator, **bad)
    assert any(line.startswith(said) for line in REGISTERS[slug].missing(letters, TODAY))
    if good:
        entry(slug, letters, people.evaluator, **good)
        assert not any(line.startswith(said) for line in REGISTERS[slug].missing(letters, TODAY))


@pytest.mark.parametrize("slug", ["support-hours", "learning-time", "effort", "failure-shares", "standards", "cohorts"])
def test_what_nobody_wrote_is_missing_until_somebody_does(slug: str, letters: Pilot, people: People) -> None:
    segment(letters), workflow(letters), entry("failure-modes", letters, people.evaluator)
    before = REGISTERS[slug].missing(letters, TODAY)
    entry(slug, letters, people.evaluator)
    assert before and before[0] not in REGISTERS[slug].missing(letters, TODAY)


def test_a_figure_that_somebody_without_a_stake_worked_out_again_is_not_missing(letters: Pilot, people: People) -> None:
    again = {"recomputed_by_whom": "Controlling", "recomputed_value": "4", "recomputed_on": DAY}
    entry("headline-figures", letters, people.evaluator, **again)
    assert REGISTERS["headline-figures"].missing(letters, TODAY) == []


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 11, 2), date(2026, 11, 13), 10),
        (date(2026, 11, 7), date(2026, 11, 8), 0),
        (date(2026, 11, 6), date(2026, 11, 9), 2),
        (date(2026, 11, 2), date(2026, 11, 2), 1),
        (date(1, 1, 1), date(9999, 12, 31), 2608615),
    ],
)
def test_working_days_are_mondays_to_fridays(first: date, last: date, days: int) -> None:
    assert working_days(first, last) == days


@pytest.mark.parametrize("slug", REGISTERS)
def test_every_page_shows_its_state_and_reads_without_anything_in_it(
    slug: str, letters: Pilot, people: People, sign_in: SignIn
) -> None:
    at, reader = f"/pilots/letters/evidence/registers/{slug}/", sign_in(people.leader)
    assert "Nothing is recorded yet" in reader.get(at).content.decode()
    kept = entry(slug, letters, people.evaluator)
    page, state = reader.get(at).content.decode(), REGISTERS[slug].state(kept, TODAY)
    assert REGISTERS[slug].title.split("?")[0].replace("’", "’") in page and (state is None or state[1] in page)
