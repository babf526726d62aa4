"""A grid and the two sides of each of its cells: what a reader may not find out from both together."""

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pilots.stats.metrics.linked import Table, hidden_entries
from pilots.stats.metrics.suppression import LEAST

# Two by two cells with totals are 0 to 8; the sides of the cells and of the whole 9 to 18.
GRID = np.array([[0, 1, 4], [2, 3, 5], [6, 7, 8]])
SIDES = np.array([[9, 10, 0], [11, 12, 1], [13, 14, 2], [15, 16, 3], [17, 18, 8]])
TABLES: list[Table] = [GRID, SIDES]
ATOMS = [9, 10, 11, 12, 13, 14, 15, 16]
crowds = st.lists(st.sets(st.integers(0, 60), max_size=40), min_size=8, max_size=8)
sizes = st.lists(st.one_of(st.just(0), st.integers(1, 9), st.integers(10, 50)), min_size=8, max_size=8)


def everyone(atoms: list[Any]) -> list[Any]:
    """The people of each entry, from those of each side of each cell."""
    who: list[set[Any]] = [set() for _ in range(19)]
    for at, people in zip(ATOMS, atoms, strict=True):
        who[at] = set(people)
    for *parts, total in SIDES[:-1].tolist():
        who[total] = set().union(*(who[part] for part in parts))
    for line in (*GRID.tolist(), *GRID.T.tolist(), *SIDES.T[:2].tolist()):
        *parts, total = line
        who[total] = set().union(*(who[part] for part in parts))
    return [np.array(sorted(people), np.int64) for people in who]


def apart(counts: list[int]) -> list[set[int]]:
    """Nobody stands in two of them."""
    starts = np.cumsum([0, *counts]).tolist()
    return [set(range(one, two)) for one, two in pairwise(starts)]


@given(crowds)
def test_under_a_shown_total_what_is_hidden_is_ten_different_people(atoms: list[set[int]]) -> None:
    who = everyone(atoms)
    off = hidden_entries(TABLES, who)
    for table in TABLES:
        for *parts, total in (*table.tolist(), *table.T.tolist()):
            rest = {person for part in parts if off[part] for person in who[part].tolist()}
            assert off[total] or not rest or len(rest) >= LEAST


@given(crowds)
def test_fewer_than_ten_people_are_hidden_wherever_they_stand(atoms: list[set[int]]) -> None:
    who = everyone(atoms)
    off = hidden_entries(TABLES, who)
    assert all(off[at] == (0 < len(people) < LEAST) or len(people) >= LEAST for at, people in enumerate(who))
    assert not any(off[at] for at, people in enumerate(who) if not len(people))


@given(sizes)
def test_no_hidden_entry_follows_from_the_others(counts: list[int]) -> None:
    who = everyone(apart(counts))
    off = hidden_entries(TABLES, who)
    unknown = np.flatnonzero(off)
    equations = []
    for table in TABLES:
        for *parts, total in (*table.tolist(), *table.T.tolist()):
            signs = np.zeros(19)
            signs[parts] = 1
            signs[total] = -1
            equations.append(signs[unknown])
    matrix = np.array(equations)
    for at, _ in enumerate(unknown):
        alone = np.zeros(len(unknown))
        alone[at] = 1
        assert np.linalg.matrix_rank(np.vstack([matrix, alone])) > np.linalg.matrix_rank(matrix)
