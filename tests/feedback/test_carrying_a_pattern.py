"""A severe pattern that is not fixed: somebody answers by name for going on with it."""

from collections.abc import Callable

import pytest
from django.test import Client

from feedback.actions import patterns as decide
from feedback.models import Pattern
from feedback.summaries.owed import owed_before_a_stage
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import Notification, Pilot, User
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory

SignIn = Callable[[User], Client]


@pytest.fixture
def severe(letters: Pilot, people: People) -> Pattern:
    """Confirmed, with a flag that triage assessed as severe."""
    pattern = PatternFactory.create(pilot=letters, number=1, state="confirmed", worst=3, size=1)
    assessed = {"state": "assessed", "assessed_severity": 3, "assessed_at": now(), "assessed_by": people.triage}
    FlagFactory.create(pilot=letters, pattern=pattern, reporter=people.member, severity=3, **assessed)
    return pattern


def carry(pattern: Pattern, people: People, reason: str = "Checked by hand.") -> Pattern:
    pattern.refresh_from_db()
    return decide.carry_pattern(pattern=pattern, reason=reason, version=pattern.version, by=people.triage, at=now())


def test_it_holds_a_stage_until_somebody_carries_it(severe: Pattern, people: People) -> None:
    assert owed_before_a_stage(severe.pilot).severe_patterns == (1,)
    carried = carry(severe, people)
    assert owed_before_a_stage(severe.pilot).severe_patterns == ()
    assert (carried.state, carried.carried_by, carried.carry_reason) == ("confirmed", people.triage, "Checked by hand.")
    assert "known and not fixed" in Notification.objects.get(user=people.member).text


def test_it_takes_a_reason_and_something_severe(severe: Pattern, people: People) -> None:
    with pytest.raises(Refused, match="Say why"):
        carry(severe, people, " ")
    Pattern.objects.update(worst=2)
    with pytest.raises(Refused, match="Only what is severe"):
        carry(severe, people)


def test_severe_by_what_nobody_has_assessed_holds_nothing(severe: Pattern) -> None:
    """Nameless flags alone never stop a stage."""
    severe.flags.update(state="new", assessed_severity=None, assessed_at=None, assessed_by=None)
    assert owed_before_a_stage(severe.pilot).severe_patterns == ()


def test_taking_it_back_holds_the_stage_again(severe: Pattern, people: People) -> None:
    carried = carry(severe, people)
    decide.undo_decision(pattern=carried, version=carried.version, by=people.triage, at=now())
    severe.refresh_from_db()
    assert severe.carried_at is None
    assert owed_before_a_stage(severe.pilot).severe_patterns == (1,)


def test_nobody_carries_what_came_back(severe: Pattern, people: People) -> None:
    """What somebody answered for was another state of things."""
    carried = carry(severe, people)
    how = {"by": people.triage, "at": now()}
    fixed = decide.fix_pattern(pattern=carried, fixed_from=now(), reason="Mended.", version=carried.version, **how)
    assert fixed.carried_at is None
    back = decide.return_pattern(pattern=fixed, note="Again.", version=fixed.version, **how)
    assert owed_before_a_stage(back.pilot).severe_patterns == (1,)


def test_the_page_offers_it_for_what_is_severe(severe: Pattern, people: People, sign_in: SignIn) -> None:
    browser, at = sign_in(people.triage), "/pilots/letters/patterns/1/"
    assert "Go on with it, by name" in browser.get(at).content.decode()
    assert browser.post(f"{at}carry/", {"reason": "Checked by hand.", "version": 1}).status_code == 302
    page = browser.get(at).content.decode()
    assert "Carried by Tomas Reyes" in page and "Go on with it, by name" not in page
