"""One question of the catalogue as plain data, and what must hold for it. Pure: file, form and database use it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from feedback.taxonomy import Category, Severity
from governance.frameworks import split_citation
from governance.renewal import EVENTS
from pilots.permissions import Role

PHASES: Final = ("demonstration", "stress_test", "infrastructure_build", "staged_rollout")
THEMES: Final = ("evidence_design", "governance", "feedback_loop", "integration", "change_management")
BLOCKING: Final = ("gate", "stage", "never")
ROLES: Final = tuple(role.value for role in Role)
DOUBTS: Final = (*(category.value for category in Category), *(f"severity_{level.value}" for level in Severity))
LONGEST: Final = {"question": 1000, "good_answer": 2000, "evidence": 1000, "renew_note": 300, "blocking_note": 300}
MOST_DAYS: Final = 3650
CODE: Final = re.compile(r"[A-Z]{2,6}-\d{2,3}")
IDEA: Final = re.compile(r"E\d{2}")


@dataclass(frozen=True)
class Entry:
    code: str
    phase: str
    theme: str
    question: str
    good_answer: str
    evidence: str
    owner_role: str
    core: bool = False
    per_workflow: bool = False
    blocking: str = "gate"
    blocking_note: str = ""
    after_first_stage: bool = False
    may_be_not_measured: bool = False
    valid_days: int | None = None
    renew_events: tuple[str, ...] = ()
    renew_note: str = ""
    doubted_by: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    # Framework key → parts, each "part" or "part: condition".
    supports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    field: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.what} {self.mend}"


def problems_of(entry: Entry, parts: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    """Everything wrong with one question by itself; `parts` are the known parts of each framework."""
    if not CODE.fullmatch(entry.code):
        yield Problem("code", f"“{entry.code}” is not a code.", "Write capital letters, a hyphen and a number: DEM-12.")
    for name, known in (("phase", PHASES), ("theme", THEMES), ("blocking", BLOCKING), ("owner_role", ROLES)):
        yield from _unknown(name, [getattr(entry, name)], known)
    for name in ("question", "good_answer", "evidence"):
        if not getattr(entry, name).strip():
            yield Problem(name, f"“{name}” is empty.", "Say it in a sentence.")
    for name, longest in LONGEST.items():
        if len(getattr(entry, name)) > longest:
            yield Problem(name, f"“{name}” is longer than {longest} characters.", "Shorten it.")
    if entry.valid_days is not None and not 1 <= entry.valid_days <= MOST_DAYS:
        yield Problem(
            "valid_days", f"{entry.valid_days} days cannot be kept.", f"Write 1 to {MOST_DAYS} days, or leave it empty."
        )
    yield from _contradictions(entry)
    yield from _unknown("renew_events", entry.renew_events, EVENTS)
    yield from _unknown("doubted_by", entry.doubted_by, DOUBTS)
    for idea in entry.ideas:
        if not IDEA.fullmatch(idea):
            yield Problem("ideas", f"“{idea}” is not an idea.", "Write E and two digits: E07.")
    for key, citations in entry.supports.items():
        if key not in parts:
            yield from _unknown("supports", [key], parts)
        else:
            yield from _unknown(f"supports_{key}", [split_citation(citation)[0] for citation in citations], parts[key])


def _contradictions(entry: Entry) -> Iterator[Problem]:
    in_rollout = entry.phase == "staged_rollout"
    if entry.blocking == "stage" and not in_rollout:
        yield Problem(
            "blocking", "Only a question of the staged rollout can block a stage.", "Choose “gate” or another phase."
        )
    if entry.blocking == "gate" and in_rollout:
        yield Problem(
            "blocking", "The staged rollout has a gate for each stage.", "Choose “stage” or “never” for its questions."
        )
    if entry.after_first_stage and not in_rollout:
        yield Problem(
            "after_first_stage",
            "Only questions of the staged rollout follow a stage.",
            "Untick it or change the phase.",
        )


def _unknown(name: str, values: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    choices = list(known)
    for value in values:
        if value in choices:
            continue
        near = get_close_matches(value, choices, n=1, cutoff=0.6)
        one_of = ", ".join(choices) if len(choices) <= 20 else f"{len(choices)} known ones, such as {choices[0]}"
        yield Problem(
            name, f"“{value}” is not known.", f"Did you mean “{near[0]}”?" if near else f"Use one of: {one_of}."
        )


def twice(codes: Iterable[str]) -> list[str]:
    """Codes that stand in a catalogue more than once."""
    seen: set[str] = set()
    return [code for code in codes if code in seen or seen.add(code)]  # type: ignore[func-returns-value]


def content(entry: Entry) -> dict[str, Any]:
    """All of it as plain JSON, for digests and for comparing."""
    return {
        **{name: getattr(entry, name) for name in Entry.__dataclass_fields__},
        "renew_events": list(entry.renew_events),
        "doubted_by": list(entry.doubted_by),
        "ideas": list(entry.ideas),
        "supports": {key: list(citations) for key, citations in entry.supports.items() if citations},
    }
