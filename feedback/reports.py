"""What the pages of patterns show, each in a fixed number of queries."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, When

from feedback.models import Flag, Pattern, PatternDecision, Placement
from pilots.models import Pilot

SAMPLES: Final = 5


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
    close = {UUID(key): similarity for key, similarity in pattern.similar}
    found = Pattern.objects.filter(pilot=pattern.pilot, pk__in=close).live()
    return sorted(((other, close[other.pk]) for other in found), key=lambda pair: -pair[1])


VERBS: Final = {
    "begun": ("began it", "new"),
    "confirmed": ("confirmed it", "confirmed"),
    "acknowledged": ("knows of it and watches it", "acknowledged"),
    "acted_on": ("decided what is done", "acting"),
    "fixed": ("declared it fixed", "fixed"),
    "declined": ("decided that nothing changes", "declined"),
    "snoozed": ("set it aside", "snoozed"),
    "woken": ("brought it back from where it was set aside", "new"),
    "returned": ("saw that it came back", "regressed"),
    "surged": ("saw it rise", "surging"),
    "renamed": ("renamed it", ""),
    "merged": ("merged it into another", "merged"),
    "unmerged": ("took its merge back", ""),
    "undone": ("took the last decision back", "withdrawn"),
}


def history_of(pattern: Pattern) -> list[dict[str, Any]]:
    """Decisions about it and merges into it, newest first."""
    decisions = PatternDecision.objects.filter(pattern=pattern).select_related("decided_by")[:50]
    events = [_event(decision) for decision in decisions]
    into = PatternDecision.objects.filter(pattern__merged_into=pattern, verb="merged", undone_at__isnull=True)
    for merge in into.select_related("decided_by", "pattern")[:50]:
        who = merge.decided_by or "A job"
        events.append({"at": merge.decided_at, "sentence": f"{who} merged {merge.pattern} into it", "state": "merged"})
    events.append({"at": pattern.began_at, "sentence": "The pattern began", "state": "new"})
    return sorted(events, key=lambda event: event["at"], reverse=True)


def _event(decision: PatternDecision) -> dict[str, Any]:
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


LOOSE: Final = 30


def loose_flags(pilot: Pilot) -> list[Flag]:
    """The newest flags that are in no pattern; those that nobody has answered first."""
    found = Flag.objects.filter(pilot=pilot, pattern__isnull=True, vector__isnull=False).select_related("use_case")
    return list(found.order_by(Case(When(state=Flag.State.CLOSED, then=1), default=0), "-reported_at", "pk")[:LOOSE])


def others_like(flag: Flag) -> int:
    """How many others flagged the same."""
    return max(flag.pattern.size - 1, 0) if flag.pattern else 0
