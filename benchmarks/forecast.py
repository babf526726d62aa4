"""Forecasts of biased pilots against the truth of the whole table; the last line is one JSON object.

`--csv FILE --outcome NAME --kind binary|continuous [--user COLUMN] --factors a,b,c [--pairs a:b,…]`
"""

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from benchmarks.biased_pilots import Table
from benchmarks.figures import say
from pilots.stats.forecast import Observed, Rollout, Terms, fit, project
from pilots.stats.scoring import interval_score

QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)


class Tally:
    """Of forecasts and of the naive figure beside each, over pilots."""

    def __init__(self) -> None:
        self.rows: list[dict[str, float]] = []

    def add(self, observed: Observed, quantiles: Sequence[float], actual: float, seconds: float) -> None:
        low95, low80, median, high80, high95 = quantiles
        naive = observed.figure
        half = 1.2816 * _standard_error(observed)
        self.rows.append(
            {
                "in95": low95 <= actual <= high95,
                "in80": low80 <= actual <= high80,
                "off": median - actual,
                "naive": naive - actual,
                "score": interval_score(low80, high80, actual, 0.8),
                "naive_score": interval_score(naive - half, naive + half, actual, 0.8),
                "seconds": seconds,
            }
        )

    def mean(self, name: str) -> float:
        return float(np.mean([row[name] for row in self.rows]))

    def rmse(self, name: str) -> float:
        return float(np.sqrt(np.mean([row[name] ** 2 for row in self.rows])))

    @property
    def summary(self) -> dict[str, float]:
        found = {
            "rmse_ratio": self.rmse("off") / self.rmse("naive"),
            "coverage95": self.mean("in95"),
            "coverage80": self.mean("in80"),
            "interval_score_ratio": self.mean("score") / self.mean("naive_score"),
            "median_bias": self.mean("off"),
            "seconds_per_fit": self.mean("seconds"),
        }
        return {name: round(value, 4) for name, value in found.items()} | {"pilots": len(self.rows)}


def _standard_error(observed: Observed) -> float:
    """As who repeats the pilot's figure would say: every outcome by itself, whoever it comes from."""
    if observed.kind == "binary":
        return float(np.sqrt(max(observed.figure * (1 - observed.figure), 1e-4) / observed.total))
    off = observed.count @ (observed.mean - observed.count @ observed.mean / observed.total) ** 2
    return float(observed.unit * np.sqrt((off + observed.squares.sum()) / observed.total**2))


def forecast(observed: Observed, terms: Terms, rollout: Rollout, seed: int) -> tuple[Any, float]:
    """Quantiles, and processor seconds of fit and projection."""
    begun = process_time()
    drawn = project(fit(observed, terms, seed=seed), rollout, seed=seed)
    return drawn.quantiles(list(QUANTILES)), process_time() - begun


def of_table(table: Table, terms: Terms, pilots: int, seed: int) -> Tally:
    tally, rollout = Tally(), table.rollout()
    for observed in table.pilots(pilots, seed):
        quantiles, seconds = forecast(observed, terms, rollout, seed)
        tally.add(observed, quantiles, table.truth, seconds)
    return tally


def read(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as opened:
        return list(csv.DictReader(opened))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv", type=Path, required=True)
    parser.add_argument("--outcome", required=True)
    parser.add_argument("--kind", choices=("binary", "continuous"), required=True)
    parser.add_argument("--user", default=None, help="the column that says whose each row is")
    parser.add_argument("--factors", required=True, help="columns, parted by commas")
    parser.add_argument("--pairs", default="", help="such as a:b,a:c")
    parser.add_argument("--ordered", default="", help="levels from liked to met, such as kind:curated<typical<edge")
    parser.add_argument("--pilots", type=int, default=120)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    table = Table.of(read(asked.csv), asked.outcome, asked.kind, asked.factors.split(","), asked.user)
    pairs = [tuple(pair.split(":", 1)) for pair in asked.pairs.split(",") if pair]
    ordered = {
        name: levels.split("<") for name, _, levels in (one.partition(":") for one in asked.ordered.split(",")) if name
    }
    tally = of_table(table, table.terms(pairs, ordered), asked.pilots, asked.seed)  # type: ignore[arg-type]
    say(json.dumps(tally.summary))
    return 0


if __name__ == "__main__":
    sys.exit(main())
