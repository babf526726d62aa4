import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.actions.design import Wanted, decide_cells, meet_condition
from governance.design import Choice
from governance.models import Disposition, LaterCondition
from governance.reports.cells import grid_of, ignorance
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, BlindSpot, Cell, FailureMode, Pilot, User
from tests.cast import People
from tests.factories.evidence import cell, decide, entry, figure, forecast, later_condition
from tests.factories.pilots import PilotFactory
from tests.governance.gate_pages import words

SignIn = Callable[[User], Client]
PAGE = "/pilots/letters/design/"


@pytest.fixture
def cells(governed: Pilot, at: datetime) -> list[Cell]:
    """Reminders and Appeals, each by Counter staff (100 a month) and Managers (50)."""
    reminders = cell(governed, at)
    return [
        reminders,
        cell(governed, at, segment="Managers", tasks=50),
        cell(governed, at, use_case="Appeals", tasks=100),
        cell(governed, at, use_case="Appeals", segment="Managers", tasks=50),
    ]


def choose(pilot: Pilot, cells: list[Cell], by: User, at: datetime, choice: str = "unknown", **more: Any) -> Any:
    said = {"reason": "Nobody tried.", "seen": {one.pk: None for one in cells}} | more
    return decide_cells(pilot=pilot, cells=cells, choice=choice, by=by, at=at, **said)


def send(browser: Client, *cells: Cell, **typed: str) -> HttpResponse:
    newest = {row.cell_id: row.pk for row in Disposition.objects.newest()}
    ticked = [f"{one.pk}:{newest.get(one.pk, 0)}" for one in cells]
    return browser.post(PAGE, {"cell": ticked, "reason": "Nobody tried."} | typed)


def test_many_cells_are_decided_at_once_with_one_row_in_the_trail(
    cells: list[Cell], people: People, sign_in: SignIn
) -> None:
    sent = send(sign_in(people.owner), *cells[:3], choice="unknown")
    assert (sent.status_code, sent["Location"]) == (302, PAGE)
    assert set(Disposition.objects.newest().values_list("cell", "choice")) == {(c.pk, "unknown") for c in cells[:3]}
    assert AuditEvent.objects.filter(verb="design.decided").count() == 1
    page = words(sign_in(people.member).get(PAGE))
    assert "1 of 4 cells undecided" in page
    assert "Proposed: unknown, because nothing is known of it without help" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"choice": ""}, "Choose what becomes of them"),
        ({"choice": "ready", "reason": " "}, "Say why, in a sentence"),
        ({"choice": "needs_design"}, "Say who sees to it."),
        ({"choice": "out"}, "Say which condition for value is missing."),
        ({"choice": "later"}, "Say what it waits for: at least one condition."),
        ({"choice": "later", "figure": "M99", "threshold": "2"}, "Choose a figure of the list"),
        ({"choice": "later", "figure": "M01"}, "Say which value the figure has to reach."),
    ],
)
def test_what_a_choice_asks_for_has_to_be_given_and_nothing_typed_is_lost(
    cells: list[Cell], people: People, sign_in: SignIn, typed: dict[str, str], said: str
) -> None:
    page = send(sign_in(people.owner), cells[0], **{"reason": "Because of Monday.", **typed})
    assert page.status_code == 422
    assert said in words(page)
    assert f'value="{cells[0].pk}:0" checked' in words(page)
    assert not Disposition.objects.exists()


def test_nothing_ticked_is_said(cells: list[Cell], people: People, sign_in: SignIn) -> None:
    page = send(sign_in(people.owner), choice="unknown")
    assert page.status_code == 422
    assert "Choose the cells that this is about." in words(page)


def test_a_cell_that_needs_design_shows_its_owner_and_its_day(
    cells: list[Cell], people: People, sign_in: SignIn, at: datetime
) -> None:
    due = (at + timedelta(days=40)).date()
    sent = send(
        sign_in(people.pm), cells[0], choice="needs_design", owner=str(people.integration.pk), due_on=due.isoformat()
    )
    assert sent.status_code == 302
    page = words(sign_in(people.member).get(PAGE))
    assert "Ines Duarte, by " in page
    assert f"1 thing that is owned takes until {due:%-d %B %Y}" in page
    assert "Design Reminders × Counter staff" in words(sign_in(people.integration).get("/my-work/"))


