"""What the pages of patterns show, each in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from feedback.models import Attachment, Flag, Pattern, PatternDecision, Placement, Reply
from feedback.models.flag import FlagQuerySet
from feedback.models.reply import OWN, Step
from feedback.taxonomy import SEVERE, Category
from pilots.models import Pilot

SAMPLES: Final = 5
# Below, two patterns share hardly a word, and nobody would merge them.
ALIKE: Final = 0.15


def samples_of(pattern: Pattern) -> list[Flag]:
    """Those most like all its flags first, as far as a job has said so, then the newest."""
    close = Placement.objects.filter(pattern=pattern, similarity__isnull=False, flag__pattern=pattern)
    order = dict(close.order_by("similarity").values_list("flag_id", "similarity"))
    newest = list(
        Flag.objects.filter(pattern=pattern).order_by("-reported_at", "pk").values_list("pk", flat=True)[:200]
    )
    chosen = sorted(newest, key=lambda flag: order.get(flag) or -1.0, reverse=True)[:SAMPLES]
    found = Flag.objects.select_related("use_case").in_bulk(chosen)
    return [found[flag] for flag in chosen]


def why_there(flags: Sequence[Flag]) -> dict[UUID, Placement]:
    """By flag the move that put it where it is."""
    moves = Placement.objects.filter(flag__in=flags).select_related("placed_by").order_by("flag_id", "-pk")
    return {move.flag_id: move for move in moves.distinct("flag_id")}


def similar_to(pattern: Pattern) -> list[tuple[Pattern, float]]:
    close = {UUID(key): similarity for key, similarity in pattern.similar if similarity >= ALIKE}
    found = Pattern.objects.filter(pilot=pattern.pilot, pk__in=close).live()
    return sorted(((other, close[other.pk]) for other in found), key=lambda pair: -pair[1])


VERBS: Final = {
    "begun": ("began it", "new"),
    "confirmed": ("confirmed it", "confirmed"),
    "acknowledged": ("knows of it and watches it", "acknowledged"),
    "acted_on": ("decided what is done", "acting"),
    "fixed": ("declared it fixed", "fixed"),
    "declined": ("decided that nothing changes", "declined"),
    "carried": ("carries it by name", "carried"),
    "snoozed": ("set it aside", "snoozed"),
    "woken": ("brought it back from where it was set aside", "new"),
    "returned": ("saw that it came back", "regressed"),
    "return_taken_back": ("heard that it did not come back after all", "fixed"),
    "surged": ("saw it rise", "surging"),
    "renamed": ("renamed it", ""),
    "merged": ("merged it into another", "merged"),
    "unmerged": ("took its merge back", ""),
    "undone": ("took the last decision back", "withdrawn"),
}


def history_of(pattern: Pattern) -> list[dict[str, Any]]:
    """Decisions about it and merges into it, newest first."""
    decisions = PatternDecision.objects.filter(pattern=pattern).select_related("decided_by")[:50]
    events = [told(decision) for decision in decisions]
    into = PatternDecision.objects.filter(pattern__merged_into=pattern, verb="merged", undone_at__isnull=True)
    for merge in into.select_related("decided_by", "pattern")[:50]:
        who = merge.decided_by or "A job"
        events.append({"at": merge.decided_at, "sentence": f"{who} merged {merge.pattern} into it", "state": "merged"})
    events.append({"at": pattern.began_at, "sentence": "The pattern began", "state": "new"})
    return sorted(events, key=lambda event: event["at"], reverse=True)


def has_spoken_against(pattern: Pattern) -> bool:
    """Whether governance heard of it: a page of what it put in doubt has something to show."""
    verbs = set(PatternDecision.objects.filter(pattern=pattern).values_list("verb", flat=True))
    behind_it = not verbs.isdisjoint({"confirmed", "acknowledged"})
    return "returned" in verbs or (behind_it and (pattern.worst >= SEVERE or "surged" in verbs))


def told(decision: PatternDecision) -> dict[str, Any]:
    """An entry of a timeline."""
    words, state = VERBS.get(decision.verb, (decision.verb.replace("_", " "), ""))
    taken_back = " (taken back)" if decision.undone_at else ""
    return {
        "at": decision.decided_at,
        "sentence": f"{decision.decided_by or 'A job'} {words}{taken_back}",
        "detail": decision.text,
        "state": state,
    }


def unsorted_of(pilot: Pilot) -> int:
    return Flag.objects.filter(pilot=pilot, pattern__isnull=True, vector__isnull=False).count()


_LOOKS: Final = {
    Step.RECEIPT: "new",
    Step.TRIAGE: "assessed",
    Step.INTERIM: "paused",
    Step.DECISION: "closed",
    Step.LIVE: "fixed",
    Step.RETURN: "regressed",
}


def steps_told(replies: Iterable[Reply], *, with_names: bool) -> list[dict[str, Any]]:
    """What the reporter was told, newest first. Behind a private link people are their role."""
    return [
        {
            "at": reply.told_at,
            "sentence": reply.text,
            "detail": reply.words,
            "who": (str(reply.author) if with_names else f"the {reply.role}") if reply.author_id else "",
            "step": reply.get_step_display(),
            "state": _LOOKS[Step(reply.step)],
        }
        for reply in sorted(replies, key=lambda reply: reply.pk, reverse=True)
    ]


CHANGED, OPEN, DECLINED = 0, 1, 2


_CLOSED: Final = Q(state=Flag.State.CLOSED)
_GROUP: Final = Case(
    When(_CLOSED & Q(resolution=Flag.Resolution.FIXED), then=Value(CHANGED)),
    When(_CLOSED | Q(state=Flag.State.CARRIED), then=Value(DECLINED)),
    default=Value(OPEN),
    output_field=IntegerField(),
)


def counts_by_group(flags: FlagQuerySet) -> dict[int, int]:
    grouped: Any = flags.annotate(group=_GROUP).order_by()
    return dict(grouped.values_list("group").annotate(flags=Count("pk")))


def of_group(flags: FlagQuerySet, group: int, since: datetime | None) -> FlagQuerySet:
    """`is_news` (told since `since`, or ever) first, then what was answered or sent last."""
    news = Reply.objects.filter(flag=OuterRef("pk")).exclude(step__in=OWN)
    news = news.filter(told_at__gt=since) if since else news
    found: Any = flags.annotate(group=_GROUP, is_news=Exists(news))
    ordered: FlagQuerySet = found.filter(group=group).order_by(
        "-is_news", Coalesce("closed_at", "reported_at").desc(), "-reported_at", "pk"
    )
    return ordered


LOOSE: Final = 30


def loose_flags(pilot: Pilot) -> list[Flag]:
    """The newest flags that are in no pattern; those that nobody has answered first."""
    found = Flag.objects.filter(pilot=pilot, pattern__isnull=True, vector__isnull=False).select_related("use_case")
    return list(found.order_by(Case(When(state=Flag.State.CLOSED, then=1), default=0), "-reported_at", "pk")[:LOOSE])


def others_like(flag: Flag) -> int:
    """How many others flagged the same."""
    return max(flag.pattern.size - 1, 0) if flag.pattern else 0


def with_addresses(flag: Flag, name: str, *way: str) -> list[Attachment]:
    """Its files, each with the `url` at which this reader gets it."""
    found = list(flag.attachments.all())
    for file in found:
        file.url = reverse(name, args=[*way, file.pk])  # type: ignore[attr-defined]
    return found


# A list of categories that does not fit shows in “something else” (domain design, categories).
MONTH: Final = timedelta(days=30)
MOST_OTHER: Final = 0.1
# Of fewer flags a share says nothing.
LEAST_FLAGS: Final = 10


@dataclass(frozen=True)
class Unlabelled:
    """Flags of the last 30 days whose reporters found no fitting kind, and how many of these wait for a label."""

    flags: int
    other: int
    waiting: int

    @property
    def is_too_many(self) -> bool:
        return self.flags >= LEAST_FLAGS and self.other > MOST_OTHER * self.flags

    @property
    def percent(self) -> int:
        return round(100 * self.other / self.flags) if self.flags else 0


def unlabelled_of(pilot: Pilot, at: datetime) -> Unlabelled:
    other = Q(categories__contains=[Category.OTHER])
    row = Flag.objects.filter(pilot=pilot, reported_at__gt=at - MONTH).aggregate(
        flags=Count("pk"),
        other=Count("pk", filter=other),
        waiting=Count("pk", filter=other & Q(assessed_categories__isnull=True)),
    )
    return Unlabelled(**row)
