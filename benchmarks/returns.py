"""What was fixed, with strays or back again, as nobody lived it: how often and how soon a rule says that it is back."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from benchmarks.figures import Figure, say
from feedback.grouping.recurrence import STRAYS, regressed

BEFORE: Final = 28
AFTER: Final = 28
# Flags on a day before the fix; and which part of them goes on after a fix that holds.
RATES: Final = (0.5, 2.0, 8.0)
GOING_ON: Final = (0.05, 0.15, 0.3)
NEVER: Final = 99
SEED: Final = 0

Counts = NDArray[np.int64]
Rule = Callable[[Counts, Counts], Counts]


def ours(before: Counts, after: Counts) -> Counts:
    """The first day on which the product's own code says so, asked daily."""
    return np.array([_first(int(count), days.tolist()) for count, days in zip(before, after, strict=True)])


def _first(before: int, after: list[int]) -> int:
    use = [1.0] * len(after)
    said = (n for n in range(1, len(after) + 1) if regressed(before, BEFORE, after[:n], use[:n]).is_back)
    return next(said, NEVER)


def any_flag(before: Counts, after: Counts) -> Counts:
    return _day_of(after.cumsum(axis=1) >= 1)


def two_in_a_week(before: Counts, after: Counts) -> Counts:
    total = np.cumsum(np.pad(after, ((0, 0), (7, 0))), axis=1)
    return _day_of(total[:, 7:] - total[:, :-7] >= 2)


RULES: Final[dict[str, Rule]] = {"ours": ours, "any flag": any_flag, "two in a week": two_in_a_week}


def _day_of(said: NDArray[np.bool_]) -> Counts:
    return np.where(said.any(axis=1), said.argmax(axis=1) + 1, NEVER)


def fixes(rate: float, after: float, many: int, seed: int) -> tuple[Counts, Counts]:
    random = np.random.default_rng(seed)
    return random.poisson(rate * BEFORE, many), random.poisson(after, (many, AFTER))


def best_possible(rate: float, days: int, false: float) -> float:
    """What the best of all tests finds of full returns if it looks once, on that day, and knows the rate before.

    Neyman and Pearson: with counts alone nothing does better. A rule that is asked on every day has to do with less.
    """
    threshold = int(poisson.isf(false, STRAYS * rate * days)) + 1
    # Between two counts a coin decides, so that the false ones are used up.
    spare = (false - poisson.sf(threshold - 1, STRAYS * rate * days)) / poisson.pmf(threshold - 1, STRAYS * rate * days)
    return float(poisson.sf(threshold - 1, rate * days) + spare * poisson.pmf(threshold - 1, rate * days))


def figures(many: int) -> list[Figure]:
    say("Said to be back within 28 days though it is fixed, for each rate with 5, 15 and 30 % going on")
    worst = 0.0
    for name, rule in RULES.items():
        shown = []
        for number, (rate, part) in enumerate((rate, part) for rate in RATES for part in GOING_ON):
            shown.append(float((rule(*fixes(rate, rate * part, many, SEED + number)) < NEVER).mean()))
        worst = max(shown) if name == "ours" else worst
        say(f"  {name:<34}" + " ".join(f"{one:6.3f}" for one in shown))
    say("Back in full: found within 7 days, within 14, median day, at 0.5, 2 and 8 a day")
    within = 0.0
    for name, rule in RULES.items():
        days = [rule(*fixes(rate, rate, many, SEED + 100)) for rate in RATES]
        say(
            f"  {name:<34}"
            + "   ".join(f"{(d <= 7).mean():.2f} {(d <= 14).mean():.2f} {np.median(d):3.0f}" for d in days)
        )
        within = float((days[1] <= 7).mean()) if name == "ours" else within
    limit = ", ".join(f"{best_possible(2.0, 7, false):.2f} at {false:.0%}" for false in (0.02, 0.05))
    say(f"  (at 2 a day the best of all tests, asked once after 7 days, finds {limit} false ones)")
    return [
        Figure("returns: opened though fixed, worst of the nine", worst, 0.05, 0.02, less_is_better=True),
        Figure("returns: back in full at 2 a day, within 7 days", within, 0.9, 0.95),
    ]
