"""What the page of a running stage shows: its monitors, and its life. Nothing about fewer than ten people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser

from pilots.access import can
from pilots.actions.running import may_stop
from pilots.models import Criterion, Look, Stage, StageEvent, User
from pilots.monitors import counted_from
from pilots.permissions import Permission
from pilots.stages import guardrail_of
from pilots.stats.stages import Call, State
from pilots.stats.stages.guardrails import LEAST_USERS

# Keys of the interface's states.
LOOKS: Final = {
    State.UNMEASURED: "not_measured",
    State.TOO_FEW: "too_few",
    State.BROKEN: "guardrail_broken",
    State.OPEN: "guardrail_open",
    State.QUIET: "guardrail_quiet",
    State.KEPT: "guardrail_kept",
}
# The finding of a look, as a heading.
HEADINGS: Final = {
    Call.HALT: "Halted: it waits for a person’s decision",
    Call.EXPAND: "Satisfactory: it may be widened",
    Call.HOLD: "It goes on, and is not clear yet",
    Call.INCONCLUSIVE: "Its days are over, and it is not clear: that is not satisfactory",
}
_PURPOSES: Final = {
    Criterion.Purpose.PAUSE: "Paused",
    Criterion.Purpose.STEP_BACK: "Stepped back",
    Criterion.Purpose.SATISFACTORY: "Satisfactory",
}
_WORSE: Final = {Criterion.Side.FLOOR: "below", Criterion.Side.CAP: "above"}
_BETTER: Final = {Criterion.Side.FLOOR: "above", Criterion.Side.CAP: "below"}


@dataclass(frozen=True)
class Tile:
    """One criterion as it was read. `between` is empty where nothing can be said."""

    label: str
    rule: str
    look: str
    between: str
    n: str
    meaning: str


@dataclass(frozen=True)
class Monitors:
    look: Look | None
    heading: str
    tiles: tuple[Tile, ...]
    since: date | None

    @property
    def state(self) -> str:
        return f"call_{self.look.call}" if self.look else "not_measured"


def running_context(user: User | AnonymousUser, stage: Stage) -> dict[str, Any]:
    """For `pilots/_stage_monitors.html` and `pilots/_stage_events.html`."""
    return {
        "stage": stage,
        "monitors": monitors_of(stage),
        "events": events_of(stage),
        "may_stop": isinstance(user, User) and stage.is_running and may_stop(user, stage.pilot),
        "may_resume": stage.is_running and can(user, Permission.DECIDE_PILOT, stage.pilot),
    }


def monitors_of(stage: Stage) -> Monitors:
    """As the last look said, or before it what will be looked at."""
    look = Look.objects.filter(stage=stage).first()
    since = counted_from(stage) if look else None
    criteria = {(one.metric, one.purpose): one for one in stage.criteria.all()}
    read = {(row["metric"], row["purpose"]): row for row in look.readings} if look else {}
    tiles = tuple(_tile(criterion, read.get(key)) for key, criterion in criteria.items() if not _is_habit(criterion))
    return Monitors(look, _heading(stage, look), tiles, since)


def _heading(stage: Stage, look: Look | None) -> str:
    if look is None:
        return "Nothing has been looked at yet"
    if look.call == Call.HALT and stage.halted_at is None:
        return "It was halted, and a person has decided since"
    return HEADINGS[Call(look.call)]


def events_of(stage: Stage) -> list[dict[str, Any]]:
    rows: Iterable[StageEvent] = StageEvent.objects.filter(stage=stage).select_related("by")
    return [
        {
            "at": event.at,
            "sentence": f"{event.get_kind_display()}{f' by {event.by.name}' if event.by else ''}",
            "detail": event.reason,
            "state": f"event_{event.kind}",
        }
        for event in rows
    ]


def _is_habit(criterion: Criterion) -> bool:
    return criterion.metric == Criterion.Metric.HABITUAL


def _tile(criterion: Criterion, row: dict[str, Any] | None) -> Tile:
    guardrail = guardrail_of(criterion)
    side = _BETTER if criterion.purpose == Criterion.Purpose.SATISFACTORY else _WORSE
    rule = f"{_PURPOSES[Criterion.Purpose(criterion.purpose)]} when {side[Criterion.Side(criterion.side)]}"
    state = State(row["state"]) if row else State.UNMEASURED
    users = row["users"] if row else 0
    shown = row is not None and row["low"] is not None and users >= LEAST_USERS
    between = f"{guardrail.said(row['low'])} to {guardrail.said(row['high'])}" if row and shown else ""
    return Tile(
        label=guardrail.name,
        rule=f"{rule} {guardrail.said(criterion.bound)}",
        look=LOOKS[state],
        between=between,
        n=_n(row) if row and users else "",
        meaning=_meaning(criterion, state, guardrail.said(criterion.bound)),
    )


def _n(row: dict[str, Any]) -> str:
    if row["users"] < LEAST_USERS:
        return "fewer than ten people: not enough data"
    return f"{row['users']:,} people, {row['tasks']:,} tasks"


def _meaning(criterion: Criterion, state: State, bound: str) -> str:
    side = Criterion.Side(criterion.side)
    return {
        State.UNMEASURED: "Nobody has measured it, which is not the same as good.",
        State.TOO_FEW: "With fewer than ten people nothing can be said, and nothing is shown.",
        State.BROKEN: f"All that the readings leave open is {_WORSE[side]} {bound}.",
        State.OPEN: f"The readings leave open whether it is {_BETTER[side]} or {_WORSE[side]} {bound}.",
        State.QUIET: f"No alarm, which does not yet show that it keeps {bound}.",
        State.KEPT: f"All that the readings leave open is {_BETTER[side]} {bound}.",
    }[state]
