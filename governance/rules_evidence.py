"""What evidence a gate asks for: that it is there, owned and current, never whether it says anything good. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol
from uuid import UUID

from governance.findings import Finding, Reason, simple
from governance.rules_feedback import NAMED
from pilots.canonical import digest
from pilots.permissions import Permission, Role, roles_with

# Shorter than this, people get by on what they were told before (`pilots.models.stress`, which a test compares).
WORKING_DAYS_NEEDED: Final = 10
FEWEST_PEOPLE: Final = 10
STRESSORS: Final = {
    "unfamiliar": "unfamiliar use cases",
    "untrained": "untrained users",
    "raw_data": "raw production data",
    "set_aside": "cases set aside earlier",
}
EXCEPTIONS: Final = {
    "no_output": "no output",
    "below_bar": "below the bar",
    "needs_human": "needs a human",
    "tool_down": "the tool is down",
    "tool_changed": "the tool changed",
}


@dataclass(frozen=True)
class CohortFacts:
    """People of one segment by one route, the fewest that are enough, and how many of them were observed."""

    segment: str
    route: str
    minimum: int
    people: int
    states_shortfall: bool


@dataclass(frozen=True)
class PeriodFacts:
    name: str
    working_days: int
    ends_on: date


@dataclass(frozen=True)
class FailureFacts:
    """A stress finding. `answer` is what becomes of it: empty, build, decided or accepted."""

    what: str
    answer: str
    accepted_until: date | None = None
    # Of what is to be built and is not yet: whether its owner still decides here.
    owned: bool = True


@dataclass(frozen=True)
class WorkflowPaths:
    """What the integration register knows of one workflow: how many points, and which exception paths."""

    name: str
    points: int
    exceptions: frozenset[str]


@dataclass(frozen=True)
class IntegrationGap:
    what: str
    owner_id: UUID | None
    due_on: date | None


@dataclass(frozen=True)
class EvidenceFacts:
    """Of one pilot, at one moment."""

    batches: int = 0
    counted_cells: int = 0
    assigned_took_part: bool = False
    # Segments for which nobody planned a cohort.
    without_cohort: tuple[str, ...] = ()
    cohorts: tuple[CohortFacts, ...] = ()
    periods: tuple[PeriodFacts, ...] = ()
    stressors_run: frozenset[str] = frozenset()
    cells: int = 0
    undecided: tuple[str, ...] = ()
    has_forecast: bool = False
    # Cells that need design and whose owner has left.
    unowned_cells: tuple[str, ...] = ()
    failures: tuple[FailureFacts, ...] = ()
    paths: tuple[WorkflowPaths, ...] = ()
    gaps: tuple[IntegrationGap, ...] = ()


class HasEvidence(Protocol):
    @property
    def at(self) -> datetime: ...

    @property
    def evidence(self) -> EvidenceFacts: ...


_EDIT: Final = roles_with(Permission.EDIT_EVIDENCE)
_IMPORT: Final = roles_with(Permission.IMPORT_EVIDENCE)
_DESIGN: Final = roles_with(Permission.DECIDE_DESIGN)


def named(things: Iterable[str]) -> str:
    """The first few by name, the others counted."""
    found = list(things)
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return ", ".join(found[:NAMED]) + more


def _listed(code: str, subject: str, text: str, missing: list[str], lead: str, roles: list[Role]) -> Finding:
    """Met where nothing is missing; its version changes with what is."""
    found = simple(code, subject, not missing, text, f"{lead}{named(missing)}"[:500], roles)
    return replace(found, version=digest([False, sorted(missing)])) if missing else found


def evidence_there(facts: HasEvidence) -> Iterator[Finding]:
    yield simple(
        "evidence_there",
        "batches:",
        facts.evidence.batches > 0,
        "Some evidence is here, with how, by whom and with what stake it was measured",
        "No batch of evidence was imported",
        _IMPORT,
    )


def workload_counted(facts: HasEvidence) -> Iterator[Finding]:
    yield simple(
        "workload_counted",
        "workload:",
        facts.evidence.counted_cells > 0,
        "The workload is counted: use cases × segments with their tasks a month",
        "No use case × segment has its tasks a month",
        _EDIT,
    )


def assigned_took_part(facts: HasEvidence) -> Iterator[Finding]:
    yield simple(
        "assigned_took_part",
        "batches:assigned",
        facts.evidence.assigned_took_part,
        "People who were assigned, not chosen, took part",
        "Nobody in the imported evidence was assigned",
        _IMPORT,
    )


def cohorts_complete(facts: HasEvidence) -> Iterator[Finding]:
    found = facts.evidence
    short = [
        f"{one.segment}, {one.route}: {_so_many(one.people)} of {one.minimum}"
        for one in found.cohorts
        if one.people < one.minimum and not one.states_shortfall
    ]
    missing = [f"{segment}: no cohort is planned" for segment in found.without_cohort] + short
    if not found.cohorts and not missing:
        missing = ["No cohort is planned"]
    text = "Every segment has a cohort that reaches its minimum, or its shortfall is stated"
    yield _listed("cohorts_complete", "register:cohorts", text, missing, "", _EDIT)


def unsupported_period(facts: HasEvidence) -> Iterator[Finding]:
    """Recorded and over. One that runs still opens nothing until the day after its last."""
    long = [one for one in facts.evidence.periods if one.working_days >= WORKING_DAYS_NEEDED]
    ends = sorted(_after(one.ends_on) for one in long)
    over = bool(ends) and ends[0] <= facts.at
    shortfall = "None is recorded"
    if long:
        shortfall = "It is not over yet"
    elif facts.evidence.periods:
        shortfall = f"The longest has {max(one.working_days for one in facts.evidence.periods)} working days"
    found = simple(
        "unsupported_period",
        "register:unsupported-periods",
        over,
        f"At least {WORKING_DAYS_NEEDED} working days without help are recorded",
        shortfall,
        _EDIT,
    )
    yield found if over or not ends else replace(found, changes_at=ends[0])


def stressors_run(facts: HasEvidence) -> Iterator[Finding]:
    missing = [words for kind, words in STRESSORS.items() if kind not in facts.evidence.stressors_run]
    text = f"The four stressors ran: {', '.join(STRESSORS.values())}"
    yield _listed("stressors_run", "register:stressors", text, missing, "Not run: ", _EDIT)


def cells_decided(facts: HasEvidence) -> Iterator[Finding]:
    found = facts.evidence
    missing = list(found.undecided) if found.cells else ["no use case × segment is in the workload yet"]
    text = "Every use case × segment has a decision, or somebody says that it is unknown"
    yield _listed("cells_decided", "design:", text, missing, "Undecided: " if found.cells else "", _DESIGN)


def forecast_there(facts: HasEvidence) -> Iterator[Finding]:
    yield simple(
        "forecast_there",
        "forecast:",
        facts.evidence.has_forecast,
        "A forecast over the whole distribution is worked out",
        "None is",
        roles_with(Permission.LOCK_FORECAST),
    )


def design_owned(facts: HasEvidence) -> Iterator[Finding]:
    missing = list(facts.evidence.unowned_cells)
    text = "Every cell that needs design has an owner and a date"
    found = _listed("design_owned", "design:owners", text, missing, "Its owner has left: ", _DESIGN)
    yield found if not missing else replace(found, reason=Reason.UNOWNED)


def findings_answered(facts: HasEvidence) -> Iterator[Finding]:
    """A risk that was accepted until a day is open again on the next."""
    open_ones = [one for one in facts.evidence.failures if not one.answer or not one.owned]
    lapsed = [one for one in facts.evidence.failures if (end := _lapses(one)) is not None and end <= facts.at]
    missing = [_shortened(one.what) for one in (*open_ones, *lapsed)]
    text = "Every stress finding ends as something to build, a decision, or a risk accepted by name"
    found = _listed("findings_answered", "register:failure-modes", text, missing, _lead(open_ones, lapsed), _EDIT)
    if missing:
        reason = Reason.MISSING if open_ones else Reason.LAPSED
        yield replace(found, reason=reason)
        return
    ends = [end for one in facts.evidence.failures if (end := _lapses(one)) is not None]
    yield replace(found, changes_at=min(ends, default=None))


def _lead(open_ones: list[FailureFacts], lapsed: list[FailureFacts]) -> str:
    if not open_ones:
        return "Accepted until a day that is over: "
    return f"{len(open_ones)} without an answer or an owner, {len(lapsed)} run out: " if lapsed else "Not answered: "


def _lapses(one: FailureFacts) -> datetime | None:
    return _after(one.accepted_until) if one.answer == "accepted" and one.accepted_until else None


def integration_known(facts: HasEvidence) -> Iterator[Finding]:
    missing = []
    for path in facts.evidence.paths:
        if not path.points:
            missing.append(f"{path.name}: nothing is recorded")
            continue
        lacking = [words for case, words in EXCEPTIONS.items() if case not in path.exceptions]
        if lacking:
            missing.append(f"{path.name}: no path for {', '.join(lacking)}")
    text = "What each workflow needs around the tool is recorded, with a path for every exception"
    yield _listed("integration_known", "register:integration-points", text, missing, "", _EDIT)


def gaps_owned(facts: HasEvidence) -> Iterator[Finding]:
    missing = [_shortened(gap.what) for gap in facts.evidence.gaps if gap.owner_id is None or gap.due_on is None]
    text = "Every gap in the integration has an owner and a date"
    found = _listed("gaps_owned", "register:integration-points:gaps", text, missing, "Nobody’s, or undated: ", _EDIT)
    yield found if not missing else replace(found, reason=Reason.UNOWNED)


def _so_many(people: int) -> str:
    """Under ten they are not counted out in front of everybody."""
    return str(people) if people >= FEWEST_PEOPLE else "none" if not people else f"fewer than {FEWEST_PEOPLE}"


def _shortened(words: str) -> str:
    return words if len(words) <= 90 else f"{words[:89].rstrip()}…"


def _after(day: date) -> datetime:
    """The moment at which it is over."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1)
