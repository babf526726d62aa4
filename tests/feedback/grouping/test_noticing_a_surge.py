import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import nbinom

from feedback.grouping.surges import ALARM, Known, pooled_spread, reporters_in_windows, scaled_exposure, surges

WEEK = np.array([1, 1, 1, 1, 0.95, 0.4, 0.35])
DAYS, STEP = 200, 150


def use(growth: float = 0.5) -> NDArray[np.float64]:
    """Working weeks of a tool that is used more and more."""
    return np.resize(WEEK, DAYS) * np.exp(np.linspace(0, growth, DAYS))


def drawn(rate: float, exposure: NDArray[np.float64], seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).poisson(rate * exposure / WEEK.mean())


def constant(*runs: tuple[int, int]) -> NDArray[np.int64]:
    """(flags a day, days), …"""
    return np.concatenate([np.full(days, count) for count, days in runs])


def test_what_goes_on_as_before_hardly_ever_alarms() -> None:
    alarms = [
        sum(alarm.day >= 42 for alarm in surges(drawn(rate, use(), seed), scaled_exposure(use())))
        for seed in range(40)
        for rate in (0.3, 1, 3)
    ]
    assert sum(alarms) / len(alarms) / ((DAYS - 42) / 365) < 0.7


def test_more_use_is_no_surge() -> None:
    exposure = use()
    exposure[STEP : STEP + 10] *= 2.5
    series = [drawn(2, exposure, seed) for seed in range(60)]
    assert sum(len([a for a in surges(counts, scaled_exposure(exposure)) if a.day >= STEP]) for counts in series) <= 3
    without = [[a for a in surges(counts, np.ones(DAYS)) if a.day >= STEP] for counts in series]
    assert sum(map(bool, without)) > 40


def test_three_times_as_many_flags_are_seen_within_three_days() -> None:
    seen = []
    for seed in range(150):
        exposure = use()
        start = STEP + seed % 7
        rate = np.where(np.arange(DAYS) >= start, 9, 3)
        found = surges(drawn(1, rate * exposure, seed), scaled_exposure(exposure))
        seen.append(any(start <= alarm.day < start + 3 for alarm in found))
    assert np.mean(seen) >= 0.85


def test_a_surge_says_what_was_to_be_expected() -> None:
    (alarm,) = surges(constant((2, 60), (14, 1)), np.ones(61))
    assert (alarm.day, alarm.window, alarm.count) == (60, 1, 14)
    assert alarm.expected == pytest.approx(2, abs=0.1)
    assert alarm.p <= ALARM


def test_what_just_appeared_is_noticed_by_the_days_before_without_it() -> None:
    (alarm,) = surges(constant((0, 14), (3, 1)), np.ones(15))
    assert (alarm.day, alarm.count) == (14, 3)
    assert surges(constant((3, 1)), np.ones(1)) == []


def test_two_flags_are_never_a_surge() -> None:
    assert surges(constant((0, 300), (2, 1)), np.ones(301)) == []


def test_one_person_is_never_a_surge() -> None:
    counts = constant((0, 60), (20, 1))
    assert surges(counts, np.ones(61), np.minimum(counts, 1)) == []
    assert len(surges(counts, np.ones(61), np.minimum(counts, 2))) == 1


def test_one_person_on_three_days_is_one_person() -> None:
    people = [*[()] * 60, ("one",), ("one",), ("one", None)]
    counts = np.array([len(day) for day in people])
    assert reporters_in_windows(people)[-1].tolist() == [2, 2, 2]
    assert reporters_in_windows(people)[-2].tolist() == [1, 1, 1]
    assert surges(counts[:-1] * 2, np.ones(62), reporters_in_windows(people[:-1])) == []
    assert len(surges(counts, np.ones(63), reporters_in_windows(people))) == 1


def test_after_an_alarm_it_is_quiet_for_a_week() -> None:
    days = [alarm.day for alarm in surges(constant((1, 60), (12, 20)), np.ones(80))]
    assert days[:2] == [60, 68]


def test_a_surge_does_not_become_what_is_normal_at_once() -> None:
    """A second one two weeks later is seen too."""
    twice = constant((1, 60), (15, 1), (1, 14), (15, 1))
    assert [alarm.day for alarm in surges(twice, np.ones(76))] == [60, 75]


def test_the_probability_is_that_of_the_negative_binomial() -> None:
    known, spread = Known(flags=12.3, use=8.1), 1.4
    weight = 9.1 / spread
    expected = nbinom(12.8 / spread, weight / (weight + 2.5))
    assert known.at_least(9, 2.5, spread) == pytest.approx(expected.sf(8), rel=1e-9)
    assert known.likely(1000, 2.5, spread) == expected.ppf(0.995)
    assert known.likely(2, 2.5, spread) == 2


def test_use_is_scaled_to_a_normal_day() -> None:
    assert scaled_exposure(np.array([0, 200, 200, 400])).tolist() == [0.05, 1, 1, 2]
    assert scaled_exposure(np.zeros(3)).tolist() == [1, 1, 1]


def test_flags_on_days_without_any_use_are_not_beyond_reckoning() -> None:
    found = surges(constant((0, 30), (5, 2)), np.zeros(32))
    assert all(0 <= alarm.p <= ALARM for alarm in found)


@pytest.mark.parametrize("spread", [1.0, 1.6, 2.4])
def test_the_spread_of_all_patterns_is_found(spread: float) -> None:
    random = np.random.default_rng(0)
    rate = 3 * use()
    size = rate / (spread - 1) if spread > 1 else rate * 1e6
    series = [(random.negative_binomial(size, size / (size + rate)), use()) for _ in range(20)]
    assert pooled_spread(series) == pytest.approx(spread, abs=0.2)


def test_a_rise_is_not_taken_for_spread() -> None:
    rising = [(drawn(1, use() * np.linspace(1, 9, DAYS), seed), use()) for seed in range(20)]
    assert pooled_spread(rising) < 1.2
    assert pooled_spread([]) == 1
