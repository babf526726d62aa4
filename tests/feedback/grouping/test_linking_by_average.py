import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from feedback.grouping.average_link import average_link
from feedback.grouping.vectors import Matrix

Codes = NDArray[np.int64]


def rows(count: int, dimensions: int, seed: int) -> Matrix:
    drawn = np.random.default_rng(seed).normal(size=(count, dimensions))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def of_one(means: Matrix, threshold: float) -> Codes:
    return average_link(means, np.ones(len(means), np.int64), threshold)


def textbook(means: Matrix, threshold: float) -> Codes:
    """By all pairs; the first row of its group stands for each row."""
    apart = np.maximum(1 - means.astype(np.float64) @ means.T.astype(np.float64), 0)
    np.fill_diagonal(apart, 0)
    found = fcluster(linkage(squareform((apart + apart.T) / 2, checks=False), "average"), 1 - threshold, "distance")
    return np.array([np.flatnonzero(found == group)[0] for group in found])


@given(st.integers(2, 90), st.integers(2, 12), st.floats(0.05, 0.9), st.integers(0, 10**6))
def test_it_finds_what_the_textbook_finds(count: int, dimensions: int, threshold: float, seed: int) -> None:
    means = rows(count, dimensions, seed)
    assert of_one(means, threshold).tolist() == textbook(means, threshold).tolist()


def test_it_finds_it_among_more_rows_than_fit_into_a_block() -> None:
    means = rows(700, 8, 1)
    assert of_one(means, 0.5).tolist() == textbook(means, 0.5).tolist()


@given(st.lists(st.integers(1, 6), min_size=2, max_size=20), st.floats(0.1, 0.8), st.integers(0, 10**6))
def test_a_group_counts_as_many_times_as_it_has_flags(sizes: list[int], threshold: float, seed: int) -> None:
    means, times = rows(len(sizes), 5, seed), np.array(sizes)
    first = np.cumsum(times) - times
    one_by_one = of_one(np.repeat(means, times, axis=0), threshold)[first]
    assert first[average_link(means, times, threshold)].tolist() == one_by_one.tolist()


def test_many_flags_with_the_same_words_are_one_group() -> None:
    assert of_one(np.repeat(rows(3, 384, 0), 50, axis=0), 0.9).tolist() == [0] * 50 + [50] * 50 + [100] * 50


def test_nothing_at_all_has_no_groups() -> None:
    assert of_one(np.zeros((0, 384), np.float32), 0.4).tolist() == []
