"""Labelled texts as they would arrive: 30 daily batches, some kinds from the first day, some later, some in bursts."""

import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

DAYS: Final = 30
# Of the labels: how many are there from the first day on, and how many go on to the last. The others come in a burst.
FROM_THE_START: Final = 0.4
LASTING: Final = 0.75
# Texts with such a label are like no other.
FITS_NOWHERE: Final = "oos_"


@dataclass(frozen=True)
class Texts:
    """`day` only where the file gives the order."""

    texts: list[str]
    labels: NDArray[np.str_]
    day: NDArray[np.int64] | None

    def only(self, rows: NDArray[np.int64]) -> "Texts":
        day = None if self.day is None else self.day[rows]
        return Texts([self.texts[row] for row in rows], self.labels[rows], day)


def read(path: Path) -> Texts:
    """Columns text, label and perhaps day; gzipped if the name says so."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    day = np.array([int(row["day"]) for row in rows], np.int64) if rows and "day" in rows[0] else None
    return Texts([row["text"] for row in rows], np.array([row["label"] for row in rows]), day)


def zipf_sample(labels: NDArray[np.str_], most: int, seed: int) -> NDArray[np.int64]:
    """Rows such that the second label has half as many texts as the first, the third a third, as far as there are."""
    random = np.random.default_rng(seed)
    order = random.permutation(np.unique(labels))
    rows = [random.permutation(np.flatnonzero(labels == label)) for label in order]
    there = np.array([len(of_label) for of_label in rows])
    weight, sizes = 1 / np.arange(1, len(order) + 1), np.zeros(len(order), np.int64)
    while sizes.sum() < min(most, there.sum()):
        free = weight * (sizes < there)
        sizes = np.minimum(sizes + random.multinomial(most - sizes.sum(), free / free.sum()), there)
    chosen = np.concatenate([of_label[:size] for of_label, size in zip(rows, sizes, strict=True)])
    return random.permutation(chosen)


def arrivals(texts: Texts, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows in their order, and the day of each."""
    moment = _moments(texts.labels, seed) if texts.day is None else texts.day.astype(float)
    order = np.argsort(moment, kind="stable")
    return order, moment[order].astype(np.int64)


def _moments(labels: NDArray[np.str_], seed: int) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    moments = np.empty(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) == 1 or label.startswith(FITS_NOWHERE):
            moments[rows] = random.uniform(0, DAYS, len(rows))
            continue
        kind = random.random()
        start = 0.0 if kind < FROM_THE_START else random.uniform(0, DAYS * 0.7)
        if kind < LASTING:
            moments[rows] = random.uniform(start, DAYS, len(rows))
        else:
            moments[rows] = np.minimum(start + random.gamma(2, DAYS / 15, len(rows)), DAYS - 1e-6)
    return moments
