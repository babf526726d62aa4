"""Which parts of the frameworks the accepted answers of some pilots support, which are only asked, which by nothing.

Support is a matter of answers that a person accepted; it is never compliance.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from governance.frameworks import Framework, Part, frameworks, split_citation
from governance.models import Answer, CatalogueVersion, Item, Question
from pilots.models import Pilot


class Coverage(StrEnum):
    SUPPORTED = "supported"
    SET_ASIDE = "set_aside"
    ASKED = "asked"
    NOTHING = "nothing"


WORDS: Final = {
    Coverage.SUPPORTED: "Supported by accepted answers",
    Coverage.SET_ASIDE: "Not measured or not applicable",
    Coverage.ASKED: "Asked, no answer accepted yet",
    Coverage.NOTHING: "Covered by nothing",
}

# Keys of pilots/icons.py STATES.
LOOKS: Final = {
    Coverage.SUPPORTED: "accepted",
    Coverage.SET_ASIDE: "not_measured",
    Coverage.ASKED: "unanswered",
    Coverage.NOTHING: "unknown",
}


@dataclass(frozen=True)
class PartCoverage:
    part: Part
    state: Coverage
    # Pilots where every item of a citing question is answered and accepted; where one is asked at all.
    supported_in: tuple[Pilot, ...]
    asked_in: tuple[Pilot, ...]
    # Questions of the newest catalogue and of the pilots' own versions that cite the part.
    codes: tuple[str, ...]

    @property
    def words(self) -> str:
        return WORDS[self.state]

    @property
    def look(self) -> str:
        return LOOKS[self.state]

    @property
    def more_supported_in(self) -> int:
        """How many pilots stand behind the first three."""
        return max(0, len(self.supported_in) - 3)


@dataclass(frozen=True)
class GroupCoverage:
    title: str
    parts: tuple[PartCoverage, ...]


@dataclass(frozen=True)
class FrameworkCoverage:
    framework: Framework
    groups: tuple[GroupCoverage, ...]

    def parts(self) -> list[PartCoverage]:
        return [part for group in self.groups for part in group.parts]

    def counts(self) -> dict[Coverage, int]:
        found = Counter(part.state for part in self.parts())
        return {state: found[state] for state in Coverage}


@dataclass(frozen=True)
class _Standing:
    """In which pilots one question is asked, and in which its answers support or are set aside."""

    code: str
    asked: frozenset[UUID]
    supported: frozenset[UUID]
    set_aside: frozenset[UUID]


def coverage(pilots: QuerySet[Pilot], at: datetime) -> dict[str, FrameworkCoverage]:
    """All frameworks over these pilots, in four queries."""
    names = {pilot.pk: pilot for pilot in pilots.only("slug", "name", "is_demo").order_by("name")}
    citing = _citing(_standings(pilots, at))
    for key, part_id, code in _newest_citations():
        citing[key, part_id].append(_Standing(code, frozenset(), frozenset(), frozenset()))
    return {key: _of_framework(framework, citing, names) for key, framework in frameworks().items()}


def _standings(pilots: QuerySet[Pilot], at: datetime) -> list[tuple[_Standing, Mapping[str, list[str]]]]:
    """Each question asked anywhere in these pilots, with what it supports."""
    valid = Q(answer__valid_until__isnull=True) | Q(answer__valid_until__gt=at)
    accepted = Q(state=Item.State.ACCEPTED) & valid
    answered = accepted & Q(answer__kind=Answer.Kind.ANSWERED)
    rows = (
        Item.objects.filter(pilot__in=pilots.order_by().values("pk"), retired_at__isnull=True)
        .order_by()
        .values("question_id")
        .annotate(
            asked=ArrayAgg("pilot_id", distinct=True),
            accepted=ArrayAgg("pilot_id", filter=accepted, distinct=True, default=[]),
            unaccepted=ArrayAgg("pilot_id", filter=~accepted | Q(answer=None), distinct=True, default=[]),
            unanswered=ArrayAgg("pilot_id", filter=~answered | Q(answer=None), distinct=True, default=[]),
        )
    )
    found = list(rows)
    questions = Question.objects.only("code", "supports").in_bulk([row["question_id"] for row in found])
    standings = []
    for row in found:
        question = questions[row["question_id"]]
        supported = frozenset(row["accepted"]) - frozenset(row["unanswered"])
        set_aside = frozenset(row["accepted"]) - frozenset(row["unaccepted"]) - supported
        standing = _Standing(question.code, frozenset(row["asked"]), supported, set_aside)
        standings.append((standing, question.supports))
    return standings


def _citing(
    standings: Iterable[tuple[_Standing, Mapping[str, list[str]]]],
) -> defaultdict[tuple[str, str], list[_Standing]]:
    found: defaultdict[tuple[str, str], list[_Standing]] = defaultdict(list)
    for standing, supports in standings:
        for key, cited in supports.items():
            for citation in cited:
                found[key, split_citation(citation)[0]].append(standing)
    return found


def _newest_citations() -> list[tuple[str, str, str]]:
    """(framework, part, code) of the newest published catalogue, whether or not a pilot asks it."""
    newest = CatalogueVersion.objects.published().values("pk")[:1]
    rows = Question.objects.filter(catalogue__in=newest).values_list("code", "supports")
    return [
        (key, split_citation(citation)[0], code)
        for code, supports in rows
        for key, cited in supports.items()
        for citation in cited
    ]


def _of_framework(
    framework: Framework, citing: Mapping[tuple[str, str], list[_Standing]], pilots: Mapping[UUID, Pilot]
) -> FrameworkCoverage:
    def of_part(part: Part) -> PartCoverage:
        return _of_part(part, citing.get((framework.key, part.id), []), pilots)

    groups = tuple(GroupCoverage(group.title, tuple(map(of_part, group.parts))) for group in framework.groups)
    return FrameworkCoverage(framework, groups)


def _of_part(part: Part, standings: list[_Standing], pilots: Mapping[UUID, Pilot]) -> PartCoverage:
    asked = {pk for standing in standings for pk in standing.asked}
    supported = {pk for standing in standings for pk in standing.supported}
    if supported:
        state = Coverage.SUPPORTED
    elif any(standing.set_aside for standing in standings):
        state = Coverage.SET_ASIDE
    else:
        state = Coverage.ASKED if asked else Coverage.NOTHING
    return PartCoverage(
        part=part,
        state=state,
        supported_in=tuple(pilot for pk, pilot in pilots.items() if pk in supported),
        asked_in=tuple(pilot for pk, pilot in pilots.items() if pk in asked),
        codes=tuple(sorted({standing.code for standing in standings})),
    )
