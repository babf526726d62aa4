import numpy as np
import pytest

from feedback.grouping.recurrence import regressed

BEFORE = 28


def day_of_return(rate: float, after: float, seed: int, days: int = 28) -> int | None:
    """The first of `days` after the fix on which it is said to be back."""
    random = np.random.default_rng(seed)
    before = int(random.poisson(rate * BEFORE))
    came = random.poisson(after, days).tolist()
    said = (n for n in range(1, days + 1) if regressed(before, BEFORE, came[:n], [1.0] * n).is_back)
    return next(said, None)


@pytest.mark.parametrize(("rate", "strays"), [(0.5, 0.3), (2, 0.05), (2, 0.15), (2, 0.3), (8, 0.15), (8, 0.3)])
def test_strays_do_not_open_what_is_fixed(rate: float, strays: float) -> None:
    opened = [day_of_return(rate, rate * strays, seed) is not None for seed in range(600)]
    assert np.mean(opened) <= 0.07


def test_what_is_back_in_full_is_found_within_days() -> None:
    """At 2 a day; 4,000 simulated fixes give .90 within a week, and .005 every day instead gives .83."""
    found = np.array([day_of_return(2, 2, seed) or 99 for seed in range(600)])
    assert np.median(found) <= 4
    assert (found <= 7).mean() >= 0.88
    assert (found <= 14).mean() >= 0.95


def test_one_flag_is_never_a_return() -> None:
    assert not regressed(1, 365, [1], [0.01]).is_back
    assert regressed(1, 365, [2], [0.01]).is_back


def test_nothing_after_the_fix_is_no_return() -> None:
    assert regressed(50, 28, [], []) == regressed(50, 28, [0, 0], [1, 1])
    assert regressed(50, 28, [0], [1]).p == 1


def test_more_use_explains_more_flags() -> None:
    assert regressed(56, 28, [2] * 5, [1] * 5).is_back
    assert not regressed(56, 28, [2] * 5, [4] * 5).is_back
