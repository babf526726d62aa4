"""Where a forecast is headed: the cells of a rollout, and how much of its workload each of them is."""

from dataclasses import dataclass

import numpy as np

from pilots.stats.forecast.terms import Codes, Numbers


@dataclass(frozen=True, eq=False)
class Rollout:
    """`cells`: codes (C, factors); `weights`: shares of the workload, which sum to 1. `tasks` by `users` people will be
    measured: with few of them the measured figure differs from the true one by chance alone."""

    cells: Codes
    weights: Numbers
    tasks: float
    users: float

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.weights):
            raise ValueError(f"There are {len(self.cells)} cells and {len(self.weights)} weights.")
        if not np.isclose(self.weights.sum(), 1) or (self.weights < 0).any():
            raise ValueError(f"The weights of the cells sum to {self.weights.sum():.6g}, not to 1.")
        if not (self.tasks > 0 and self.users > 0):
            raise ValueError("Say how many tasks of how many users will be measured.")
