"""Keeping a register: an entry is added, edited, removed. One for all of them; what differs is declared."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import CheckConstraint, Field, ForeignKey, Model, Q, UniqueConstraint

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.cells import cell
from pilots.changes import evidence_changed
from pilots.errors import Conflict, Refused
from pilots.models import Entry, Pilot, UseCase, User
from pilots.permissions import Permission
from pilots.registers import REGISTERS, Register
from pilots.registers.links import to_choose


def add_entry(*, register: Register, pilot: Pilot, by: User, at: dt.datetime, fields: Mapping[str, Any]) -> Any:
    """`fields` by the names of the register; one that is left out is empty."""
    require(by, Permission.EDIT_EVIDENCE, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        _check_links(register, pilot, fields)
        entry = new_entry(register, pilot, fields, by=by, at=at)
        for place, message in problems_of(register, entry):
            raise Refused(message, field=place)
        if any(content_of(register, entry) == content_of(register, one) for one in register.entries(pilot)):
            raise Refused("The very same entry stands here already.", code="already")
        entry.save(force_insert=True)
        evidence_changed(pilot, reason=f"{register.name}: an entry was added")
        data = {name: said_of(register.field(name), entry) for name in register.names}
        _record("register.added", register, entry, by, data)
    return entry


def edit_entry(*, entry: Entry, by: User, at: dt.datetime, fields: Mapping[str, Any], version: int) -> Any:
    """What is left out stays. `version` as it was read."""
    pilot, register = entry.pilot, register_of(entry)
    require(by, Permission.EDIT_EVIDENCE, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        held = hold_entry(entry, version)
        changed = [name for name in register.names if name in fields and getattr(held, name) != fields[name]]
        _check_links(register, pilot, {name: fields[name] for name in changed})
        for name in changed:
            setattr(held, name, fields[name])
        register.upon_change(held, changed)
        for place, message in problems_of(register, held):
            raise Refused(message, field=place)
        if changed:
            held.version += 1
            held.save()
            evidence_changed(pilot, reason=f"{register.name}: an entry was edited")
            data = {name: said_of(register.field(name), held) for name in changed}
            _record("register.edited", register, held, by, data)
    return held


def remove_entry(*, entry: Entry, by: User, at: dt.datetime) -> None:
    """It stays in the record; nothing counts it any more."""
    pilot, register = entry.pilot, register_of(entry)
    require(by, Permission.EDIT_EVIDENCE, pilot)
    with transaction.atomic():
        require_not_ended(lock_pilot(pilot))
        held = hold_entry(entry)
        if resting := ", ".join(rests_on(held)):
            raise Refused(f"Remove or change first what rests on it: {resting}.", code="rests_on_it")
        held.removed_at, held.removed_by = at, by
        held.save(update_fields=["removed_at", "removed_by"])
        evidence_changed(pilot, reason=f"{register.name}: an entry was removed")
        _record("register.removed", register, held, by, {})


def register_of(entry: Entry) -> Register:
    return next(one for one in REGISTERS.values() if isinstance(entry, one.model))


def new_entry(register: Register, pilot: Pilot, fields: Mapping[str, Any], *, by: User, at: dt.datetime) -> Any:
    given = {name: value for name, value in fields.items() if name in register.names}
    return register.model(pilot=pilot, recorded_at=at, recorded_by=by, **given)


def hold_entry(entry: Entry, version: int | None = None) -> Any:
    rows = type(entry)._default_manager.select_for_update(no_key=True, of=("self",)).select_related("pilot")
    held = rows.get(pk=entry.pk)
    register = register_of(held)
    if held.removed_at is not None:
        raise Refused(f"This {register.one} was removed.", code="removed")
    if version is not None and held.version != version:
        current = {register.label(name): register.words(held, name) for name in register.names}
        raise Conflict(f"Somebody else changed this {register.one} while you were editing it.", current=current)
    return held


def require_member(pilot: Pilot, person: User | None, field: str) -> None:
    if person is not None and not person.memberships.filter(pilot=pilot).exists():
        raise Refused(f"{person.name} is not in this pilot.", field=field, code="not_a_member")


def _check_links(register: Register, pilot: Pilot, fields: Mapping[str, Any]) -> None:
    """By the register's own rules of what can be chosen: what was removed, or is another pilot's, cannot."""
    for link in register.links:
        chosen = fields.get(link.name)
        if isinstance(chosen, User):
            require_member(pilot, chosen, link.name)
        elif chosen is not None and not to_choose(link, pilot).filter(pk=chosen.pk).exists():
            what = str(chosen._meta.verbose_name)
            raise Refused(f"Choose a {what} of this pilot that is still there.", field=link.name, code="unknown")


# What is wrong with an entry ------------------------------------------------------------------------------------------


def problems_of(register: Register, entry: Entry) -> Iterator[tuple[str | None, str]]:
    """Field (None where it is of none) and words, as the model's fields, constraints and `clean` say it."""
    for one in register.fields:
        value = getattr(entry, one.attname)
        if isinstance(value, float) and not math.isfinite(value):
            yield one.name, "This is no number."
            return
    try:
        entry.full_clean()
    except ValidationError as error:
        for place, messages in error.message_dict.items():
            for message in messages:
                yield _placed(register, place, message)


