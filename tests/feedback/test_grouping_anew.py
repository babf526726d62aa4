"""A rebuild from the beginning, and the recount that finds what went round the actions."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from feedback.actions.patterns import rename_pattern
from feedback.actions.regrouping import drifted, regroup
from feedback.actions.sorting import move_flag
from feedback.grouping.embedding import Words, embedder
from feedback.models import Flag, FlagVector, Grouping, Pattern, Placement
from feedback.tasks import recount
from pilots.clock import now
from pilots.models import AuditEvent, Pilot
from rolloutgov.status import patterns_adrift
from tests.cast import People
from tests.feedback.flagging import INVENTED, PRICE, SLOW, flags_saying, group


def where(pilot: Pilot) -> dict[str, int | None]:
    return dict(Flag.objects.filter(pilot=pilot).values_list("reference", "pattern__number"))


def two_patterns(pilot: Pilot, people: People) -> None:
    flags_saying(pilot, [*INVENTED, *SLOW, PRICE], [people.member, people.owner, people.change])
    assert len(group(pilot)) == 2


def test_grouping_anew_finds_the_same_patterns_under_the_same_numbers(letters: Pilot, people: People) -> None:
    two_patterns(letters, people)
    before, moves = where(letters), Placement.objects.count()
    done = regroup(pilot=letters, embed=embedder(), at=now())
    assert (done.begun, done.moved) == (0, 0) and where(letters) == before
    assert Placement.objects.count() == moves and not AuditEvent.objects.filter(verb="patterns.regrouped").exists()


def test_what_jobs_mixed_up_is_put_right_once(letters: Pilot, people: People) -> None:
    two_patterns(letters, people)
    good = where(letters)
    one, other = Pattern.objects.order_by("number")
    for flag in Flag.objects.filter(pattern=one)[:1]:
        Flag.objects.filter(pk=flag.pk).update(pattern=other)
    assert regroup(pilot=letters, embed=embedder(), at=now()).moved == 1
    assert where(letters) == good
    assert regroup(pilot=letters, embed=embedder(), at=now()).moved == 0
    assert AuditEvent.objects.filter(verb="patterns.regrouped").count() == 1


def test_what_a_person_decided_stays(letters: Pilot, people: People) -> None:
    two_patterns(letters, people)
    one, other = Pattern.objects.select_related("pilot").order_by("number")
    named = rename_pattern(pattern=one, title="Rulings", version=one.version, by=people.triage, at=now())
    odd = Flag.objects.select_related("pilot").get(what_happened=PRICE)
    move_flag(flag=odd, to=named, by=people.triage, at=now())
    Flag.objects.filter(pattern=other).update(pattern=None)
    before = {ref: number for ref, number in where(letters).items() if number == named.number}
    regroup(pilot=letters, embed=embedder(), at=now())
    after = where(letters)
    assert before.items() <= after.items() and after[odd.reference] == named.number
    named.refresh_from_db()
    assert (named.title, named.size) == ("Rulings", len(before))


def test_flags_are_read_anew_with_another_model(letters: Pilot, people: People) -> None:
    two_patterns(letters, people)
    FlagVector.objects.all().delete()
    done = regroup(pilot=letters, embed=embedder(), at=now())
    assert done.read == 8 and FlagVector.objects.count() == 8
    assert regroup(pilot=letters, embed=Words(), at=now()).read == 8
    assert set(FlagVector.objects.values_list("model", flat=True)) == {Words().name}


def test_the_command_says_what_it_did(letters: Pilot, people: People) -> None:
    two_patterns(letters, people)
    said = StringIO()
    call_command("regroup", "letters", stdout=said)
    assert said.getvalue().strip() == "letters: 0 flags read anew, 0 patterns begun, 0 moved"
    with pytest.raises(CommandError, match="no-such"):
        call_command("regroup", "no-such")


def test_a_size_that_differs_is_mended_and_raises_an_alarm_for_a_week(letters: Pilot, people: People) -> None:
    two_patterns(letters, people)
    assert recount() == 0 and not patterns_adrift(now()).alarm
    Pattern.objects.filter(number=1).update(size=99)
    assert recount() == 1 and patterns_adrift(now()).alarm
    assert Pattern.objects.get(number=1).size < 99
    assert recount() == 0 and patterns_adrift(now()).alarm
    assert not patterns_adrift(now() + timedelta(days=8)).alarm


def test_a_level_that_triage_changed_is_counted_and_is_no_alarm(letters: Pilot, people: People) -> None:
    two_patterns(letters, people)
    Flag.objects.filter(pattern__number=1).update(assessed_severity=4, assessed_at=now(), assessed_by=people.triage)
    assert drifted(Grouping.objects.select_related("pilot").get(pilot=letters), now()) == 0
    assert Pattern.objects.get(number=1).worst == 4 and not patterns_adrift(now()).alarm
