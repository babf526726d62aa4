"""The fast fit beside full MCMC of the same model, whose posteriors are stored: see benchmarks/mcmc_fixtures.py."""

import numpy as np

from benchmarks.agreement import FIXTURES, agreements


def test_medians_and_widths_are_those_of_full_mcmc() -> None:
    found = list(agreements())
    assert len(found) == len(list(FIXTURES.glob("*.json"))) >= 12
    off = [one.off for one in found]
    assert np.mean(off) <= 0.1 and max(off) <= 0.2
    assert all(0.85 <= width <= 1.2 for one in found for width in (one.width80, one.width95))