def _placed(register: Register, place: str, message: str) -> tuple[str | None, str]:
    if place != NON_FIELD_ERRORS:
        return place, message
    for rule in register.model._meta.constraints:
        if rule.get_violation_error_message() != message:
            continue
        if isinstance(rule, UniqueConstraint):
            labels = " and ".join(register.label(name).lower() for name in rule.fields)
            return rule.fields[-1], f"There is one already with the same {labels}."
        if isinstance(rule, CheckConstraint) and isinstance(rule.condition, Q):
            spoken = [name for name in register.names if name in rule.condition.referenced_base_fields]
            return (spoken[-1] if spoken else None), message
    return None, message


# What rests on an entry, what it says --------------------------------------------------------------------------------


def rests_on(entry: Entry) -> list[str]:
    """“2 breaches”: entries and use cases that point at this one and are still there."""
    pointing: list[tuple[str, str, type[Model], str]] = [
        (one.one, one.name.lower(), one.model, link.name)
        for one in REGISTERS.values()
        for link in one.links
        if link.related_model is type(entry)
    ]
    if UseCase._meta.get_field("set_aside_stressor").related_model is type(entry):
        pointing.append(("use case set aside", "use cases set aside", UseCase, "set_aside_stressor"))
    said = []
    for one, many, model, name in pointing:
        count = model._default_manager.filter(**{name: entry.pk}, removed_at__isnull=True).count()
        if count:
            said.append(f"{count} {one if count == 1 else many}")
    return said


def content_of(register: Register, entry: Entry) -> tuple[str, ...]:
    """What makes two entries the same: all that people fill in, as a file would hold it."""
    return tuple(cell(_plain(getattr(entry, one.attname))) for one in register.fields)


def _plain(value: Any) -> Any:
    return f"{value:g}" if isinstance(value, float) else str(value) if isinstance(value, dt.date | UUID) else value


def said_of(field: "Field[Any, Any]", entry: Model) -> Any:
    """For the trail: ids, choices, numbers and days as they are; what somebody wrote as a digest."""
    value = getattr(entry, field.attname)
    if isinstance(value, str) and value and not field.choices and not isinstance(field, ForeignKey):
        return digest_of(value)
    return str(value) if isinstance(value, dt.date | UUID) else value


def _record(verb: str, register: Register, entry: Entry, by: User, data: Mapping[str, Any]) -> None:
    lender = acting_for(by, entry.pilot, Permission.EDIT_EVIDENCE)
    said = {"register": register.slug, **data}
    record(verb, by=by, on_behalf_of=lender, pilot=entry.pilot, target=entry, data=said)
