"""Three other ways of grouping, in the same stream of days: what each would have shown, and how much of it changed."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from umap import UMAP

from benchmarks.grouping import Codes
from feedback.grouping.average_link import average_link
from feedback.grouping.patterns import LEAST_FLAGS, UNSORTED, Thresholds
from feedback.grouping.vectors import Matrix, centred, common_part

# BERTopic's own defaults (Grootendorst 2022).
NEIGHBOURS, DIMENSIONS, LEAST_TOPIC = 15, 5, 10
SEED: Final = 0


def bertopic(vectors: Matrix) -> Codes:
    """UMAP to five dimensions, then HDBSCAN; what it calls noise is unsorted."""
    if len(vectors) <= NEIGHBOURS:
        return np.full(len(vectors), UNSORTED)
    reduce = UMAP(NEIGHBOURS, DIMENSIONS, min_dist=0.0, metric="cosine", random_state=SEED, n_jobs=1)
    found: Codes = HDBSCAN(min_cluster_size=LEAST_TOPIC, copy=True).fit_predict(reduce.fit_transform(vectors))
    return found.astype(np.int64)


def average_link_of_all(vectors: Matrix) -> Codes:
    """The same arithmetic as ours without memory: everything is linked anew."""
    rows = centred(vectors, common_part(vectors))
    labels = average_link(rows, np.ones(len(rows), np.int64), Thresholds().merge)
    sizes = np.bincount(labels, minlength=len(labels))
    return np.where(sizes[labels] >= LEAST_FLAGS, labels, UNSORTED)


def k_means(texts: Sequence[str], true: int) -> Codes:
    """On TF-IDF, and told how many kinds there are, which nobody knows. Once, at the end, so that nothing changes."""
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts)
    flat = TruncatedSVD(min(100, words.shape[1] - 1), random_state=SEED).fit_transform(words)
    found: Codes = KMeans(min(true, len(flat)), n_init=3, random_state=SEED).fit_predict(flat)
    return found.astype(np.int64)


def refitted(group: Callable[[Matrix], Codes], vectors: Matrix, days: Codes) -> tuple[Codes, list[float]]:
    """Anew each day; a group keeps the number of the one before that it shares most with. The last day's numbers, and
    by day which part of those that had a number have another one."""
    before, churn, given = np.zeros(0, np.int64), [], 0
    for day in np.unique(days):
        now = group(vectors[: int((days <= day).sum())])
        now, given = _numbered_alike(before, now, given)
        had = np.flatnonzero(before != UNSORTED)
        if len(had):
            churn.append(float((now[had] != before[had]).mean()))
        before = now
    return before, churn


def _numbered_alike(before: Codes, now: Codes, given: int) -> tuple[Codes, int]:
    numbers: dict[int, int] = {}
    for old, new in _overlaps(before, now):
        if new not in numbers and old not in numbers.values():
            numbers[new] = old
    for code in np.unique(now[now != UNSORTED]).tolist():
        if code not in numbers:
            numbers[code], given = given, given + 1
    return np.array([numbers.get(code, UNSORTED) for code in now.tolist()], np.int64), given


def _overlaps(before: Codes, now: Codes) -> Iterator[tuple[int, int]]:
    """Pairs of an old and a new number, those that share most flags first."""
    both = np.stack([before, now[: len(before)]])[:, (before != UNSORTED) & (now[: len(before)] != UNSORTED)]
    pairs, shared = np.unique(both, axis=1, return_counts=True)
    for column in np.argsort(-shared, kind="stable"):
        yield int(pairs[0, column]), int(pairs[1, column])


RIVALS: Final[dict[str, Callable[[Matrix], Any]]] = {
    "UMAP and HDBSCAN (BERTopic), each day": bertopic,
    "average link, each day": average_link_of_all,
}