@pytest.mark.parametrize("due", [0, -3])
def test_a_day_that_is_over_is_no_day(
    cells: list[Cell], people: People, at: datetime, governed: Pilot, due: int
) -> None:
    day = (at + timedelta(days=due)).date()
    with pytest.raises(Refused, match="in the future"):
        choose(governed, cells[:1], people.pm, at, "needs_design", owner=people.change, due_on=day)
    with pytest.raises(Refused, match="no role in this pilot"):
        choose(governed, cells[:1], people.pm, at, "needs_design", owner=people.member, due_on=day)


def test_all_of_them_or_none(cells: list[Cell], people: People, governed: Pilot, at: datetime) -> None:
    elsewhere = cell(PilotFactory.create(slug="other"), at)
    with pytest.raises(Refused, match="not in this pilot"):
        choose(governed, [cells[0], elsewhere], people.owner, at)
    assert not Disposition.objects.exists()


def test_who_was_overtaken_sees_what_the_other_decided(
    cells: list[Cell], people: People, governed: Pilot, sign_in: SignIn, at: datetime
) -> None:
    choose(governed, cells[:1], people.pm, at, "out", missing_condition="Volume.", reason="Too few.")
    with pytest.raises(Conflict) as conflict:
        choose(governed, cells[:2], people.owner, at)
    assert conflict.value.current == {"Reminders × Counter staff": "Out"}
    browser = sign_in(people.owner)
    page = browser.post(PAGE, {"cell": [f"{cells[0].pk}:0"], "choice": "unknown", "reason": "Nobody tried."})
    assert page.status_code == 409
    assert Disposition.objects.count() == 1


def test_the_same_sent_twice_is_decided_once(cells: list[Cell], people: People, governed: Pilot, at: datetime) -> None:
    first = choose(governed, cells, people.owner, at)
    assert [row.pk for row in choose(governed, cells, people.owner, at)] == [row.pk for row in first]
    assert AuditEvent.objects.filter(verb="design.decided").count() == 1


def test_an_ended_pilot_is_decided_no_more(
    cells: list[Cell], people: People, governed: Pilot, sign_in: SignIn, at: datetime
) -> None:
    by = {"ended_at": at, "ended_by": people.pm, "outcome": "no_capability"}
    Pilot.objects.filter(pk=governed.pk).update(state="ended", **by)
    with pytest.raises(Refused, match="ended"):
        choose(governed, cells, people.owner, at)
    assert "Decide about the ticked cells" not in words(sign_in(people.owner).get(PAGE))


@pytest.mark.parametrize("person", ["evaluator", "sponsor", "member", "leader"])
def test_only_who_decides_on_the_design_does(
    cells: list[Cell], people: People, governed: Pilot, sign_in: SignIn, at: datetime, person: str
) -> None:
    user = getattr(people, person)
    with pytest.raises(NotAllowed):
        choose(governed, cells, user, at)
    assert "You may not decide the cells" in words(sign_in(user).get(PAGE))


def test_every_earlier_decision_stays_readable(
    cells: list[Cell], people: People, governed: Pilot, sign_in: SignIn, at: datetime
) -> None:
    (first,) = choose(governed, cells[:1], people.pm, at, reason="Nobody has tried it yet.")
    choose(governed, cells[:1], people.owner, at, "ready", reason="Tried since.", seen={cells[0].pk: first.pk})
    page = words(sign_in(people.member).get(f"{PAGE}reminders/counter-staff/"))
    for said in (
        "Nobody has tried it yet.",
        "Tried since.",
        "Paula Marsh",
        "Owen Archer",
        "The system proposed unknown",
    ):
        assert said in page


