"""How participants and the people of the rollout stand on each attribute, as counts of levels in one order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pilots.figures.reading import Evidence, attitude_of
from pilots.models import Attitude, Comfort, Participant, Segment, WorkloadBand

_ATTITUDES: Final = list(Attitude)


@dataclass(frozen=True, eq=False)
class Attribute:
    """`of_person`: of each person of the evidence a place in `levels`; -1 where it is not said. `rollout`: people of
    each level; `uncounted`: segments of which nobody has said how many people they have, or where they stand."""

    key: str
    levels: tuple[tuple[str, str], ...]
    of_person: NDArray[np.int64]
    rollout: NDArray[np.float64]
    uncounted: int


def attributes_of(evidence: Evidence) -> Iterator[Attribute]:
    """Those that are known of participants and of segments both."""
    segments = list(Segment.objects.filter(pilot=evidence.pilot, removed_at=None).order_by("name", "pk"))
    place = {segment.pk: at for at, segment in enumerate(segments)}
    whose = _segment_of(evidence, place)
    own: dict[str, Callable[[Participant], str]] = {
        "attitude": lambda person: _ATTITUDES[attitude_of(person)] if person.expects_help is not None else "",
        "workload": lambda person: person.workload,
        "comfort": lambda person: person.comfort,
    }
    for key, choices in (("attitude", Attitude), ("workload", WorkloadBand), ("comfort", Comfort)):
        levels = tuple((str(value), str(label)) for value, label in choices.choices)
        yield _attribute(key, levels, map(own[key], evidence.people), [getattr(one, key) for one in segments], segments)
    for key, of_segment in _OF_SEGMENTS.items():
        said = [of_segment(segment) for segment in segments]
        words = dict(one for one in said if one[0])
        theirs = (said[at][0] if at >= 0 else "" for at in whose)
        yield _attribute(key, tuple(words.items()), theirs, [one[0] for one in said], segments)


_OF_SEGMENTS: Final[dict[str, Callable[[Segment], tuple[str, str]]]] = {
    "role": lambda one: (one.role, one.role),
    "benefit": lambda one: {
        None: ("", ""),
        True: ("yes", "Meant to benefit"),
        False: ("no", "Not meant to benefit"),
    }[one.is_beneficiary],
    "segment": lambda one: (one.slug, one.name),
}


def _attribute(
    key: str, levels: tuple[tuple[str, str], ...], people: Any, said: list[str], segments: list[Segment]
) -> Attribute:
    place = {level: at for at, (level, _) in enumerate(levels)}
    rollout, uncounted = np.zeros(len(levels)), 0
    for level, segment in zip(said, segments, strict=True):
        if segment.headcount is None or level not in place:
            uncounted += 1
        else:
            rollout[place[level]] += segment.headcount
    of_person = np.array([place.get(level, -1) for level in people], np.int64)
    return Attribute(key, levels, of_person, rollout, uncounted)


def _segment_of(evidence: Evidence, place: dict[Any, int]) -> list[int]:
    """What a person said at intake; else the one in which they did most tasks. -1: none that is there."""
    rows, many = evidence.counting, max(len(evidence.segments), 1)
    pairs, tasks = np.unique(rows.person.astype(np.int64) * many + rows.segment, return_counts=True)
    most: dict[int, int] = {}
    for pair in pairs[np.argsort(tasks, kind="stable")].tolist():
        most[pair // many] = pair % many
    found = []
    for at, person in enumerate(evidence.people):
        key = person.segment_id or (evidence.segments[most[at]].pk if at in most else None)
        found.append(place.get(key, -1))
    return found
