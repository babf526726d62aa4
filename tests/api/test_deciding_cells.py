"""Deciding use case × segment through the API: the same rules as on the page, and an answer to say what was wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from governance.models import Disposition, LaterCondition
from pilots.models import AuditEvent, Cell, Pilot
from pilots.models.token import Scope
from tests.api.conftest import Caller
from tests.cast import People
from tests.factories.evidence import cell, decide, later_condition

Call = Callable[..., Caller]
AT = "pilots/letters/design/"


@pytest.fixture
def cells(governed: Pilot, at: datetime) -> list[Cell]:
    return [cell(governed, at), cell(governed, at, segment="Managers", tasks=50)]


def body(*cells: Cell, **said: Any) -> dict[str, Any]:
    usual = {"cells": [{"cell": one.pk} for one in cells], "choice": "unknown", "reason": "Nobody tried."}
    return usual | said


def decided(cells: list[Cell]) -> list[Disposition]:
    return list(Disposition.objects.newest().filter(cell__in=cells))


def test_many_cells_are_decided_at_once_and_read_back(cells: list[Cell], people: People, call: Call) -> None:
    answer = call(people.owner).post(AT, body(*cells))
    assert answer.status_code == 201, answer.content
    read = call(people.member).get(AT).json()
    assert answer.json()["cells"] == read["cells"]
    assert [one["decision"]["choice"] for one in read["cells"]] == ["unknown", "unknown"]
    assert read["cells"][0]["decision"]["decided_by"]["name"] == people.owner.name
    assert AuditEvent.objects.filter(verb="design.decided").count() == 1


def test_each_choice_takes_what_belongs_to_it(cells: list[Cell], people: People, call: Call, at: datetime) -> None:
    due = (at + timedelta(days=20)).date().isoformat()
    api = call(people.owner)
    owned = api.post(AT, body(cells[0], choice="needs_design", owner=str(people.change.pk), due_on=due))
    later = api.post(AT, body(cells[1], choice="later", conditions=[{"text": "Sums are checked."}]))
    assert (owned.status_code, later.status_code) == (201, 201)
    first, second = decided(cells) if decided(cells)[0].cell_id == cells[0].pk else decided(cells)[::-1]
    assert (first.owner, first.due_on.isoformat() if first.due_on else "") == (people.change, due)
    assert LaterCondition.objects.get(disposition=second).text == "Sums are checked."


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"choice": "maybe"}, 400, "choice"),
        ({"choice": ""}, 400, "choice"),
        ({"reason": ""}, 400, "reason"),
        ({"cells": []}, 400, "cells"),
        ({"cells": [{"cell": 10**9}]}, 422, "cells"),
        ({"choice": "needs_design", "due_on": "2099-01-01"}, 422, "owner"),
        ({"choice": "later"}, 422, "conditions"),
        ({"choice": "later", "conditions": [{"figure": "M99"}]}, 422, "conditions"),
        ({"choice": "later", "conditions": [{"figure": "M01"}]}, 422, "conditions"),
        ({"choice": "out"}, 422, "missing_condition"),
        ({"choice": "ready", "conditions": [{"text": "Not asked."}]}, 422, "conditions"),
    ],
)
def test_what_is_missing_or_unknown_is_named_at_its_field_and_nothing_is_decided(
    cells: list[Cell], people: People, call: Call, said: dict[str, Any], status: int, field: str
) -> None:
    answer = call(people.owner).post(AT, body(*cells, **said))
    assert answer.status_code == status, answer.content
    assert field in answer.json()["errors"]
    assert decided(cells) == []


@pytest.mark.parametrize(
    ("due_on", "words"), [(None, "Say by when."), ("2020-01-01", "The date has to be in the future.")]
)
def test_what_needs_design_needs_a_day_to_come(
    cells: list[Cell], people: People, call: Call, due_on: str | None, words: str
) -> None:
    sent = body(cells[0], choice="needs_design", owner=str(people.change.pk), due_on=due_on)
    answer = call(people.owner).post(AT, sent)
    assert (answer.status_code, answer.json()["detail"]) == (422, words)


def test_an_owner_has_to_have_a_role_that_does_it(cells: list[Cell], people: People, call: Call) -> None:
    sent = body(cells[0], choice="needs_design", owner=str(people.stranger.pk), due_on="2099-01-01")
    answer = call(people.owner).post(AT, sent)
    assert answer.status_code == 422
    assert "has no role in this pilot" in answer.json()["errors"]["owner"][0]


def test_without_the_right_or_with_a_token_that_reads_nothing_is_decided(
    cells: list[Cell], people: People, call: Call
) -> None:
    refused = call(people.member).post(AT, body(*cells))
    assert refused.status_code == 403 and any("Owen Archer" in one for one in refused.json()["who_may"])
    assert call(people.owner, Scope.READ).post(AT, body(*cells)).status_code == 403
    assert call(people.stranger).post(AT, body(*cells)).status_code == 404
    assert decided(cells) == []


def test_what_somebody_decided_meanwhile_answers_409_and_says_what(
    governed: Pilot, cells: list[Cell], people: People, call: Call, at: datetime
) -> None:
    (other,) = decide(governed, at, "ready", [cells[0]])
    answer = call(people.owner).post(AT, body(*cells))
    assert answer.status_code == 409
    assert answer.json()["current"] == {str(cells[0]): "Ready"}
    assert decided(cells) == [other]
    seen = [{"cell": cells[0].pk, "seen": other.pk}, {"cell": cells[1].pk, "seen": None}]
    assert call(people.owner).post(AT, body(cells=seen)).status_code == 201


def test_sent_again_it_is_decided_once(cells: list[Cell], people: People, call: Call) -> None:
    first, again = (call(people.owner).post(AT, body(*cells), key="once") for _ in range(2))
    assert first.json() == again.json() and again.headers["Idempotency-Replayed"] == "true"
    assert Disposition.objects.count() == 2


def test_a_condition_is_met_with_what_shows_it(governed: Pilot, people: People, call: Call, at: datetime) -> None:
    path = f"{AT}conditions/{later_condition(governed, at).pk}/meet/"
    assert call(people.change).post(path, {"note": " "}).status_code == 400
    answer = call(people.change).post(path, {"note": "Checked each night; see INF-04."})
    (condition,) = answer.json()["cells"][0]["conditions"]
    assert condition["is_met"] and condition["shows"].startswith("Checked each night")
    assert call(people.change).post(path, {"note": "Again."}).status_code == 422
