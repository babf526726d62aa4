"""Open patterns that read like what somebody is typing, by their words alone: the model that groups flags takes more
memory than the web has to spare (docs/decisions), and three to choose from need not be as sure as a job."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from feedback.access import patterns_offered
from feedback.actions.corpus import text_of
from feedback.grouping.likeness import Likeness, learn, nearest
from feedback.models import Flag, Pattern
from feedback.redaction import clean
from feedback.suppression import enough
from pilots.models import Pilot, User

ENOUGH: Final = 0.2
MOST_SHOWN: Final = 3
# A shorter text is like everything.
SHORTEST: Final = 12
MOST_PATTERNS: Final = 60
FLAGS_READ: Final = 5
KEPT_SECONDS: Final = 60


@dataclass(frozen=True)
class Similar:
    number: int
    title: str
    # How many flagged it already; None: fewer than ten people, and whoever asks is not signed in.
    flags: int | None


@dataclass(frozen=True)
class _Offered:
    """Of one pilot, for who is signed in or for anybody."""

    patterns: list[Similar]
    likeness: Likeness


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
    return [offered.patterns[row] for row in nearest(offered.likeness, text, most=MOST_SHOWN, enough=ENOUGH)]


def _read(user: User | AnonymousUser, pilot: Pilot) -> _Offered:
    """The titles with their terms, and the newest flags of each."""
    offered = patterns_offered(user, pilot).order_by(F("last_at").desc(nulls_last=True), "number")
    patterns = list(offered[:MOST_PATTERNS])
    texts: dict[UUID | None, list[str]] = defaultdict(list)
    for flag in _newest_flags(patterns):
        texts[flag.pattern_id].append(text_of(flag))
    groups = [[" ".join([pattern.title, *pattern.terms]), *texts[pattern.pk]] for pattern in patterns]
    rows = [Similar(one.number, one.title, one.size if _may_count(user, one) else None) for one in patterns]
    return _Offered(rows, learn(groups))


def _may_count(user: User | AnonymousUser, pattern: Pattern) -> bool:
    """What the published page does not count for everybody, the form counts for nobody who only passes by."""
    return user.is_authenticated or enough(pattern.reporters)


def _newest_flags(patterns: list[Pattern]) -> list[Flag]:
    newest = Window(RowNumber(), partition_by=F("pattern_id"), order_by=F("reported_at").desc())
    return list(Flag.objects.filter(pattern__in=patterns).annotate(turn=newest).filter(turn__lte=FLAGS_READ))
