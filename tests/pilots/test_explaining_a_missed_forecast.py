"""Where a rollout came otherwise than was forecast: another mix, or other behaviour where it was known or was not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilots.stats.forecast import Miss, explain_miss

KNOWN = np.array([True, False])
EVEN, SAID = np.array([0.5, 0.5]), np.array([0.9, 0.5])


def miss(met: list[float], measured: list[float], said: list[float] | None = None) -> Miss:
    forecast = SAID if said is None else np.array(said)
    return explain_miss(0.7, planned=EVEN, met=np.array(met), said=forecast, measured=np.array(measured), known=KNOWN)


def test_other_cells_with_the_rates_that_were_said_are_mix() -> None:
    found = miss([0.2, 0.8], [0.9, 0.5])
    assert found.mix == pytest.approx(-0.12) and found.known == found.unknown == 0


def test_other_rates_in_the_cells_that_were_planned_are_behaviour() -> None:
    found = miss([0.5, 0.5], [0.8, 0.1])
    assert (found.mix, found.known, found.unknown) == pytest.approx((0, -0.05, -0.2))


def test_a_cell_that_was_never_met_counts_as_mix_alone() -> None:
    found = miss([1.0, 0.0], [0.9, np.nan])
    assert found.mix == pytest.approx(0.2) and found.unknown == 0


def test_a_figure_that_is_not_the_mean_of_its_cells_leaves_a_rest() -> None:
    found = explain_miss(0.65, planned=EVEN, met=EVEN, said=SAID, measured=SAID, known=KNOWN)
    assert found.rest == pytest.approx(0.05)


def test_shares_that_do_not_sum_to_one_and_rates_that_are_missing_are_refused() -> None:
    with pytest.raises(ValueError, match=r"sum to 0\.9"):
        miss([0.5, 0.4], [0.9, 0.5])
    with pytest.raises(ValueError, match="has a rate"):
        miss([0.5, 0.5], [0.9, np.nan])


rates = st.lists(st.floats(0, 1), min_size=2, max_size=2)


@given(st.floats(0, 1), rates, rates)
def test_the_parts_are_the_whole_miss(share: float, said: list[float], measured: list[float]) -> None:
    met = np.array([share, 1 - share])
    found = miss(met.tolist(), measured, said)
    assert found.whole == pytest.approx(float(met @ np.array(measured)) - 0.7)
