"""Which flag belongs to which pattern: on arrival, and in a look at all of them. What a person decided always holds.

A pattern keeps the unnormalised mean m of its flags' centred unit vectors, so that x·m is a flag's average similarity
to its flags and m·m' the average similarity of two patterns. Ties go to the lowest row or code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from feedback.grouping.average_link import average_link
from feedback.grouping.vectors import Matrix, centred, common_part

UNSORTED: Final = -1
# All reporters without a name count as one together.
NAMELESS: Final = -1
LEAST_FLAGS, LEAST_REPORTERS = 3, 2
VOTERS, SHOWN = 10, 3
COARSENESS: Final = {"finer": 1.3, "normal": 1.0, "coarser": 0.8}
# Codes from here on are groups that began in the look at hand.
FRESH: Final = 1 << 40
# Rows compared at once: against 50,000 flags that takes 80 MB.
CHUNK: Final = 128

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Thresholds:
    """Average similarities: a flag to a pattern that it joins, flags that begin one, two that merge; `leave` is by how
    much another pattern must be closer. `beside`: to at least one flag of the pattern, since what fits nowhere is a
    little like many flags and much like none. Tuned on banking77, gnews and tweet89 (docs/decisions/0009)."""

    join: float = 0.25
    beside: float = 0.45
    gather: float = 0.40
    merge: float = 0.35
    leave: float = 0.15

    def scaled(self, factor: float) -> "Thresholds":
        return Thresholds(*(factor * value for value in astuple(self)))

    @classmethod
    def of(cls, coarseness: str) -> "Thresholds":
        return cls().scaled(COARSENESS[coarseness])


NORMAL: Final = Thresholds()


@dataclass(frozen=True, eq=False)
class Corpus:
    """A pilot's flags, one row each: raw vectors (n, 384), the pattern's code or `UNSORTED`, the reporter's code or
    `NAMELESS`, and whether a person put it where it is.

    `touched`: patterns that a person decided about. `apart`: (row, pattern) that are never together. `separate`:
    pairs of patterns whose merge a person took back.
    """

    vectors: Matrix
    pattern: Codes
    reporter: Codes
    pinned: NDArray[np.bool_]
    touched: frozenset[int] = frozenset()
    apart: frozenset[tuple[int, int]] = frozenset()
    separate: frozenset[frozenset[int]] = frozenset()

    @cached_property
    def centred(self) -> Matrix:
        return centred(self.vectors, common_part(self.vectors))

    @cached_property
    def apart_by_row(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for row, pattern in sorted(self.apart):
            found.setdefault(row, []).append(pattern)
        return found


@dataclass(frozen=True)
class Placed:
    """`vote`: the pattern's share of the weight of the 10 most similar flags; `nearest`: its most similar flags."""

    row: int
    pattern: int
    similarity: float
    vote: float
    nearest: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Means:
    """Of the patterns that have flags, in the order of their codes."""

    codes: Codes
    vectors: Matrix
    sizes: NDArray[np.int64]

    def only(self, chosen: NDArray[np.bool_] | Codes) -> "Means":
        return Means(self.codes[chosen], self.vectors[chosen], self.sizes[chosen])

    def columns(self, codes: Sequence[int]) -> NDArray[np.int64]:
        """Where those of `codes` that have flags stand."""
        return np.flatnonzero(np.isin(self.codes, codes))


def means_of(vectors: Matrix, pattern: Codes) -> Means:
    rows = np.flatnonzero(pattern != UNSORTED)
    codes, column, sizes = np.unique(pattern[rows], return_inverse=True, return_counts=True)
    member = sparse.csr_matrix((np.ones(len(rows), np.float32), (column, rows)), shape=(len(codes), len(pattern)))
    return Means(codes, (member @ vectors) / sizes[:, None].astype(np.float32), sizes)


def place(corpus: Corpus, rows: Sequence[int], thresholds: Thresholds = NORMAL) -> list[Placed]:
    """Those of `rows` that find a pattern, in their order: the 10 nearest grouped flags vote with the square of their
    similarity, and the winner is joined if it is similar enough on average and in its nearest flag. What a person
    placed is not looked at."""
    waiting = [row for row in rows if corpus.pattern[row] == UNSORTED and not corpus.pinned[row]]
    if not waiting or (corpus.pattern == UNSORTED).all():
        return []
    election = _Election(corpus, thresholds)
    return [placed for chunk in _chunks(np.array(waiting)) for placed in election.of(chunk)]


