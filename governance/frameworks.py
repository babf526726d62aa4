"""Frameworks whose parts an answer can support: identifiers, and titles in our own words. Pure."""

from collections.abc import Iterator
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
