"""Weekly readings for tests, as small as they may be."""

from datetime import date, datetime, timedelta
from typing import Any

from pilots.actions.readings import record_readings
from pilots.actions.use import Recorded
from pilots.models import Stage, User
from pilots.readings import KINDS, WEEK, monday_of


def weeks_ago(at: datetime, weeks: int) -> datetime:
    return at - timedelta(weeks=weeks)


def last_monday(at: datetime) -> date:
    """Of the last week that is over."""
    return monday_of(at.date()) - WEEK


def outcomes(stage: Stage, at: datetime, people: int = 1, first: int = 0, **said: Any) -> list[dict[str, Any]]:
    """Of so many people one reading each, in the stage's first cell and the last whole week unless said otherwise."""
    cell = stage.cells.select_related("cell__use_case", "cell__segment").order_by("pk")[0].cell
    usual = {"tasks": 10, "done_well": 9, "team": "", "week": last_monday(at)}
    whole = usual | {"use_case": cell.use_case, "segment": cell.segment} | said
    return [whole | {"person": f"p-{n}"} for n in range(first, first + people)]


def read(stage: Stage, by: User, at: datetime, **said: Any) -> Recorded:
    return record_readings(stage=stage, kind=KINDS["outcomes"], rows=outcomes(stage, at, **said), by=by, at=at)


def use(stage: Stage, at: datetime, **said: Any) -> list[dict[str, Any]]:
    segment = stage.cells.select_related("cell__segment").order_by("pk")[0].cell.segment
    usual = {"week": last_monday(at), "segment": segment, "site": "", "incidents": 0}
    counts = {"eligible": 120, "licensed": 90, "tried": 64, "active": 51, "habitual": 33}
    return [usual | counts | said]
