"""What follows from the document of a forecast, whatever stands in it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilots.models import Attitude, Comfort, UseCase, WorkloadBand
from pilots.stats.forecast.basis import Basis
from pilots.stats.forecast.differences import with_mix
from pilots.stats.forecast.levels import ATTITUDE, COMFORT, KIND, OF_TASKS, PAIRS, SUPPORT, WORKLOAD
from pilots.stats.forecast.record import Record, Said, kept

PLACE = {levels.name: place for place, levels in enumerate(OF_TASKS)}
COUNTS = ("outside", "made", "overridden", "timed", "minutes", "squares")


def met(**levels: int) -> list[int]:
    """What a rollout meets: assigned people without help, who were trained and are as a pilot likes them otherwise."""
    usual = {"route": 1, "support": 1}
    return [(usual | levels).get(name, 0) for name in PLACE]


def document(rows: list[tuple[list[int], int, int, int]], cells: list[list[int]]) -> dict[str, Any]:
    """`rows`: levels, whose, how many tasks, how many of them good. Each cell is a part as large as the others."""
    basis = {
        "factors": [levels.document for levels in OF_TASKS],
        "cells": cells,
        "weights": [1 / len(cells)] * len(cells),
        "part": list(range(len(cells))),
        "place": [[0, part] for part in range(len(cells))],
        "told": [[part + 1, part, 1 / len(cells)] for part in range(len(cells))],
        "tasks": 1000,
        "users": 100,
    }
    tasks: dict[str, Any] = {
        "codes": [levels for levels, *_ in rows],
        "code": list(range(len(rows))),
        "user": [user for _, user, _, _ in rows],
        "part": [cells.index(levels) if levels in cells else -1 for levels, *_ in rows],
        "early": [0] * len(rows),
        "tried": [tried for _, _, tried, _ in rows],
        "good": [good for _, _, _, good in rows],
        **{name: [0] * len(rows) for name in COUNTS},
    }
    pairs = [[one.name, other.name] for one, other in PAIRS]
    public = {"draws": 400, "pairs": pairs, "held": [], "assumed": [], "bases": {"tasks": basis}}
    return {"public": public, "people": {"tasks": tasks, "farthest": None}}


def success(rows: list[tuple[list[int], int, int, int]], cells: list[list[int]]) -> Said:
    return next(Record.read(kept(document(rows, cells)), seed=1, tau=0.3).work_out())


TASKS = st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans(), st.integers(1, 9), st.floats(0, 1))


@settings(max_examples=8)
@given(st.lists(TASKS, min_size=20, max_size=40))
def test_without_the_rows_done_without_help_nothing_is_known_of_any_cell(
    drawn: list[tuple[int, int, bool, int, float]],
) -> None:
    cells = [met(attitude=attitude, kind=kind) for attitude in range(3) for kind in range(4)]
    rows = [
        (met(attitude=attitude, kind=kind, support=int(alone)), number % 14, tried, round(tried * share))
        for number, (attitude, kind, alone, tried, share) in enumerate(drawn)
    ]
    whole = success([*rows, *((met(), user, 5, 4) for user in range(10))], cells)
    assert whole.direct + whole.modelled + whole.no_evidence == pytest.approx(1)
    assert whole.no_evidence < 1
    helped = [row for row in rows if row[0][PLACE["support"]] == 0]
    lost = success([*helped, *((met(support=0), user, 5, 4) for user in range(10))], cells)
    assert (lost.direct, lost.modelled, lost.no_evidence) == (0, 0, pytest.approx(1))
    assert {row["evidence"] for row in lost.cells} == {"none"}
    assert (lost.bound_low, lost.bound_high) == (0, 1)


def test_a_cell_like_one_that_was_seen_is_modelled_and_not_direct() -> None:
    """Two segments may be alike in all factors; what one of them did is no direct evidence of the other."""
    cells = [met(), met()]
    inputs = document([(met(), user, 5, 4) for user in range(12)], cells)
    said = next(Record.read(kept(inputs), seed=1, tau=0.3).work_out())
    assert [row["evidence"] for row in said.cells] == ["direct", "modelled"]
    assert (said.direct, said.modelled) == (0.5, 0.5)


def test_fewer_than_ten_people_have_no_figure() -> None:
    inputs = document([(met(), user, 5, 4) for user in range(9)], [met()])
    assert not list(Record.read(kept(inputs), seed=1, tau=0.3).work_out())


def test_another_mix_of_one_factor_leaves_all_others_as_they_were() -> None:
    inputs = document([(met(), 1, 1, 1)], [met(kind=0), met(kind=3, attitude=2)])
    rollout = Basis.read("tasks", inputs["public"]["bases"]["tasks"], inputs["people"]["tasks"]).rollout
    mixed = with_mix(rollout, PLACE["kind"], np.array([0.25, 0.75, 0, 0]))
    assert mixed.weights.sum() == pytest.approx(1)
    hard = mixed.weights[mixed.cells[:, PLACE["kind"]] == 1].sum()
    sceptic = mixed.weights[mixed.cells[:, PLACE["attitude"]] == 2].sum()
    assert (hard, sceptic) == (pytest.approx(0.75), pytest.approx(0.5))


def test_levels_are_those_of_the_pages_in_their_order() -> None:
    choices = {ATTITUDE: Attitude, WORKLOAD: WorkloadBand, COMFORT: Comfort, KIND: UseCase.Kind}
    for levels, of_pages in choices.items():
        assert list(levels.words) == [str(value) for value in of_pages.values]
    assert SUPPORT.codes == {"supported": 0, "unsupported": 1}
