"""Labelled texts as they would arrive: 30 daily batches, some kinds from the first day, some later, some in bursts."""

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from datetime import date
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


class WrongFile(Exception):
    """What is wrong with it, for whoever gave it."""


def read(path: Path) -> Texts:
    """Columns text, label and perhaps day (a number or a date); UTF-8, gzipped if the name says so."""
    csv.field_size_limit(1 << 27)
    lines = csv.DictReader(io.StringIO(_content(path), newline=""))
    try:
        rows = [(lines.line_num, row) for row in lines if any(row.values())]
    except csv.Error as error:
        raise WrongFile(f"{path.name}, line {lines.line_num}: {error}.") from None
    missing = [name for name in ("text", "label") if name not in (lines.fieldnames or ())]
    if missing:
        raise WrongFile(
            f"{path.name} has no column {' and no column '.join(missing)}; it has {lines.fieldnames or []}."
        )
    if not rows:
        raise WrongFile(f"{path.name} has no rows.")
    for number, row in rows:
        if not row["label"] or row["text"] is None:
            raise WrongFile(f"{path.name}, line {number}: a row needs a text and a label.")
    day = [_day(path, number, row["day"]) for number, row in rows] if "day" in (lines.fieldnames or ()) else None
    texts, labels = [row["text"] for _, row in rows], np.array([row["label"] for _, row in rows])
    return Texts(texts, labels, None if day is None else np.array(day, np.int64))


def _content(path: Path) -> str:
    try:
        content = path.read_bytes()
        # Spreadsheets begin their files with a mark of the byte order.
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongFile(f"{path.name} is not UTF-8: byte {error.start} cannot be read.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise WrongFile(f"{path} cannot be read: {error}.") from None


def _day(path: Path, line: int, said: str | None) -> int:
    text = (said or "").strip()
    try:
        return date.fromisoformat(text[:10]).toordinal() if "-" in text[1:] else int(text)
    except ValueError:
        raise WrongFile(f"{path.name}, line {line}: “{text}” is neither a number of a day nor a date.") from None


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
