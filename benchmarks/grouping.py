"""How well flags find their patterns, day by day, on labelled texts: `--csv` with the columns text and label.

The protocol is that of `benchmarks.streams`; the code is the product's own. The last line is one JSON object.
"""

import argparse
import json
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from benchmarks.figures import Figure, conclude, say
from benchmarks.streams import FITS_NOWHERE, Texts, WrongFile, arrivals, read, zipf_sample
from feedback.grouping.embedding import embedder
from feedback.grouping.patterns import UNSORTED, Corpus, Night, look_at_everything, place
from feedback.grouping.vectors import Matrix

# Patterns and labels of fewer texts are not counted.
LARGE: Final = 5

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Stream:
    """`pattern` at the end; `churn`: which part of the flags with a pattern had another one the day after, by day."""

    pattern: Codes
    churn: list[float]
    seconds: list[float]


class Keeper:
    """Carries out what the product's code decides, as its actions do."""

    def __init__(self, vectors: Matrix, *, touched: bool = False) -> None:
        self.vectors, self.touched = vectors, touched
        self.pattern = np.zeros(0, np.int64)
        self.begun = 0

    def corpus(self) -> Corpus:
        """Every flag is from somebody else, as the texts do not say from whom they are."""
        rows = len(self.pattern)
        reporter = np.arange(rows, dtype=np.int64)
        touched = frozenset(range(self.begun)) if self.touched else frozenset()
        return Corpus(self.vectors[:rows], self.pattern.copy(), reporter, np.zeros(rows, bool), touched)

    def arrive(self, count: int) -> None:
        first = len(self.pattern)
        self.pattern = np.concatenate([self.pattern, np.full(count, UNSORTED)])
        for placed in place(self.corpus(), range(first, first + count)):
            self.pattern[placed.row] = placed.pattern

    def look(self) -> Night:
        night = look_at_everything(self.corpus())
        for joined in night.joined:
            self.pattern[joined.row] = joined.pattern
        for begun in night.begun:
            self.pattern[list(begun.rows)] = self.begun
            self.begun += 1
        for merged in night.merged:
            self.pattern[self.pattern == merged.gone] = merged.kept
        for moved in night.moved:
            self.pattern[moved.row] = moved.after
        return night


def run(vectors: Matrix, days: Codes, *, touched: bool = False) -> Stream:
    """`vectors` in the order of their arrival. `touched`: a person decides about each pattern once it is there."""
    keeper, churn, seconds = Keeper(vectors, touched=touched), [], []
    for day in np.unique(days):
        before = keeper.pattern.copy()
        keeper.arrive(int((days == day).sum()))
        begun = perf_counter()
        keeper.look()
        seconds.append(perf_counter() - begun)
        had = np.flatnonzero(before != UNSORTED)
        if len(had):
            churn.append(float((keeper.pattern[had] != before[had]).mean()))
    return Stream(keeper.pattern, churn, seconds)


def _contingency(labels: NDArray[Any], pattern: Codes) -> csr_matrix:
    """Texts by label and pattern, each unsorted one a pattern of its own."""
    alone = pattern.max(initial=0) + 1 + np.arange(len(pattern))
    of_label, of_pattern = (
        np.unique(codes, return_inverse=True)[1] for codes in (labels, np.where(pattern == UNSORTED, alone, pattern))
    )
    return coo_matrix((np.ones(len(labels)), (of_label, of_pattern))).tocsr()


def _entropy(sizes: NDArray[np.float64]) -> float:
    shares = sizes[sizes > 0] / sizes.sum()
    return float(-(shares * np.log(shares)).sum())


def _pairs(sizes: NDArray[np.float64]) -> float:
    return float((sizes * (sizes - 1)).sum() / 2)


