"""What a file of evidence may hold, for each kind of batch."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from pilots.imports import Column
from pilots.imports.values import choice, day, number, text, whole, yes_or_no
from pilots.models import (
    ATTITUDE_CODES,
    Attitude,
    BarrierAnswer,
    Batch,
    Comfort,
    Outcome,
    Pilot,
    Route,
    Segment,
    UseCase,
    UseMade,
    Workflow,
    WorkloadBand,
)

MOST_MINUTES: Final = 100_000
LONGEST_PSEUDONYM: Final = 80
_EARLIEST: Final = date(2015, 1, 1)


def evidence_columns(pilot: Pilot, kind: str, today: date) -> list[Column]:
    return _COLUMNS[Batch.Kind(kind)](pilot, _day_column(today))


def _named(parts: Iterable[UseCase] | Iterable[Segment] | Iterable[Workflow]) -> dict[str, Any]:
    return {name: part for part in parts for name in (part.name, part.slug)}


def _spelt(labels: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """By its words, and as a program would write them."""
    return {name: value for value, label in labels for name in (str(label), str(label).replace(" ", "_"))}


def _of_codes(labels: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    return {name: value for value, label in labels for name in (str(value), str(label))}


def _cases(pilot: Pilot) -> list[UseCase]:
    return list(UseCase.objects.filter(pilot=pilot, removed_at__isnull=True))


def _segments(pilot: Pilot) -> list[Segment]:
    return list(Segment.objects.filter(pilot=pilot, removed_at__isnull=True))


def _day_column(today: date) -> Column:
    help = "The day, as 2026-11-27 or 27.11.2026."
    return Column("date", day(_EARLIEST, today + timedelta(days=1)), help, "2026-11-27", True, ("day",), "day")


def _participant(help: str = "A pseudonym: never a name, an address or a number of personnel.") -> Column:
    return Column("participant", text(LONGEST_PSEUDONYM), help, "p-017", True, ("user", "pseudonym", "person"))


def _of(name: str, named: Mapping[str, Any], help: str, required: bool = True, also: tuple[str, ...] = ()) -> Column:
    return Column(name, choice(named), help, next(iter(named), ""), required, also)


def _minutes(name: str, help: str, also: tuple[str, ...] = ()) -> Column:
    return Column(name, number(0, MOST_MINUTES), f"{help} Empty: not measured.", "", False, also, "number")


def _observations(pilot: Pilot, on: Column) -> list[Column]:
    attitudes = {label: ATTITUDE_CODES[value] for value, label in Attitude.choices} | ATTITUDE_CODES
    return [
        _participant(),
        _of("route", _of_codes(Route.choices), "How they came to take part: volunteered, nominated or assigned."),
        _of("use_case", _named(_cases(pilot)), "Name or short name of a use case of the pilot.", also=("task",)),
        _of("segment", _named(_segments(pilot)), "Name or short name of a segment of the pilot.", also=("group",)),
        on,
        Column("supported", yes_or_no, "Whether help was at hand: yes or no.", "no", True, ("help",)),
        Column("trained", yes_or_no, "Whether they had been trained. Empty: not known.", "yes"),
        _of("outcome", _spelt(Outcome.choices), "What came of it.", also=("result",)),
        _of("use_made", _spelt(UseMade.choices), "What was made of the output. Empty: not known.", False, ("use",)),
        _minutes("baseline_minutes", "Minutes that the same task takes without the tool.", ("baseline",)),
        _minutes("tool_minutes", "Minutes with the tool.", ("minutes", "with the tool")),
        _minutes("learning_minutes", "Of learning, trying and asking, for this task.", ("learning",)),
        _minutes("correcting_minutes", "Of checking, editing and doing it again.", ("correcting", "checking")),
        Column("quality", number(-1000, 1000), "On the standard’s scale. Empty: not judged.", "", reads="number"),
        _of("reviewer_attitude", attitudes, "Of whoever judged the quality.", False, ("reviewer",)),
    ]


def _intake(pilot: Pilot, on: Column) -> list[Column]:
    said = "An answer of before first use."
    barriers = _of_codes(BarrierAnswer.Kind.choices)
    return [
        _participant(),
        on,
        Column("expects_help", whole(-2, 2), f"“I expect this to help me”, -2 to 2. {said}", "1", reads="number"),
        Column(
            "worries_about_role",
            whole(0, 3),
            f"“I worry what this means for my role”, 0 to 3. {said}",
            "0",
            reads="number",
        ),
        Column("has_time_to_learn", whole(0, 3), f"“I have time to learn it”, 0 to 3. {said}", "2", reads="number"),
        _of("route", _of_codes(Route.choices), "How they came to take part.", False),
        _of("segment", _named(_segments(pilot)), "Name or short name of a segment of the pilot.", False),
        _of("workload", _of_codes(WorkloadBand.choices), "How much work they have.", False),
        _of("comfort", _of_codes(Comfort.choices), "How much at ease they are with new tools.", False),
        _of("barrier", barriers, "What stands in their way; a line for each.", False),
    ]


def _workflows(pilot: Pilot) -> Column:
    there = Workflow.objects.filter(pilot=pilot, removed_at__isnull=True)
    return _of("workflow", _named(there), "Name or short name of a workflow of the pilot.")


def _escapes(pilot: Pilot, on: Column) -> list[Column]:
    return [
        _workflows(pilot),
        on,
        Column("wrong", yes_or_no, "Whether the item was found wrong after it had left its user.", "no", True),
        Column("severity", whole(0, 4), "Of what was wrong, 0 to 4 as flags have it.", "", reads="number"),
    ]


def _checks(pilot: Pilot, on: Column) -> list[Column]:
    return [
        _workflows(pilot),
        on,
        _participant("Who had to check, as a pseudonym."),
        Column("trace", yes_or_no, "Whether a trace shows that it was checked; a tick in a box is none.", "yes", True),
        _minutes("minutes", "That the check took."),
    ]


def _scores(pilot: Pilot, on: Column) -> list[Column]:
    return [
        _workflows(pilot),
        on,
        Column("item", text(80), "Which output, by a number or a name.", "14", True),
        Column("reviewer", text(LONGEST_PSEUDONYM), "Who judged, as a pseudonym.", "r-1", True),
        Column("passes", yes_or_no, "Whether it meets the standard.", "yes", True),
        Column("overridden", yes_or_no, "Whether its user had overridden the tool’s version."),
        _of("prefers", {"user": "user", "tool": "tool"}, "Whose version the reviewer would use.", False),
    ]


def _ratings(pilot: Pilot, on: Column) -> list[Column]:
    attitudes = _of_codes(Attitude.choices)
    return [
        _of("use_case", _named(_cases(pilot)), "Name or short name of a use case of the pilot."),
        on,
        Column("item", text(80), "Which output, by a number or a name.", "14", True),
        Column("reviewer", text(LONGEST_PSEUDONYM), "Who rated, as a pseudonym.", "r-1", True),
        _of("reviewer_attitude", attitudes, "Of the reviewer, asked before first use."),
        Column("rating", number(-1000, 1000), "On the standard’s scale.", "4", True, reads="number"),
        Column("reference", number(-1000, 1000), "An expert’s rating who knew neither side.", "", reads="number"),
        _of("produced_by", attitudes, "Attitude of whoever produced the output.", False),
    ]


def _load(pilot: Pilot, on: Column) -> list[Column]:
    return [
        on,
        Column("requests", whole(0), "In this minute or step of the run.", "600", True, reads="number"),
        Column("errors", whole(0), "Of them failed.", "3", True, reads="number"),
        Column("rejected", whole(0), "Of them were rejected as input.", "0", reads="number"),
        Column("latency_seconds", number(0, 86_400), "95th percentile, in seconds.", "2.4", True, reads="number"),
    ]


_COLUMNS: Final[Mapping[Batch.Kind, Callable[[Pilot, Column], list[Column]]]] = {
    Batch.Kind.OBSERVATIONS: _observations,
    Batch.Kind.INTAKE: _intake,
    Batch.Kind.ESCAPES: _escapes,
    Batch.Kind.CHECKS: _checks,
    Batch.Kind.SCORES: _scores,
    Batch.Kind.RATINGS: _ratings,
    Batch.Kind.LOAD: _load,
}
# Not handed out again: what one person thinks, whoever asks.
ATTITUDES: Final = frozenset(
    {"reviewer_attitude", "expects_help", "worries_about_role", "has_time_to_learn", "barrier"}
)
