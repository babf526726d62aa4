"""Forecasts from biased pilots of a table whose truth is known: the mean over all of it. One JSON object comes last.

    python -m benchmarks.forecast --csv FILE --outcome NAME --kind binary|continuous [--user COLUMN] --factors a,b,c
        [--pairs a:b,…] [--ordered kind:curated<typical<edge] [--pilots 120] [--seed 0]

The bars of the design are in `forecast_bars.py` (`make bench-forecast`).
"""

import benchmarks.one_thread  # noqa: F401 - before NumPy

# isort: split
import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.biased_pilots import Table, WrongTable, read
from benchmarks.figures import say
from benchmarks.tally import Judged, Tally, judged
from pilots.stats.forecast import Terms


def of_table(table: Table, terms: Terms, numbers: Iterable[int], seed: int, *, picked: bool = False) -> list[Judged]:
    rollout = table.rollout()
    drawn = table.pilots(numbers, seed, picked=picked)
    return [judged(observed, terms, rollout, table.truth, seed) for observed in drawn]


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv", type=Path, required=True, help="CSV, or CSV in gzip")
    parser.add_argument("--outcome", required=True)
    parser.add_argument("--kind", choices=("binary", "continuous"), default="binary")
    parser.add_argument("--user", default=None, help="the column that says whose each row is")
    parser.add_argument("--factors", required=True, help="columns, parted by commas")
    parser.add_argument("--pairs", default="", help="such as a:b,a:c")
    parser.add_argument("--ordered", default="", help="levels from liked to met, such as kind:curated<typical<edge")
    parser.add_argument("--pilots", type=int, default=120)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> int:
    args = asked()
    factors = [name.strip() for name in args.factors.split(",") if name.strip()]
    pairs = [tuple(pair.split(":", 1)) for pair in args.pairs.split(",") if pair]
    ordered = {
        name: levels.split("<") for name, _, levels in (one.partition(":") for one in args.ordered.split(",")) if name
    }
    try:
        table = Table.of(read(args.csv), args.outcome, args.kind, factors, args.user)
        terms = table.terms(pairs, ordered)
    except (WrongTable, OSError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    say(json.dumps(Tally(of_table(table, terms, range(args.pilots), args.seed)).summary))
    return 0


if __name__ == "__main__":
    sys.exit(main())
