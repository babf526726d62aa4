"""The factors of a pilot and their levels, from what a pilot likes to what a rollout meets, and their words. Pure.

The first level of a factor is what somebody of whom nobody knows it is taken to be: then evidence says the least about
the rollout. Keys are those of the models' choices.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pilots.stats.forecast.terms import Factor


@dataclass(frozen=True, eq=False)
class Levels:
    """`words` by level: what was done there, or by whom. `of_people`: what somebody is, not what a task is."""

    name: str
    words: Mapping[str, str]
    ordered: bool = True
    of_people: bool = False
    codes: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", {level: code for code, level in enumerate(self.words)})

    @property
    def factor(self) -> Factor:
        steps = tuple(float(step) for step in range(len(self.words))) if self.ordered else ()
        return Factor(self.name, len(self.words), steps)

    @property
    def document(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "levels": list(self.words),
            "words": list(self.words.values()),
            "ordered": self.ordered,
            "of_people": self.of_people,
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Levels":
        words = dict(zip(document["levels"], document["words"], strict=True))
        return cls(document["name"], words, document["ordered"], document["of_people"])


ROUTE: Final = Levels(
    "route",
    {"selected": "people who volunteered or were nominated", "assigned": "people who were assigned"},
    of_people=True,
)
ATTITUDE: Final = Levels(
    "attitude",
    {"enthusiast": "enthusiasts", "neutral": "people who are neutral", "sceptic": "sceptics"},
    of_people=True,
)
WORKLOAD: Final = Levels(
    "workload",
    {"low": "people with a low workload", "usual": "people with the usual workload", "high": "people with much to do"},
    of_people=True,
)
COMFORT: Final = Levels(
    "comfort",
    {
        "high": "people at ease with new tools",
        "some": "people somewhat at ease with new tools",
        "low": "people uneasy with new tools",
    },
    of_people=True,
)
KIND: Final = Levels(
    "kind",
    {
        "curated": "curated use cases",
        "typical": "typical use cases",
        "difficult": "difficult use cases",
        "edge": "edge cases",
    },
)
SUPPORT: Final = Levels(
    "support", {"supported": "tasks done with help at hand", "unsupported": "tasks done without help"}
)
TRAINED: Final = Levels(
    "trained",
    {"trained": "people who were trained", "untrained": "people who were not trained"},
    of_people=True,
)
OF_TASKS: Final = (ROUTE, ATTITUDE, WORKLOAD, COMFORT, KIND, SUPPORT, TRAINED)
OF_PEOPLE: Final = (ROUTE, ATTITUDE, WORKLOAD, COMFORT, SUPPORT, TRAINED)
# Of whose combinations an effect of their own is expected.
PAIRS: Final = ((ATTITUDE, SUPPORT), (KIND, SUPPORT), (ATTITUDE, KIND))


def use_cases(named: Mapping[str, str]) -> Levels:
    """`named`: the name of each by its key."""
    return Levels("use_case", {key: f"the use case “{name}”" for key, name in named.items()}, ordered=False)


def roles(names: list[str]) -> Levels:
    return Levels("role", {name: f"the role “{name}”" for name in names}, ordered=False, of_people=True)
