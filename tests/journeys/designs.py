"""A rollout design with cells in every state, for the pages that show it."""

from datetime import datetime, timedelta

from governance.design import Choice
from governance.models import LaterCondition
from pilots.actions.forecasts import lock_forecast
from pilots.models import BlindSpot, Cell, FailureMode, Pilot
from tests.cast import People
from tests.factories.evidence import cell, decide, entry, figure, forecast
from tests.factories.forecasts import ForecastFactory, worked_out
from tests.factories.stages import opened, planned

CASES = {"Reminders": 400, "First drafts": 300, "Appeals": 80, "Complaints": 20}
SEGMENTS = {"Counter staff": 1.0, "Managers": 0.5, "New starters": 0.2}


def design(letters: Pilot, people: People, at: datetime) -> None:
    grid = {
        (case, segment): cell(letters, at, use_case=case, segment=segment, tasks=round(tasks * part))
        for case, tasks in CASES.items()
        for segment, part in SEGMENTS.items()
    }
    _measure(letters, list(grid.values()), at)
    _decide(letters, grid, people, at)
    entry(
        FailureMode, letters, at, what="It invents a date that stands in no letter", cause="model", severity=3,
        manageability="unseen", use_case=grid["Appeals", "Counter staff"].use_case,
    )  # fmt: skip
    why = "The weeks before the holidays were left out."
    _forecast(letters, people, at)
    entry(BlindSpot, letters, at, kind="conditions", what="Busy weeks", why=why, weeks=4)
    opened(letters, at, [grid["Reminders", "Counter staff"]], name="Reminders at the counter")
    planned(letters, at, [grid["First drafts", "Counter staff"]], because="We will have 91 % done well everywhere.")


def _measure(letters: Pilot, cells: list[Cell], at: datetime) -> None:
    shown = {"measured_by": ["Internal audit"], "methods": ["log"], "first_day": at.date(), "last_day": at.date()}
    figure(letters, at, cells[0], "success", 91, people=34, **shown)
    figure(letters, at, cells[0], "M01", 8, people=34, **shown)
    figure(letters, at, cells[1], "success", 60, people=12, **shown)
    figure(letters, at, cells[2], "success", 60, people=4, **shown)
    said = {"low": 0.5, "high": 0.7, "median": 0.6}
    kinds = ["direct"] * 3 + ["modelled"] * 4 + ["none"] * 5
    forecast(letters, at, [{"cell": one.pk, "evidence": kind, **said} for one, kind in zip(cells, kinds, strict=True)])


def _forecast(letters: Pilot, people: People, at: datetime) -> None:
    """One locked, one that may be, one under way; of another pilot one that is not possible."""
    lock_forecast(forecast=worked_out(letters, at), by=people.pm, at=at, note="For the first stage.")
    worked_out(letters, at, is_synthetic=True)
    ForecastFactory.create(pilot=letters, state="running", done=40)
    minutes = Pilot.objects.get(slug="meeting-minutes")
    ForecastFactory.create(pilot=minutes, state="impossible", said="Nobody has counted the workload yet.")


def _decide(letters: Pilot, grid: dict[tuple[str, str], Cell], people: People, at: datetime) -> None:
    due = {"owner": people.integration, "due_on": (at + timedelta(days=60)).date()}
    decide(letters, at, Choice.READY, [grid["Reminders", "Counter staff"]], reason="Shown by 34 people without help.")
    decide(letters, at, Choice.NEEDS_DESIGN, [grid["Reminders", "Managers"]], reason="Two lists of names.", **due)
    (later,) = decide(letters, at, Choice.LATER, [grid["First drafts", "Counter staff"]], reason="It costs time still.")
    figures = {"figure": "M01", "comparator": "at_least", "threshold": 2}
    waits = "Net time per task is at least 2 min a task"
    for fields in ({"text": "Fees are loaded each night."}, {"text": waits, **figures}):
        LaterCondition.objects.create(pilot=letters, disposition=later, **fields)
    missing = "Somebody who complains would have to want it."
    complaints = [one for (case, _), one in grid.items() if case == "Complaints"]
    decide(letters, at, Choice.OUT, complaints, reason="They want a person.", missing_condition=missing)
    decide(letters, at, Choice.UNKNOWN, [grid["Appeals", "Managers"]], reason="Nobody tried.")
