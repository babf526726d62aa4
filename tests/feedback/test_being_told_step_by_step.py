"""Each step of a flag is told once and in the same words on the page, with a name and without one."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from feedback.actions import patterns as decide
from feedback.actions.telling import News, tell_each, tell_of_rule
from feedback.actions.triage import assess_flag, carry_flag, close_flag
from feedback.models import Flag, Pattern, Reply
from feedback.models.reply import Step
from pilots.clock import now
from pilots.models import Notification, Pilot
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.factories.pilots import UseCaseFactory
from tests.feedback import HandIn, SignIn
from tests.hostile import FIVE


def steps(flag: Flag) -> list[str]:
    return list(Reply.objects.filter(flag=flag).values_list("step", flat=True))


def last(flag: Flag) -> Reply:
    return Reply.objects.filter(flag=flag).order_by("-pk")[0]


@pytest.fixture
def pattern(letters: Pilot, people: People, at: datetime) -> Pattern:
    """Confirmed, with a flag of the member, two of nobody's."""
    made: Pattern = PatternFactory.create(pilot=letters, size=3, reporters=2)
    for reporter in (people.member, None, None):
        FlagFactory.create(pilot=letters, pattern=made, reporter=reporter, reported_at=at - timedelta(days=3))
    return decide.confirm_pattern(pattern=made, version=1, by=people.triage, at=at)


def test_a_receipt_says_by_when_what_to_do_and_whom_to_ring(hand_in: HandIn) -> None:
    plain, severe = hand_in(severity=1).flag, hand_in(severity=3, categories=["LOGIC"]).flag
    assert (last(plain).step, steps(plain)) == ("receipt", ["receipt"])
    assert plain.reference in last(plain).text and "It is read by" in last(plain).text
    for words in ("Stop using it for this", "ring the triage lead", "Do sums and comparisons without it"):
        assert words in last(severe).text
    assert "Stop using it" not in last(plain).text


def test_the_same_hand_in_twice_is_one_receipt(hand_in: HandIn) -> None:
    sent = hand_in()
    hand_in(submission=sent.flag.submission)
    assert Reply.objects.count() == 1


def test_triage_says_level_why_it_is_another_and_how_many_saw_it_too(pattern: Pattern, people: People) -> None:
    flag = Flag.objects.filter(reporter=people.member).get()
    flag = assess_flag(flag=flag, severity=0, note="Nobody used it.", version=flag.version, by=people.triage, at=now())
    said = last(flag)
    assert (said.step, said.words, said.role) == ("triage", "Nobody used it.", "triage lead")
    for words in ("assessed: hazard", "You had said: I caught it", "2 others saw this too"):
        assert words in said.text


def test_a_rule_until_then_is_told_to_everybody_else_who_waits(letters: Pilot, people: People, at: datetime) -> None:
    case = UseCaseFactory.create(pilot=letters, slug="drafting")
    waiting = FlagFactory.create(pilot=letters, use_case=case, reporter=people.member)
    FlagFactory.create(pilot=letters, reporter=people.stranger)
    decided = PatternFactory.create(pilot=letters)
    FlagFactory.create(pilot=letters, use_case=case, reporter=people.pm, pattern=decided)
    waiting_for = Flag.objects.filter(use_case=case).exclude(pattern=decided)
    for _ in range(2):
        text = "For {reference} a person reads every draft."
        tell_of_rule(waiting_for, "human_only:1", text, by=people.triage, at=at)
    assert Reply.objects.get().text == f"For {waiting.reference} a person reads every draft."
    assert Notification.objects.get().user == people.member


def test_human_review_only_is_told_as_the_rule_until_then(pattern: Pattern, people: People) -> None:
    drafts = UseCaseFactory.create(pilot=pattern.pilot)
    decide.act_on_pattern(
        pattern=pattern, action="human_only", use_cases=[drafts], owner=people.integration,
        due_on=now().date(), reason="Too often wrong.", version=pattern.version, by=people.triage, at=now(),
    )  # fmt: skip
    assert {last(flag).step for flag in Flag.objects.all()} == {"interim"}
    assert "a person looks at every such output" in Reply.objects.last().text


