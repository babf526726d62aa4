"""What has a date in any pilot: waivers, conditions, answers, requests, skipped phases, what was not measured.

All kinds are rows of one shape, so that a page takes the first few of each in one query.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, CharField, Count, DateTimeField, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import Cast, Coalesce, Concat

from governance.models import Condition, Finding, Gate, Item, SignOffRequest, Waiver
from pilots.models import Phase, PhaseKind, Pilot

AHEAD: Final = timedelta(days=30)


@dataclass(frozen=True)
class Dated:
    """One row. `until` is when it ends by itself, if it does; `since` is how long it has stood."""

    kind: str
    id: UUID
    slug: str
    pilot: str
    phase: str
    stage: int
    about: str
    text: str
    person: str
    since: datetime
    until: datetime | None
    is_demo: bool

    @property
    def key(self) -> str:
        """The gate's name in addresses."""
        return f"{self.phase}-{self.stage}" if self.stage else self.phase

    @property
    def phase_label(self) -> str:
        return PhaseKind(self.phase).label


@dataclass(frozen=True)
class Narrowed:
    """Only pilots whose name has these words, only this phase; empty for all."""

    words: str = ""
    phase: str = ""

    def of(self, rows: QuerySet[Any], *, phase: str, pilot: str = "pilot") -> QuerySet[Any]:
        rows = rows.exclude(**{f"{pilot}__state": Pilot.State.ENDED})
        if self.words:
            rows = rows.filter(**{f"{pilot}__name__icontains": self.words})
        return rows.filter(**{phase: self.phase}) if self.phase else rows


_COLUMNS: Final = (
    "which",
    "row",
    "slug",
    "in_pilot",
    "in_phase",
    "in_stage",
    "about",
    "words",
    "who",
    "from_",
    "to",
    "made_up",
)
_NEVER: Final = Value(None, DateTimeField())
_NOBODY: Final = Value("", CharField())


def _question(item: str = "") -> Case:
    """Its code, and the workflow that it is asked for: two rows of one question are told apart by it."""
    whole = Concat(F(f"{item}code"), Value(" · "), F(f"{item}workflow__name"))
    return Case(When(**{f"{item}workflow": None}, then=F(f"{item}code")), default=whole, output_field=CharField())


def waived(at: datetime, narrowed: Narrowed) -> QuerySet[Any]:
    """Waivers in force, the one that has stood longest first."""
    rows = narrowed.of(Waiver.objects.active(at), phase="item__phase")
    return _rows(
        rows,
        "waived",
        phase=F("item__phase"),
        about=_question("item__"),
        words=F("reason"),
        who=F("decided_by__name"),
        since=F("decided_at"),
        until=F("ends_at"),
    ).order_by("from_")


def conditions(at: datetime, narrowed: Narrowed) -> QuerySet[Any]:
    """Of gates that are passed, not met yet; the one due first (or longest ago) first."""
    rows = Condition.objects.filter(met_at=None, withdrawn_at=None, gate__state=Gate.State.PASSED)
    return _rows(
        narrowed.of(rows, phase="gate__phase"),
        "conditions",
        phase=F("gate__phase"),
        stage=F("gate__stage"),
        about=_NOBODY,
        words=F("text"),
        who=F("owner__name"),
        since=F("added_at"),
        until=Cast("due_on", DateTimeField()),
    ).order_by("to")


def answers(at: datetime, narrowed: Narrowed) -> QuerySet[Any]:
    """Accepted answers that lapse within 30 days."""
    rows = Item.objects.lapsing_before(at + AHEAD).filter(answer__valid_until__gt=at)
    return _rows(
        narrowed.of(rows, phase="phase"),
        "answers",
        phase=F("phase"),
        about=_question(),
        words=F("question__question"),
        who=Coalesce(F("owner__name"), _NOBODY),
        since=F("answer__decided_at"),
        until=F("answer__valid_until"),
    ).order_by("to")


def requests(at: datetime, narrowed: Narrowed) -> QuerySet[Any]:
    """Sign-off that is asked and waits for decisions."""
    rows = SignOffRequest.objects.filter(state=SignOffRequest.State.OPEN, expires_at__gt=at)
    return _rows(
        narrowed.of(rows, phase="gate__phase"),
        "requests",
        phase=F("gate__phase"),
        stage=F("gate__stage"),
        about=_NOBODY,
        words=F("comment"),
        who=F("asked_by__name"),
        since=F("asked_at"),
        until=F("expires_at"),
    ).order_by("to")


