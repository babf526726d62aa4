"""The portfolio: where each pilot stands and who moves it next, in as many queries for ten pilots as for a thousand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from feedback.summaries.flags import flag_counts
from governance.clearing import step_of
from governance.models import Finding, Gate, SignOffRequest
from governance.reports.clearers import Clearers, clearers_of
from governance.reports.waited_for import SIGNING, waiting_of
from pilots.models import PHASES, Membership, Phase, PhaseKind, Pilot
from pilots.permissions import Role

# What a pilot's present gate looks like from outside, most urgent first.
STATES = {
    "lapsed": "Lapsed since passing",
    "waiting": "Waiting for decisions",
    "ready": "Ready for sign-off",
    "blocked": "Blocked",
    "paused": "Paused",
    "ended": "Ended",
}


@dataclass(frozen=True)
class Row:
    pilot: Pilot
    state: str
    phases: list[dict[str, str]]
    phase_words: str
    open_blocking: int
    next_step: str
    next_detail: str
    next_who: str
    days_in_phase: int
    flags: int
    severe_flags: int
    program_manager: str

    @property
    def state_words(self) -> str:
        if self.state == "blocked":
            return f"Blocked: {self.open_blocking} open"
        return STATES[self.state]


def standing(pilots: QuerySet[Pilot]) -> QuerySet[Any]:
    """Each pilot with the state of its present gate (`standing`), from the counters that triggers keep."""
    current = Phase.objects.filter(pilot=OuterRef("pk"), state=Phase.State.CURRENT)
    gate = Gate.objects.filter(
        pilot=OuterRef("pk"), state=Gate.State.OPEN, phase=Subquery(_current_phase(OuterRef("pilot_id")))
    ).order_by("stage")
    lapsed = Gate.objects.filter(pilot=OuterRef("pk")).order_by().values("pilot").annotate(n=Sum("lapsed_open"))
    asked = SignOffRequest.objects.filter(pilot=OuterRef("pk"), state=SignOffRequest.State.OPEN)
    return pilots.annotate(
        phase=Subquery(current.values("kind")[:1]),
        phase_entered=Subquery(current.values("entered_at")[:1]),
        gate_id=Subquery(gate.values("pk")[:1]),
        open_blocking=Coalesce(Subquery(gate.values("open_blocking")[:1]), 0),
        lapsed=Coalesce(Subquery(lapsed.values("n"), output_field=IntegerField()), 0),
        asked=Exists(asked),
    ).annotate(
        standing=Case(
            When(state=Pilot.State.ENDED, then=Value("ended")),
            When(state=Pilot.State.PAUSED, then=Value("paused")),
            When(lapsed__gt=0, then=Value("lapsed")),
            When(asked=True, then=Value("waiting")),
            When(open_blocking=0, then=Value("ready")),
            default=Value("blocked"),
            output_field=CharField(),
        )
    )


def _current_phase(pilot_id: Any) -> QuerySet[Any]:
    return Phase.objects.filter(pilot_id=pilot_id, state=Phase.State.CURRENT).values("kind")[:1]


def narrowed(pilots: QuerySet[Any], *, words: str = "", phase: str = "", state: str = "") -> QuerySet[Any]:
    """The portfolio's filters, over what `standing` gives."""
    if words:
        matches = Q(name__icontains=words) | Q(tool__icontains=words) | Q(supplier__icontains=words)
        pilots = pilots.filter(matches)
    if phase:
        pilots = pilots.filter(phase=phase)
    return pilots.filter(standing=state) if state else pilots


def counts(pilots: QuerySet[Any]) -> dict[str, int]:
    """How many pilots stand where, and `all`, in one query."""
    figures = {state: Count("pk", filter=Q(standing=state)) for state in STATES}
    return pilots.order_by().aggregate(all=Count("pk"), **figures)


