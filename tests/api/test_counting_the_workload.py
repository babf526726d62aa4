"""The workload through the API: read whole, counted in part, described, and sent as a file."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pilots.clock import now
from pilots.models import Pilot, Segment, UseCase
from tests.api.conftest import Caller
from tests.cast import People
from tests.factories.evidence import cell

Call = Callable[..., Caller]
AT = "pilots/letters/"
GRID = f"{AT}workload/"
REFUNDS = {"use_case": "refunds", "segment": "clerks"}


@pytest.fixture
def grid(letters: Pilot) -> Pilot:
    cell(letters, now(), "Refunds", "Clerks", 120)
    cell(letters, now(), "Reminders", "Clerks", None)
    return letters


def count(caller: Any, *counts: dict[str, Any]) -> Any:
    return caller.put(GRID, {"counts": list(counts)})


def test_the_grid_is_read_whole(grid: Pilot, people: People, call: Call) -> None:
    body = call(people.member).get(GRID).json()
    assert (body["tasks_a_month"], body["uncounted"]) == (120, 1)
    assert {**REFUNDS, "tasks_a_month": 120} in body["cells"] and len(body["cells"]) == 2
    assert body["use_cases"][0]["kind"] == "" and body["use_cases"][0]["set_aside"] == ""


def test_some_cells_are_counted_and_the_others_stay(grid: Pilot, people: People, call: Call) -> None:
    body = count(call(people.evaluator), {"use_case": "reminders", "segment": "clerks", "tasks_a_month": 0}).json()
    assert (body["tasks_a_month"], body["uncounted"]) == (120, 0)


def test_a_count_that_changed_since_it_was_read_is_a_conflict(grid: Pilot, people: People, call: Call) -> None:
    browser = call(people.evaluator)
    stale = count(browser, {**REFUNDS, "tasks_a_month": 150, "seen": 100})
    assert stale.status_code == 409 and stale.json()["current"] == {"Refunds × Clerks": "120"}
    assert count(browser, {**REFUNDS, "tasks_a_month": 150, "seen": 120}).json()["tasks_a_month"] == 150
    assert count(browser, {**REFUNDS, "tasks_a_month": None}).json()["tasks_a_month"] is None


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([{**REFUNDS, "tasks_a_month": -1}], "greater than or equal to 0"),
        ([{**REFUNDS, "tasks_a_month": 1.5}], "valid integer"),
        ([{**REFUNDS, "use_case": "nothing", "tasks_a_month": 1}], "no such use case: nothing"),
        ([{**REFUNDS, "segment": "nobody", "tasks_a_month": 1}], "no such segment: nobody"),
        ([{**REFUNDS, "tasks_a_month": 1}, {**REFUNDS, "tasks_a_month": 2}], "more than once"),
        ([], "at least 1"),
    ],
)
def test_what_cannot_be_counted_is_said(
    grid: Pilot, people: People, call: Call, counts: list[dict[str, Any]], said: str
) -> None:
    answer = count(call(people.evaluator), *counts)
    assert answer.status_code == 400 and said in answer.content.decode()


def test_a_use_case_and_a_segment_are_described_by_who_read_them(grid: Pilot, people: People, call: Call) -> None:
    browser = call(people.evaluator)
    at, (case, _) = f"{AT}use-cases/refunds/", browser.get(GRID).json()["use_cases"]
    assert browser.patch(at, {"kind": "edge"}).status_code == 400
    done = browser.patch(at, {"kind": "edge", "version": case["version"]}).json()
    assert done["kind"] == "edge" and done["designed_for"] is None and done["version"] != case["version"]
    assert browser.patch(at, {"kind": "typical", "version": case["version"]}).status_code == 409
    assert browser.patch(at, {"kind": "easy", "version": done["version"]}).status_code == 400
    (clerks,) = browser.get(f"{AT}segments/").json()["results"]
    given = {"headcount": 9, "attitude": "sceptic", "version": clerks["version"]}
    assert browser.patch(f"{AT}segments/clerks/", given).status_code == 422
    assert browser.patch(f"{AT}segments/clerks/", {**given, "headcount": 10}).json()["attitude"] == "sceptic"


def test_what_few_people_think_is_answered_to_nobody(grid: Pilot, people: People, call: Call) -> None:
    Segment.objects.filter(slug="clerks").update(headcount=9, attitude="sceptic", comfort="low")
    (clerks,) = call(people.pm).get(GRID).json()["segments"]
    assert clerks["attitude"] is None and clerks["comfort"] is None and clerks["headcount"] == 9
    before = clerks["version"]
    Segment.objects.filter(slug="clerks").update(attitude="enthusiast")
    assert call(people.pm).get(GRID).json()["segments"][0]["version"] == before


def test_a_file_reads_in_as_on_the_page(grid: Pilot, people: People, call: Call) -> None:
    def send(rows: str) -> Any:
        file = SimpleUploadedFile("workload.csv", rows.encode())
        pm = call(people.pm)
        return pm.client.post(f"/api/v1/{GRID}import/", {"file": file}, headers=pm.headers)

    head = "use_case,segment,tasks_a_month,use_case_kind\n"
    done = send(f"{head}Refunds,Clerks,7,edge\nOffers,Clerks,9,\n")
    assert done.json() == {"counted": 2, "described": 1, "use_cases": ["Offers"], "segments": []}
    refused = send(f"{head}Refunds,Clerks,few,\n")
    assert refused.status_code == 422 and refused.json()["problems"][0]["column"] == "tasks_a_month"
    assert UseCase.objects.filter(pilot=grid).count() == 3
