"""What the pages of patterns show, each in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncDate

from feedback.models import Flag, Pattern, PatternDecision, Placement, Reply
from feedback.models.flag import FlagQuerySet
from feedback.models.reply import OWN, Step
from pilots.models import Pilot

TREND_DAYS: Final = 56
SAMPLES: Final = 5
BAR: Final = 40


@dataclass(frozen=True)
class Bar:
    """A day of the trend, in units of the picture: 10 wide, at most `BAR` high."""

    day: date
    flags: int
    x: int
    y: float
    height: float


@dataclass(frozen=True)
class Trend:
    bars: list[Bar]
    most: int
    # Where the fix took effect, in units of the picture.
    fixed_x: int | None
    days: list[tuple[date, int]]


def trend_of(pattern: Pattern, at: datetime) -> Trend:
    """Flags by day (UTC) over eight weeks."""
    today = at.astimezone(UTC).date()
    first = today - timedelta(days=TREND_DAYS - 1)
    since = datetime.combine(first, datetime.min.time(), UTC)
    rows = Flag.objects.filter(pattern=pattern, reported_at__gte=since)
    counted = dict(
        rows.annotate(day=TruncDate("reported_at", tzinfo=UTC)).values_list("day").annotate(flags=Count("pk"))
    )
    days = [(first + timedelta(days=n), counted.get(first + timedelta(days=n), 0)) for n in range(TREND_DAYS)]
    most = max([flags for _, flags in days] + [1])
    heights = [round(flags / most * BAR, 1) for _, flags in days]
    bars = [Bar(day, flags, n * 10, BAR - heights[n], heights[n]) for n, (day, flags) in enumerate(days)]
    fixed = (pattern.fixed_from.astimezone(UTC).date() - first).days if pattern.fixed_from else -1
    return Trend(bars, most, fixed * 10 if 0 <= fixed < TREND_DAYS else None, [day for day in days if day[1]])


@dataclass(frozen=True)
class Share:
    label: str
    flags: int


def shares_of(pattern: Pattern) -> list[tuple[str, list[Share]]]:
    """Its flags by use case, version and severity, the most frequent first."""
    flags = Flag.objects.filter(pattern=pattern)
    level = flags.annotate(level=Coalesce("assessed_severity", "severity"))
    return [
        ("Used for", _shares(flags, "use_case__name")),
        ("Version of the tool", _shares(flags, "tool_version")),
        ("Severity", _shares(level, "level")),
    ]


def _shares(flags: QuerySet[Flag, Any], by: str) -> list[Share]:
    rows = flags.order_by().values_list(by).annotate(flags=Count("pk")).order_by("-flags", by)
    return [Share(str(value) if value not in (None, "") else "Not stated", count) for value, count in rows[:8]]


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


def others_like(flag: Flag) -> int:
    """How many others flagged the same."""
    return max(flag.pattern.size - 1, 0) if flag.pattern else 0
