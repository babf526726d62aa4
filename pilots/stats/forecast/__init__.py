"""From what a pilot measured to what a rollout will: a hierarchical model, fitted without sampling. Pure.

    terms = Terms(factors, pairs)                      # which levels there are, which differences are expected
    fitted = fit(observe(codes, outcomes, users), terms)
    drawn = project(fitted, rollout)                   # draws of the rollout's figure

The model and its priors: terms.py. The fit: laplace.py and fitting.py. What is said of a rollout: projecting.py.
"""

from pilots.stats.forecast.fitting import Fitted, fit
from pilots.stats.forecast.observed import Observed, counted, observe
from pilots.stats.forecast.projecting import Drawn, Rollout, project
from pilots.stats.forecast.terms import Factor, Terms

__all__ = ["Drawn", "Factor", "Fitted", "Observed", "Rollout", "Terms", "counted", "fit", "observe", "project"]
