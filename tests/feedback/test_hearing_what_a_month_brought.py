"""Once a month everybody who flagged by name in a pilot hears what came of it, as an entry of the daily e-mail."""

from datetime import UTC, date, datetime, timedelta

import pytest

from feedback.actions import patterns as decide
from feedback.actions.summarising import last_month, pilots_to_summarise, summarise_month
from feedback.models import Flag, MonthSummary, Pattern
from governance.actions.reminders import send_digests
from pilots.models import Message, Notification, Pilot, User
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory

MAY = date(2026, 5, 1)
IN_MAY = datetime(2026, 5, 12, 10, tzinfo=UTC)
IN_JUNE = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def may(letters: Pilot, people: People) -> Pilot:
    """One pattern changed, one declined, one confirmed and open, one that nobody has looked at."""
    titles = ("Invented rulings", "Too slow", "Old prices", "Words of a flag that nobody read")
    made = [PatternFactory.create(pilot=letters, title=title, size=12, reporters=11) for title in titles]
    for number, pattern in enumerate(made):
        reporter = people.member if number % 2 else people.stranger
        FlagFactory.create(pilot=letters, pattern=pattern, reporter=reporter, reported_at=IN_MAY - timedelta(days=2))
    FlagFactory.create(pilot=letters, reported_at=IN_MAY)
    how = {"by": people.triage, "at": IN_MAY}
    for pattern in made[:3]:
        decide.confirm_pattern(pattern=pattern, version=1, **how)
    for pattern in made[:2]:
        pattern.refresh_from_db()
    decide.fix_pattern(
        pattern=made[0], fixed_from=IN_MAY, reason="Sources are checked.", version=made[0].version, **how
    )
    decide.decline_pattern(pattern=made[1], reason="The server is shared.", version=made[1].version, **how)
    Pattern.objects.update(size=12, reporters=11)
    Notification.objects.all().delete()
    Message.objects.all().delete()
    return letters


def test_it_says_what_changed_what_was_declined_and_why_and_what_is_open(may: Pilot, people: People) -> None:
    summary = summarise_month(pilot=may, month=MAY, at=IN_JUNE)
    assert summary and summary.told == 2
    told = Notification.objects.get(user=people.member)
    assert told.text == "What came of flags in Letters in May 2026: 1 changed, 1 not changed and why, 1 open."
    assert told.detail == summary.text
    for line in (
        "– Invented rulings (12 flags): Sources are checked.",
        "– Too slow (12 flags): The server is shared.",
        "– Old prices (12 flags)",
    ):
        assert line in summary.text.splitlines()
    assert "Words of a flag" not in summary.text


def test_what_hides_its_texts_is_named_to_nobody(may: Pilot) -> None:
    flag = Flag.objects.filter(pattern__title="Too slow").first()
    assert flag is not None
    Flag.objects.filter(pk=flag.pk).update(is_confidential=True)
    summary = summarise_month(pilot=may, month=MAY, at=IN_JUNE)
    assert summary and "Too slow" not in summary.text and "Invented rulings" in summary.text


def test_few_reporters_are_not_counted(may: Pilot) -> None:
    Pattern.objects.update(reporters=9)
    summary = summarise_month(pilot=may, month=MAY, at=IN_JUNE)
    assert summary and "12 flags" not in summary.text


def test_it_comes_once_with_the_daily_email(may: Pilot, people: People) -> None:
    assert pilots_to_summarise(MAY) == [may]
    for _ in range(2):
        summarise_month(pilot=may, month=MAY, at=IN_JUNE)
    assert pilots_to_summarise(MAY) == []
    assert Notification.objects.count() == 2
    assert send_digests(IN_JUNE) == 2
    assert "Sources are checked." in Message.objects.get(address=people.member.email).body


def test_who_wants_no_email_about_flags_reads_it_in_the_application_only(may: Pilot, people: People) -> None:
    User.objects.filter(pk=people.member.pk).update(flag_mail="none")
    summarise_month(pilot=may, month=MAY, at=IN_JUNE)
    assert send_digests(IN_JUNE) == 1
    assert Notification.objects.filter(user=people.member).exists()


def test_a_month_in_which_nothing_happened_is_not_told(may: Pilot) -> None:
    summary = summarise_month(pilot=may, month=date(2026, 7, 1), at=datetime(2026, 8, 1, tzinfo=UTC))
    assert summary and (summary.text, summary.told) == ("", 0)
    assert not Notification.objects.exists()
    assert MonthSummary.objects.count() == 1


def test_a_pilot_without_a_named_flag_is_not_summed_up(letters: Pilot) -> None:
    FlagFactory.create(pilot=letters, reported_at=IN_MAY)
    assert pilots_to_summarise(MAY) == []


def test_the_month_before_is_the_one_that_ended() -> None:
    assert last_month(datetime(2026, 1, 1, tzinfo=UTC)) == date(2025, 12, 1)
    assert last_month(datetime(2026, 3, 31, 23, tzinfo=UTC)) == date(2026, 2, 1)