def test_a_decision_says_what_and_when_who_decided_and_how_to_contest(pattern: Pattern, people: People) -> None:
    due = now().date() + timedelta(days=5)
    decide.act_on_pattern(
        pattern=pattern, action="prompt", owner=people.integration, due_on=due, reason="It has to name sources.",
        version=pattern.version, by=people.triage, at=now(),
    )  # fmt: skip
    said = last(Flag.objects.filter(reporter=None)[0])
    assert (said.step, said.words, said.author) == ("decision", "It has to name sources.", people.triage)
    assert "adjust the prompt" in said.text and f"{due:%d %b %Y}" in said.text and "open it again" in said.text


def test_live_says_what_changed_since_when_and_asks_to_tell(pattern: Pattern, people: People) -> None:
    decide.fix_pattern(
        pattern=pattern, fixed_from=now(), reason="Sources are checked.", version=pattern.version, by=people.triage,
        at=now(),
    )  # fmt: skip
    assert {last(flag).step for flag in Flag.objects.all()} == {"live"}
    said = Reply.objects.last()
    assert said.words == "Sources are checked."
    assert "It holds for outputs made from" in said.text and "one click" in said.text


@pytest.mark.parametrize("resolution", ["no_change", "not_a_fault", "duplicate"])
def test_no_change_says_why_not_and_how_to_contest(letters: Pilot, people: People, resolution: str) -> None:
    flag = FlagFactory.create(pilot=letters)
    assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=now())
    close_flag(flag=flag, resolution=resolution, answer="The rule is so.", version=2, by=people.triage, at=now())
    said = last(flag)
    assert (said.step, said.words) == ("decision", "The rule is so.")
    assert "open it again on its page" in said.text


def test_carrying_by_name_is_a_decision(letters: Pilot, people: People) -> None:
    flag = FlagFactory.create(pilot=letters, severity=3)
    assess_flag(flag=flag, severity=3, version=1, by=people.triage, at=now())
    carry_flag(flag=flag, reason="A person checks each.", version=2, by=people.triage, at=now())
    assert steps(flag) == ["triage", "decision"]


def test_the_same_step_is_never_told_twice(letters: Pilot, people: People, at: datetime) -> None:
    flag = FlagFactory.create(pilot=letters, reporter=people.member)
    for _ in range(2):
        tell_each([News(flag, "closed:3", "Done.")], Step.LIVE, by=people.triage, at=at)
    assert Reply.objects.count() == Notification.objects.count() == 1


def test_telling_many_costs_the_same_as_telling_one(
    letters: Pilot, people: People, at: datetime, django_assert_max_num_queries: object
) -> None:
    flags = FlagFactory.create_batch(20, pilot=letters, reporter=people.member)
    assert people.triage.name
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        tell_each([News(flag, "closed:3", "Done.") for flag in flags], Step.LIVE, by=people.triage, at=at)


def test_who_has_no_name_reads_the_same_steps_behind_the_link(
    hand_in: HandIn, people: People, visitor: Client, sign_in: SignIn
) -> None:
    pages = []
    for reporter in (None, people.member):
        sent = hand_in(by=reporter)
        flag = assess_flag(flag=sent.flag, severity=1, version=1, by=people.triage, at=now())
        close_flag(flag=flag, resolution="fixed", answer="Mended in 2.1.", version=2, by=people.triage, at=now())
        opened = sign_in(people.member) if reporter else visitor
        address = f"/my-flags/{flag.reference}/" if reporter else f"/flag/receipt/{sent.token}/"
        pages.append(opened.get(address).content.decode().split("What you were told")[1])
    for page in pages:
        assert [page.count(f"<strong>{step}.</strong>") for step in ("Received", "Read", "Changed")] == [1, 1, 1]
    without, with_name = pages
    assert "the triage lead" in without and people.triage.name not in without
    assert people.triage.name in with_name


@pytest.mark.parametrize("text", FIVE)
def test_a_hostile_answer_is_shown_as_text(hand_in: HandIn, people: People, visitor: Client, text: str) -> None:
    sent = hand_in()
    flag = assess_flag(flag=sent.flag, severity=1, note=text, version=1, by=people.triage, at=now())
    close_flag(flag=flag, resolution="fixed", answer=text, version=2, by=people.triage, at=now())
    page = visitor.get(f"/flag/receipt/{sent.token}/").content.decode()
    assert "<xx-hostile" not in page and "<script>alert" not in page and "<img src=x" not in page
