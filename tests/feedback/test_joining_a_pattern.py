"""Similar open patterns while typing: what is offered to whom, joining with one click, and who decides in the end."""

from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client

from feedback import limits
from feedback.actions import patterns as decide
from feedback.actions.flags import Details
from feedback.actions.placing import place_flags
from feedback.actions.sorting import merge_patterns, move_flag
from feedback.grouping.embedding import embedder
from feedback.models import Flag, Pattern, Placement
from feedback.similar import similar_to_text
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import Pilot
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import PatternFactory
from tests.feedback import HandIn, SignIn, Typing
from tests.feedback.flagging import INVENTED, SLOW, flags_saying, group

FORM = "/flag/letters/"
LIKE_IT = "It quotes a court ruling that does not exist anywhere, the case is made up"
OFFERED = "Is it one of these?"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def invented(open_letters: Pilot, people: People) -> Pattern:
    """Found by a job, and named by nobody yet."""
    flags_saying(open_letters, INVENTED, [people.pm, people.owner, None])
    flags_saying(open_letters, SLOW, [people.pm, people.owner, None])
    return next(one for one in group(open_letters) if "court" in one.title)


@pytest.fixture
def named(invented: Pattern, people: People) -> Pattern:
    """A person gave it its title."""
    how = {"version": invented.version, "by": people.triage, "at": now()}
    return decide.rename_pattern(pattern=invented, title="Invented rulings", **how)


def place(pilot: Pilot) -> None:
    place_flags(pilot=pilot, embed=embedder(), at=now())


def test_it_is_offered_while_typing_with_how_many_saw_it(named: Pattern, visitor: Client) -> None:
    page = visitor.post(f"{FORM}similar/", {"output": LIKE_IT}).content.decode()
    assert OFFERED in page
    assert "Invented rulings" in page
    assert "Others saw this" in page
    assert "slow" not in page


def test_how_many_saw_it_is_for_who_is_signed_in_or_of_ten_people(
    named: Pattern, visitor: Client, people: People, sign_in: SignIn
) -> None:
    asked = {"output": LIKE_IT}
    assert "4 others saw this" in sign_in(people.stranger).post(f"{FORM}similar/", asked).content.decode()
    Pattern.objects.filter(pk=named.pk).update(reporters=10)
    assert "4 others saw this" in visitor.post(f"{FORM}similar/", asked).content.decode()


@pytest.mark.parametrize("text", ["", "short", "Parking permits cost twice as much here", "\x00\u202e" * 20, "? " * 40])
def test_nothing_is_offered_for_what_is_like_nothing(named: Pattern, visitor: Client, text: str) -> None:
    answer = visitor.post(f"{FORM}similar/", {"output": text})
    assert (answer.status_code, answer.content.decode().strip()) == (200, "")


def test_who_is_not_signed_in_reads_only_titles_that_a_person_gave(
    invented: Pattern, visitor: Client, people: People, sign_in: SignIn
) -> None:
    asked = {"output": LIKE_IT}
    assert OFFERED not in visitor.post(f"{FORM}similar/", asked).content.decode()
    assert OFFERED in sign_in(people.stranger).post(f"{FORM}similar/", asked).content.decode()


@pytest.mark.parametrize("hiding", [{"is_confidential": True}, {"categories": ["PRIVATE"]}])
def test_a_pattern_with_a_flag_that_hides_its_texts_is_named_to_nobody(
    named: Pattern, people: People, hiding: dict[str, Any]
) -> None:
    Flag.objects.filter(pk=named.flags.all()[0].pk).update(**hiding)
    assert similar_to_text(people.pm, named.pilot, LIKE_IT) == []


def test_what_is_decided_is_not_offered(named: Pattern, people: People) -> None:
    how = {"version": named.version, "by": people.triage, "at": now()}
    decide.decline_pattern(pattern=named, reason="Rulings are read by a lawyer.", **how)
    assert similar_to_text(people.pm, named.pilot, LIKE_IT) == []


def test_patterns_of_other_pilots_are_not_offered(named: Pattern, people: People) -> None:
    other = PatternFactory.create(is_renamed=True)
    assert similar_to_text(people.pm, other.pilot, "Parking permits, and nothing about courts") == []


def test_a_closed_form_shows_nothing_to_visitors(letters: Pilot, visitor: Client, people: People) -> None:
    assert visitor.post(f"{FORM}similar/", {"output": LIKE_IT}).status_code == 302