def skipped(at: datetime, narrowed: Narrowed) -> QuerySet[Any]:
    rows = Phase.objects.filter(state=Phase.State.SKIPPED)
    return _rows(
        narrowed.of(rows, phase="kind"),
        "skipped",
        phase=F("kind"),
        about=_NOBODY,
        words=F("skip_reason"),
        who=F("skipped_by__name"),
        since=F("skipped_at"),
        until=_NEVER,
    ).order_by("-from_")


def not_measured(at: datetime, narrowed: Narrowed) -> QuerySet[Any]:
    """Questions answered with “not measured”, the longest known first."""
    rows = Finding.objects.filter(not_measured=True, gate__stage__lte=1)
    return _rows(
        narrowed.of(rows, phase="gate__phase"),
        "not_measured",
        phase=F("gate__phase"),
        stage=F("gate__stage"),
        about=_NOBODY,
        words=F("text"),
        who=_NOBODY,
        since=F("since"),
        until=_NEVER,
    ).order_by("from_")


def runs_out(at: datetime, narrowed: Narrowed) -> QuerySet[Any]:
    """Whatever ends by time alone within 30 days, the nearest first."""
    soon = Q(to__gt=at, to__lte=at + AHEAD)
    branches = [branch(at, narrowed).filter(soon).order_by() for branch in (waived, conditions, requests)]
    return answers(at, narrowed).order_by().union(*branches, all=True).order_by("to")


KINDS: Final[Mapping[str, Callable[[datetime, Narrowed], QuerySet[Any]]]] = {
    "waived": waived,
    "conditions": conditions,
    "runs_out": runs_out,
    "not_measured": not_measured,
    "skipped": skipped,
}
_SINGLE: Final = (waived, conditions, answers, requests, skipped, not_measured)
_ENDING: Final = ("waived", "conditions", "answers", "requests")


def _rows(
    rows: QuerySet[Any],
    kind: str,
    *,
    phase: Any,
    about: Any,
    words: Any,
    who: Any,
    since: Any,
    until: Any,
    stage: Any = Value(0, IntegerField()),  # noqa: B008  an expression is never changed
) -> QuerySet[Any]:
    values = (Value(kind, CharField()), F("pk"), F("pilot__slug"), F("pilot__name"), phase, stage)
    columns = dict(zip(_COLUMNS, (*values, about, words, who, since, until, F("pilot__is_demo")), strict=True))
    return rows.order_by().annotate(**columns).values_list(*_COLUMNS)


def read(rows: Iterable[tuple[Any, ...]]) -> list[Dated]:
    return [Dated(*row) for row in rows]


@dataclass(frozen=True)
class Overview:
    """The first few of every kind, and how many there are of each; `missed` conditions are past their day."""

    first: dict[str, list[Dated]]
    counts: dict[str, int]


def overview(at: datetime, narrowed: Narrowed, most: int) -> Overview:
    """In one query; `runs_out` is put together from the kinds that end."""
    # Waivers are listed by how long they have stood, and end in another order.
    ending = waived(at, narrowed).order_by("to")
    branches = [_counted(rows, at)[:most] for rows in (ending, *(kind(at, narrowed) for kind in _SINGLE))]
    found: dict[str, dict[UUID, Dated]] = {}
    counts = dict.fromkeys((*KINDS, "missed"), 0)
    ends = dict.fromkeys(_ENDING, 0)
    for *columns, total, soon, missed in branches[0].union(*branches[1:], all=True):
        row = Dated(*columns)
        found.setdefault(row.kind, {})[row.id] = row
        counts |= {row.kind: total} | ({"missed": missed} if row.kind == "conditions" else {})
        ends[row.kind] = soon
    lists = {kind: list(rows.values()) for kind, rows in found.items()}
    dated = [row for kind in _ENDING for row in lists.get(kind, [])]
    in_time = [row for row in dated if row.until and at < row.until <= at + AHEAD]
    lists["waived"] = sorted(lists.get("waived", []), key=lambda row: row.since)[:most]
    lists["runs_out"] = sorted(in_time, key=lambda row: row.until or at)[:most]
    return Overview(lists, counts | {"runs_out": sum(ends[kind] for kind in _ENDING)})


def _counted(rows: QuerySet[Any], at: datetime) -> QuerySet[Any]:
    """Each row with how many there are in all, how many of them end soon, and how many are past their day."""
    soon, past = Q(to__gt=at, to__lte=at + AHEAD), Q(to__lt=at.replace(hour=0, minute=0, second=0, microsecond=0))
    return rows.annotate(
        total=Window(Count("pk")), soon=Window(Count("pk", filter=soon)), missed=Window(Count("pk", filter=past))
    )
