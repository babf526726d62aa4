"""Under which conditions it was tried, against those of the rollout."""

from collections.abc import Iterator

from pilots.measured.findings import percent
from pilots.measured.unseen.gathered import Gathered, Part
from pilots.measured.unseen.side import Fact, Side, of_kind
from pilots.models import BlindSpot, Segment, Stressor
from pilots.models.stress import WORKING_DAYS_NEEDED
from pilots.when import day_in_words

UNKNOWN = "not_measured"


def conditions(known: Gathered) -> Side:
    kind = BlindSpot.Kind.CONDITIONS
    facts = (*_help(known), *_stressors(known), _training(known), _consequences(known))
    return Side(kind, _finding(known), facts, of_kind(known.spots, kind))


def longest(known: Gathered) -> int:
    """Working days without help at a stretch; 0: never."""
    return max((period.working_days for period in known.periods), default=0)


def ran(known: Gathered) -> dict[str, Stressor]:
    """The newest run of each kind."""
    done = [one for one in known.stressors if one.ran_on]
    return {one.kind: one for one in sorted(done, key=lambda one: str(one.ran_on))}


def _finding(known: Gathered) -> str:
    days, missing = longest(known), len(Stressor.Kind) - len(ran(known))
    alone = f"{days} working days without help" if days else "Never without help"
    if days and days < WORKING_DAYS_NEEDED:
        alone = f"Only {days} working day{'' if days == 1 else 's'} without help"
    kinds = len(Stressor.Kind)
    stressors = f"{missing} of {kinds} stressors never ran"
    if missing in (0, kinds):
        stressors = "none of the stressors ever ran" if missing else f"all {kinds} stressors ran"
    return f"{alone}; {stressors}"


def _help(known: Gathered) -> Iterator[Fact]:
    share = known.share_of(Part.SUPPORTED, Part.UNSUPPORTED)
    where = ("register", "unsupported-periods", "Plan weeks without help")
    said = "not told" if share is None else f"at hand in {percent(share)} of tasks"
    yield Fact("Help", said, "nobody at hand", *where, state="" if share is not None else UNKNOWN)
    days = longest(known)
    breaches = sum(getattr(period, "breaches", None) or 0 for period in known.periods)
    spell = f"{days} working day{'' if days == 1 else 's'}" if days else "none"
    if breaches:
        spell += f", with help all the same {breaches} time{'' if breaches == 1 else 's'}"
    yield Fact("Longest time without help", spell, "every day", *where, state="" if days else UNKNOWN)


def _stressors(known: Gathered) -> Iterator[Fact]:
    done = ran(known)
    planned = {one.kind for one in known.stressors}
    for kind, label in Stressor.Kind.choices:
        one = done.get(kind)
        said, link = ("planned, has not run", "See the plan") if kind in planned else ("never ran", "Plan it")
        if one and one.ran_on:
            said, link = f"ran on {day_in_words(one.ran_on)}", "See what happened"
        yield Fact(str(label), said, "from the first day", "register", "stressors", link, "" if one else UNKNOWN)


def _training(known: Gathered) -> Fact:
    share = known.share_of(Part.TRAINED, Part.UNTRAINED)
    said = "not told" if share is None else f"{percent(share)} of tasks by trained people"
    state = "" if share is not None else UNKNOWN
    return Fact("Training", said, _planned(known), "workload", "", "Say who is to be trained", state)


def _planned(known: Gathered) -> str:
    """Of all people of the rollout, those who are to be trained before it reaches them."""
    segments: list[Segment] = [segment for segment, _ in known.coverage.columns]
    counted = [(one.headcount, one.trained_percent) for one in segments if one.headcount]
    people = sum(headcount for headcount, _ in counted)
    if not people or all(part is None for _, part in counted):
        return "nobody has planned any"
    return f"{percent(sum(headcount * (part or 0) for headcount, part in counted) / people / 100)} of people"


def _consequences(known: Gathered) -> Fact:
    real = sum(bool(one.had_consequences) for one in known.batches)
    said = f"in {real} of {len(known.batches)} batches" if known.batches else "nothing was measured"
    return Fact(
        "Errors had consequences", said, "always", "batches", "", "See the batches", "" if known.batches else UNKNOWN
    )
