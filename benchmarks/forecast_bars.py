"""The bars 1 to 6 and 9 of the forecast's design, each beside its bound, from fixed seeds.

    make bench-forecast                    # three minutes on two processors
    make bench-forecast ARGS=--quick       # fewer pilots: half a minute
    make bench-forecast DATA=folder        # with bar 3, on hai1.csv, hai2.csv and tv16.csv.gz: five minutes

The bars 7 and 8 are of the stage rule and of adoption: stages.py.
"""

import benchmarks.one_thread  # noqa: F401 - before NumPy

# isort: split
import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import invented_worlds
from benchmarks.agreement import agreements
from benchmarks.bars import Bar, conclude
from benchmarks.biased_pilots import Table, read
from benchmarks.figures import say
from benchmarks.forecast import of_table
from benchmarks.forecast_properties import properties, speeds
from benchmarks.same_scores import largest_difference
from benchmarks.tally import Judged, Tally, judged

SEED, PROCESSES, CHUNK = 0, 2, 10
WARNINGS: Final = {"factors": ["arm", "attitude", "skill", "kind", "half"], "user": "user"}
VOTES: Final = {"factors": ["state", "race", "age", "college", "female", "party", "bornagain"], "user": None}
TABLES: Final = (
    ("hai1.csv", "improved", WARNINGS),
    ("hai2.csv", "improved", WARNINGS),
    ("hai1.csv", "override", WARNINGS),
    ("hai2.csv", "override", WARNINGS),
    ("tv16.csv.gz", "y", VOTES),
)


def of_worlds(name: str, numbers: Sequence[int]) -> list[Judged]:
    drawn = invented_worlds.pilots(*invented_worlds.WORLDS[name], numbers, SEED)
    return [
        judged(observed, invented_worlds.TERMS, world.rollout, measured, SEED) for world, observed, measured in drawn
    ]


def spread(pool: ProcessPoolExecutor, work: Callable[[Sequence[int]], list[Judged]], pilots: int) -> Tally:
    """Each pilot has a seed of its own, so who works it out makes no difference."""
    chunks = [range(begin, min(begin + CHUNK, pilots)) for begin in range(0, pilots, CHUNK)]
    return Tally(row for rows in pool.map(work, chunks) for row in rows)


def bars_1_and_2(pool: ProcessPoolExecutor, pilots: int) -> Iterator[Bar]:
    tallies = {name: spread(pool, partial(of_worlds, name), pilots) for name in invented_worlds.WORLDS}
    whole = Tally(row for tally in tallies.values() for row in tally.rows)
    yield Bar(1, f"95 % intervals that held, {len(whole.rows):,} invented pilots", whole.mean("in95"), 0.93, 0.99)
    yield Bar(1, "80 % intervals that held", whole.mean("in80"), 0.76, 0.92)
    for name, tally in tallies.items():
        yield Bar(1, f"95 % intervals that held, {name}", tally.mean("in95"), 0.90)
        yield Bar(1, f"80 % intervals that held, {name}", tally.mean("in80"), 0.65)
    for name, tally in tallies.items():
        is_harsh = name != "no penalty"
        yield Bar(2, f"root mean square error / naive, {name}", tally.rmse_ratio, high=0.55 if is_harsh else 1.35)
        if is_harsh:
            yield Bar(2, f"80 % interval score / naive, {name}", tally.score_ratio, high=0.25)


def of_file(path: Path, outcome: str, columns: dict[str, Any], picked: bool, numbers: Sequence[int]) -> list[Judged]:
    table = Table.of(read(path), outcome, "binary", columns["factors"], columns["user"])
    return of_table(table, table.terms([], {}), numbers, SEED, picked=picked)


def bar_3(pool: ProcessPoolExecutor, folder: str, pilots: int) -> Iterator[Bar]:
    if not folder:
        say("3  Tables whose truth is known are not part of this repository: say where they are, DATA=folder.")
        return
    for file, outcome, columns in TABLES:
        path, name = Path(folder) / file, f"{file.partition('.')[0]} {outcome}"
        if not path.exists():
            say(f"3  {file} is not in the folder.")
            continue
        tally = spread(pool, partial(of_file, path, outcome, columns, False), pilots)
        yield from _of_table(name, outcome, tally)
        if outcome == "improved":
            yield from _beside(
                name, path, columns, tally, spread(pool, partial(of_file, path, outcome, columns, True), pilots)
            )


def _of_table(name: str, outcome: str, tally: Tally) -> Iterator[Bar]:
    least = {"improved": 0.92, "override": 0.85, "y": 0.90}[outcome]
    yield Bar(3, f"95 % intervals that held, {name}", tally.mean("in95"), least)
    if outcome == "override":
        yield Bar(3, f"bias of the median, {name}", tally.mean("off"), -0.06, 0.06)
        return
    yield Bar(
        3, f"root mean square error / naive, {name}", tally.rmse_ratio, high=0.6 if outcome == "improved" else 0.5
    )
    if outcome == "improved":
        yield Bar(3, f"80 % intervals that held, {name}", tally.mean("in80"), 0.72, 0.95)
        yield Bar(3, f"80 % interval score / naive, {name}", tally.score_ratio, high=0.4)


def _beside(name: str, path: Path, columns: dict[str, Any], tally: Tally, picked: Tally) -> Iterator[Bar]:
    """What is to be had at all: where whole users are drawn everybody has met every kind of task, so little is biased.
    A fair sample as large says how much of the naive error is chance."""
    table = Table.of(read(path), "improved", "binary", columns["factors"], columns["user"])
    fair = [observed.figure - table.truth for observed in table.pilots(range(len(tally.rows)), SEED, biased=False)]
    chance = float(np.sqrt(np.mean(np.square(fair)))) / tally.rmse("naive")
    yield Bar(3, f"for comparison: a fair sample as large / naive, {name}", chance)
    yield Bar(3, f"for comparison: error / naive where tasks are picked too, {name}", picked.rmse_ratio)
    yield Bar(3, f"for comparison: score / naive where tasks are picked too, {name}", picked.score_ratio)


def bar_4() -> Iterator[Bar]:
    found = list(agreements(seed=SEED))
    off = [one.off for one in found]
    widths = [width for one in found for width in (one.width80, one.width95)]
    yield Bar(4, f"medians off full MCMC's, in its SDs, mean of {len(found)} pilots", float(np.mean(off)), high=0.1)
    yield Bar(4, "the same, largest", max(off), high=0.2)
    yield Bar(4, "width of intervals / full MCMC's, least", min(widths), low=0.85)
    yield Bar(4, "the same, largest", max(widths), high=1.2)


def bars(quick: bool, folder: str) -> Iterator[Bar]:
    with ProcessPoolExecutor(PROCESSES) as pool:
        yield from bars_1_and_2(pool, 40 if quick else 500)
        yield from bar_3(pool, folder, 20 if quick else 120)
    yield from bar_4()
    yield from speeds(quick)
    yield from properties(4 if quick else 40)
    yield Bar(9, "largest difference from scoringrules' scores", largest_difference(), high=1e-9)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer pilots, to see that it runs")
    return conclude(bars(parser.parse_args().quick, os.environ.get("DATA", "")))


if __name__ == "__main__":
    sys.exit(main())
