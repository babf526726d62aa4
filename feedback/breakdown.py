"""Where a pattern happens: its flags by use case, segment, version, phase, severity and source, with the rate where use
is known. Two queries, however many flags.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from feedback.figures import WEEK, WEEKS, Against, known
from feedback.grouping.cells import Cell, safe_cells
from feedback.models import Flag, Pattern
from feedback.models.reporting import OPEN_DOORS, Source
from feedback.taxonomy import SEVERITIES, Severity
from pilots.models import Phase, PhaseKind
from pilots.reports import use_of_parts
from pilots.stats.rates import Interval

MOST_ROWS: Final = 8
NOT_STATED: Final = "Not stated"
FEW_PEOPLE: Final = "Segments of under ten people"


@dataclass(frozen=True)
class Part:
    """`use` None: not known for this part alone. `flags_then`: those of the days for which it is."""

    label: str
    flags: int
    flags_then: int = 0
    use: int | None = None
    rate: Interval | None = None


@dataclass(frozen=True)
class Breakdown:
    by: str
    parts: list[Part]
    # Instead of parts, where they would say too much.
    words: str = ""


@dataclass(frozen=True)
class _Row:
    use_case: UUID | None
    case_name: str | None
    segment: str | None
    version: str
    phase: str
    level: int
    source: str
    who: object
    day: date


def broken_down(pattern: Pattern, against: Against, at: datetime) -> list[Breakdown]:
    rows = list(_rows(pattern))
    days = _window(against.days, at) if against.is_use else {}
    cases = {case: _window(use, at) for case, use in against.of_case.items()}
    phases = _phase_days(pattern, days) if days else {}
    segments, versions = _parts(pattern, against, at) if against.is_use else ({}, {})
    return [
        _by("Used for", rows, lambda row: (row.use_case, row.case_name or NOT_STATED), cases.get, against),
        _by_segment(rows, segments, against),
        _by("Version of the tool", rows, lambda row: (row.version, row.version or NOT_STATED), versions.get, against),
        _by("Phase", rows, lambda row: (row.phase, _phase(row.phase)), phases.get, against),
        _by("Severity", rows, lambda row: (row.level, _level(row.level)), lambda _: days, against),
        _by("Where it came from", rows, lambda row: (row.source, Source(row.source).label), lambda _: days, against),
    ]


_OfPart = dict[str, dict[date, int]]


def _parts(pattern: Pattern, against: Against, at: datetime) -> tuple[_OfPart, _OfPart]:
    """Days of use by the name of a segment, and by version."""
    segments, versions = (
        {name: _window(known(days, against.measure), at) for name, days in parts.items()}
        for parts in use_of_parts(pattern.pilot)
    )
    return segments, versions


def _rows(pattern: Pattern) -> Iterable[_Row]:
    about = ("use_case_id", "use_case__name", "segment__name", "tool_version", "phase", "severity", "assessed_severity")
    found = Flag.objects.filter(pattern=pattern).values_list(
        *about, "source", "reporter_id", "assessed_at", "pk", "reported_at"
    )
    for case, name, segment, version, phase, said, level, source, reporter, read, flag, reported in found:
        who = reporter or (flag if read or source not in OPEN_DOORS else None)
        day = reported.astimezone(UTC).date()
        yield _Row(case, name, segment, version, phase, said if level is None else level, source, who, day)


def _by(
    by: str,
    rows: list[_Row],
    key: Callable[[_Row], tuple[Any, str]],
    use_of: Callable[[Any], Mapping[date, int] | None],
    against: Against,
) -> Breakdown:
    found: dict[tuple[Any, str], list[_Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    order = sorted(found.items(), key=lambda one: (-len(one[1]), one[0][1]))
    parts = [_part(label, own, use_of(value), against) for (value, label), own in order[:MOST_ROWS]]
    rest = sum(len(own) for _, own in order[MOST_ROWS:])
    return Breakdown(by, [*parts, Part(f"{len(order) - MOST_ROWS} others", rest)] if rest else parts)


def _part(label: str, rows: list[_Row], use: Mapping[date, int] | None, against: Against) -> Part:
    if not use:
        return Part(label, len(rows))
    first, last, total = min(use), max(use), sum(use.values())
    then = sum(first <= row.day <= last for row in rows)
    return Part(label, len(rows), then, total, against.rate(then, total))


def _by_segment(rows: list[_Row], use: _OfPart, against: Against) -> Breakdown:
    """Who belongs to a small group could be told from it, so such groups stand together or not at all."""
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.segment or NOT_STATED].append(row)
    if found.keys() <= {NOT_STATED}:
        return Breakdown("Segment", [Part(NOT_STATED, len(rows))] if rows else [])
    cells = [Cell(label, len(own), len({row.who for row in own})) for label, own in found.items()]
    shown = safe_cells(cells, FEW_PEOPLE)
    words = "" if shown else "Not enough data: fewer than ten people flagged it, and a segment could tell who."
    parts = [
        _part(cell.label, found[cell.label], use.get(cell.label), against)
        if cell.label in found
        else Part(cell.label, cell.flags)
        for cell in shown
    ]
    return Breakdown("Segment", parts, words)


def _window(days: Mapping[date, int], at: datetime) -> dict[date, int]:
    today = at.astimezone(UTC).date()
    return {day: use for day, use in days.items() if today - WEEKS * WEEK < day <= today}


def _phase_days(pattern: Pattern, days: Mapping[date, int]) -> dict[str, dict[date, int]]:
    found: dict[str, dict[date, int]] = {}
    for phase in Phase.objects.filter(pilot=pattern.pilot, entered_at__isnull=False):
        assert phase.entered_at is not None
        first = phase.entered_at.astimezone(UTC).date()
        last = phase.closed_at.astimezone(UTC).date() - timedelta(days=1) if phase.closed_at else date.max
        found[phase.kind] = {day: use for day, use in days.items() if first <= day <= last}
    return found


def _phase(kind: str) -> str:
    return PhaseKind(kind).label if kind else NOT_STATED


def _level(level: int) -> str:
    return f"{level} {SEVERITIES[Severity(level)].name}"
