"""Stages through the API: the same rules as on the page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pilots.models import Pilot, Stage
from tests.api.conftest import Caller
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.stages import foreseen, planned

Call = Callable[..., Caller]
AT = "pilots/letters/stages/"


def body(cells: list[int], **said: Any) -> dict[str, Any]:
    usual = {"name": "Three teams", "cells": cells, "because": "Shown.", "users_planned": 60, "days": 42}
    return usual | said


def test_a_stage_is_planned_judged_foreseen_and_locked(
    governed: Pilot, people: People, call: Call, at: datetime
) -> None:
    where = cell(governed, at)
    api = call(people.evaluator)
    made = api.post(AT, body([where.pk]))
    assert made.status_code == 201, made.content
    assert made.json()["cells"] == [{"cell": where.pk, "use_case": "reminders", "segment": "counter-staff"}]
    rows = [{"metric": "success", "purpose": one, "bound": 0.8} for one in ("satisfactory", "pause")]
    judged = api.put(f"{AT}1/criteria/", {"criteria": rows, "version": 1})
    assert judged.status_code == 200 and {row["side"] for row in judged.json()["criteria"]} == {"floor"}
    assert api.post(f"{AT}1/lock/").status_code == 422
    asked = api.post(f"{AT}1/forecast/")
    assert (asked.status_code, asked.json()["stage"]) == (202, 1)
    foreseen(Stage.objects.get(), at)
    shut = api.post(f"{AT}1/lock/")
    assert shut.status_code == 200 and shut.json()["forecast"] == 2
    read = call(people.member).get(AT).json()
    assert read["results"] == [shut.json()]


def test_another_version_answers_409_and_another_cell_422(
    governed: Pilot, people: People, call: Call, at: datetime
) -> None:
    stage = planned(governed, at)
    api = call(people.evaluator)
    mine = [one.cell_id for one in stage.cells.all()]
    assert api.put(f"{AT}1/", body(mine, version=9)).status_code == 409
    refused = api.put(f"{AT}1/", body([10**9], version=1))
    assert refused.status_code == 422 and "cells" in refused.json()["errors"]
    assert api.put(f"{AT}1/", body(mine, version=1)).status_code == 200
    assert api.get(f"{AT}2/").status_code == 404
