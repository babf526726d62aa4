"""A file of flags that were collected elsewhere, checked whole before any of it counts."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from feedback.models import Flag
from feedback.models.reporting import OPEN_DOORS, DidInstead, MinutesLost, Reached, Source
from feedback.redaction import clean, redact
from feedback.taxonomy import CATEGORY_LABELS, MOST_CATEGORIES, NEEDS_NO_OUTPUT, SEVERITIES
from pilots.imports import Checked, Column, Row, Unreadable, check_table, read_table
from pilots.imports.values import choice, moment, several, text
from pilots.models import Pilot, Segment, UseCase

MOST_FLAGS: Final = 5000
TEXTS: Final = {"output": 8000, "what_happened": 4000, "expected": 4000, "prompt": 8000}
SOURCES: Final = [source for source in Source if source not in OPEN_DOORS]


@dataclass(frozen=True)
class ImportedFlag:
    """`submission`: the same for the same flag in every file, so that importing twice is importing once."""

    line: int
    submission: UUID
    fields: dict[str, Any]


@dataclass
class FlagFile:
    checked: Checked
    flags: list[ImportedFlag] = field(default_factory=list)
    # How many of them are here already.
    there: int = 0

    @property
    def new(self) -> int:
        return len(self.flags) - self.there

    @property
    def redactions(self) -> Counter[str]:
        return sum((Counter(flag.fields["redactions"]) for flag in self.flags), Counter())


def flag_columns(use_cases: Iterable[UseCase], segments: Iterable[Segment]) -> list[Column]:
    kinds = _named([(code.value, code.value, label) for code, label in CATEGORY_LABELS.items()])
    levels = _named([(int(level), str(int(level)), said.name) for level, said in SEVERITIES.items()])
    cases = _named([(case, case.name, case.slug) for case in use_cases])
    groups = _named([(segment, segment.name, segment.slug) for segment in segments])
    first = next(iter(cases), "")
    return [
        Column("categories", several(kinds, MOST_CATEGORIES), _CATEGORIES, "WRONG; STALE", True, ("category",)),
        Column("severity", choice(levels), "0 to 4, by what happened next.", "1", True),
        Column("output", text(TEXTS["output"]), "What the tool gave, or where it can be found.", "Due within 90 days."),
        Column("what_happened", text(TEXTS["what_happened"]), "In the reporter’s words.", "The limit is 30 days."),
        Column("expected", text(TEXTS["expected"]), "What it should have said.", "Within 30 days."),
        Column("prompt", text(TEXTS["prompt"]), "What was asked of the tool."),
        Column("use_case", choice(cases), "Name or short name of a use case of the pilot.", first, also=("used for",)),
        Column("segment", choice(groups), "Name or short name of a segment of the pilot."),
        Column("tool_version", text(80), "Version of the tool."),
        Column("made_at", moment, "When the output was made.", reads="day"),
        Column("reported_at", moment, "When it was reported. Empty: today.", "2026-11-02 14:30", reads="day"),
        Column("source", choice(_labelled(SOURCES)), "Where it was first heard of. Empty: imported.", "complaint"),
        Column("external_id", text(80), "Its number where it comes from: the same one is imported once.", "C-2041"),
        Column("did_instead", choice(_labelled(DidInstead)), "What the reporter did instead."),
        Column("minutes_lost", choice(_labelled(MinutesLost)), "How many minutes were lost."),
        Column("reached", choice(_labelled(Reached)), "Whom the output had reached."),
    ]


_CATEGORIES: Final = "One or two, as codes or in the words of the form, parted by a semicolon."


def _named(rows: Iterable[tuple[Any, str, str]]) -> dict[str, Any]:
    """Each value under both of its names, the first names first."""
    known = list(rows)
    return {name: value for value, name, _ in known} | {name: value for value, _, name in known}


def _labelled(choices: Any) -> dict[str, str]:
    return {one.value: one.value for one in choices} | {str(one.label): one.value for one in choices}


def columns_of(pilot: Pilot) -> list[Column]:
    there = {"pilot": pilot, "removed_at__isnull": True}
    return flag_columns(UseCase.objects.filter(**there), Segment.objects.filter(**there))


def read_flag_file(*, pilot: Pilot, content: bytes, at: datetime) -> FlagFile:
    try:
        file = FlagFile(check_table(read_table(content), columns_of(pilot)))
    except Unreadable as unreadable:
        file = FlagFile(Checked())
        file.checked.refuse(unreadable.line or 1, "", "", unreadable.message)
    if len(file.checked.rows) > MOST_FLAGS:
        reason = f"The file has more than {MOST_FLAGS:,} flags. Split it"
        file.checked.refuse(file.checked.rows[MOST_FLAGS].line, "", "", reason)
        return file
    seen: Counter[str] = Counter()
    for row in file.checked.rows:
        file.flags.append(_flag(pilot, row, at, seen, file.checked))
    _compare(pilot, file)
    if not file.checked.is_good:
        file.flags, file.there = [], 0
    return file


def _flag(pilot: Pilot, row: Row, at: datetime, seen: Counter[str], checked: Checked) -> ImportedFlag:
    given = dict(row.values)
    given["reported_at"] = _past(row, "reported_at", at, checked) or at
    given["made_at"] = _past(row, "made_at", at, checked)
    if given["made_at"] and given["made_at"] > given["reported_at"] + timedelta(days=1):
        checked.refuse(row.line, "made_at", given["made_at"], "is after it was reported")
    if not given.get("output") and not NEEDS_NO_OUTPUT.intersection(given.get("categories", ())):
        checked.refuse(row.line, "output", "", "is empty: say what the tool gave, or where it can be found")
    kinds: Counter[str] = Counter()
    for name in TEXTS:
        redacted = redact(given.get(name, ""))
        given[name], kinds = redacted.text, kinds + redacted.kinds
    given |= {"redactions": dict(kinds), "source": given.get("source", Source.IMPORT)}
    given["external_id"] = clean(given.get("external_id", ""))
    given["tool_version"] = clean(given.get("tool_version", ""))
    key = _key(given, row.values)
    seen[key] += 1
    if given["external_id"] and seen[key] > 1:
        checked.refuse(row.line, "external_id", given["external_id"], "stands in the file more than once")
    said = f"{pilot.pk}:{key}:{seen[key]}"
    return ImportedFlag(row.line, UUID(hashlib.sha256(said.encode()).hexdigest()[:32]), given)


def _past(row: Row, name: str, at: datetime, checked: Checked) -> datetime | None:
    """A day alone was read as its noon, which may be later than now today."""
    value: datetime | None = row.values.get(name)
    if value is not None and value > at:
        if value.date() != at.date():
            checked.refuse(row.line, name, value.date(), "is still to come")
        return at
    return value


def _key(given: dict[str, Any], written: dict[str, Any]) -> str:
    """Its number elsewhere; without one all that is written of it, and which of several alike it is."""
    if given["external_id"]:
        return f"id {given['external_id']}"
    return "row " + json.dumps({name: str(value) for name, value in written.items()}, sort_keys=True)


def _compare(pilot: Pilot, file: FlagFile) -> None:
    """What is here already stays as it is; the same number with other words is a mistake that a person has to see."""
    ids = {flag.fields["external_id"] for flag in file.flags} - {""}
    by_id = {flag.external_id: flag for flag in Flag.objects.filter(pilot=pilot, external_id__in=ids)}
    submissions = [flag.submission for flag in file.flags]
    by_submission = set(Flag.objects.filter(submission__in=submissions).values_list("submission", flat=True))
    for flag in file.flags:
        before = by_id.get(flag.fields["external_id"])
        file.there += before is not None or flag.submission in by_submission
        if before is not None and any(
            getattr(before, name) != flag.fields[name] for name in ("output", "what_happened")
        ):
            reason = f"is here already with other words, as {before.reference}"
            file.checked.refuse(flag.line, "external_id", before.external_id, reason)
