"""Readiness: every gate with what blocks it, since when and who can clear it. Findings as stored, and no score.

The same number of queries for ten pilots or a thousand: counters on the gates, limited lists, one query for the people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import JSONObject, RowNumber
from django.db.models.lookups import IsNull

from governance import findings as found
from governance.models import Acknowledgement, Finding, Gate, SignOffRequest
from governance.reports.clearers import Clearers, clearers_of
from governance.reports.dated import Narrowed
from pilots.models import Phase, Pilot

# How a gate stands, and in which order a leader reads it.
STANDINGS: Final = {
    "lapsed_since_passing": "Lapsed since passing",
    "blocked": "Blocked by a rule",
    "waiting": "Waiting for a person",
    "stale": "Being worked out",
    "ready": "Ready to sign off",
}
WAITING: Final = [reason.value for reason in found.WAITING]
FIRST: Final = 3


@dataclass(frozen=True)
class Seen:
    """One leader has acknowledged a finding as it stands."""

    user_id: UUID
    name: str
    at: datetime
    comment: str


@dataclass(frozen=True)
class FindingRow:
    id: UUID
    rule: str
    detail: str
    state: str
    not_measured: bool
    who: str
    since: datetime
    version: str
    seen: tuple[Seen, ...]

    @property
    def seen_ids(self) -> frozenset[UUID]:
        return frozenset(seen.user_id for seen in self.seen)


@dataclass(frozen=True)
class GateRow:
    gate: Any
    state: str
    open_count: int
    oldest: datetime | None
    findings: tuple[FindingRow, ...]

    @property
    def more(self) -> int:
        return max(self.open_count - len(self.findings), 0)

    @property
    def word(self) -> str | None:
        return "Waiting for signatures" if self.state == "waiting" and not self.open_count else None


def gates(at: datetime, narrowed: Narrowed) -> QuerySet[Any]:
    """The gate that each pilot stands before, and those that lapsed since they were passed, with their `standing`."""
    current = Phase.objects.filter(pilot=OuterRef("pilot"), kind=OuterRef("phase"), state=Phase.State.CURRENT)
    found = narrowed.of(Gate.objects.filter(Q(state=Gate.State.OPEN) | Q(lapsed_open__gt=0)), phase="phase")
    found = found.filter(Q(state=Gate.State.PASSED) | Exists(current))
    open_ones = Finding.objects.filter(
        pilot=OuterRef("pilot"), gate=OuterRef("pk"), state=Finding.State.OPEN, blocking=True
    )
    undone = open_ones.exclude(reason__in=WAITING).order_by().values("pk")[:1]
    asked = SignOffRequest.objects.filter(gate=OuterRef("pk"), state=SignOffRequest.State.OPEN, expires_at__gt=at)
    return found.annotate(
        standing=Case(
            When(state=Gate.State.PASSED, then=Value("lapsed_since_passing")),
            # Not EXISTS: for that PostgreSQL reads every finding there is, here the few of each gate by their index.
            When(IsNull(Subquery(undone), False), then=Value("blocked")),
            When(open_blocking__gt=0, then=Value("waiting")),
            # The sweep has still to look at it: time has opened something.
            When(Q(evaluated_at=None) | Q(next_change_at__lte=at), then=Value("stale")),
            When(Exists(asked), then=Value("waiting")),
            default=Value("ready"),
            output_field=CharField(),
        )
    )


def oldest_first(found: QuerySet[Any]) -> QuerySet[Any]:
    """What has stood open longest first; then what nothing blocks, and last the pilots that are paused."""
    open_ones = Finding.objects.filter(
        pilot=OuterRef("pilot"), gate=OuterRef("pk"), state=Finding.State.OPEN, blocking=True
    )
    oldest = open_ones.order_by().values("gate").annotate(first=Min("since")).values("first")
    rests = Case(When(pilot__state=Pilot.State.PAUSED, then=Value(1)), default=Value(0))
    return found.annotate(oldest=Subquery(oldest), rests=rests).order_by(
        "rests", F("oldest").asc(nulls_last=True), "pilot__name", "phase", "stage"
    )


def standing_counts(at: datetime, narrowed: Narrowed) -> dict[str, int]:
    """How many gates stand how, and how many there are."""
    rows = gates(at, narrowed).order_by().values("standing").annotate(n=Count("pk")).values_list("standing", "n")
    found = dict.fromkeys(STANDINGS, 0) | dict(rows)
    return found | {"gates": sum(found.values())}


def gate_rows(found: Sequence[Any], at: datetime) -> list[GateRow]:
    """A page of gates that `oldest_first(gates(…))` gave, each with its first findings: two queries."""
    first = _first_findings([gate.pk for gate in found])
    people = clearers_of(first, at)
    running = {gate.pk: gate.pilot.state == Pilot.State.RUNNING for gate in found}
    by_gate: dict[UUID, list[FindingRow]] = {}
    for finding in first:
        asks = running.get(finding.gate_id, True)
        by_gate.setdefault(finding.gate_id, []).append(finding_row(finding, people, asks=asks))
    return [
        GateRow(
            gate=gate,
            state=gate.standing,
            open_count=gate.lapsed_open if gate.state == Gate.State.PASSED else gate.open_blocking,
            oldest=gate.oldest,
            findings=tuple(by_gate.get(gate.pk, ())),
        )
        for gate in found
    ]


def _first_findings(gate_ids: Sequence[UUID]) -> list[Finding]:
    """Those that have stood open longest, a few of each gate, with who acknowledged them."""
    number = Window(RowNumber(), partition_by="gate_id", order_by=["since", "text"])
    rows = Finding.objects.filter(gate__in=gate_ids, state=Finding.State.OPEN, blocking=True)
    return list(with_seen(rows.annotate(number=number).filter(number__lte=FIRST)).order_by("since", "text"))


def with_seen(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Who acknowledged each as it stands now; what they saw before it changed does not count."""
    seen = Acknowledgement.objects.filter(finding=OuterRef("pk"), version=OuterRef("version"))
    row = JSONObject(
        user_id="acknowledged_by_id", name="acknowledged_by__name", at="acknowledged_at", comment="comment"
    )
    return findings.annotate(seen=ArraySubquery(seen.order_by("acknowledged_at").values(row=row)))


def finding_row(finding: Any, people: Clearers, *, asks: bool = True) -> FindingRow:
    """In a pilot that is paused nobody is asked."""
    return FindingRow(
        id=finding.pk,
        rule=finding.text,
        detail=finding.detail,
        state=_STATES.get(finding.reason, "blocked"),
        not_measured=finding.not_measured,
        who=people.who(finding) if asks else "",
        since=finding.since,
        version=finding.version,
        seen=tuple(
            Seen(UUID(row["user_id"]), row["name"], datetime.fromisoformat(row["at"]), row["comment"])
            for row in finding.seen
        ),
    )


_STATES: Final = {
    "met": "met",
    "waived": "waived",
    "proposed": "waiting",
    "unaccepted": "waiting",
    "lapsed": "lapsed",
    "in_doubt": "in_doubt",
    "returned": "returned",
    "missed": "overdue",
}
