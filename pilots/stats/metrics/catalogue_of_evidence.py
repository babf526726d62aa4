"""Of figures about the evidence itself: who and what it stands for, what help was given, who measured."""

from typing import Final

from pilots.stats.metrics.figure import About, Better

# What participants and rollout population are compared on: key of M14 and its name.
ATTRIBUTES: Final[dict[str, str]] = {
    "attitude": "attitude",
    "route": "route",
    "workload": "workload",
    "comfort": "comfort with tools",
    "concern": "worry about the role",
    "role": "role",
    "site": "site",
    "benefit": "intended benefit",
    "segment": "segment",
}
SOURCES: Final[dict[str, str]] = {
    "supplier": "the supplier",
    "project": "the project",
    "champion": "champions",
    "peer": "other colleagues",
}
BARRIERS: Final[dict[str, str]] = {
    "sceptic": "sceptical of it",
    "role": "worried about their role",
    "no_time": "short of time for it",
    "poor_fit": "hindered by a poor fit",
    "identity": "touched in who they are",
}
_VOLUME = "Counting use cases instead of volume makes a pilot look complete."
_WORST = "The total hides a segment for which most of it fails: look at the worst."
_CHAMPION = "A nominated champion was selected too."
_CHAT = "Help in a chat or across the desk counts."
_FATIGUE = "People tire of surveys; it is never used to judge one of them."
_SUPPLIER = "A supplier's dashboard has a stake."
_AVERAGE = "A run at average load tests nothing."
_DELETING = "It shrinks when cells are deleted."
_HEROES = "Champions bridge quietly what nobody will bridge later."

_THINGS: Final[tuple[tuple[str, str, str, str, Better, str], ...]] = (
    ("M12", "Share of workload tested", "%", "How much of the real work was tried at all?", "high", _VOLUME),
    ("M13", "Underperforming workload", "%", "On how much of the work does it fall short?", "low", _WORST),
    ("M14.cells", "Cells with too few people", "cells", "Of whom do we know too little?", "low", _CHAMPION),
    ("M28", "Manual bridging steps", "per case", "How much is done by hand to connect it?", "low", _HEROES),
    ("M28.minutes", "Minutes of bridging", "min/case", "How long does that take?", "low", _HEROES),
    ("M28.cases", "Cases with bridging", "%", "How many cases need a hand?", "low", _HEROES),
    ("M33", "Measurer independence", "%", "Who without a stake worked it out again?", "high", _SUPPLIER),
    ("M35.latency", "Latency at the peak", "s", "How long do people wait when everybody does?", "low", _AVERAGE),
    ("M35.errors", "Errors at the peak", "%", "How much fails when everybody works?", "low", _AVERAGE),
    ("M35.refused", "Rejected at the peak", "%", "How much is turned away then?", "low", _AVERAGE),
    ("M36", "Ignorance index", "%", "On how much of the work do we know nothing?", "low", _DELETING),
)
_PEOPLE: Final[tuple[tuple[str, str, str, str, Better, str], ...]] = (
    ("M14", "Participants not selected", "%", "How many did not choose or get chosen?", "high", _CHAMPION),
    *(
        (f"M14.{key}", f"Distance in {name}", "0–1", f"How unlike the rollout are they in {name}?", "low", _CHAMPION)
        for key, name in ATTRIBUTES.items()
    ),
    ("M15", "Support intensity", "h/user-week", "How much help did they get?", "", _CHAT),
    *(
        (f"M15.{key}", f"Support by {name}", "h/user-week", f"How much of it from {name}?", "", _CHAT)
        for key, name in SOURCES.items()
    ),
    *(
        (f"M32.{key}", f"People {name}", "%", f"How many are {name}?", "low", _FATIGUE)
        for key, name in BARRIERS.items()
    ),
)

EVIDENCE: Final[tuple[About, ...]] = (
    *(About(*row, concerns_people=True) for row in _PEOPLE),
    *(About(*row, concerns_people=False) for row in _THINGS),
)
