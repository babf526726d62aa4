"""What a pattern is called: the words that set it apart, and a title from its most central flag."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

LONGEST_TITLE: Final = 80
WITHOUT_WORDS: Final = "Flags without words"

_WITHOUT_MEANING: Final = """
    a about after again all also although always am an and any are as asked asks at be because been before being
    both but by can cannot could did didn do does doesn doing don done down during each either else even ever every
    few for from further get gets give given gives go goes going got had has hasn have haven having he her here hers
    him his how however i if in instead into is isn it its itself just like ll made make makes many may me might
    mine more most much must my neither no nor not now of off on once one only or other our ours out over own please
    put re really s said same say says see seems she should shouldn since so some still such t than that the their
    theirs them then there these they this those though through to too under until up upon us use used using ve very
    want wants was wasn we were weren what when where whether which while who whom whose why will with within
    without won would wouldn yes yet you your yours
"""
_STOP_WORDS: Final = frozenset(_WITHOUT_MEANING.split())
# What redaction put there says nothing of the pattern.
_PLACEHOLDER: Final = re.compile(r"\[[\w -]{1,20}\]")
_WORD: Final = re.compile(r"[^\W\d_][\w’'-]*\w")


def _terms_of(text: str) -> Iterator[str]:
    """Its words, and pairs of words with at most such between them as say nothing."""
    words = [word for word in _WORD.findall(_PLACEHOLDER.sub(" ", text.lower())) if word not in _STOP_WORDS]
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words) if one != other)


def word_starts(text: str) -> Counter[str]:
    """Its words with a meaning, cut to six letters so that “deadline” and “deadlines” are one."""
    words = re.findall(r"[^\W_]{2,}", _PLACEHOLDER.sub(" ", text.lower()))
    return Counter(word[:6] for word in words if word not in _STOP_WORDS)


def terms(texts_of_pattern: Sequence[str], texts_of_others: Sequence[str], most: int = 3) -> list[str]:
    """At most `most` words or pairs of words that many of its texts have and few others (class TF-IDF)."""
    inside = Counter(term for text in texts_of_pattern for term in dict.fromkeys(_terms_of(text)))
    outside = Counter(term for text in texts_of_others for term in dict.fromkeys(_terms_of(text)))
    total = len(texts_of_pattern) + len(texts_of_others)
    weight = {term: count * math.log(1 + total / (count + outside[term])) for term, count in inside.items()}
    often = min(2, len(texts_of_pattern))
    found: list[str] = []
    # Of a word and a pair that are as telling, the pair says more; else the one that was read first stands first.
    for term in sorted(weight, key=lambda term: (-weight[term], -term.count(" "))):
        taken = {word for other in found for word in other.split()}
        if inside[term] >= often and not taken.intersection(term.split()):
            found.append(term)
        if len(found) == most:
            break
    return found


def title(terms: Sequence[str], central_text: str) -> str:
    """At most 80 characters, never empty: the first line with words of the most central flag, else the terms."""
    lines = (" ".join(line.split()) for line in central_text.splitlines())
    line = next((line for line in lines if re.search(r"\w", _PLACEHOLDER.sub("", line))), "")
    return _cut(line or ", ".join(terms)) or WITHOUT_WORDS


def _cut(text: str) -> str:
    """At a word's end, unless a single word is longer."""
    if len(text) <= LONGEST_TITLE:
        return text
    start = text[: LONGEST_TITLE - 1]
    whole = start if text[LONGEST_TITLE - 1] == " " else start.rpartition(" ")[0]
    return (whole or start).rstrip(" ,;:–-") + "…"