def rows(pilots: QuerySet[Any], at: datetime) -> list[Row]:
    """One row for each pilot of a page that `standing` gave."""
    manager = Membership.objects.filter(pilot=OuterRef("pk"), role=Role.PROGRAM_MANAGER).order_by("added_at")
    found = list(
        pilots.annotate(
            phase_states=Subquery(
                Phase.objects.filter(pilot=OuterRef("pk"))
                .order_by()
                .values("pilot")
                .annotate(states=ArrayAgg("state", order_by="position"))
                .values("states")
            ),
            manager=Coalesce(Subquery(manager.values("user__name")[:1]), Value("")),
        )
    )
    first = _first_findings([pilot.gate_id for pilot in found if pilot.gate_id])
    asked = [pilot.pk for pilot in found if pilot.standing == "waiting"]
    people = clearers_of(first.values(), at, also=asked, having=SIGNING)
    signers = _signers(asked, people)
    flags = flag_counts(pilot.pk for pilot in found)
    return [
        _row(pilot, _next(pilot, first.get(pilot.gate_id), people, signers), flags.get(pilot.pk), at) for pilot in found
    ]


def _signers(pilots: Sequence[UUID], people: Clearers) -> dict[UUID, str]:
    """Whom the open request of each pilot waits for."""
    requests = list(SignOffRequest.objects.filter(pilot__in=pilots, state=SignOffRequest.State.OPEN).defer("manifest"))
    waiting = waiting_of(requests, people)
    return {request.pilot_id: waiting[request.pk].words for request in requests}


def _first_findings(gates: Sequence[UUID]) -> dict[UUID, Finding]:
    """The open blocking finding that has stood longest, for each gate."""
    rows = Finding.objects.filter(gate__in=gates, state=Finding.State.OPEN, blocking=True)
    rows = rows.order_by("gate_id", "since", "code", "text", "subject").distinct("gate_id")
    return {finding.gate_id: finding for finding in rows}


def _row(pilot: Any, following: tuple[str, str, str], flags: Any, at: datetime) -> Row:
    step, detail, who = following
    until = pilot.ended_at or pilot.paused_at or at
    return Row(
        pilot=pilot,
        state=pilot.standing,
        phases=[{"state": _mark(state, pilot.standing)} for state in pilot.phase_states or []],
        phase_words=_phase_words(pilot),
        open_blocking=pilot.open_blocking,
        next_step=step,
        next_detail=detail,
        next_who=who,
        days_in_phase=max((until - pilot.phase_entered).days, 0) if pilot.phase_entered else 0,
        flags=flags.pending if flags else 0,
        severe_flags=flags.severe if flags else 0,
        program_manager=pilot.manager,
    )


def _mark(state: str, standing: str) -> str:
    return standing if state == Phase.State.CURRENT and standing in ("blocked", "waiting", "ready") else state


def _phase_words(pilot: Any) -> str:
    if not pilot.phase:
        return "No phase"
    kind = PhaseKind(pilot.phase)
    return f"{kind.position} of {len(PHASES)} · {kind.label}"


def _next(pilot: Any, first: Finding | None, people: Clearers, signers: dict[UUID, str]) -> tuple[str, str, str]:
    """What to do, about what, and who does it."""
    if pilot.standing == "ended":
        return pilot.get_outcome_display(), "", ""
    if pilot.standing == "paused":
        return "Resume or end it", pilot.pause_reason, pilot.manager
    if pilot.standing == "waiting":
        return "Decide on the sign-off", "", signers.get(pilot.pk, "")
    if pilot.standing == "lapsed":
        no_longer = "1 check no longer holds" if pilot.lapsed == 1 else f"{pilot.lapsed} checks no longer hold"
        return "Renew what lapsed since passing", no_longer, pilot.manager
    if first is not None:
        return (*step_of(first), people.who(first))
    return "Ask for sign-off", "", pilot.manager


def order(pilots: QuerySet[Any]) -> QuerySet[Any]:
    """Ended ones last, then by name."""
    return pilots.annotate(over=Case(When(state=Pilot.State.ENDED, then=Value(1)), default=Value(0))).order_by(
        F("over"), "name", "slug"
    )
