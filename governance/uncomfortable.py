"""What nobody likes to read beside a rollout design, in one sentence each, so that a leader can say they have. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pilots.canonical import digest


class Kind(StrEnum):
    NAIVE_GAP = "naive-gap"
    WORST_SEGMENT = "worst-segment"
    NO_EVIDENCE = "no-evidence"
    BLIND_SPOTS = "blind-spots"
    SEVERE_FAILURES = "severe-failures"


@dataclass(frozen=True)
class Promised:
    """Shares from 0 to 1: what the demonstration alone would have promised, and what the forecast says, at 80 %."""

    naive: float
    naive_n: int
    median: float
    low: float
    high: float
    n: int
    people: int
    forecast: str


@dataclass(frozen=True)
class Served:
    """Tasks that the forecast expects to be done well in one segment, and over everybody."""

    segment: str
    expected: float
    overall: float


@dataclass(frozen=True)
class Discomfort:
    """What is known. Cells without evidence by name; `dark` their share of the counted work, None: not counted."""

    promised: Promised | None = None
    worst: Served | None = None
    cells: int = 0
    without_evidence: tuple[str, ...] = ()
    dark: float | None = None
    blind_spots: tuple[str, ...] = ()
    severe: tuple[str, ...] = ()


@dataclass(frozen=True)
class Uncomfortable:
    """`version` is another one as soon as it says something else: then it wants to be seen again."""

    kind: Kind
    said: str
    rests_on: str

    @property
    def version(self) -> str:
        return digest([self.kind.value, self.said, self.rests_on])


def uncomfortable(found: Discomfort) -> list[Uncomfortable]:
    """Only what is so; in the order in which they weigh on a decision."""
    return list(_each(found))


def _each(found: Discomfort) -> Iterator[Uncomfortable]:
    if found.promised is not None:
        yield _gap(found.promised)
    if found.worst is not None and found.worst.expected < found.worst.overall:
        worst = found.worst
        yield Uncomfortable(
            Kind.WORST_SEGMENT,
            f"It serves {worst.segment} worst: {_percent(worst.expected)} done well, over everybody "
            f"{_percent(worst.overall)}",
            "Medians of the forecast, weighted by tasks a month",
        )
    if found.without_evidence:
        many = len(found.without_evidence)
        share = f", {_percent(found.dark)} of the work" if found.dark is not None else ""
        yield Uncomfortable(
            Kind.NO_EVIDENCE,
            f"Nothing is known of {many} of {found.cells} cells{share}",
            _named(found.without_evidence),
        )
    if found.blind_spots:
        yield Uncomfortable(
            Kind.BLIND_SPOTS,
            _counted(len(found.blind_spots), "thing is not seen", "things are not seen"),
            _named(found.blind_spots),
        )
    if found.severe:
        yield Uncomfortable(
            Kind.SEVERE_FAILURES,
            _counted(len(found.severe), "way to fail hurts somebody", "ways to fail hurt somebody"),
            _named(found.severe),
        )


def _gap(promised: Promised) -> Uncomfortable:
    points = 100 * (promised.median - promised.naive)
    way = "fewer" if points < 0 else "more"
    said = (
        f"The demonstration promised {_percent(promised.naive)} done well; the forecast says "
        f"{_percent(promised.median)}, {abs(points):.0f} points {way}"
    )
    rests_on = (
        f"{promised.forecast}, 80 % interval {100 * promised.low:.0f} to {_percent(promised.high)}, "
        f"n = {promised.n:,} tasks of {promised.people:,} people; the demonstration n = {promised.naive_n:,}"
    )
    return Uncomfortable(Kind.NAIVE_GAP, said, rests_on)


def _counted(many: int, one: str, more: str) -> str:
    return f"{many} {one if many == 1 else more}"


def _named(things: tuple[str, ...], most: int = 5) -> str:
    shown = "; ".join(things[:most])
    return f"{shown}; and {len(things) - most} more" if len(things) > most else shown


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


@dataclass(frozen=True)
class Cost:
    """What acting on all that is open takes: weeks of looking, one after the other, and the last day of what is owned.

    `uncounted`: blind spots of which nobody said how long looking would take.
    """

    weeks: float
    counted: int
    uncounted: int
    last_day: date | None
    dated: int

    @property
    def words(self) -> str:
        parts = []
        if self.dated and self.last_day is not None:
            items = "1 thing that is owned takes" if self.dated == 1 else f"{self.dated} things that are owned take"
            parts.append(f"{items} until {self.last_day:%-d %B %Y}")
        if self.counted:
            spots = "1 blind spot" if self.counted == 1 else f"{self.counted} blind spots"
            weeks = f"{self.weeks:g} week{'' if self.weeks == 1 else 's'}"
            parts.append(f"looking at {spots} takes {weeks}, one after the other")
        if self.uncounted:
            spots = "1 blind spot" if self.uncounted == 1 else f"{self.uncounted} blind spots"
            parts.append(f"for {spots} nobody has said how long")
        return "; ".join(parts) if parts else "Nothing that is open has a date or a length yet"
