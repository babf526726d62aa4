"""What two sets of questions do not share, and a shipped set's changes carried into an edited one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from governance.catalogue.entry import Entry, content

LABELS: Final = {
    "phase": "Phase",
    "theme": "Theme",
    "question": "Question",
    "good_answer": "What a good answer holds",
    "evidence": "Evidence expected",
    "owner_role": "Role that usually answers",
    "core": "In the core profile",
    "per_workflow": "Asked for each workflow",
    "blocking": "Blocks",
    "blocking_note": "How that is meant",
    "after_first_stage": "Asked from the second stage on",
    "may_be_not_measured": "May be answered “not measured”",
    "valid_days": "Days an accepted answer stays valid",
    "renew_events": "Events that make it stale",
    "renew_note": "When to renew, in words",
    "doubted_by": "Flags that put it in doubt",
    "ideas": "Ideas behind it",
    "supports": "Supports",
}
# An answer to the older wording may no longer answer this one (the same fields as `Question.meaning_digest`).
MEANING: Final = frozenset({"question", "good_answer", "evidence", "may_be_not_measured"})


@dataclass(frozen=True)
class FieldChange:
    name: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return LABELS[self.name]


@dataclass(frozen=True)
class Reworded:
    before: Entry
    after: Entry
    fields: tuple[FieldChange, ...]

    @property
    def code(self) -> str:
        return self.after.code

    @property
    def changes_meaning(self) -> bool:
        return any(field.name in MEANING for field in self.fields)


@dataclass(frozen=True)
class Difference:
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Reworded, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    @property
    def words(self) -> str:
        """ "2 added, 1 removed, 5 changed"; parts that are zero are left out."""
        counts = ((len(self.added), "added"), (len(self.removed), "removed"), (len(self.changed), "changed"))
        return ", ".join(f"{count} {word}" for count, word in counts if count) or "no difference"


def difference(before: Sequence[Entry], after: Sequence[Entry]) -> Difference:
    old = {entry.code: entry for entry in before}
    new = {entry.code: entry for entry in after}
    pairs = [(old[code], entry) for code, entry in new.items() if code in old]
    reworded = [Reworded(one, other, _fields(one, other)) for one, other in pairs]
    return Difference(
        added=tuple(entry for code, entry in new.items() if code not in old),
        removed=tuple(entry for code, entry in old.items() if code not in new),
        changed=tuple(pair for pair in reworded if pair.fields),
    )


def _fields(before: Entry, after: Entry) -> tuple[FieldChange, ...]:
    old, new = content(before), content(after)
    return tuple(
        FieldChange(name, in_words(old[name]), in_words(new[name])) for name in LABELS if old[name] != new[name]
    )


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not by time alone"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {', '.join(parts)}" for key, parts in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(value)
    return str(value)


@dataclass(frozen=True)
class Merge:
    entries: tuple[Entry, ...]
    # Questions where both sides changed the same thing; ours stayed.
    kept: tuple[str, ...]


def merge(base: Sequence[Entry], ours: Sequence[Entry], theirs: Sequence[Entry]) -> Merge:
    """What changed from `base` to `theirs`, carried into `ours`, field by field. Where both changed, ours stays."""
    was = {entry.code: entry for entry in base}
    theirs_by_code = {entry.code: entry for entry in theirs}
    merged: list[Entry] = []
    kept: list[str] = []
    for entry in ours:
        old, new = was.get(entry.code), theirs_by_code.get(entry.code)
        if old is None or new is None:
            dropped = old is not None
            if dropped and entry == old:
                continue
            if dropped or (new is not None and new != entry):
                kept.append(entry.code)
            merged.append(entry)
            continue
        taken = {name: getattr(new, name) for name in LABELS if getattr(entry, name) == getattr(old, name)}
        both = (n for n in LABELS if n not in taken and getattr(new, n) not in (getattr(old, n), getattr(entry, n)))
        if any(both):
            kept.append(entry.code)
        merged.append(replace(entry, **taken))
    mine = {entry.code for entry in ours}
    for entry in (entry for entry in theirs if entry.code not in mine and entry.code not in was):
        merged.insert(place_after_phase(merged, entry.phase), entry)
    return Merge(tuple(merged), tuple(kept))


def place_after_phase(entries: Sequence[Entry], phase: str) -> int:
    """Where a new question of `phase` goes: after the last one of its phase, else at the end."""
    places = [index for index, entry in enumerate(entries) if entry.phase == phase]
    return places[-1] + 1 if places else len(entries)
