"""How much a text is like groups of texts by their words alone: fast, small, and no model."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback.grouping.wording import word_starts

Weights = dict[str, float]


@dataclass(frozen=True)
class Likeness:
    """`middles`: of each group, in their order, the mean of its texts; `rarity` of each word that was ever read."""

    middles: list[Weights]
    rarity: Mapping[str, float]
    unread: float


def learn(groups: Sequence[Sequence[str]]) -> Likeness:
    counted = [[word_starts(text) for text in texts] for texts in groups]
    texts = sum(map(len, counted))
    having = Counter(word for group in counted for words in group for word in words)
    rarity = {word: math.log(1 + texts / count) for word, count in having.items()}
    likeness = Likeness([], rarity, math.log(1 + texts))
    for group in counted:
        middle: Weights = {}
        for words in group:
            for word, weight in _weighed(words, likeness).items():
                middle[word] = middle.get(word, 0.0) + weight
        likeness.middles.append(_of_unit_length(middle))
    return likeness


def nearest(likeness: Likeness, text: str, *, most: int, enough: float) -> list[int]:
    """The positions of at most `most` groups that are like it by `enough` (0 to 1), the most alike first."""
    weights = _weighed(word_starts(text), likeness)
    close = [sum(weight * middle.get(word, 0.0) for word, weight in weights.items()) for middle in likeness.middles]
    order = sorted(range(len(close)), key=lambda group: -close[group])[:most]
    return [group for group in order if close[group] >= enough]


def _weighed(words: Mapping[str, int], likeness: Likeness) -> Weights:
    return _of_unit_length(
        {word: (1 + math.log(count)) * likeness.rarity.get(word, likeness.unread) for word, count in words.items()}
    )


def _of_unit_length(weights: Weights) -> Weights:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else weights
