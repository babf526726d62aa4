"""How right a programme's forecasts have been, and when there are too few to tell."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilots.stats.record import Score, Told, of_pilot, record, score

GOOD = Score(held80=1, held95=1, better=1, miss=0.2)
BAD = Score(held80=0, held95=0, better=0, miss=-2.0)

parts = st.sampled_from([0.0, 0.25, 0.5, 1.0])
scores = st.builds(Score, parts, parts, parts, st.floats(-4, 4))
programmes = st.lists(scores, max_size=25)


def test_a_forecast_is_scored_from_its_draws_beside_the_naive_figure() -> None:
    """Draws 0 to 100 evenly: the 80 % interval is 10 to 90, the median 50, and 2.563 deviations are those 80."""
    draws, naive = np.arange(101.0), np.array([90.0])
    near, far = score(draws, naive, 50), score(draws, naive, 95)
    assert near == Score(held80=1, held95=1, better=1, miss=0)
    assert (far.held80, far.held95, far.better, far.miss) == (0, 1, 0, pytest.approx(45 / 80 * 2.563))
    assert score(draws, draws, 50).better == 0


def test_a_pilot_counts_once_however_many_forecasts_it_had() -> None:
    one = of_pilot([GOOD, GOOD, BAD, GOOD])
    assert one == Score(0.75, 0.75, 0.75, pytest.approx(-0.35))
    found = record([one, BAD])
    assert str(found.held80) == "0.75 of 2" and found.held80.pilots == 2
    with pytest.raises(ValueError, match="without a scored forecast"):
        of_pilot([])


def test_hits_are_told_of_how_many_with_an_exact_interval() -> None:
    """Clopper and Pearson 1934: 8 of 10 is 44.4 to 97.5 %."""
    found = record([GOOD] * 8 + [BAD] * 2).held80
    assert str(found) == "8 of 10" and found.share is not None
    assert (found.share.low, found.share.high) == pytest.approx((0.4439, 0.9748), abs=1e-4)


def test_eight_pilots_can_show_skill_and_five_cannot() -> None:
    eight, five = record([GOOD] * 8).skilled, record([GOOD] * 5).skilled
    assert (eight.told, five.told) == (Told.SHOWN, Told.TOO_FEW)
    # (2^(J+1) - 1) / (J + 1): 18.1 after six, 31.9 after seven.
    assert (eight.shown_after, eight.fewest) == (7, 7)
    assert five.now == pytest.approx((2**6 - 1) / 6)


def test_eight_that_are_right_by_turns_show_nothing() -> None:
    assert record([GOOD, BAD] * 4).skilled.told == Told.NOT_SHOWN


def test_three_misses_running_are_over_confident_and_two_are_too_few_to_tell() -> None:
    # 1/(J+1) · Σ of ten powers: (1 - 0.2^4) / (4 · 0.8 · 0.2^3) = 39 after three, 10.3 after two.
    assert record([BAD] * 3).overconfident.told == Told.SHOWN
    assert record([BAD] * 3).overconfident.now == pytest.approx(39, abs=0.01)
    assert record([BAD] * 2).overconfident.told == Told.TOO_FEW
    assert record([GOOD] * 12).overconfident.told == Told.NOT_SHOWN


def test_what_was_shown_once_stays_shown() -> None:
    found = record([BAD] * 3 + [GOOD] * 20).overconfident
    assert found.now < 1 and (found.shown_after, found.told) == (3, Told.SHOWN)


def test_without_a_scored_pilot_nothing_is_told() -> None:
    found = record([])
    assert (found.held80.share, found.optimism) == (None, None)
    assert {found.overconfident.told, found.skilled.told} == {Told.TOO_FEW}
    assert found.skilled.now == pytest.approx(1)


def test_optimism_is_the_mean_miss_over_pilots() -> None:
    found = record([Score(1, 1, 1, miss) for miss in (-1.0, -1.2, -0.8, -1.1)]).optimism
    # Student's t with three degrees: 3.182 · 0.1708 / 2.
    assert found is not None and (found.low, found.high) == pytest.approx((-1.2968, -0.7532), abs=1e-3)


@given(programmes, st.randoms())
def test_the_order_of_pilots_changes_no_count(pilots: list[Score], chance: Random) -> None:
    shuffled = list(pilots)
    chance.shuffle(shuffled)
    one, other = record(pilots), record(shuffled)
    assert one.held80.times == pytest.approx(other.held80.times)
    assert one.skilled.now == pytest.approx(other.skilled.now)


@given(programmes, scores)
def test_nothing_that_was_shown_is_taken_back_by_one_more_pilot(pilots: list[Score], more: Score) -> None:
    before, after = record(pilots), record([*pilots, more])
    for name in ("skilled", "overconfident"):
        shown = getattr(before, name).shown_after
        assert shown is None or getattr(after, name).shown_after == shown


@given(programmes)
def test_no_fewer_pilots_than_could_show_it_ever_do(pilots: list[Score]) -> None:
    for found in (record(pilots).skilled, record(pilots).overconfident):
        assert found.shown_after is None or found.shown_after >= found.fewest
        assert (found.told == Told.TOO_FEW) == (len(pilots) < found.fewest)


@given(programmes)
def test_a_count_lies_in_its_interval(pilots: list[Score]) -> None:
    for hits in (record(pilots).held80, record(pilots).better):
        assert hits.share is None or hits.share.low <= hits.share.value <= hits.share.high


def test_forecasts_that_hold_by_parts_alarm_in_at_most_one_of_twenty_programmes() -> None:
    """Each pilot has four forecasts that hold with the same chance, which differs from pilot to pilot around 80 %."""
    chance = np.random.default_rng(3)
    alarmed = 0
    for _ in range(300):
        held = chance.binomial(4, chance.beta(4, 1, 40)) / 4
        alarmed += record([Score(part, 1, 1, 0) for part in held]).overconfident.told == Told.SHOWN
    assert alarmed <= 0.05 * 300
