"""A reader who keeps two exports of a grid subtracts what they like, and never comes to fewer than ten people."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pilots.figures.releasing import Since, kept_back
from pilots.stats.metrics.suppression import LEAST

GRID = np.array([[0, 1, 4], [2, 3, 5], [6, 7, 8]])
LINES = [line.tolist() for line in (*GRID, *GRID.T)]
# Of each cell the people of one batch: mostly few or just enough.
batch = st.lists(
    st.one_of(st.just(0), st.integers(1, 14), st.integers(10, 30)).flatmap(
        lambda many: st.integers(0, 40).map(lambda first: frozenset(range(first, first + many)))
    ),
    min_size=4,
    max_size=4,
)
Tasks = frozenset[tuple[int, int]]


def spread(cells: list[Tasks]) -> list[Tasks]:
    """Of each entry the tasks, as (person, batch)."""
    found: list[Any] = [*cells, *[frozenset()] * 5]
    for *parts, total in LINES:
        found[total] = found[total].union(*(found[part] for part in parts))
    return found


def who(tasks: Any) -> np.ndarray:
    return np.array(sorted({person for person, _ in tasks}), np.int64)


def exported(before: list[Tasks | None] | None, stood: list[Tasks], now: list[Tasks]) -> list[Tasks | None]:
    """What each entry shows; None: hidden. `before`: what it showed, and `stood` what it then rested on."""
    shown = np.array([bool(before and before[at]) for at in range(9)])
    hidden = np.array([bool(before and before[at] is None) for at in range(9)])
    if not shown.any():
        stood = [frozenset()] * 9
    changed = [who(one ^ other) for one, other in zip(now, stood, strict=True)]
    people = [who(one) for one in now]
    then = people if not shown.any() else [who(one) for one in stood]
    back = kept_back([GRID], Since(people, then, changed, np.zeros(9, np.int64)), shown, hidden)
    return [None if back.hidden[at] else before[at] if before and back.held[at] else now[at] for at in range(9)]


@settings(max_examples=400)
@given(st.tuples(batch, batch))
def test_the_difference_of_two_exports_is_nobody_or_ten_people(batches: Any) -> None:
    first, second = ([frozenset((p, at) for p in cell) for cell in one] for at, one in enumerate(batches))
    then = spread(first)
    now = spread([one | other for one, other in zip(first, second, strict=True)])
    early = exported(None, then, then)
    late = exported(early, then, now)
    for one, other in zip(early, late, strict=True):
        if one and other:
            assert len(who(one ^ other)) == 0 or len(who(one ^ other)) >= LEAST
    for *parts, total in LINES:
        grown = [
            late[at] ^ early[at] if early[at] is not None and late[at] is not None else None for at in (*parts, total)
        ]
        if grown[-1] is not None:
            rest = grown[-1].difference(*(one for one in grown[:-1] if one is not None))
            assert len(who(rest)) == 0 or len(who(rest)) >= LEAST
