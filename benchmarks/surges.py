"""How often a surge is seen where there is none, and how soon where there is one; the same for what was fixed.

`--patterns N` for each rate: a few hundred say roughly, a few thousand take minutes. Seeds are fixed.
"""

import argparse
import sys
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks import returns
from benchmarks.alarms import Score, alarms, calibrated, enough, moving_average, three_sigma
from benchmarks.figures import Figure, conclude, say
from benchmarks.invented_days import DAYS, LEARNING, Days, flags, steps, use
from feedback.grouping.surges import pooled_spread, scaled_exposure, surges

# Flags on a normal day.
RATES: Final = (0.1, 0.3, 1.0, 3.0, 10.0)
YEARS: Final = (DAYS - LEARNING) / 365
# What the usual rules are allowed too, when they are asked how soon they see something.
FALSE_A_YEAR: Final = 0.5
USUAL: Final[dict[str, tuple[Score, float]]] = {"3 sigma": (three_sigma, 3.0), "EWMA": (moving_average, 3.0)}
SEED: Final = 1


@dataclass(frozen=True)
class Delays:
    """Which part is seen within three days and within a week, and the median day. `None`: most are never seen."""

    three: float
    week: float
    median: float | None

    @classmethod
    def of(cls, days: Days) -> "Delays":
        middle = float(np.median(days))
        return cls(float((days < 3).mean()), float((days < 7).mean()), middle if np.isfinite(middle) else None)

    def __str__(self) -> str:
        middle = "   –" if self.median is None else f"{self.median:4.0f}"
        return f"{self.three:.2f} {self.week:.2f} {middle}"


def our_alarms(counts: Days, exposure: Days, spread: float) -> list[list[int]]:
    """The days on which the product's own code alarms, for each pattern."""
    scaled = scaled_exposure(exposure)
    return [[one.day for one in surges(series, scaled, spread=spread) if one.day >= LEARNING] for series in counts]


def first_after(days: list[int], start: int) -> float:
    return min((day - start for day in days if start <= day < start + 30), default=np.inf)


def first_above(score: Days, start: int, threshold: float) -> float:
    seen = np.flatnonzero(score[start : start + 30] >= threshold)
    return float(seen[0]) if len(seen) else np.inf


def quiet_series(patterns: int, crowded: bool) -> list[tuple[Days, Days]]:
    random, exposure = np.random.default_rng(SEED + crowded), use(crowded)
    return [(flags(random, rate, exposure, patterns), exposure) for rate in RATES]


def spread_of(quiet: list[tuple[Days, Days]]) -> float:
    """Over all patterns, as the product pools them over those of a pilot."""
    return pooled_spread([(series, scaled_exposure(exposure)) for counts, exposure in quiet for series in counts[:200]])


def false_alarms(patterns: int, crowded: bool) -> dict[str, list[float]]:
    """A pattern-year, by rate: ours, and the usual rules at their usual thresholds."""
    quiet = quiet_series(patterns, crowded)
    spread = spread_of(quiet)
    found = {"ours": [sum(map(len, our_alarms(*one, spread))) / patterns / YEARS for one in quiet]}
    for name, (score, threshold) in USUAL.items():
        found[name] = [float(alarms(enough(score(c), c), threshold).mean()) / YEARS for c, _ in quiet]
    return found


def thresholds(patterns: int) -> dict[str, float]:
    quiet = quiet_series(patterns, crowded=False)
    return {
        name: calibrated([enough(score(counts), counts) for counts, _ in quiet], FALSE_A_YEAR * YEARS)
        for name, (score, _) in USUAL.items()
    }


def delays(rate: float, factor: float, before: float, patterns: int, bars: dict[str, float]) -> dict[str, Delays]:
    """After the rate changed from `before` to `factor` times, with all rules allowed as many false alarms."""
    random, exposure = np.random.default_rng(SEED + 10), use()
    start, times = steps(random, patterns, factor, before)
    counts = flags(random, rate, exposure, patterns, times)
    spread = spread_of(quiet_series(100, crowded=False))
    ours = our_alarms(counts, exposure, spread)
    found = {"ours": Delays.of(np.array([first_after(*one) for one in zip(ours, start.tolist(), strict=True)]))}
    for name, (score, _) in USUAL.items():
        scores = enough(score(counts), counts)
        seen = [first_above(one, day, bars[name]) for one, day in zip(scores, start.tolist(), strict=True)]
        found[name] = Delays.of(np.array(seen))
    return found


def report_false(patterns: int) -> float:
    say(f"False alarms a pattern-year, at {', '.join(f'{rate:g}' for rate in RATES)} flags a day, and their mean")
    ours = 0.0
    for crowded in (False, True):
        for name, by_rate in false_alarms(patterns, crowded).items():
            label = f"{name}{', use of everything ×2.5' if crowded else ''}"
            say(f"  {label:<34}" + " ".join(f"{one:6.2f}" for one in (*by_rate, float(np.mean(by_rate)))))
            ours = max(ours, float(np.mean(by_rate))) if name == "ours" else ours
    return ours


def report_delays(patterns: int) -> float:
    bars = thresholds(patterns)
    names = ("ours", *USUAL)
    say(f"Seen within 3 days, within 7, median day; the usual rules at {FALSE_A_YEAR} false alarms a pattern-year too")
    say(f"  {'':<34}" + "   ".join(f"{name:<14}" for name in names))
    step = 0.0
    for label, rates, factor, before in (
        ("×2", (1.0, 3.0, 10.0), 2.0, 1.0),
        ("×3", (0.3, 1.0, 3.0, 10.0), 3.0, 1.0),
        ("×5", (0.3, 1.0, 3.0), 5.0, 1.0),
        ("new,", (0.5, 1.0, 2.0, 5.0), 1.0, 0.0),
    ):
        for rate in rates:
            found = delays(rate, factor, before, patterns, bars)
            say(f"  {f'{label} at {rate:g} a day':<34}" + "   ".join(str(found[name]) for name in names))
            step = found["ours"].three if (label, rate) == ("×3", 3.0) else step
    return step


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patterns", type=int, default=1000, help="for each rate and each kind of step")
    patterns = parser.parse_args().patterns
    false, step = report_false(patterns), report_delays(patterns)
    return conclude(
        [
            Figure("surges: false alarms a pattern-year", false, 0.7, 0.5, less_is_better=True),
            Figure("surges: a step ×3 at 3 a day within 3 days", step, 0.85, 0.95),
            *returns.figures(4 * patterns),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
