"""From what a pilot measured to what a rollout will: a hierarchical model, fitted without sampling. Pure.

    terms = Terms(factors, pairs)                      # which levels there are, which differences are expected
    fitted = fit(observe(codes, outcomes, users), terms)
    reached = reach(seen(fitted.observed), rollout)    # direct, modelled, no evidence
    drawn = project(fitted, rollout, reach=reached)    # draws of the rollout's figure
    what_to_test_next(drawn)                           # the levels nobody saw, by what they leave open
    explain_miss(...)                                  # afterwards: mix, or behaviour where there was evidence or none

The model and its priors: terms.py. The fit: laplace.py and fitting.py. What is said of a rollout: projecting.py and
reach.py. What hangs on single records of minutes: outlying.py. Why it came otherwise: misses.py.
"""

from pilots.stats.forecast.fitting import Fitted, fit
from pilots.stats.forecast.misses import Miss, explain_miss
from pilots.stats.forecast.observed import Observed, counted, observe, summed
from pilots.stats.forecast.outlying import Outlying, moved, outlying, share_of_the_longest
from pilots.stats.forecast.projecting import Drawn, project, what_to_test_next
from pilots.stats.forecast.reach import Evidence, Reach, Unseen, reach, seen, seen_in_counts
from pilots.stats.forecast.rollout import Rollout
from pilots.stats.forecast.terms import Factor, Terms

__all__ = [
    "Drawn",
    "Evidence",
    "Factor",
    "Fitted",
    "Miss",
    "Observed",
    "Outlying",
    "Reach",
    "Rollout",
    "Terms",
    "Unseen",
    "counted",
    "explain_miss",
    "fit",
    "moved",
    "observe",
    "outlying",
    "project",
    "reach",
    "seen",
    "seen_in_counts",
    "share_of_the_longest",
    "summed",
    "what_to_test_next",
]
