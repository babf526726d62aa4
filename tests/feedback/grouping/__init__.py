"""Made-up flags of which it is known how alike they are: a number of a vector is a topic, a shade of it, or noise."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from feedback.grouping.patterns import NAMELESS, UNSORTED, Corpus
from feedback.grouping.vectors import DIMENSIONS, Matrix

NEW = UNSORTED


def flags(*about: tuple[int, int], topic: float = 0.55, shade: float = 0.25) -> Matrix:
    """One for each (topic, shade): two of a shade are .8 alike before the common part is out, two of a topic .55."""
    vectors = np.zeros((len(about), DIMENSIONS), np.float32)
    for row, (number, tone) in enumerate(about):
        vectors[row, number] = topic**0.5
        vectors[row, 20 + 10 * number + tone] = shade**0.5
        vectors[row, 220 + row] = (1 - topic - shade) ** 0.5
    return vectors


def corpus(vectors: Matrix, pattern: Sequence[int], reporter: Sequence[int] | None = None, **other: Any) -> Corpus:
    """Each flag from somebody else, and none of them put there by a person, unless said otherwise."""
    pinned = np.zeros(len(vectors), bool)
    pinned[list(other.pop("pinned", ()))] = True
    reporters = np.arange(len(vectors)) if reporter is None else np.array(reporter)
    kinds = {"touched": frozenset(), "apart": frozenset(), "separate": frozenset()}
    decided = {name: frozenset(other.pop(name, ())) for name in kinds}
    assert not other
    return Corpus(vectors, np.array(pattern, np.int64), reporters.astype(np.int64), pinned, **decided)


__all__ = ["NAMELESS", "NEW", "corpus", "flags"]
