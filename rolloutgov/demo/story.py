"""What the YAML files say: one story for each pilot, and an answer to every question. Pure but for reading them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Step:
    """One thing that happens. `day` counts from today (−30: thirty days ago), with the time of day as its fraction."""

    day: float
    do: str
    by: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Step":
        rest = {name: value for name, value in row.items() if name not in {"day", "do", "by"}}
        # A comma in words without quotes ends them.
        cut = [name for name, value in rest.items() if value is None]
        if cut:
            raise ValueError(f"Put quotes round the words of which {cut} is a part.")
        return cls(float(row["day"]), row["do"], row.get("by", ""), rest)


@dataclass(frozen=True)
class Written:
    """An answer as somebody writes it down."""

    text: str
    kind: str = "answered"


@dataclass(frozen=True)
class Story:
    """One pilot: what it is, who is in it (keys of the cast), and what happens, in order."""

    name: str
    day: float
    pilot: Mapping[str, Any]
    source_note: str
    roles: Mapping[str, tuple[str, ...]]
    accepters: tuple[str, ...]
    workflows: tuple[Mapping[str, str], ...]
    use_cases: tuple[Mapping[str, Any], ...]
    segments: tuple[Mapping[str, Any], ...]
    values: Mapping[str, Any]
    answers: Mapping[str, Any]
    files: Mapping[str, Mapping[str, str]]
    steps: tuple[Step, ...]
    entered_phase: str = "demonstration"
    skip_reason: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Story":
        return cls(
            name=row["name"],
            day=float(row["day"]),
            pilot={name: unwrapped(value) if isinstance(value, str) else value for name, value in row["pilot"].items()},
            source_note=unwrapped(row["source_note"]),
            roles={role: tuple(keys) for role, keys in row["roles"].items()},
            accepters=tuple(row["accepters"]),
            workflows=tuple(row["workflows"]),
            use_cases=tuple(row["use_cases"]),
            segments=tuple(row["segments"]),
            values=row["values"],
            answers=row.get("answers", {}),
            files=row.get("files", {}),
            steps=tuple(Step.of(step) for step in row["steps"]),
            entered_phase=row.get("entered_phase", "demonstration"),
            skip_reason=row.get("skip_reason", ""),
        )


def unwrapped(text: str) -> str:
    """Lines of one paragraph or list item joined, since our Markdown keeps every line break."""
    return re.sub(r"(?<!\n)\n[ ]*(?![-\n ])", " ", text).strip()


@cache
def stories() -> tuple[Story, ...]:
    return tuple(Story.of(yaml.safe_load(path.read_text())) for path in sorted((_HERE / "stories").glob("*.yaml")))


@cache
def _answers() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((_HERE / "answers.yaml").read_text())
    return read


def accepting_comments() -> list[str]:
    comments: list[str] = _answers()["accepted"]
    return comments


def written_codes() -> set[str]:
    """The questions to which there is an answer for any pilot."""
    return set(_answers()["answers"])


def answer_to(story: Story, code: str, values: Mapping[str, Any], *, renewed: bool = False) -> Written:
    """The story's own words, or those for any pilot, with `values` filled in."""
    found = story.answers.get(code) or _answers()["answers"][code]
    row: Mapping[str, str] = found if isinstance(found, Mapping) else {"text": found}
    text = row["text"].format_map(values)
    if renewed:
        text = _answers()["renewed"] + text
    return Written(text, row.get("kind", "answered"))
