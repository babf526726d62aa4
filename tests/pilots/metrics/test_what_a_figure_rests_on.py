"""Hiding counts the people of the tasks that a figure rests on: these must be the same people."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pilots.stats.metrics import FROM_ROWS
from pilots.stats.metrics.basis import RESTS_ON, sides_of
from pilots.stats.metrics.observations import Rows, numbered
from tests.pilots.metrics.tasks import by_code, tasks

# More than none: of no minutes at all there is no part.
MINUTES = st.one_of(st.just(np.nan), st.floats(0.1, 60))
ROW = st.fixed_dictionaries(
    {
        "person": st.integers(0, 4),
        "supported": st.booleans(),
        "outcome": st.integers(0, 5),
        "use_made": st.integers(-1, 2),
        "attitude": st.integers(-1, 2),
        **dict.fromkeys(("baseline", "with_tool", "learning", "correcting", "quality"), MINUTES),
    }
)


def of(rows: list[dict[str, Any]]) -> Rows:
    return tasks(**{name: np.array([row[name] for row in rows]) for name in rows[0]})


@given(st.lists(ROW, min_size=1, max_size=30).map(of))
def test_the_people_of_a_figure_are_those_of_its_tasks(rows: Rows) -> None:
    found = by_code([one for work_out in FROM_ROWS for one in work_out(rows)])
    for code in RESTS_ON:
        people = min(numbered(rows.person[side(rows)])[1] for side in sides_of(code))
        assert (code, found[code].people) == (code, people)


@given(st.lists(ROW, min_size=1, max_size=30).map(of))
def test_nothing_was_measured_where_no_task_says_it(rows: Rows) -> None:
    found = by_code([one for work_out in FROM_ROWS for one in work_out(rows)])
    for code in RESTS_ON:
        said = all(side(rows).any() for side in sides_of(code))
        assert (code, found[code].value is not None) == (code, said)
