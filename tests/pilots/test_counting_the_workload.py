"""The grid of use cases × segments: counted cell by cell, by several people at once, and never zero where unknown."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from pilots.actions.workload import MOST_TASKS, count_tasks
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.forms.workload import tasks_of
from pilots.models import AuditEvent, Cell, Change, Pilot, Recalculation, Segment, UseCase, User
from pilots.workload import grid_of, total, workload_of
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.pilots import SegmentFactory, UseCaseFactory

SignIn = Callable[[User], Client]
AT = "/pilots/letters/evidence/workload/"


@pytest.fixture
def grid(letters: Pilot) -> Pilot:
    """Two use cases × two segments, of which one cell is counted."""
    for name in ("Refunds", "Reminders"):
        UseCaseFactory.create(pilot=letters, name=name, slug=name.lower())
    for name in ("Clerks", "Seniors"):
        SegmentFactory.create(pilot=letters, name=name, slug=name.lower())
    cell(letters, now(), "Refunds", "Clerks", 120)
    return letters


def tasks(pilot: Pilot) -> dict[str, int | None]:
    """By use case and segment, of the cells that there are."""
    return {f"{one.use_case.slug}:{one.segment.slug}": one.tasks_a_month for one in Cell.objects.of(pilot)}


def pair(pilot: Pilot, use_case: str, segment: str) -> Any:
    return UseCase.objects.get(pilot=pilot, slug=use_case).pk, Segment.objects.get(pilot=pilot, slug=segment).pk


def send(browser: Client, seen: dict[str, int], **typed: str) -> Any:
    """`typed`: refunds_clerks="12"."""
    boxes = {f"tasks:{name.replace('_', ':')}": value for name, value in typed.items()}
    return browser.post(AT, {"seen": json.dumps(seen), **boxes})


def test_what_is_typed_is_counted_and_the_page_adds_it_up(grid: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    sent = send(browser, {"refunds:clerks": 120}, refunds_clerks="120", reminders_clerks="1 200", reminders_seniors="0")
    assert sent.status_code == 302
    assert tasks(grid) == {
        "refunds:clerks": 120, "refunds:seniors": None, "reminders:clerks": 1200, "reminders:seniors": 0,
    }  # fmt: skip
    page = browser.get(AT).content.decode()
    assert "2 counts are saved." in page and "1,320 tasks a month are counted; 1 of 4 cells are not" in page


def test_every_cell_of_the_grid_is_work_once_somebody_counted_any_of_it(grid: Pilot, people: People) -> None:
    """What was left empty would otherwise look like no part of the work."""
    count_tasks(pilot=grid, by=people.pm, at=now(), counts={pair(grid, "reminders", "clerks"): 5})
    assert len(tasks(grid)) == 4 and tasks(grid)["refunds:seniors"] is None


def test_an_emptied_box_is_unknown_and_not_none(grid: Pilot, people: People, sign_in: SignIn) -> None:
    send(sign_in(people.evaluator), {"refunds:clerks": 120}, refunds_clerks="")
    assert tasks(grid)["refunds:clerks"] is None
    page = sign_in(people.member).get(AT).content.decode()
    assert "Nobody has counted the work yet" in page and "not counted" in page


def test_what_changed_leaves_one_row_and_news_for_gates_and_figures(grid: Pilot, people: People) -> None:
    before = Recalculation.objects.filter(pilot=grid).values_list("changes", flat=True).first() or 0
    given = {pair(grid, "refunds", "clerks"): 125, pair(grid, "refunds", "seniors"): 3}
    assert count_tasks(pilot=grid, by=people.pm, at=now(), counts=given) == 2
    event = AuditEvent.objects.get(verb="workload.counted")
    held = Cell.objects.get(use_case__slug="refunds", segment__slug="clerks")
    assert json.loads(event.body)["data"]["counts"][str(held.pk)] == 125
    assert Recalculation.objects.get(pilot=grid).changes == before + 1
    assert held.counted_by == people.pm


def test_nothing_changed_leaves_no_row(grid: Pilot, people: People) -> None:
    assert count_tasks(pilot=grid, by=people.pm, at=now(), counts={pair(grid, "refunds", "clerks"): 120}) == 0
    assert not AuditEvent.objects.filter(verb="workload.counted").exists()


@pytest.mark.parametrize(("count", "is_much"), [(132, False), (133, True), (100, True), (None, True)])
def test_a_tenth_more_or_less_work_makes_answers_about_it_stale(
    grid: Pilot, people: People, count: int | None, is_much: bool
) -> None:
    count_tasks(pilot=grid, by=people.pm, at=now(), counts={pair(grid, "refunds", "clerks"): count})
    assert Change.objects.filter(pilot=grid, event="workload_changed").exists() == is_much


# Several people -------------------------------------------------------------------------------------------------------


def test_two_people_in_different_cells_both_keep_what_they_typed(grid: Pilot, people: People, sign_in: SignIn) -> None:
    send(sign_in(people.pm), {"refunds:clerks": 120}, refunds_clerks="120", refunds_seniors="7")
    late = send(sign_in(people.evaluator), {"refunds:clerks": 120}, refunds_clerks="150", refunds_seniors="")
    assert late.status_code == 302
    assert tasks(grid)["refunds:clerks"] == 150 and tasks(grid)["refunds:seniors"] == 7


def test_two_people_in_one_cell_are_told_and_the_second_decides(grid: Pilot, people: People, sign_in: SignIn) -> None:
    send(sign_in(people.pm), {"refunds:clerks": 120}, refunds_clerks="130")
    browser, seen = sign_in(people.evaluator), {"refunds:clerks": 120}
    late = send(browser, seen, refunds_clerks="150", reminders_clerks="4")
    text = late.content.decode()
    assert late.status_code == 409 and tasks(grid)["refunds:clerks"] == 130
    assert 'value="150"' in text and 'value="4"' in text and "Now 130" in text
    assert send(browser, {"refunds:clerks": 130}, refunds_clerks="150").status_code == 302
    assert tasks(grid)["refunds:clerks"] == 150


def test_both_typing_the_same_is_no_conflict(grid: Pilot, people: People, sign_in: SignIn) -> None:
    send(sign_in(people.pm), {"refunds:clerks": 120}, refunds_clerks="130")
    assert send(sign_in(people.evaluator), {"refunds:clerks": 120}, refunds_clerks="130").status_code == 302


def test_a_form_that_does_not_say_what_it_showed_overwrites_nothing(
    grid: Pilot, people: People, sign_in: SignIn
) -> None:
    for seen in ("", "[]", "{", "[" * 100_000, '{"refunds:clerks": "120"}'):
        late = sign_in(people.pm).post(AT, {"seen": seen, "tasks:refunds:clerks": "5"})
        assert late.status_code == 409
    here = pair(grid, "refunds", "clerks")
    with pytest.raises(Conflict):
        count_tasks(pilot=grid, by=people.pm, at=now(), counts={here: 5}, seen={here: None})


# What cannot be -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["many", "-1", "1.5", "1,20", "12 0", "１２", str(MOST_TASKS + 1), "9" * 20])
def test_what_is_no_count_is_said_at_its_box_and_nothing_typed_is_lost(
    grid: Pilot, people: People, sign_in: SignIn, typed: str
) -> None:
    page = send(sign_in(people.evaluator), {"refunds:clerks": 120}, refunds_clerks=typed, reminders_seniors="44")
    text = page.content.decode()
    assert page.status_code == 422 and f'value="{typed}"' in text and 'value="44"' in text
    assert 'href="#tasks:refunds:clerks"' in text and 'aria-invalid="true"' in text and "Error:" in text
    assert tasks(grid) == {"refunds:clerks": 120}


@given(st.integers(0, MOST_TASKS), st.sampled_from(["{}", "{:,}", " {} ", "{:_}"]), st.sampled_from(" ’\u202f"))
def test_a_count_is_read_however_its_thousands_are_parted(count: int, shape: str, sign: str) -> None:
    assert tasks_of(shape.format(count).replace("_", sign)) == count


def test_what_left_the_scope_meanwhile_is_named(grid: Pilot, people: People, sign_in: SignIn) -> None:
    UseCase.objects.filter(pilot=grid, slug="reminders").update(removed_at=now(), removed_by=people.pm)
    page = send(sign_in(people.evaluator), {"refunds:clerks": 120}, refunds_clerks="9", reminders_clerks="44")
    text = page.content.decode()
    assert page.status_code == 422 and "“reminders × clerks” (44) is no longer in scope" in text
    assert 'value="9"' in text


def test_a_count_of_another_pilot_is_refused(grid: Pilot, people: People) -> None:
    elsewhere = UseCaseFactory.create()
    clerks = Segment.objects.get(pilot=grid, slug="clerks")
    with pytest.raises(Refused, match="none of this pilot"):
        count_tasks(pilot=grid, by=people.pm, at=now(), counts={(elsewhere.pk, clerks.pk): 5})
    with pytest.raises(Refused, match="whole number"):
        count_tasks(pilot=grid, by=people.pm, at=now(), counts={pair(grid, "refunds", "clerks"): -1})


def test_who_only_reads_sees_the_counts_and_no_boxes(grid: Pilot, people: People, sign_in: SignIn) -> None:
    text = sign_in(people.member).get(AT).content.decode().split("<main")[1]
    assert "120" in text and "<input" not in text and "You may not count the workload" in text and "Eva Lund" in text
    with pytest.raises(NotAllowed):
        count_tasks(pilot=grid, by=people.member, at=now(), counts={})


def test_the_workload_of_a_pilot_that_has_ended_is_only_read(grid: Pilot, people: People, sign_in: SignIn) -> None:
    Pilot.objects.filter(pk=grid.pk).update(
        state="ended", ended_at=now(), ended_by=people.pm, outcome="no_capability", outcome_note="No."
    )
    assert "<input" not in sign_in(people.pm).get(AT).content.decode().split("<main")[1]
    page = send(sign_in(people.pm), {"refunds:clerks": 120}, refunds_clerks="5")
    assert page.status_code == 422 and tasks(grid)["refunds:clerks"] == 120


@pytest.mark.parametrize("there", [(), ("use_case",), ("segment",)])
def test_a_pilot_without_a_grid_says_what_is_missing(
    letters: Pilot, people: People, sign_in: SignIn, there: tuple[str, ...]
) -> None:
    factories = {"use_case": UseCaseFactory, "segment": SegmentFactory}
    for side in there:
        factories[side].create(pilot=letters)
    text = sign_in(people.pm).get(AT).content.decode()
    said = {(): "Nothing to count yet", ("use_case",): "No segment yet", ("segment",): "No use case yet"}
    assert said[there] in text and reverse("pilot_scope", args=["letters"]) in text


# Its sums -------------------------------------------------------------------------------------------------------------

counts = st.lists(st.lists(st.none() | st.integers(0, 10**6), min_size=3, max_size=3), min_size=1, max_size=5)


@given(counts)
def test_rows_and_columns_add_up_to_the_whole_and_shares_to_one(rows: list[list[int | None]]) -> None:
    cases = [UseCase(name=f"c{n}", slug=f"c{n}") for n in range(len(rows))]
    segments = [Segment(name=f"s{n}", slug=f"s{n}") for n in range(3)]
    given_counts = {(cases[r].pk, segments[c].pk): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    made = grid_of(cases, segments, given_counts)
    for parts in ([row.total for row in made.rows], [one for _, one in made.columns]):
        assert sum(one.tasks or 0 for one in parts) == (made.whole.tasks or 0)
        assert sum(one.uncounted for one in parts) == made.whole.uncounted
        if made.whole.tasks:
            assert abs(sum(one.share or 0 for one in parts) - 1) < 1e-9


def test_a_sum_of_nothing_counted_is_not_zero() -> None:
    assert total([None, None]).tasks is None and total([None, 0]).tasks == 0
    assert total([]).tasks is None and total([0], 0).share is None


def test_a_grid_of_two_thousand_cells_costs_as_few_queries_as_a_small_one(
    letters: Pilot, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.evaluator)
    browser.get(AT)
    cases = UseCaseFactory.create_batch(100, pilot=letters)
    segments = SegmentFactory.create_batch(20, pilot=letters)
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(AT).content.decode()
    assert len(asked) <= 10 and page.count('inputmode="numeric"') == 2000
    boxes = {f"tasks:{case.slug}:{one.slug}": "7" for case in cases for one in segments}
    with CaptureQueriesContext(connection) as asked:
        assert browser.post(AT, {"seen": "{}", **boxes}).status_code == 302
    assert len(asked) <= 40 and workload_of(letters).whole.tasks == 14_000
