"""Open patterns that read like what somebody is typing, by their words alone (docs/decisions): the model that groups
flags takes more memory than the web has to spare, and a list of three to choose from need not be as sure as a job."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from feedback.access import patterns_offered
from feedback.actions.corpus import text_of
from feedback.grouping.embedding import Words
from feedback.grouping.vectors import centred, common_part
from feedback.models import Flag, Pattern
from feedback.redaction import clean
from pilots.models import Pilot, User

# Measured on two public sets (docs/decisions): what it is like is among the three for two texts of three.
ENOUGH: Final = 0.2
MOST_SHOWN: Final = 3
# A shorter text is like everything.
SHORTEST: Final = 12
MOST_PATTERNS: Final = 60
FLAGS_READ: Final = 5
KEPT_SECONDS: Final = 60
_WORDS: Final = Words()


@dataclass(frozen=True)
class Similar:
    number: int
    title: str
    # How many flagged it already.
    flags: int


@dataclass(frozen=True)
class _Offered:
    """Of one pilot, for who is signed in or is not: each pattern's mean vector, and what all texts have in common."""

    patterns: list[Similar]
    means: Any
    common: Any


def similar_to_text(user: User | AnonymousUser, pilot: Pilot, text: str) -> list[Similar]:
    """At most three, the most similar first."""
    text = clean(text)
    if len(text) < SHORTEST:
        return []
    key = f"similar:{pilot.pk}:{'signed-in' if user.is_authenticated else 'anybody'}"
    offered: _Offered | None = cache.get(key)
    if offered is None:
        offered = _read(user, pilot)
        cache.set(key, offered, KEPT_SECONDS)
    if not offered.patterns:
        return []
    close = offered.means @ centred(_WORDS([text]), offered.common)[0]
    order = np.argsort(-close)[:MOST_SHOWN]
    return [offered.patterns[row] for row in order if close[row] >= ENOUGH]


def _read(user: User | AnonymousUser, pilot: Pilot) -> _Offered:
    patterns = list(
        patterns_offered(user, pilot).order_by(F("last_at").desc(nulls_last=True), "number")[:MOST_PATTERNS]
    )
    texts = _texts_of(patterns)
    vectors = _WORDS([text for _, text in texts]) if texts else np.zeros((0, 384), np.float32)
    common = common_part(vectors)
    rows, owner = centred(vectors, common), np.array([pattern for pattern, _ in texts])
    means = np.stack([rows[owner == pattern.number].mean(axis=0) for pattern in patterns]) if patterns else rows
    return _Offered([Similar(one.number, one.title, one.size) for one in patterns], means, common)


def _texts_of(patterns: list[Pattern]) -> list[tuple[int, str]]:
    """By number: the title with its terms, and the newest of its flags."""
    newest = Window(RowNumber(), partition_by=F("pattern_id"), order_by=F("reported_at").desc())
    flags = Flag.objects.filter(pattern__in=patterns).annotate(turn=newest).filter(turn__lte=FLAGS_READ)
    named = [(pattern.number, " ".join([pattern.title, *pattern.terms])) for pattern in patterns]
    return named + [(flag.pattern.number, text_of(flag)) for flag in flags.select_related("pattern") if flag.pattern]
