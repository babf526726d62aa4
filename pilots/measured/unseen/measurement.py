"""How it was measured and by whom, against what the rollout will be judged by."""

from collections.abc import Iterator, Sequence

from pilots.measured import words
from pilots.measured.findings import percent
from pilots.measured.unseen.gathered import ALL, Gathered
from pilots.measured.unseen.side import Fact, Side, of_kind
from pilots.models import BlindSpot, Stake, Workflow


def measurement(known: Gathered) -> Side:
    kind = BlindSpot.Kind.MEASUREMENT
    facts = (*_recalled(known), *_stakes(known), _recomputed(known), *_judged(known))
    return Side(kind, _finding(known), facts, of_kind(known.spots, kind))


def recalled(known: Gathered) -> tuple[int, int]:
    """Figures that rest on what people recalled, and all that say something."""
    said = [row for (_, part), row in known.whole.items() if part == ALL and not words.state(row)]
    return sum(row.is_recalled for row in said), len(said)


def without_stake(known: Gathered) -> float | None:
    """Of all rows those that somebody without a stake measured; None: there are none."""
    rows = sum(one.rows for one in known.batches)
    return sum(one.rows for one in known.batches if one.stake == Stake.NONE) / rows if rows else None


def _finding(known: Gathered) -> str:
    free, (memory, all_) = without_stake(known), recalled(known)
    if free is None:
        return "Nothing was measured"
    if not free:
        return "Nobody without a stake measured any of it"
    said = f"People without a stake measured {percent(free)} of the rows"
    return f"{said}; {memory} of {all_} figures rest on what people recalled" if memory else said


def _recalled(known: Gathered) -> Iterator[Fact]:
    memory, all_ = recalled(known)
    said = f"{memory} of {all_} figures" if all_ else "no figures yet"
    yield Fact(
        "Rests on what people recalled", said, "measured while it runs", "figures", "", "See the figures",
        "" if all_ else "not_measured",
    )  # fmt: skip


def _stakes(known: Gathered) -> Iterator[Fact]:
    rows = sum(one.rows for one in known.batches)
    for stake, label in Stake.choices:
        mine = sum(one.rows for one in known.batches if one.stake == stake)
        if rows and (mine or stake == Stake.NONE):
            said = f"{percent(mine / rows)} of rows"
            free = "recipients have none" if stake == Stake.NONE else "no say in it"
            yield Fact(f"Measured by: {label.lower()}", said, free, "batches", "", "See the batches")


def _recomputed(known: Gathered) -> Fact:
    row = known.figure("M33")
    state = words.state(row)
    said = words.value(row) if state else f"{words.value(row)} of them"
    what = "Figures that people quote, worked out again without a stake"
    return Fact(what, said, "all that are quoted", "register", "headline-figures", "Have them worked out again", state)


def _judged(known: Gathered) -> Iterator[Fact]:
    once = [one for one in known.workflows if not getattr(one, "is_scored_twice", False)]
    yield _of_workflows(
        "Workflows judged by one reviewer or none", once, known.workflows, ("batches", "", "Import double scores")
    )
    loose = [one for one in known.workflows if not getattr(one, "has_standard", False)]
    yield _of_workflows(
        "Workflows without a written standard", loose, known.workflows, ("register", "standards", "Write the standard")
    )


def _of_workflows(what: str, those: Sequence[Workflow], all_: Sequence[Workflow], where: tuple[str, str, str]) -> Fact:
    if not all_:
        return Fact(what, "no workflow is named", "every workflow", *where, state="not_measured")
    said = f"{len(those)} of {len(all_)}" if those else "none"
    named = f": {', '.join(one.name for one in those)}" if those else ""
    return Fact(what, said + named, "every one by several people", *where)
