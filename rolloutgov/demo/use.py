"""Steps about how much a tool was used, and about flags that were collected elsewhere."""

import csv
import io
from datetime import date, timedelta
from random import Random
from typing import Any

from feedback.actions.flag_files import read_flag_file
from feedback.actions.importing import import_flags
from pilots.actions.use import DayOfUse, record_use
from pilots.models import Use, UseCase
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step

SATURDAY = 5


def use(scene: Scene, step: Step) -> None:
    """Of every day from `since` to the step's: `outputs` a day that grow to `grows` times as many, `users` so many
    outputs each, and the `cases` with their share. Weekends are quiet; the same on every start."""
    drawn = Random(f"{scene.story.name} use")  # noqa: S311  a story, not a secret
    first, last = scene.date(step.args["since"]), scene.date(step.day)
    cases = {UseCase.objects.get(pilot=scene.pilot, name=name): part for name, part in step.args["cases"].items()}
    days = []
    for number in range((last - first).days):
        day = first + timedelta(days=number)
        grown = 1 + (step.args.get("grows", 1) - 1) * number / max((last - first).days, 1)
        quiet = 0.12 if day.weekday() >= SATURDAY else 1.0
        outputs = round(step.args["outputs"] * grown * quiet * drawn.uniform(0.85, 1.15))
        days += _day(day, outputs, step.args["each"], cases)
    by, at = scene.person(step.by), scene.move_to(step.day)
    record_use(pilot=scene.pilot, days=days, source=Use.Source.FILE, by=by, at=at)


def _day(day: date, outputs: int, each: float, cases: dict[UseCase, float]) -> list[DayOfUse]:
    whole = DayOfUse(day, outputs=outputs, active_users=max(round(outputs / each), 1))
    return [whole, *(DayOfUse(day, case, outputs=round(outputs * part)) for case, part in cases.items())]


def import_elsewhere(scene: Scene, step: Step) -> None:
    """`rows`: as in the file that triage would send, each with the `day` on which it was reported."""
    rows: list[dict[str, Any]] = [dict(row) for row in step.args["rows"]]
    for row in rows:
        row["reported_at"] = scene.date(row.pop("day")).isoformat()
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    by, at = scene.person(step.by), scene.move_to(step.day)
    file = read_flag_file(pilot=scene.pilot, content=written.getvalue().encode(), at=at)
    if file.checked.problems:
        raise ValueError(str(file.checked.problems[0]))
    import_flags(pilot=scene.pilot, flags=file.flags, by=by, at=at)
