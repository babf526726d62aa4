"""M29, M30 and M34, worked by hand."""

import numpy as np
import pytest

from pilots.stats.metrics.programme import brier_score, currency, forecast_accuracy, forecast_error, investment
from pilots.stats.record import Score
from tests.pilots.metrics.tasks import between, by_code


def test_an_error_is_told_in_percent_of_the_forecast_with_its_sign() -> None:
    assert forecast_error(0.8, 0.6).value == pytest.approx(-25)
    # 2 minutes lost where 4 lost were forecast came better.
    assert forecast_error(-4, -2).value == pytest.approx(50)
    assert forecast_error(0, 1).value is None


def test_hits_are_shares_of_pilots_with_their_count_beside() -> None:
    found = by_code(forecast_accuracy([Score(1, 1, 1, -1.0)] * 8 + [Score(0, 1, 0, -1.5)] * 2))
    held = found["M29.held80"]
    assert (held.value, held.n, held.note) == (80, 10, "8 of 10.")
    assert between(held) == pytest.approx((44.39, 97.48), abs=0.01)
    assert found["M29.bias"].value == pytest.approx(-1.1) and between(found["M29.bias"])[1] < 0


def test_without_a_scored_pilot_there_is_no_share_and_of_one_no_bias() -> None:
    assert {figure.value for figure in forecast_accuracy([])} == {None}
    assert by_code(forecast_accuracy([Score(1, 1, 1, 0)]))["M29.bias"].value is None


def test_a_brier_score_is_the_mean_over_conditions() -> None:
    # (0.7 - 1)² = 0.09, (0.2 - 0)² = 0.04.
    assert brier_score(np.array([0.7, 0.2]), np.array([True, False])).value == pytest.approx(0.065)
    assert brier_score(np.array([]), np.array([], bool)).value is None


def test_what_is_due_is_told_with_the_oldest_of_what_is_missing() -> None:
    found = by_code(currency(np.array([True, True, True, False]), np.array([12.0]), np.array([3.0, 40])))
    assert {code: figure.value for code, figure in found.items()} == {
        "M30": 75,
        "M30.waivers": 2,
        "M30.waived": 40,
        "M30.oldest": 12,
    }


def test_nothing_due_is_not_all_of_it_done() -> None:
    found = by_code(currency(np.array([], bool), np.array([]), np.array([])))
    assert (found["M30"].value, found["M30.waivers"].value, found["M30.oldest"].value) == (None, 0, None)


def test_getting_ready_is_told_in_days_and_in_hours() -> None:
    found = by_code(investment(days=(60, 150), hours=(900, 1200)))
    assert (found["M34"].value, found["M34.hours"].value) == (40, 75)
    assert investment(days=(0, 0), hours=(0, 0))[0].value is None
