"""Whether a pattern that was fixed is back. Strays go on after every fix, so that one flag alone proves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scipy.special import betainc

# One flag as similar as this to a fixed pattern is shown to triage: it may be back.
POSSIBLE: Final = 0.45
# As much of the rate before may go on as strays.
STRAYS: Final = 0.3
# A fix that did not hold shows in its first week; asked on every later day, chance would find a return in the end.
FIRST_DAYS: Final = 7
SURE_AT_FIRST, SURE_LATER = 0.02, 0.0005
# Where more strays than so many come in a week, a return shows within days at any level: there a stricter one costs
# nothing, and chance, which is asked daily, has less room.
MANY_STRAYS: Final = 4.0
LEAST_FLAGS: Final = 2
# Half a flag on one normal day is known beforehand.
PRIOR_FLAGS, PRIOR_USE = 0.5, 1.0


@dataclass(frozen=True)
class Regression:
    """`p`: the probability of so many flags after the fix, if there were strays alone."""

    is_back: bool
    p: float


def regressed(
    before_count: int, before_exposure: float, after_counts: Sequence[int], after_exposure: Sequence[float]
) -> Regression:
    """To be asked daily. `before_exposure` in days (or normal days of use); what came after the fix, day by day."""
    count, use = sum(after_counts), STRAYS * sum(after_exposure)
    if count < 1 or use <= 0:
        return Regression(is_back=False, p=1.0)
    # The rate before is known as a gamma distribution, so the count is negative binomial.
    p = float(betainc(count, max(before_count, 1) + PRIOR_FLAGS, use / (before_exposure + PRIOR_USE + use)))
    sure = SURE_LATER
    if len(after_counts) <= FIRST_DAYS:
        strays = FIRST_DAYS * STRAYS * (max(before_count, 1) + PRIOR_FLAGS) / (before_exposure + PRIOR_USE)
        sure = SURE_AT_FIRST / max(1.0, strays / MANY_STRAYS)
    return Regression(is_back=count >= LEAST_FLAGS and p < sure, p=p)
