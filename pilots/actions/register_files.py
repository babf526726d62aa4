"""A register as a file: what its columns are, and a file read in whole or not at all."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import BooleanField, DateField, Field, FloatField, ForeignKey, IntegerField

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.actions.registers import content_of, new_entry, problems_of
from pilots.audit import record
from pilots.changes import evidence_changed
from pilots.imports import Checked, Column, Unreadable, check_table, read_table
from pilots.imports.values import choice, day, number, text, whole, yes_or_no
from pilots.models import Pilot, User
from pilots.permissions import Permission
from pilots.registers import Register
from pilots.registers.links import spelled, spellings

# Each is looked at by all its rules, as one that is typed in.
MOST_AT_ONCE: Final = 1000
MOST: Final = 1_000_000_000
# Written out beside what people fill in, and passed over when a file is read.
ABOUT: Final = ("recorded_by", "recorded_at")


@dataclass(frozen=True)
class Imported:
    added: int
    unchanged: int


def entry_columns(register: Register, pilot: Pilot) -> list[Column]:
    return [_column(register, field, pilot) for field in register.fields]


def _column(register: Register, field: "Field[Any, Any]", pilot: Pilot) -> Column:
    label, needed = register.label(field.name), not field.blank
    linked = spellings(field, pilot) if isinstance(field, ForeignKey) else {}
    help_ = f"{label}. {register.help.get(field.name, '')}".strip()
    if field.choices:
        help_ = f"{help_} One of: {', '.join(str(words) for _, words in field.flatchoices)}."
    example = register.example.get(field.name)
    said = next(iter(linked), "") if linked or isinstance(field, ForeignKey) else _shown(field, example)
    reads = "day" if isinstance(field, DateField) else "number" if isinstance(field, FloatField | IntegerField) else ""
    return Column(field.name, _kind(field, linked), help_, said, needed, (label,), reads)


def _shown(field: "Field[Any, Any]", example: Any) -> str:
    if example is None:
        return ""
    return str(dict(field.flatchoices).get(example, example))


def _kind(field: "Field[Any, Any]", linked: dict[str, Any]) -> Callable[..., Any]:
    if isinstance(field, ForeignKey):
        return choice(linked)
    if field.choices:
        return choice({name: value for value, words in field.flatchoices for name in (str(words), str(value))})
    if isinstance(field, BooleanField):
        return yes_or_no
    if isinstance(field, DateField):
        return day()
    if isinstance(field, IntegerField):
        return whole(0, MOST)
    return number(0, MOST) if isinstance(field, FloatField) else text(field.max_length or MOST)


def read_entries(register: Register, pilot: Pilot, content: bytes) -> Checked:
    """Cell by cell; what a file of ours says besides (who recorded it, what became of it) is passed over."""
    passed_over = [Column(name, text(), "") for name in (*ABOUT, *register.decided)]
    try:
        checked = check_table(read_table(content), [*entry_columns(register, pilot), *passed_over])
    except Unreadable as unreadable:
        checked = Checked()
        checked.refuse(unreadable.line or 1, "", "", unreadable.message)
    if len(checked.rows) > MOST_AT_ONCE:
        checked.refuse(1, "", "", f"It has more than {MOST_AT_ONCE:,} entries. Split it")
    return checked


def import_entries(
    *, register: Register, pilot: Pilot, by: User, at: dt.datetime, content: bytes
) -> tuple[Checked, Imported | None]:
    """All of it or, with what is wrong where, none. An entry that stands there already adds nothing."""
    require(by, Permission.EDIT_EVIDENCE, pilot)
    checked = read_entries(register, pilot, content)
    if not checked.is_good:
        return checked, None
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        added = _add(register, pilot, by, at, checked)
        if checked.wrong:
            transaction.set_rollback(True)
            return checked, None
        done = Imported(added, len(checked.rows) - added)
        if added:
            evidence_changed(pilot, reason=f"{register.name}: {added} entries were imported")
            data = {"register": register.slug, "added": added, "unchanged": done.unchanged}
            lender = acting_for(by, pilot, Permission.EDIT_EVIDENCE)
            record("register.imported", by=by, on_behalf_of=lender, pilot=pilot, target=pilot, data=data)
    return checked, done


def _add(register: Register, pilot: Pilot, by: User, at: dt.datetime, checked: Checked) -> int:
    """Each is written at once, so that the next is checked against it."""
    there = {content_of(register, one) for one in register.entries(pilot)}
    added = 0
    for row in checked.rows:
        entry = new_entry(register, pilot, row.values, by=by, at=at)
        content = content_of(register, entry)
        if content in there:
            continue
        problems = list(problems_of(register, entry))
        for place, message in problems:
            checked.refuse(row.line, place or "", row.values.get(place or "", ""), message)
        if not problems:
            there.add(content)
            entry.save(force_insert=True)
            added += 1
    return added


def entry_rows(register: Register, pilot: Pilot) -> Iterator[list[Any]]:
    """The header, then a row for each entry, as `read_entries` reads them."""
    names = [*register.names, *register.decided, *ABOUT]
    yield list(names)
    written = spelled(register, pilot)
    for entry in register.entries(pilot):
        yield [_written(register, entry, name, written) for name in names]


def _written(register: Register, entry: Any, name: str, links: dict[str, dict[Any, str]]) -> Any:
    field = register.field(name)
    value = getattr(entry, field.attname)
    if isinstance(field, ForeignKey):
        return links.get(name, {}).get(value) or ("" if value is None else str(getattr(entry, name)))
    if field.choices:
        return register.words(entry, name)
    return value.isoformat() if isinstance(value, dt.date) else value
