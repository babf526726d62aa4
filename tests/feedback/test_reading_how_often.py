"""A pattern’s figures: its rate where use is recorded, what it says where it is not, and whom a table could name."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from feedback.actions.sorting import begin_pattern
from feedback.breakdown import FEW_PEOPLE, broken_down
from feedback.figures import against_of, how_often
from feedback.grouping.cells import Cell, safe_cells
from feedback.models import Flag, Pattern
from feedback.suppression import FEWEST
from pilots.actions.use import DayOfUse, record_use
from pilots.clock import now
from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.pilots import SegmentFactory, UseCaseFactory, UserFactory
from tests.feedback.flagging import INVENTED, flags_saying, group

SignIn = Callable[[User], Client]


@pytest.fixture
def pattern(letters: Pilot, people: People) -> Pattern:
    """Twelve flags: eight in the last four weeks, four in the four before."""
    drafts = UseCaseFactory.create(pilot=letters, name="First draft")
    who = [people.member, people.owner, people.change]
    for days in (2, 9):
        flags_saying(letters, INVENTED, who, at=now() - timedelta(days=days), use_case=drafts, tool_version="4")
    flags_saying(letters, INVENTED, who, at=now() - timedelta(days=40))
    group(letters)
    flags = list(Flag.objects.filter(pilot=letters).select_related("pilot"))
    return begin_pattern(flags=flags, title="Invented cases", by=people.triage, at=now())


def record(pilot: Pilot, people: People, outputs: int, **of: int) -> None:
    days = [DayOfUse(now().date() - timedelta(n), outputs=outputs) for n in range(1, 56)]
    days += [
        DayOfUse(now().date() - timedelta(n), case, outputs=of["drafts"])
        for case in pilot.use_cases.all()[: len(of)]
        for n in range(1, 56)
    ]
    record_use(pilot=pilot, days=days, source="api", by=people.evaluator, at=now())


def test_a_rate_stands_with_its_interval_and_what_it_is_measured_against(
    pattern: Pattern, letters: Pilot, people: People
) -> None:
    record(letters, people, 100)
    often = how_often(pattern, against_of(letters, now().date()), now())
    assert often.rate is not None
    assert (often.flags, often.use, round(often.rate.value, 2)) == (12, 5500, 2.18)
    assert (round(often.rate.low, 2), round(often.rate.high, 2)) == (1.13, 3.81)
    assert often.finding.startswith("No clear change:") and "in 1,000 outputs" in often.finding
    assert sum(week.flags for week in often.weeks) == 12


def test_the_page_says_so_where_use_is_not_measured(pattern: Pattern, people: People, sign_in: SignIn) -> None:
    text = sign_in(people.triage).get(f"/pilots/letters/patterns/{pattern.number}/").content.decode()
    assert "Use not measured" in text and "12 of 12 flags" in text and "in 1,000 outputs" not in text
    assert "<svg" in text and "style=" not in text


def test_the_page_shows_rate_picture_table_breakdown_and_why(
    pattern: Pattern, letters: Pilot, people: People, sign_in: SignIn
) -> None:
    record(letters, people, 100, drafts=40)
    text = sign_in(people.triage).get(f"/pilots/letters/patterns/{pattern.number}/").content.decode()
    for said in ("2.2 in 1,000 outputs", "1.1 to 3.8", "5,500", "Where it happens", "Why is it here?", "First draft"):
        assert said in text


def test_each_part_has_its_rate_where_its_use_is_known(pattern: Pattern, letters: Pilot, people: People) -> None:
    record(letters, people, 100, drafts=40)
    found = {part.by: part.parts for part in broken_down(pattern, against_of(letters, now().date()), now())}
    drafts, other = found["Used for"]
    assert drafts.rate is not None and (drafts.flags, drafts.use, round(drafts.rate.value, 2)) == (8, 2200, 3.64)
    assert (other.label, other.rate) == ("Not stated", None)
    assert all(part.rate is None for part in found["Version of the tool"])
    assert [part.rate is not None for part in found["Severity"]] == [True]


def test_a_version_and_a_segment_have_a_rate_where_somebody_records_their_use(
    pattern: Pattern, letters: Pilot, people: People
) -> None:
    day_shift = SegmentFactory.create(pilot=letters, name="Day shift")
    users = [UserFactory.create() for _ in range(12)]
    flags_saying(letters, INVENTED[:1] * 12, users, pattern=pattern, segment=day_shift)
    Flag.objects.filter(pattern=pattern).update(segment=day_shift)
    record(letters, people, 100)
    days = [now().date() - timedelta(n) for n in range(1, 56)]
    of_parts = [DayOfUse(day, outputs=50, tool_version="4") for day in days]
    of_parts += [DayOfUse(day, outputs=20, segment=day_shift) for day in days]
    record_use(pilot=letters, days=of_parts, source="api", by=people.evaluator, at=now())
    found = {part.by: part.parts for part in broken_down(pattern, against_of(letters, now().date()), now())}
    version = next(part for part in found["Version of the tool"] if part.label == "4")
    assert version.rate is not None and (version.flags, version.use) == (8, 2750)
    segment = next(part for part in found["Segment"] if part.label == "Day shift")
    assert segment.rate is not None and segment.use == 1100


def test_a_segment_of_few_people_is_not_told_apart(pattern: Pattern, letters: Pilot) -> None:
    small, large = (SegmentFactory.create(pilot=letters, name=name) for name in ("Night shift", "Day shift"))
    Flag.objects.filter(pattern=pattern).update(segment=small)
    words = _segments(pattern, letters)
    assert words == ["Not enough data: fewer than ten people flagged it, and a segment could tell who."]
    for number in range(24):
        flags_saying(
            letters, INVENTED[:1], [UserFactory.create()], pattern=pattern, segment=large if number < 16 else None
        )
    assert _segments(pattern, letters) == [("Day shift", 16), (FEW_PEOPLE, 20)]


def _segments(pattern: Pattern, letters: Pilot) -> list[object]:
    found = next(b for b in broken_down(pattern, against_of(letters, now().date()), now()) if b.by == "Segment")
    return [found.words] if found.words else [(part.label, part.flags) for part in found.parts]


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 40)), max_size=8))
def test_no_shown_cell_and_no_difference_names_fewer_than_ten_people(cells: list[tuple[int, int]]) -> None:
    made = [Cell(f"s{n}", flags, people) for n, (people, flags) in enumerate(cells)]
    shown = safe_cells(made, "others")
    assert all(cell.people >= FEWEST for cell in shown)
    hidden = [cell for cell in made if cell not in shown]
    assert not hidden or not shown or sum(cell.people for cell in hidden) >= FEWEST
    assert not shown or sum(cell.flags for cell in shown) == sum(cell.flags for cell in made)


def test_the_page_costs_as_many_queries_with_more_flags(
    pattern: Pattern, letters: Pilot, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.triage)
    address = f"/pilots/letters/patterns/{pattern.number}/"
    browser.get(address)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        return len(queries)

    before = cost()
    flags_saying(letters, INVENTED * 5, [people.member, people.pm], pattern=pattern, placed_at=now())
    assert cost() == before
