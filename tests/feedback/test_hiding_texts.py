"""Confidential, or showing what it should not: the one rule for who reads such a flag's texts, at every place."""

import pytest

from feedback.models import Flag, Pattern
from pilots.models import Pilot
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.feedback import HandIn, SignIn
from tests.feedback.flagging import INVENTED, flags_saying, group

SECRET = "The neighbour is called Quibblethorpe."


@pytest.fixture(params=["PRIVATE", "confidential"])
def flag(request: pytest.FixtureRequest, hand_in: HandIn, people: People) -> Flag:
    made = hand_in(output=SECRET).flag
    made.is_confidential = request.param == "confidential"
    made.categories = ["PRIVATE"] if request.param == "PRIVATE" else ["WRONG"]
    made.save()
    return made


PLACES = ["/pilots/letters/flags/", "/pilots/letters/flags/{}/", "/search/?q=Quibblethorpe"]


@pytest.mark.parametrize("place", PLACES)
def test_who_only_views_flags_reads_nothing_of_it(flag: Flag, people: People, sign_in: SignIn, place: str) -> None:
    page = sign_in(people.evaluator).get(place.format(flag.reference)).content.decode()
    assert SECRET not in page


@pytest.mark.parametrize("place", PLACES[:2])
def test_triage_reads_it(flag: Flag, people: People, sign_in: SignIn, place: str) -> None:
    assert SECRET in sign_in(people.triage).get(place.format(flag.reference)).content.decode()


def test_its_page_says_who_reads_it(flag: Flag, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.evaluator).get(f"/pilots/letters/flags/{flag.reference}/").content.decode()
    assert "You may not read the texts of this flag" in page
    assert people.triage.name in page


def test_a_search_for_its_words_does_not_tell_that_they_are_there(
    flag: Flag, hand_in: HandIn, people: People, sign_in: SignIn
) -> None:
    seen = hand_in(output="Quibblethorpe again").flag
    page = sign_in(people.evaluator).get("/search/?q=Quibblethorpe").content.decode()
    assert seen.reference in page
    assert flag.reference not in page
    assert flag.reference in sign_in(people.evaluator).get(f"/search/?q={flag.reference}").content.decode()


def test_the_api_keeps_its_texts_back_too(flag: Flag, people: People) -> None:
    seen = Caller(people.evaluator, READ_AND_WRITE)
    one = seen.get(f"pilots/letters/flags/{flag.reference}/").json()
    (listed,) = seen.get("pilots/letters/flags/").json()["results"]
    assert (one["output"], one["hides_texts"]) == (listed["output"], listed["hides_texts"]) == ("", True)
    triage = Caller(people.triage, READ_AND_WRITE)
    assert triage.get(f"pilots/letters/flags/{flag.reference}/").json()["output"] == SECRET


def test_a_pattern_takes_its_title_from_flags_that_many_may_read(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:2], [people.member, people.stranger], is_confidential=True)
    (readable,) = flags_saying(letters, INVENTED[2:3], [people.pm])
    (pattern,) = group(letters)
    assert pattern.size == 3
    assert pattern.title == readable.what_happened[:80]


def test_a_pattern_of_nothing_else_has_no_words(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED, [people.member, people.stranger], categories=["PRIVATE"])
    group(letters)
    assert Pattern.objects.get().title == "Flags without words"