def _chunks(rows: Codes) -> Iterator[Codes]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


class _Election:
    def __init__(self, corpus: Corpus, thresholds: Thresholds) -> None:
        self.corpus, self.join, self.beside = corpus, thresholds.join, thresholds.beside
        self.means = means_of(corpus.centred, corpus.pattern)
        self.voters = np.flatnonzero(corpus.pattern != UNSORTED)
        self.vectors = corpus.centred[self.voters]
        # In which column of the means each voter's pattern stands.
        self.column = np.searchsorted(self.means.codes, corpus.pattern[self.voters])

    def of(self, rows: Codes) -> Iterator[Placed]:
        to_means = self.corpus.centred[rows] @ self.means.vectors.T
        for number, banned in self._banned(rows):
            to_means[number, banned] = -np.inf
        # Only these can end in a pattern, so only these need to be compared with every flag.
        hopeful = (to_means >= self.join).any(axis=1)
        if hopeful.any():
            yield from self._count(rows[hopeful], to_means[hopeful])

    def _count(self, rows: Codes, to_means: Matrix) -> Iterator[Placed]:
        nearest, weight = self._nearest(rows)
        column = self.column[nearest]
        votes = (weight[:, :, None] * (column[:, :, None] == column[:, None, :])).sum(axis=1)
        leads = votes >= votes.max(axis=1, keepdims=True)
        winners = np.where(leads, column, len(self.means.codes)).min(axis=1)
        for number, (row, won) in enumerate(zip(rows.tolist(), winners.tolist(), strict=True)):
            similarity, own = float(to_means[number, won]), column[number] == won
            if similarity >= self.join and weight[number, own].max() >= self.beside**2:
                vote = float(weight[number, own].sum() / weight[number].sum())
                beside = tuple(self.voters[nearest[number, own][:SHOWN]].tolist())
                yield Placed(row, int(self.means.codes[won]), similarity, vote, beside)

    def _nearest(self, rows: Codes) -> tuple[Codes, NDArray[np.float64]]:
        """Of each row the voters most like it, the nearest first, and the weight of each."""
        similarity = self.corpus.centred[rows] @ self.vectors.T
        for number, banned in self._banned(rows):
            similarity[number, np.isin(self.column, banned)] = -np.inf
        most = min(VOTERS, len(self.voters))
        top = np.sort(np.argpartition(similarity, -most, axis=1)[:, -most:], axis=1)
        values = np.take_along_axis(similarity, top, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        weight = np.maximum(np.take_along_axis(values, order, axis=1), 0).astype(np.float64) ** 2
        return np.take_along_axis(top, order, axis=1), weight

    def _banned(self, rows: Codes) -> Iterator[tuple[int, Codes]]:
        for number, row in enumerate(rows.tolist()):
            if row in self.corpus.apart_by_row:
                yield number, self.means.columns(self.corpus.apart_by_row[row])


@dataclass(frozen=True)
class Begun:
    """`similarity`: how similar its flags are to their mean, on average."""

    rows: tuple[int, ...]
    similarity: float


@dataclass(frozen=True)
class Merged:
    """Or a merge that a person may want. `similarity`: of the flags of `gone` to those they come to, on average."""

    gone: int
    kept: int
    similarity: float


@dataclass(frozen=True)
class Moved:
    """`own`: how similar it is to the other flags of the pattern that it leaves."""

    row: int
    before: int
    after: int
    similarity: float
    own: float


@dataclass(frozen=True)
class Night:
    """In the order in which it happens: `moved` speaks of patterns as they are after `merged`."""

    joined: list[Placed]
    begun: list[Begun]
    merged: list[Merged]
    suggested: list[Merged]
    moved: list[Moved]


def look_at_everything(corpus: Corpus, thresholds: Thresholds = NORMAL) -> Night:
    """The unsorted join, begin patterns together, like patterns merge, and flags go where they fit better.

    Nothing leaves or merges a pattern that a person touched; what would is suggested.
    """
    joined = place(corpus, range(len(corpus.pattern)), thresholds)
    pattern = corpus.pattern.copy()
    for placed in joined:
        pattern[placed.row] = placed.pattern
    for number, rows in enumerate(_gather(corpus, pattern, thresholds.gather)):
        pattern[rows] = FRESH + number
    into = _merge(corpus, pattern, thresholds.merge)
    joined += [
        _beside(corpus, pattern, row, one.kept)
        for one in into
        if one.gone >= FRESH > one.kept
        for row in np.flatnonzero(pattern == one.gone).tolist()
    ]
    for one in into:
        pattern[pattern == one.gone] = one.kept
    begun = means_of(corpus.centred, np.where(pattern >= FRESH, pattern, UNSORTED))
    return Night(
        joined,
        [
            Begun(tuple(np.flatnonzero(pattern == code).tolist()), float(mean @ mean))
            for code, mean in zip(begun.codes, begun.vectors, strict=True)
        ],
        [one for one in into if one.gone < FRESH],
        _suggest(corpus, pattern, thresholds.merge),
        _refine(corpus, pattern, thresholds.leave),
    )


def _gather(corpus: Corpus, pattern: Codes, threshold: float) -> Iterator[Codes]:
    """Groups of unsorted rows that are large enough, the one with the lowest row first."""
    rows = np.flatnonzero((pattern == UNSORTED) & ~corpus.pinned)
    for group in _groups(average_link(corpus.centred[rows], np.ones(len(rows), np.int64), threshold), LEAST_FLAGS):
        if len(np.unique(corpus.reporter[rows[group]])) >= LEAST_REPORTERS:
            yield rows[group]


def _groups(labels: Codes, least: int) -> list[Codes]:
    order = np.argsort(labels, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    return [group for group in groups if len(group) >= least]


def _held(corpus: Corpus, pattern: Codes) -> Codes:
    """Patterns that no job merges: a person decided about them, or about a flag in them."""
    return np.array(sorted(corpus.touched | set(pattern[corpus.pinned].tolist())), np.int64)


def _never_together(corpus: Corpus, pattern: Codes) -> frozenset[frozenset[int]]:
    """Pairs of patterns whose merge would undo what a person said."""
    parted = {frozenset((int(pattern[row]), other)) for row, other in corpus.apart if pattern[row] != UNSORTED}
    return corpus.separate | parted


def _merge(corpus: Corpus, pattern: Codes, threshold: float) -> list[Merged]:
    """The largest old pattern of each group keeps its code, or the largest of new ones."""
    means = means_of(corpus.centred, pattern)
    means = means.only(~np.isin(means.codes, _held(corpus, pattern)))
    never = _never_together(corpus, pattern)
    merged = []
    for group in _groups(average_link(means.vectors, means.sizes, threshold), 2):
        for part in _parts(means.only(group), never, threshold):
            kept = min(zip(part.codes >= FRESH, -part.sizes, part.codes, strict=True))[2]
            total = part.sizes @ part.vectors
            for code, size, mean in zip(part.codes, part.sizes, part.vectors, strict=True):
                if code != kept:
                    rest = (total - size * mean) / (part.sizes.sum() - size)
                    merged.append(Merged(int(code), int(kept), float(mean @ rest)))
    return merged


def _parts(means: Means, never: frozenset[frozenset[int]], threshold: float) -> list[Means]:
    """What of a group may merge: all of it, or as far as average link comes without a forbidden pair."""
    forbidden = np.array([[frozenset((a, b)) in never for b in means.codes.tolist()] for a in means.codes.tolist()])
    if not forbidden.any():
        return [means]
    parts = [np.array([column]) for column in range(len(means.codes))]
    vectors, sizes = means.vectors.copy(), means.sizes.copy()
    while True:
        similarity = np.where(np.triu(~forbidden, 1), vectors @ vectors.T, -np.inf)
        one, other = (int(index) for index in np.unravel_index(similarity.argmax(), similarity.shape))
        if similarity[one, other] < threshold:
            return [means.only(part) for part in parts if len(part) > 1]
        parts[one] = np.concatenate([parts[one], parts[other]])
        vectors[one] = (sizes[one] * vectors[one] + sizes[other] * vectors[other]) / (sizes[one] + sizes[other])
        sizes[one] += sizes[other]
        forbidden[one] |= forbidden[other]
        forbidden[:, one] |= forbidden[:, other]
        parts[other] = parts[other][:0]
        forbidden[other] = forbidden[:, other] = True


def _beside(corpus: Corpus, pattern: Codes, row: int, code: int) -> Placed:
    """Why `row` comes to the old pattern `code` with the group that it began."""
    similarity = corpus.centred @ corpus.centred[row]
    old = np.flatnonzero((pattern != UNSORTED) & (pattern < FRESH))
    old = old[np.argsort(-similarity[old], kind="stable")]
    own = pattern[old] == code
    weight = np.maximum(similarity[old[:VOTERS]], 0) ** 2
    vote = float(weight[own[:VOTERS]].sum() / weight.sum()) if weight.any() else 0.0
    return Placed(row, code, float(similarity[old[own]].mean()), vote, tuple(old[own][:SHOWN].tolist()))


def _suggest(corpus: Corpus, pattern: Codes, threshold: float) -> list[Merged]:
    """Like patterns of which a job may not merge at least one, the most similar first. A person's pattern is kept,
    or the larger."""
    means = means_of(corpus.centred, np.where(pattern < FRESH, pattern, UNSORTED))
    held = np.isin(means.codes, _held(corpus, pattern))
    never = _never_together(corpus, pattern)
    found = {}
    for columns in _chunks(np.flatnonzero(held)):
        similarity = means.vectors[columns] @ means.vectors.T
        similarity[np.arange(len(columns)), columns] = -np.inf
        for number, other in np.argwhere(similarity >= threshold).tolist():
            pair = sorted((int(columns[number]), other), key=lambda c: (not held[c], -means.sizes[c], c))
            kept, gone = (int(means.codes[column]) for column in pair)
            if frozenset((kept, gone)) not in never:
                found[gone, kept] = Merged(gone, kept, float(similarity[number, other]))
    return sorted(found.values(), key=lambda one: (-one.similarity, one.gone, one.kept))


def _refine(corpus: Corpus, pattern: Codes, leave: float) -> list[Moved]:
    """Between patterns that no person touched, compared without the flag itself; all are looked at before any moves."""
    means = means_of(corpus.centred, np.where(pattern < FRESH, pattern, UNSORTED))
    means = means.only(~np.isin(means.codes, sorted(corpus.touched)))
    moved = []
    for rows in _chunks(np.flatnonzero(np.isin(pattern, means.codes) & ~corpus.pinned)):
        vectors, number = corpus.centred[rows], np.arange(len(rows))
        similarity = vectors @ means.vectors.T
        column = np.searchsorted(means.codes, pattern[rows])
        size = means.sizes[column]
        itself = np.einsum("ij,ij->i", vectors, vectors)
        own = (similarity[number, column] * size - itself) / np.maximum(size - 1, 1)
        similarity[number, column] = -np.inf
        for index, row in enumerate(rows.tolist()):
            if row in corpus.apart_by_row:
                similarity[index, means.columns(corpus.apart_by_row[row])] = -np.inf
        best = similarity.argmax(axis=1) if len(means.codes) else column
        for index in np.flatnonzero(similarity[number, best] > own + leave).tolist():
            codes = (int(means.codes[column[index]]), int(means.codes[best[index]]))
            moved.append(Moved(int(rows[index]), *codes, float(similarity[index, best[index]]), float(own[index])))
    return moved


def central(corpus: Corpus | Matrix, rows: Sequence[int]) -> list[int]:
    """`rows` of a corpus (or of its centred vectors), the one that says most what all of them say first."""
    vectors = corpus.centred if isinstance(corpus, Corpus) else corpus
    chosen = np.sort(np.asarray(rows, np.int64))
    if not len(chosen):
        return []
    # Flags with the same words must not change places by what rounding leaves of them.
    similarity = np.round(vectors[chosen] @ vectors[chosen].mean(axis=0), 5)
    return [int(row) for row in chosen[np.argsort(-similarity, kind="stable")]]


def nearest_patterns(corpus: Corpus, most: int = SHOWN) -> dict[int, list[tuple[int, float]]]:
    """For each pattern that has flags the others most like it with the average similarity, the most similar first."""
    means = means_of(corpus.centred, corpus.pattern)
    found = {}
    for columns in _chunks(np.arange(len(means.codes))):
        similarity = means.vectors[columns] @ means.vectors.T
        similarity[np.arange(len(columns)), columns] = -np.inf
        order = np.argsort(-similarity, axis=1, kind="stable")[:, : most + len(corpus.separate)]
        for number, column in enumerate(columns):
            code = int(means.codes[column])
            others = [(int(means.codes[other]), float(similarity[number, other])) for other in order[number]]
            near = [(o, s) for o, s in others if s > 0 and frozenset((code, o)) not in corpus.separate]
            found[code] = near[:most]
    return found
