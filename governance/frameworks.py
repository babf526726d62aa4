"""Frameworks whose parts an answer can support: identifiers, and titles in our own words. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

FILE: Final = Path(__file__).parent / "catalogue" / "frameworks.yaml"


@dataclass(frozen=True)
class Part:
    id: str
    title: str

    @property
    def anchor(self) -> str:
        """ "art-26-4" of "Art. 26(4)"."""
        return re.sub(r"[^a-z0-9]+", "-", self.id.lower()).strip("-")


@dataclass(frozen=True)
class Group:
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Framework:
    key: str
    name: str
    full_name: str
    edition: str
    note: str
    groups: tuple[Group, ...]

    def parts(self) -> Iterator[Part]:
        for group in self.groups:
            yield from group.parts

    def titles(self) -> dict[str, str]:
        return {part.id: part.title for part in self.parts()}


@cache
def frameworks() -> dict[str, Framework]:
    """All of them by key, in the order of the file."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    found = [
        Framework(
            **{name: row[name].strip() for name in ("key", "name", "full_name", "edition", "note")},
            groups=tuple(
                Group(group["title"], tuple(Part(part_id, title) for part_id, title in group["parts"]))
                for group in row["groups"]
            ),
        )
        for row in rows
    ]
    return {framework.key: framework for framework in found}


@cache
def known_parts() -> dict[str, frozenset[str]]:
    return {key: frozenset(part.id for part in framework.parts()) for key, framework in frameworks().items()}


@dataclass(frozen=True)
class Citation:
    """A part that a question supports; `condition` says when, where it does so only then."""

    part: Part
    condition: str


def split_citation(citation: str) -> tuple[str, str]:
    """ "Art. 26(6): logs" → ("Art. 26(6)", "logs"); the condition may be empty."""
    part, _, condition = citation.partition(":")
    return part.strip(), condition.strip()


def citations(supports: Mapping[str, Sequence[str]]) -> list[tuple[Framework, list[Citation]]]:
    """A question's `supports` with names and titles. What an older catalogue cited and nobody knows any more stays."""
    found = []
    for key, framework in frameworks().items():
        titles = framework.titles()
        pairs = [split_citation(citation) for citation in supports.get(key, ())]
        if pairs:
            found.append((framework, [Citation(Part(part, titles.get(part, "")), when) for part, when in pairs]))
    return found
