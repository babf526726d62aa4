"""Groups whose flags are alike on average (UPGMA, cut at a threshold), without a table of all pairs.

Between two groups the average similarity of all pairs is the dot product of their unnormalised means. So the chain of
nearest neighbours (Murtagh 1983) finds exactly what the textbook's method finds, and needs memory for the means alone.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from feedback.grouping.vectors import Matrix

# Rows compared with all others at once.
BLOCK: Final = 256
# Above what single precision loses: of two neighbours as near as each other, the one that the chain came from is taken.
TIE: Final = 1e-6
NEVER: Final = np.float32(-np.inf)


def average_link(means: Matrix, sizes: NDArray[np.int64], threshold: float) -> NDArray[np.int64]:
    """For each row the first row of its group. Two groups join while their average similarity is at least `threshold`.

    `means` are unnormalised, `sizes` the number of flags behind each, `threshold` is above 0. O(N·d) memory.
    """
    labels = np.arange(len(means), dtype=np.int64)
    for rows in _components(means, threshold):
        labels[rows] = rows[_Chain(means[rows], sizes[rows], threshold).run()]
    return labels


def _components(means: Matrix, threshold: float) -> list[NDArray[np.int64]]:
    """Rows that are linked by pairs that are alike enough, two and more. An average is at most its largest part, so no
    group reaches beyond: the long chain falls into short ones. All at once would need the table of all pairs."""
    component = np.arange(len(means))
    for start in range(0, len(means), BLOCK):
        # What is lost by rounding, here in another order than in the chain, must not part anything.
        linked = means[start : start + BLOCK] @ means[start:].T >= threshold - TIE
        one, other = (component[ends + start] for ends in np.nonzero(linked))
        links = coo_matrix((np.ones(len(one), bool), (one, other)), shape=(len(means), len(means)))
        component = connected_components(links, directed=False)[1][component]
    order = np.argsort(component, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(component[order])) + 1)
    return [group for group in groups if len(group) > 1]


class _Chain:
    def __init__(self, means: Matrix, sizes: NDArray[np.int64], threshold: float) -> None:
        self.means = means.astype(np.float32, copy=True)
        self.sizes = sizes.astype(np.float64)
        self.threshold = threshold
        self.joined_to = np.arange(len(means), dtype=np.int64)
        self.alive = np.ones(len(means), bool)
        # The rows that are still looked at: `near[slot[row]]` is the mean of `row`, `rows[slot[row]]` is `row`.
        self.near, self.rows, self.slot = self.means.copy(), np.arange(len(means)), np.arange(len(means))

    def run(self) -> NDArray[np.int64]:
        chain: list[int] = []
        for first in range(len(self.means)):
            while self.alive[first] or chain:
                if not chain:
                    chain.append(first)
                nearest, similarity = self._nearest(chain)
                if similarity < self.threshold:
                    self._end(chain.pop())
                elif len(chain) > 1 and nearest == chain[-2]:
                    self._join(chain.pop(), chain.pop())
                else:
                    chain.append(nearest)
        return self._labels()

    def _nearest(self, chain: list[int]) -> tuple[int, float]:
        last = chain[-1]
        similarity = self.near @ self.means[last]
        similarity[self.slot[last]] = NEVER
        best = int(similarity.argmax())
        most = float(similarity[best])
        if len(chain) > 1 and similarity[self.slot[chain[-2]]] >= most - TIE:
            return chain[-2], most
        return int(self.rows[best]), most

    def _join(self, one: int, other: int) -> None:
        kept, gone = min(one, other), max(one, other)
        both = self.sizes[kept] + self.sizes[gone]
        mean = (self.means[kept] * self.sizes[kept] + self.means[gone] * self.sizes[gone]) / both
        self.means[kept], self.sizes[kept], self.joined_to[gone] = mean, both, kept
        self.near[self.slot[kept]] = self.means[kept]
        self._end(gone)

    def _end(self, row: int) -> None:
        """Nothing is near enough to it any more, nor ever will be."""
        self.alive[row] = False
        self.near[self.slot[row]] = 0
        gone = len(self.rows) - np.count_nonzero(self.alive[self.rows])
        if gone > len(self.rows) // 4:
            keep = self.alive[self.rows]
            self.near, self.rows = self.near[keep], self.rows[keep]
            self.slot[self.rows] = np.arange(len(self.rows))

    def _labels(self) -> NDArray[np.int64]:
        """A row joins one before it, so going through them in order finds each one's first."""
        labels = self.joined_to.copy()
        for row in range(len(labels)):
            labels[row] = labels[labels[row]]
        return labels