def agreement(labels: NDArray[Any], pattern: Codes) -> dict[str, float]:
    """B-cubed (Bagga and Baldwin 1998), V-measure, adjusted Rand index, and which part of the labels has a pattern."""
    table = _contingency(kinds_of(labels), pattern)
    by_label, by_pattern = (np.asarray(table.sum(axis=axis)).ravel() for axis in (1, 0))
    cells, texts = table.tocoo(), len(labels)
    precision = float((cells.data**2 / by_pattern[cells.col]).sum() / texts)
    recall = float((cells.data**2 / by_label[cells.row]).sum() / texts)
    of_labels, of_patterns = _entropy(by_label), _entropy(by_pattern)
    shared = of_labels + of_patterns - _entropy(cells.data)
    chance = _pairs(by_label) * _pairs(by_pattern) / max(1.0, _pairs(np.array([float(texts)])))
    most = (_pairs(by_label) + _pairs(by_pattern)) / 2
    large = by_label >= LARGE
    mostly = (cells.data * 2 >= by_pattern[cells.col]) & (by_pattern[cells.col] >= LARGE) & large[cells.row]
    return {
        "bcubed_f": 2 * precision * recall / (precision + recall),
        "bcubed_p": precision,
        "bcubed_r": recall,
        # Where everything is of one kind and in one pattern, or all alone in both, nothing disagrees.
        "v_measure": 2 * shared / (of_labels + of_patterns) if of_labels + of_patterns else 1.0,
        "ari": (_pairs(cells.data) - chance) / (most - chance) if most != chance else 1.0,
        "patterns_5": float((by_pattern >= LARGE).sum()),
        "true_5": float(large.sum()),
        "found": len(np.unique(cells.row[mostly])) / max(1, int(large.sum())),
    }


def kinds_of(labels: NDArray[Any]) -> NDArray[Any]:
    """Each text that fits nowhere is of a kind of its own, whatever its label says after `oos_`."""
    strays = np.flatnonzero(np.char.startswith(labels.astype(str), FITS_NOWHERE))
    kinds = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    kinds[strays] = len(labels) + strays
    return kinds


def absorbed(labels: NDArray[Any], pattern: Codes) -> float | None:
    """Of the texts that fit nowhere the part that has a pattern."""
    strays = np.char.startswith(labels.astype(str), FITS_NOWHERE)
    return float((pattern[strays] != UNSORTED).mean()) if strays.any() else None


def measure(texts: Texts, vectors: Matrix, seed: int) -> dict[str, float | None]:
    order, days = arrivals(texts, seed)
    begun = perf_counter()
    stream = run(vectors[order], days)
    return {
        **agreement(texts.labels[order], stream.pattern),
        "oos_absorbed": absorbed(texts.labels[order], stream.pattern),
        "churn_per_day": float(np.mean(stream.churn)) if stream.churn else 0.0,
        "seconds_total": perf_counter() - begun,
        "seconds_last_night": stream.seconds[-1],
    }


def mean_of(runs: list[dict[str, float | None]]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name in runs[0]:
        values = [value for one in runs if (value := one[name]) is not None]
        found[name] = round(float(np.mean(values)), 4) if values else None
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv", type=Path, required=True)
    parser.add_argument("--orders", type=int, default=5, help="of arrival, over which the figures are averaged")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--zipf", type=int, help="take so many of the texts, their labels of Zipf sizes")
    asked = parser.parse_args()
    if asked.orders < 1:
        parser.error("at least one order")
    try:
        texts = read(asked.csv)
    except WrongFile as wrong:
        parser.error(str(wrong))
    if asked.zipf:
        texts = texts.only(zipf_sample(texts.labels, asked.zipf, asked.seed))
    embed, begun = embedder(), perf_counter()
    vectors = embed(texts.texts)
    speed = len(texts.texts) / (perf_counter() - begun)
    say(f"{asked.csv.name}: {len(texts.texts):,} texts, {embed.name}, {speed:,.0f} a second")
    # A given order is one order.
    orders = asked.orders if texts.day is None else 1
    figures = mean_of([measure(texts, vectors, asked.seed + number) for number in range(orders)])
    figures["rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    status = conclude(judged(figures))
    say(json.dumps(figures))
    return status


def judged(figures: dict[str, float | None]) -> list[Figure]:
    """Without B-cubed: its bar is on the mean of three corpora, some of which are far harder than others."""
    bars = [
        Figure("flags whose pattern changes a day", figures["churn_per_day"] or 0.0, 0.015, 0.003, less_is_better=True),
        Figure("last night", figures["seconds_last_night"] or 0.0, 120, 10, " s", less_is_better=True),
        Figure("memory of the process", figures["rss_mb"] or 0.0, 2048, 1024, " MB", less_is_better=True),
    ]
    strays = figures["oos_absorbed"]
    if strays is not None:
        bars.append(Figure("texts that fit nowhere, in patterns", strays, 0.6, 0.25, less_is_better=True))
    return bars


if __name__ == "__main__":
    sys.exit(main())
