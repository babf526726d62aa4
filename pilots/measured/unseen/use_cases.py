"""Which work was tried, against all of it."""

from collections.abc import Iterator
from typing import Final

from pilots.measured import words
from pilots.measured.coverage import Coverage, Known
from pilots.measured.findings import percent
from pilots.measured.unseen.gathered import Gathered
from pilots.measured.unseen.side import Fact, Side, of_kind
from pilots.models import BlindSpot, UseCase

LARGEST: Final = 5


def use_cases(known: Gathered) -> Side:
    kind = BlindSpot.Kind.USE_CASES
    facts = (*_dark(known.coverage), *_kinds(known.coverage), *_put_off(known), _out_of_scope(known))
    return Side(kind, _finding(known.coverage), facts, of_kind(known.spots, kind))


def _finding(coverage: Coverage) -> str:
    if not coverage.is_counted:
        return "Nobody has counted the work, so nobody knows what was left out"
    dark = coverage.shares.get(Known.DARK, 0.0)
    few = coverage.shares.get(Known.FEW, 0.0)
    if dark:
        return f"{percent(dark)} of the work was never tried"
    return f"Of {percent(few)} of the work there is not enough data" if few else "All of the counted work was tried"


def _dark(coverage: Coverage) -> Iterator[Fact]:
    for one in coverage.dark[:LARGEST]:
        share = "not counted" if one.share is None else f"{percent(one.share)} of the work"
        name = f"{one.cell.use_case.name}, {one.cell.segment.name}"
        yield Fact(name, "never tried", share, "coverage", "", "See the coverage", "not_measured")


def _kinds(coverage: Coverage) -> Iterator[Fact]:
    """How hard the work is that was tried. Of cells that are hidden nothing is counted."""
    volume = sum(one.share or 0 for one in coverage.squares)
    shown = [(one, one.figure.n or 0) for one in coverage.squares if one.figure and one.known is Known.SEEN]
    seen = sum(n for _, n in shown)
    for kind, label in UseCase.Kind.choices:
        work = sum(one.share or 0 for one in coverage.squares if one.cell.use_case.kind == kind)
        tried = sum(n for one, n in shown if one.cell.use_case.kind == kind)
        if volume and (work or tried):
            said = f"{percent(tried / seen)} of observations" if seen else "no observations"
            name = f"{label} use cases"
            yield Fact(name, said, f"{percent(work / volume)} of the work", "workload", "", "See the workload")


def _put_off(known: Gathered) -> Iterator[Fact]:
    for case in known.use_cases:
        if case.set_aside:
            said = f"set aside as {case.get_set_aside_display().lower()}"
            yield Fact(case.name, said, "part of the work", "register", "stressors", "Test what was set aside")
        elif case.left_out_because:
            yield Fact(
                case.name, f"left out: {case.left_out_because}", "part of the work", "workload", "", "See the workload"
            )


def _out_of_scope(known: Gathered) -> Fact:
    row = known.figure("M11")
    said = words.value(row) if words.state(row) else f"{words.value(row)} of attempts"
    return Fact(
        "Use for what it was not made for", said, "more, with more people", "batches", "", "See the batches",
        words.state(row),
    )  # fmt: skip