def test_the_database_keeps_decisions(cells: list[Cell], governed: Pilot, at: datetime) -> None:
    (row,) = decide(governed, at, cells=cells[:1])
    for change in (row.delete, lambda: Disposition.objects.filter(pk=row.pk).update(choice="ready")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    waits = later_condition(governed, at)
    for fields in ({"text": "Anything"}, {"figure": "M01", "comparator": "at_least", "threshold": 0}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LaterCondition.objects.filter(pk=waits.pk).update(**fields)


def test_under_ten_people_a_cell_says_not_enough_data_everywhere(
    cells: list[Cell], governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    figure(governed, at, cells[0], "success", 93, people=9)
    forecast(governed, at, [{"cell": cells[0].pk, "evidence": "direct", "median": 0.87, "low": 0.83, "high": 0.91}])
    browser = sign_in(people.pm)
    for path in (PAGE, f"{PAGE}reminders/counter-staff/", f"{PAGE}export.csv"):
        answer = browser.get(path)
        said = b"".join(answer.streaming_content).decode() if answer.streaming else words(answer)
        assert "not enough data" in said.lower()
        assert not re.search(r"\b(93|88|98|87|83|91)( %|<| to)", said)
    said = browser.get("/api/v1/pilots/letters/design/").json()
    row = next(one for one in said["cells"] if one["cell"] == cells[0].pk)
    assert (row["people"], row["proposed"]) == ("not enough data", "unknown")
    assert "0.87" not in str(said)


def test_a_cell_shows_its_figures_with_what_they_rest_on(
    cells: list[Cell], governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    shown = {"measured_by": ["Internal audit"], "methods": ["log"], "first_day": at.date(), "last_day": at.date()}
    figure(governed, at, cells[0], "success", 90, people=20, **shown)
    figure(governed, at, cells[0], "M01", 8, people=20)
    page = words(sign_in(people.member).get(f"{PAGE}reminders/counter-staff/"))
    for said in ("85 to 95", "20 people observed", "Internal audit", "Without help"):
        assert said in page
    assert "The system would propose <strong>ready</strong>" in page


def test_failures_touch_the_segments_that_they_name(cells: list[Cell], governed: Pilot, at: datetime) -> None:
    made = {"what": "It invents dates", "cause": "model", "severity": 3, "manageability": "caught"}
    everywhere = entry(FailureMode, governed, at, **made)
    assert {one.choice for one in (known.proposal for known in grid_of(governed).cells)} == {Choice.NEEDS_DESIGN}
    FailureMode.objects.filter(pk=everywhere.pk).update(use_case=cells[0].use_case)
    touched = [str(known.cell) for known in grid_of(governed).cells if known.failures]
    assert touched == ["Reminders × Counter staff", "Reminders × Managers"]


def test_the_ignorance_index_counts_work_and_not_cells(cells: list[Cell], governed: Pilot, at: datetime) -> None:
    decide(governed, at, Choice.READY, [cells[0]])
    decide(governed, at, Choice.UNKNOWN, [cells[1]])
    assert ignorance(grid_of(governed).cells) == pytest.approx(200 / 300)
    Cell.objects.update(tasks_a_month=None)
    assert ignorance(grid_of(governed).cells) is None


def test_the_index_is_shown_beside_the_cells_that_were_taken_out(
    cells: list[Cell], people: People, sign_in: SignIn, at: datetime
) -> None:
    gone = cells[2].use_case
    gone.removed_at, gone.removed_by = at, people.pm
    gone.save()
    page = words(sign_in(people.member).get(PAGE))
    assert "n = 2 cells, 2 more taken out of the grid" in page
    assert "100 % of the work is undecided or unknown" in page


def test_what_acting_costs_is_said_in_weeks_and_days(
    cells: list[Cell], governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    for weeks in (4, 2.5, None):
        entry(BlindSpot, governed, at, kind="conditions", what="Busy days", why="It ran in May.", weeks=weeks)
    page = words(sign_in(people.member).get(PAGE))
    assert "looking at 2 blind spots takes 6.5 weeks, one after the other" in page
    assert "for 1 blind spot nobody has said how long" in page


def test_a_pilot_without_a_workload_says_what_comes_next(people: People, letters: Pilot, sign_in: SignIn) -> None:
    page = words(sign_in(people.member).get(PAGE))
    assert "No cells yet" in page
    assert "Count the workload" in page


def test_the_page_costs_the_same_queries_for_a_large_grid(
    cells: list[Cell], governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    def queries() -> int:
        browser = sign_in(people.pm)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(PAGE).status_code == 200
        return len(seen)

    choose(governed, cells, people.owner, at, "later", conditions=[Wanted("Sums are checked.")])
    few = queries()
    more = [cell(governed, at, use_case=f"Case {n}", segment=f"Team {n}") for n in range(8)]
    choose(governed, more, people.owner, at, "later", conditions=[Wanted("Sums are checked.")])
    assert queries() == few
    assert few <= 20


def test_a_condition_is_met_by_a_person_who_says_where_it_can_be_seen(
    cells: list[Cell], governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    (row,) = choose(governed, cells[:1], people.owner, at, "later", conditions=[Wanted("Sums are checked.")])
    waits = row.conditions.get()
    url = f"{PAGE}conditions/{waits.pk}/meet/"
    browser = sign_in(people.integration)
    assert browser.post(url, {f"meet-{waits.pk}-note": ""}).status_code == 422
    assert browser.post(url, {f"meet-{waits.pk}-note": "Each night; INF-04."}).status_code == 302
    page = words(browser.get(f"{PAGE}reminders/counter-staff/"))
    assert "Each night; INF-04." in page
    with pytest.raises(Refused, match="met already"):
        meet_condition(condition=waits, by=people.pm, at=at, note="Again.")


@pytest.mark.parametrize(
    ("value", "people_seen", "state", "shows"),
    [(9, 20, "Met", "9, 4 to 14, n = 100, 20 people"), (5, 20, "Open", "5, 0 to 10"), (9, 9, "Not measured", "fewer")],
)
def test_a_condition_about_a_figure_is_looked_at_each_time(
    cells: list[Cell],
    governed: Pilot,
    people: People,
    sign_in: SignIn,
    at: datetime,
    value: float,
    people_seen: int,
    state: str,
    shows: str,
) -> None:
    wanted = [Wanted(figure="M01", comparator="at_least", threshold=3)]
    (row,) = choose(governed, cells[:1], people.owner, at, "later", conditions=wanted)
    page = words(sign_in(people.pm).get(f"{PAGE}reminders/counter-staff/"))
    assert "Net time per task is at least 3 min a task" in page and "Net time per task is not measured in" in page
    figure(governed, at, cells[0], "M01", value, people=people_seen)
    page = words(sign_in(people.pm).get(f"{PAGE}reminders/counter-staff/"))
    waits = page.partition("What it waits for")[2].partition("Figures of this cell")[0]
    assert state in waits and shows in waits
    with pytest.raises(Refused, match="speaks for itself"):
        meet_condition(condition=row.conditions.get(), by=people.pm, at=at, note="It feels so.")


def test_a_condition_of_an_earlier_decision_counts_no_more(
    cells: list[Cell], governed: Pilot, people: People, at: datetime
) -> None:
    waits = later_condition(governed, at)
    decide(governed, at, Choice.UNKNOWN, [waits.disposition.cell])
    with pytest.raises(Refused, match="decided anew"):
        meet_condition(condition=waits, by=people.pm, at=at, note="Done.")


def test_the_grid_exports_every_cell(
    cells: list[Cell], governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    choose(governed, cells[:1], people.owner, at, "later", conditions=[Wanted("Sums are checked.")])
    lines = b"".join(sign_in(people.member).get(f"{PAGE}export.csv").streaming_content).decode().splitlines()
    assert len(lines) == 5
    assert any("Later" in line and "Sums are checked." in line for line in lines)
