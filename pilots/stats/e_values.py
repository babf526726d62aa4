"""Evidence that may be looked at as often as one likes: how many times better what happened is foretold by “more
often than that” than by “that often at most”.

If the latter is true, evidence ever comes to 1/α with a chance of at most α, whenever anybody looks or stops. Ville
1939; Shafer 2021, J. R. Statist. Soc. A 184, 407-431.
"""

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincc, betaln, xlog1py, xlogy

# Chances are sought between this and what was seen, on a logarithmic scale.
_LEAST_CHANCE = 1e-290


def evidence_above(happened: float, others: float, most: float) -> float:
    """An e-value against "it happens with chance `most` at most".

    The likelihood, averaged over all chances above, as a multiple of that at `most`. Neither count needs to be whole:
    the multiple is convex in each outcome, so outcomes between 0 and 1 give no more evidence than chance allows.
    """
    with np.errstate(over="ignore"):
        return float(np.exp(_log_evidence(happened, others, most)))


def chance_at_least(happened: float, others: float, alpha: float) -> float:
    """The lowest chance that the evidence leaves open at 1/α: below the true one whenever one looks, but for α."""
    if happened <= 0:
        return 0.0
    bar, seen = -np.log(alpha), happened / (happened + others)
    found = brentq(
        lambda place: _log_evidence(happened, others, float(np.exp(place))) - bar,
        np.log(_LEAST_CHANCE),
        np.log(min(seen, 1 - 1e-12)),
    )
    return float(np.exp(found))


def chance_at_most(happened: float, others: float, alpha: float) -> float:
    """The highest, in the same way."""
    return 1 - chance_at_least(others, happened, alpha)


def _log_evidence(happened: float, others: float, most: float) -> float:
    """Minus infinity where the counts are so much fewer that no number is small enough."""
    with np.errstate(divide="ignore"):
        above = betaln(happened + 1, others + 1) + np.log(betaincc(happened + 1, others + 1, most))
    return float(above - xlogy(happened, most) - xlog1py(others + 1, -most))
