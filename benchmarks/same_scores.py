"""Our scores beside those of scoringrules (Apache-2.0), whose values are stored in a fixture.

pip install scoringrules      (made with 0.10.0; values that do not change need no place in a lock file)
python -m benchmarks.same_scores tests/fixtures/scores.json
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

from pilots.stats.scoring import brier, crps, interval_score

FIXTURE: Final = Path(__file__).parents[1] / "tests" / "fixtures" / "scores.json"


def largest_difference(path: Path = FIXTURE) -> float:
    """Over all scores of all cases; the fixture is of another package, so ours has to be right to agree."""
    worst = 0.0
    for case in json.loads(path.read_text()):
        draws, actual = np.array(case["draws"]), case["actual"]
        ours = (
            crps(draws, actual),
            interval_score(case["low"], case["high"], actual, case["certain"]),
            brier(case["said"], case["happened"]),
        )
        theirs = (case["crps"], case["interval_score"], case["brier"])
        worst = max(worst, *(abs(a - b) for a, b in zip(ours, theirs, strict=True)))
    return worst


def cases(rules: Any) -> list[dict[str, Any]]:
    """Shares and minutes, few draws and many, with ties and without, hit and missed."""
    found = []
    for number in range(24):
        chance = np.random.default_rng(number)
        draws = chance.beta(6, 3, (3, 40, 200)[number % 3]) if number % 2 else chance.normal(20, 8, 60)
        draws = draws.round(2 if number % 4 == 0 else 12)
        actual = float(chance.choice(draws) if number % 5 == 0 else draws.mean() + chance.normal() * 2 * draws.std())
        certain = (0.8, 0.95)[number % 2]
        low, high = (float(one) for one in np.quantile(draws, ((1 - certain) / 2, (1 + certain) / 2)))
        said, happened = float(chance.random()), bool(chance.integers(2))
        found.append(
            {
                "draws": draws.tolist(),
                "actual": actual,
                "low": low,
                "high": high,
                "certain": certain,
                "said": said,
                "happened": happened,
                # The energy form: draws as they are, none left out of the mean distance between two of them.
                "crps": float(rules.crps_ensemble(actual, draws, estimator="nrg", backend="numpy")),
                "interval_score": float(rules.interval_score(actual, low, high, 1 - certain)),
                "brier": float(rules.brier_score(float(happened), said)),
            }
        )
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(cases(import_module("scoringrules")), separators=(",", ":")) + "\n")
