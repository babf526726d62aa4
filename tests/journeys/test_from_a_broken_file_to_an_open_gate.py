"""A file with two mistakes becomes evidence; the evidence a forecast that says why it differs, decisions, an open gate.

Then a sceptical leader asks where a number comes from. What a worker would do, its task does here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pytest
from django.db import transaction

from governance import tasks as governance_tasks
from governance.actions.items import assign_items
from governance.models import Item
from pilots import tasks
from pilots.clock import now
from pilots.models import Cohort, Segment, Stressor, UnsupportedPeriod, UseCase
from tests.cast import ROLES_IN_LETTERS, People, gather
from tests.factories.batches import csv_of, observation
from tests.factories.evidence import entry
from tests.factories.governance import accept, propose, small_catalogue, start_later
from tests.factories.pilots import MembershipFactory, WorkflowFactory
from tests.harness.browser import LiveApp
from tests.journeys.conftest import Meet
from tests.journeys.somebody import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AT: Final = "/pilots/spring/"
CASES: Final = {"Reminders": "typical", "Appeals": "difficult"}
SEGMENTS: Final = {"Counter staff": 60, "Managers": 25}
INTAKE: Final = "What participants said before first use"
MINUTES: Final = {"baseline_minutes": 30, "tool_minutes": 18, "learning_minutes": 1, "correcting_minutes": 4}


@dataclass(frozen=True)
class Cast:
    people: People
    manager: Somebody
    evaluator: Somebody
    owner: Somebody
    leader: Somebody


@pytest.fixture
def cast(live_app: LiveApp, meet: Meet) -> Cast:
    """The pilot `spring` in its stress test, with its questions answered: only what rests on evidence is missing."""
    with transaction.atomic():
        people = gather()
        stress_tested(people)
    names = {"manager": "pm", "evaluator": "evaluator", "owner": "owner", "leader": "leader"}
    return Cast(people, **{name: meet(getattr(people, key)) for name, key in names.items()})


def stress_tested(people: People) -> None:
    at = now()
    small_catalogue(at)
    pilot = start_later(people.admin, at)
    for key, role in ROLES_IN_LETTERS.items():
        MembershipFactory.create(pilot=pilot, user=getattr(people, key), role=role, added_by=people.pm)
    WorkflowFactory.create(pilot=pilot, owner=people.owner, accepted_by=people.owner, accepted_at=at)
    for name, kind in CASES.items():
        UseCase.objects.create(pilot=pilot, name=name, slug=name.lower(), kind=kind, designed_for=True)
    for name, headcount in SEGMENTS.items():
        slug, like = name.lower().replace(" ", "-"), {"attitude": "neutral", "workload": "usual", "comfort": "some"}
        segment = Segment.objects.create(pilot=pilot, name=name, slug=slug, headcount=headcount, **like)
        entry(Cohort, pilot, at, segment=segment, route="assigned", minimum=10, because="Ten tell a half from all.")
    days = {"starts_on": at.date() - timedelta(days=40), "ends_on": at.date() - timedelta(days=12)}
    entry(UnsupportedPeriod, pilot, at, name="Four weeks", withdrawn="The hotline.", **days)
    for stressor in Stressor.Kind:
        ran = {"plan": "Try it.", "expectation": "It does worse.", "observed": "It did.", "ran_on": at.date()}
        entry(Stressor, pilot, at, kind=stressor, owner=people.evaluator, **ran)
    items = list(Item.objects.of(pilot).filter(phase="stress_test").select_related("pilot"))
    assign_items(pilot=pilot, items=items, by=people.pm, at=at, owner=people.evaluator)
    for number, item in enumerate(items):
        accept(propose(item, (people.evaluator, people.owner)[number % 2], at), people.change, at)


def test_a_broken_file_becomes_evidence_a_forecast_and_decisions(cast: Cast) -> None:
    counts_the_workload(cast.manager)
    imports(cast.manager, "Demonstration", "Before first use", csv_of(before_first_use()), of=INTAKE)
    imports(cast.manager, "Demonstration", "Diaries of volunteers", csv_of(of_volunteers()))
    mends_a_broken_file(cast.manager)
    works_by_night()
    sees_what_is_covered_and_what_not(cast.manager)
    reads_the_forecast(cast.manager)
    decides_the_grid(cast.owner)
    finds_the_gate_open(cast.manager)
    traces_a_number(cast.leader)
    reads_rows_without_attitudes(cast.evaluator)


def counts_the_workload(manager: Somebody) -> None:
    manager.goes_to(f"{AT}evidence/workload/")
    for case, tasks_a_month in {"Reminders": 300, "Appeals": 100}.items():
        for segment in SEGMENTS:
            manager.types(f"{case} × {segment}", str(tasks_a_month))
    manager.presses("Save the counts")
    manager.sees("All of it is counted: 800 tasks a month")


def before_first_use() -> list[dict[str, str]]:
    """Volunteers look forward to it; the others are as most of their segment are."""
    day = (now() - timedelta(days=60)).date().isoformat()
    fond = {"expects_help": "2", "workload": "low", "comfort": "high"}
    usual = {"expects_help": "0", "workload": "usual", "comfort": "some"}
    people = [(f"v-{number}", fond) for number in range(12)]
    people += [(f"{segment[0].lower()}-{number}", usual) for segment in SEGMENTS for number in range(12)]
    return [{"participant": name, "date": day} | said for name, said in people]


def of_volunteers() -> list[dict[str, str]]:
    """Twelve at the counter, helped and trained: nine of ten reminders are right."""
    return [
        row(f"v-{person}", task, "Reminders", "Counter staff", task != 9, route="volunteered", supported="yes")
        for person in range(12)
        for task in range(10)
    ]


def of_everybody() -> list[dict[str, str]]:
    """Twelve assigned in each segment, alone: two of three reminders are right and one of two appeals."""
    return [
        row(f"{segment[0].lower()}-{person}", task, case, segment, task % worse != 0, trained="no")
        for segment in SEGMENTS
        for person in range(12)
        for case, worse in {"Reminders": 3, "Appeals": 2}.items()
        for task in range(6)
    ]


def row(person: str, task: int, case: str, segment: str, is_right: bool, **said: str) -> dict[str, str]:
    day = (now() - timedelta(days=38 - 3 * task)).date().isoformat()
    outcome = "success" if is_right else "wrong"
    used = "as it was" if is_right else "overridden"
    where = {"use_case": case, "segment": segment, "outcome": outcome, "use_made": used, "date": day}
    return observation(participant=person, **where, **MINUTES, **{"trained": "yes"} | said)


def imports(manager: Somebody, phase: str, title: str, content: str, of: str = "Observations of tasks") -> None:
    manager.goes_to(f"{AT}evidence/batches/add/")
    manager.chooses("What does it hold?", of)
    manager.brings("log.csv", content)
    manager.types("What is it?", title)
    manager.chooses("In which phase was it measured?", phase)
    manager.chooses("How was it measured?", "Diary kept while working")
    manager.types("Who measured?", "Internal audit")
    manager.chooses("With what stake in the result?", "No stake in the result")
    manager.presses("Check and import")
    manager.is_headed(title)
    tasks.import_batches()
    manager.page.reload()


def mends_a_broken_file(manager: Somebody) -> None:
    good = of_everybody()
    broken: Sequence[dict[str, str]] = [*good[:4], good[4] | {"outcome": "fine"}, good[5] | {"date": "soon"}, *good[6:]]
    imports(manager, "Stress test", "Everybody’s log", csv_of(broken))
    manager.sees("2 things to put right", "Nothing of the file counts")
    assert {
        line.split()[0] for line in manager.reads("#problems ~ * tbody tr, [aria-labelledby=problems] tbody tr")
    } == {
        "6",
        "7",
    }
    with manager.page.expect_download() as download:
        manager.follows("Get a file of the lines to mend")
    to_mend = download.value.path().read_text()
    assert len(to_mend.strip().splitlines()) == 3, "the header and the two lines"
    manager.follows("Send the mended file")
    manager.brings("log.csv", csv_of(good))
    manager.presses("Check and import")
    tasks.import_batches()
    manager.page.reload()
    manager.sees("288 rows count")


def works_by_night() -> None:
    tasks.work_out_figures()
    tasks.work_out_forecasts()
    governance_tasks.reevaluate()


def sees_what_is_covered_and_what_not(manager: Somebody) -> None:
    manager.goes_to(f"{AT}coverage/")
    manager.is_headed(re.compile("Evidence covers 100 % of the work"))
    manager.goes_to(f"{AT}not-seeing/")
    manager.sees("Errors had consequences", "Nobody has written down what else is not seen")


def reads_the_forecast(manager: Somebody) -> None:
    manager.goes_to(f"{AT}forecast/")
    manager.is_headed(re.compile(r"About 6\d.% of the work would be done well; the demonstration promised 90.%"))
    manager.sees("Why it differs from the demonstration", "People who volunteered or were nominated")


def decides_the_grid(owner: Somebody) -> None:
    owner.goes_to(f"{AT}design/")
    for case, choice in {"Reminders": "Ready", "Appeals": "Out"}.items():
        for segment in SEGMENTS:
            owner.ticks(f"{case} × {segment}")
        owner.chooses("What becomes of the ticked cells", choice)
        owner.types("Why", "As the log of everybody shows.")
        if choice == "Out":
            owner.types("Out: which condition for value is missing", "An appeal would have to be like another.")
        owner.presses("Decide")
    owner.sees("All 4 cells are decided")


def finds_the_gate_open(manager: Somebody) -> None:
    governance_tasks.reevaluate()
    manager.goes_to(f"{AT}gates/stress_test/")
    manager.sees("Ready")


def traces_a_number(leader: Somebody) -> None:
    leader.goes_to(f"{AT}figures/")
    leader.follows("Tasks done well")
    leader.sees("Its cells of ten people or more", "Reminders")
    leader.follows("B-4 Everybody’s log")
    leader.sees("Internal audit", "Which cells it speaks of", "Reminders")
    assert not leader.reads("a:has-text('Read its rows')")


def reads_rows_without_attitudes(evaluator: Somebody) -> None:
    evaluator.goes_to(f"{AT}evidence/batches/4/")
    evaluator.follows("Read its rows")
    evaluator.sees("c-0", "overridden")
    evaluator.sees_not("attitude", "ceptic", "nthusias")