def test_too_many_looks_say_nothing_and_take_nothing_from_the_flags(
    named: Pattern, visitor: Client, typed: Typing
) -> None:
    with patch.object(limits, "LOOKS", (limits.Limit(1, 600),)):
        visitor.post(f"{FORM}similar/", {"output": LIKE_IT})
        assert visitor.post(f"{FORM}similar/", {"output": LIKE_IT}).status_code == 429
        assert visitor.post(FORM, typed()).status_code == 302


def test_one_click_hands_it_in_as_one_of_that_pattern(
    named: Pattern, people: People, sign_in: SignIn, typed: Typing
) -> None:
    sign_in(people.stranger).post(FORM, typed(output="Nothing alike at all", same_as=str(named.number)))
    place(named.pilot)
    flag = Flag.objects.get(reporter=people.stranger)
    assert (flag.pattern, flag.chosen_pattern, flag.pinned) == (named, named, False)
    assert flag.placements.get().how == Placement.How.CHOSEN
    page = sign_in(people.triage).get(f"/pilots/letters/flags/{flag.reference}/").content.decode()
    assert "its reporter said that it is the same" in page


def test_a_persons_later_decision_wins(named: Pattern, people: People, hand_in: HandIn) -> None:
    flag = hand_in(by=people.member, details=_same_as(named)).flag
    place(named.pilot)
    flag.refresh_from_db()
    move_flag(flag=flag, to=None, by=people.triage, at=now())
    group(named.pilot)
    flag.refresh_from_db()
    assert (flag.pattern, flag.chosen_pattern) == (None, named)


def test_nameless_people_count_as_one_however_many_join(named: Pattern, hand_in: HandIn) -> None:
    for _ in range(5):
        hand_in(details=_same_as(named))
    place(named.pilot)
    named.refresh_from_db()
    assert (named.size, named.reporters) == (9, 3)


def test_a_pattern_that_went_up_in_another_leads_there(named: Pattern, people: People, hand_in: HandIn) -> None:
    flag = hand_in(by=people.member, details=_same_as(named)).flag
    into = Pattern.objects.filter(pilot=named.pilot).exclude(pk=named.pk).get()
    named.refresh_from_db()
    merge_patterns(pattern=named, into=into, version=named.version, by=people.triage, at=now())
    place(named.pilot)
    flag.refresh_from_db()
    assert flag.pattern == into


def test_what_is_no_defect_of_the_output_joins_no_pattern(named: Pattern, people: People, hand_in: HandIn) -> None:
    flag = hand_in(by=people.member, categories=["JUDGE"], details=_same_as(named)).flag
    place(named.pilot)
    flag.refresh_from_db()
    assert flag.pattern is None


@pytest.mark.parametrize("number", ["999", "-1", "x", "1" * 30, "²", "\x00"])
def test_a_number_that_is_not_offered_refuses_no_flag(
    named: Pattern, visitor: Client, typed: Typing, number: str
) -> None:
    assert visitor.post(FORM, typed(same_as=number)).status_code == 302
    assert Flag.objects.get(output="The refund is due within 90 days.").chosen_pattern is None


def test_the_action_refuses_what_was_not_offered(invented: Pattern, hand_in: HandIn) -> None:
    with pytest.raises(Refused):
        hand_in(by=None, details=_same_as(invented))


def test_a_refused_form_shows_them_without_scripts_and_keeps_the_choice(
    named: Pattern, visitor: Client, typed: Typing
) -> None:
    page = visitor.post(FORM, typed(severity="", output=LIKE_IT, same_as=str(named.number))).content.decode()
    assert f'name="same_as" value="{named.number}" checked' in page


def test_the_api_joins_by_number(named: Pattern, people: People) -> None:
    body = {"categories": ["WRONG"], "severity": 1, "output": "x", "same_as": named.number}
    member = Caller(people.member, READ_AND_WRITE)
    assert member.post("flag/letters/", body).status_code == 201
    assert member.post("flag/letters/", {**body, "same_as": 99}).status_code == 400
    assert Flag.objects.get(chosen_pattern=named).reporter == people.member


def test_a_look_costs_few_queries_and_the_next_one_none_of_patterns(
    named: Pattern, people: People, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        similar_to_text(people.pm, named.pilot, LIKE_IT)
    with django_assert_num_queries(0):
        similar_to_text(people.pm, named.pilot, LIKE_IT)


def _same_as(pattern: Pattern) -> Details:
    return Details(chosen_pattern=pattern)
