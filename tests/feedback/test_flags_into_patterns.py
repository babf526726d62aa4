"""Flags find their pattern by what they say, keep it, and say why they are there."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from feedback.actions import placing
from feedback.actions.counting import recount
from feedback.actions.triage import assess_flag
from feedback.grouping.embedding import Words, embedder
from feedback.models import Flag, FlagVector, Grouping, Pattern, Placement
from feedback.tasks import look_again, place_flags
from feedback.taxonomy import Category
from pilots.clock import now
from pilots.models import Pilot
from tests.cast import People
from tests.factories.pilots import PilotFactory
from tests.feedback.flagging import INVENTED, PRICE, SLOW, flags_saying, group


def test_three_who_say_the_same_in_other_words_become_a_pattern_and_one_who_does_not_stays_single(
    letters: Pilot, people: People
) -> None:
    same = flags_saying(letters, INVENTED[:3], [people.member, people.owner, people.change])
    single = flags_saying(letters, [PRICE], [people.member])[0]
    patterns = group(letters)
    assert [(pattern.reference, pattern.size, pattern.reporters) for pattern in patterns] == [("P-1", 3, 3)]
    assert {flag.pattern for flag in Flag.objects.filter(pk__in=[f.pk for f in same])} == {patterns[0]}
    single.refresh_from_db()
    assert single.pattern is None and single.placed_at is not None


def test_one_person_three_times_is_no_pattern(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:3], [people.member])
    assert group(letters) == []


def test_who_gives_no_name_is_one_person_until_triage_has_read_it(letters: Pilot, people: People) -> None:
    flags = flags_saying(letters, INVENTED[:3])
    assert group(letters) == []
    assess_flag(flag=flags[0], severity=1, version=1, by=people.triage, at=now())
    assert [pattern.size for pattern in group(letters)] == [3]


def test_two_things_are_two_patterns(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:3] + SLOW, [people.member, people.owner])
    assert sorted(pattern.size for pattern in group(letters)) == [3, 3]


def test_a_later_flag_joins_on_arrival_and_says_beside_which(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:3], [people.member, people.owner])
    group(letters)
    late = flags_saying(letters, INVENTED[3:], [people.change])[0]
    place_flags()
    late.refresh_from_db()
    why = Placement.objects.get(flag=late)
    assert late.pattern is not None and late.pattern.number == 1 and late.pattern.size == 4
    assert why.how == "arrived" and why.similarity is not None and why.similarity > 0.25
    assert set(why.nearest) <= set(Flag.objects.exclude(pk=late.pk).values_list("reference", flat=True))


def test_looking_again_changes_no_number(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED + SLOW, [people.member, people.owner])
    before = {(flag.pk, flag.pattern_id) for flag in (group(letters), Flag.objects.all())[1]}
    group(letters)
    assert {(flag.pk, flag.pattern_id) for flag in Flag.objects.all()} == before
    assert Grouping.objects.get().begun == 2


def test_patterns_belong_to_one_pilot(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:2], [people.member, people.owner])
    other = PilotFactory.create()
    flags_saying(other, INVENTED[2:3], [people.change])
    assert group(letters) == group(other) == []


def test_a_need_for_judgement_is_no_fault_to_count(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:3], [people.member, people.owner], categories=[Category.JUDGE])
    assert group(letters) == []
    assert not FlagVector.objects.exists() and not Flag.objects.filter(placed_at__isnull=True).exists()


def test_placing_twice_is_placing_once(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED, [people.member, people.owner])
    group(letters)
    moves = Placement.objects.count()
    assert placing.place_flags(pilot=letters, embed=embedder(), at=now()) == 0
    assert Placement.objects.count() == moves


def test_a_look_is_due_at_once_when_enough_lies_unsorted_and_not_again_without_news(
    letters: Pilot, people: People
) -> None:
    flags_saying(letters, INVENTED[:3], [people.member, people.owner])
    place_flags()
    assert look_again() == 1
    assert Pattern.objects.count() == 1
    assert look_again() == 0


def test_a_look_is_due_once_a_day_where_something_came(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:3], [people.member, people.owner])
    group(letters, now() - timedelta(days=2))
    flags_saying(letters, [PRICE], [people.member])
    place_flags()
    assert [grouping.pilot for grouping in placing.groupings_due(now())] == [letters]


def test_without_the_model_the_same_words_still_find_each_other(letters: Pilot, people: People) -> None:
    flags_saying(letters, ["The total of the invoice is wrong"] * 3, [people.member, people.owner])
    placing.place_flags(pilot=letters, embed=Words(), at=now())
    placing.look_again(pilot=letters, embed=Words(), at=now())
    assert [pattern.size for pattern in Pattern.objects.all()] == [3]


def test_a_recount_finds_nothing_to_mend_and_mends_what_is_wrong(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED, [people.member, people.owner], severity=2)
    (pattern,) = group(letters)
    assert (pattern.size, pattern.reporters, pattern.worst) == (4, 2, 2)
    assert recount([pattern.pk]) == 0
    Pattern.objects.filter(pk=pattern.pk).update(size=7)
    assert recount([pattern.pk]) == 1
    pattern.refresh_from_db()
    assert pattern.size == 4


def test_a_pattern_is_never_deleted(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED, [people.member, people.owner])
    (pattern,) = group(letters)
    Flag.objects.update(pattern=None)
    Placement.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        pattern.delete()
