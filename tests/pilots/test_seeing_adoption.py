"""Who of all eligible people uses it: what was read, what was not, and where that levels off."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pilots.adoption.lasting import decay_of, gap_of, work_of
from pilots.adoption.page import adoption_of
from pilots.adoption.weeks import Known, table_of
from pilots.models import Figure, Observation, Participant, Pilot, Segment, Stage, User
from tests.cast import People
from tests.factories.evidence import batch, cell, figure
from tests.factories.pilots import SegmentFactory
from tests.factories.rollout import came, opened, used

SignIn = Callable[[User], Client]
AT = "/pilots/letters/adoption/"


@pytest.fixture
def stage(letters: Pilot, at: datetime) -> Stage:
    return opened(letters, at)


@pytest.fixture
def seniors(letters: Pilot) -> Segment:
    made: Segment = SegmentFactory.create(pilot=letters, name="Seniors", slug="seniors")
    return made


def grow(stage: Stage, tried: list[int], **counts: int) -> None:
    for week, many in enumerate(tried):
        used(stage, week, **{"licensed": 100, "tried": many, "active": many // 2, "habitual": many // 3} | counts)


def test_before_a_stage_is_opened_the_page_says_what_will_be_here(
    letters: Pilot, people: People, sign_in: SignIn
) -> None:
    page = sign_in(people.member).get(AT).content.decode()
    assert "No stage was opened yet" in page


def test_the_heading_is_where_adoption_levels_off(stage: Stage, people: People, sign_in: SignIn) -> None:
    grow(stage, [18, 26, 29, 30, 30, 30, 30, 30])
    page = sign_in(people.member).get(AT).content.decode()
    assert "Adoption is likely to level off between" in page
    assert "Of 100 eligible people 30\N{NO-BREAK SPACE}% have ever tried it and 10\N{NO-BREAK SPACE}%" in page
    assert "For context only, never a target" in page


def test_its_interval_holds_what_the_curve_comes_to(stage: Stage, at: datetime) -> None:
    grow(stage, [18, 26, 29, 30, 30, 30, 30, 30])
    found = adoption_of(stage, at).ceiling
    assert found is not None
    assert 0.2 < found[0] <= 0.3 <= found[1] < 0.45


def test_the_alarm_speaks_of_the_criterion_of_the_stage(letters: Pilot, at: datetime) -> None:
    stage = opened(letters, at, asks=0.6)
    grow(stage, [18, 26, 29, 30, 30, 30, 30, 30])
    found = adoption_of(stage, at)
    assert found.alarm and "60\N{NO-BREAK SPACE}%" in found.alarm_said


def test_without_a_criterion_there_is_nothing_to_sound_an_alarm_about(stage: Stage, at: datetime) -> None:
    grow(stage, [18, 26, 29, 30, 30, 30, 30, 30])
    assert adoption_of(stage, at).alarm is None


def test_without_an_alarm_nothing_is_promised(letters: Pilot, at: datetime) -> None:
    stage = opened(letters, at, asks=0.2)
    grow(stage, [10, 20, 30])
    assert adoption_of(stage, at).alarm_said.startswith("No alarm. That does not yet show")


def test_two_readings_are_too_early_to_tell(stage: Stage, at: datetime) -> None:
    grow(stage, [10, 20])
    assert adoption_of(stage, at).finding == "6\N{NO-BREAK SPACE}% of all eligible people have a habit of it"


def test_a_week_that_nobody_read_is_not_measured(stage: Stage, people: People, at: datetime, sign_in: SignIn) -> None:
    used(stage, 0)
    used(stage, 2)
    states = [state for state, _ in table_of(stage, at).whole.weeks]
    assert states[:4] == [Known.READ, Known.NOT_MEASURED, Known.READ, Known.NOT_MEASURED]
    assert "Not measured" in sign_in(people.member).get(AT).content.decode()


def test_the_whole_is_told_only_where_all_of_it_was_read(stage: Stage, seniors: Segment, at: datetime) -> None:
    used(stage, 0)
    used(stage, 0, seniors, eligible=50, licensed=50)
    used(stage, 1)
    weeks = table_of(stage, at).whole.weeks
    assert weeks[0][1] is not None and weeks[0][1].eligible == 150
    assert weeks[1] == (Known.NOT_MEASURED, None)


def test_few_people_are_hidden_and_not_given_away_by_the_whole(stage: Stage, seniors: Segment, at: datetime) -> None:
    used(stage, 0)
    used(stage, 0, seniors, eligible=6, licensed=6, tried=2, active=1, habitual=1)
    table = table_of(stage, at)
    assert {line.name: line.weeks[0][0] for line in table.segments}["Seniors"] == Known.TOO_FEW
    shown = sum(one.eligible for line in table.segments if (one := line.weeks[0][1]))
    whole = table.whole.weeks[0][1]
    assert whole is None or whole.eligible - shown >= 10


def test_a_segment_of_the_stage_that_nobody_read_is_named(letters: Pilot, at: datetime) -> None:
    there, other = cell(letters, at), cell(letters, at, "Refunds", "Night shift")
    stage = opened(letters, at, cells=[there, other])
    used(stage, 0, there.segment)
    assert table_of(stage, at).unmeasured == ["Night shift"]


def test_a_corrected_reading_counts_in_place_of_the_first(stage: Stage, at: datetime) -> None:
    first = used(stage, 0, habitual=1)
    first.replaced_at = at
    first.save()
    used(stage, 0, habitual=9)
    last = table_of(stage, at).whole.last
    assert last is not None and last.habitual == 9


def test_the_gap_is_between_those_meant_to_benefit_and_others(stage: Stage, seniors: Segment, at: datetime) -> None:
    Segment.objects.exclude(pk=seniors.pk).update(is_beneficiary=True)
    Segment.objects.filter(pk=seniors.pk).update(is_beneficiary=False)
    used(stage, 0, habitual=10)
    used(stage, 0, seniors, habitual=15)
    assert gap_of(table_of(stage, at)).value == pytest.approx(-5)


def test_without_saying_whom_it_is_for_there_is_no_gap(stage: Stage, at: datetime) -> None:
    used(stage, 0)
    found = gap_of(table_of(stage, at))
    assert found.value is None and "nobody" in found.note


def test_a_gap_to_people_who_are_too_few_is_not_told(stage: Stage, seniors: Segment, at: datetime) -> None:
    Segment.objects.exclude(pk=seniors.pk).update(is_beneficiary=True)
    Segment.objects.filter(pk=seniors.pk).update(is_beneficiary=False)
    used(stage, 0)
    used(stage, 0, seniors, eligible=6, licensed=6, tried=2, active=1, habitual=1)
    found = gap_of(table_of(stage, at))
    assert found.value is None and found.note.startswith("Too few people")


def test_habits_that_last_are_told_from_each_persons_own_weeks(letters: Pilot, at: datetime) -> None:
    stage = opened(letters, at, weeks=13)
    for week in range(12):
        came(stage, people=20 if week < 6 else 15, tasks=3, week=week, done_well=3)
    assert decay_of(stage).value == pytest.approx(75)


def test_habits_of_few_are_not_told(letters: Pilot, at: datetime) -> None:
    stage = opened(letters, at, weeks=13)
    for week in range(12):
        came(stage, people=5, tasks=3, week=week, done_well=3)
    found = decay_of(stage)
    assert found.value is None and found.people == 5


def observed(pilot: Pilot, stage: Stage, at: datetime, *, good: int, people: int = 20) -> None:
    """In the pilot, without help: of ten tasks of each so many done well, and the figure that its pages show."""
    place, rows = stage.cells.select_related("cell__use_case")[0].cell, batch(pilot, at)
    for number in range(people):
        who = Participant.objects.create(pilot=pilot, pseudonym=f"p{number}", route="assigned")
        Observation.objects.bulk_create(
            Observation(
                pilot=pilot,
                batch=rows,
                cell=place,
                participant=who,
                line=10 * number + task + 2,
                day=at.date(),
                supported=False,
                outcome=0 if task < good else 1,
            )
            for task in range(10)
        )
    figure(pilot, at, place, "success", 10.0 * good, people=people)
    Figure.objects.update(segment=None)


def test_each_use_case_is_set_beside_the_pilot(stage: Stage, letters: Pilot, at: datetime) -> None:
    observed(letters, stage, at, good=8)
    came(stage, done_well=6)
    ((row,), _) = work_of(stage)
    assert row.stage and row.stage.value == pytest.approx(0.6)
    assert row.ratio and row.ratio.value == pytest.approx(0.75)


def test_a_pilot_of_few_people_is_not_compared_with(stage: Stage, letters: Pilot, at: datetime) -> None:
    observed(letters, stage, at, good=8, people=5)
    came(stage)
    ((row,), _) = work_of(stage)
    assert row.ratio is None


def test_work_of_few_people_is_hidden(stage: Stage, people: People, sign_in: SignIn) -> None:
    came(stage, people=9)
    ((row,), _) = work_of(stage)
    assert row.is_hidden and row.stage is None
    assert "Not enough data" in sign_in(people.member).get(AT).content.decode()


def test_the_file_has_a_line_a_week_and_segment(stage: Stage, people: People, sign_in: SignIn) -> None:
    used(stage, 0)
    answer = sign_in(people.member).get("/pilots/letters/adoption.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    lines = text.splitlines()
    assert lines[0].endswith("Week,Segment,State,Eligible,Licensed,Tried,Active,Habitual")
    assert "All eligible people,measured,100,80,20,15,10" in lines[1]
    assert "not measured,,,,," in lines[3]


def test_the_interface_says_the_same(stage: Stage, people: People, sign_in: SignIn) -> None:
    grow(stage, [18, 26, 29, 30])
    found = sign_in(people.member).get("/api/v1/pilots/letters/adoption/").json()
    assert found["stage"] == 1 and found["finding"].startswith("Adoption is likely to level off")
    assert found["low"] < 0.3 < found["high"] + 0.01 and found["weeks"][0]["tried"] == 18


def test_more_readings_ask_no_more_of_the_database(
    stage: Stage,
    seniors: Segment,
    people: People,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for week in range(6):
        used(stage, week)
        used(stage, week, seniors)
        came(stage, week=week)
    browser = sign_in(people.member)
    browser.get(AT)
    with django_assert_max_num_queries(17):
        browser.get(AT)
