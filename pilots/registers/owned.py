"""What one person has still to see to in registers and among use cases, for when they leave: five queries."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey, Q

from pilots.models import FailureMode, Pilot, UseCase, User
from pilots.registers import REGISTERS, Register


@dataclass(frozen=True)
class Owned:
    """`field` of `row` is who sees to it."""

    row: Any
    field: str
    words: str

    @property
    def key(self) -> str:
        """What the trail says of it: nothing that a person wrote."""
        return f"{self.row._meta.model_name}:{self.row.pk}"


def owned_by(user: User, pilot: Pilot | None = None) -> list[Owned]:
    """In one pilot, or in all. What is done stays under the name of who did it."""
    here = Q(pilot=pilot) if pilot else Q()
    return [*_entries(user, here), *_set_aside(user, here)]


def _entries(user: User, here: Q) -> Iterator[Owned]:
    for register in REGISTERS.values():
        for name in _owners(register):
            rows = register.model._default_manager.filter(here, **{name: user}, removed_at__isnull=True)
            found = [row for row in rows.order_by("recorded_at") if not register.done(row)]
            yield from (Owned(row, name, f"{register.one} “{row}”") for row in found)


def _owners(register: Register) -> list[str]:
    """Who wrote, removed or accepted something is no field that anybody fills in."""
    return [
        one.name
        for one in register.model._meta.concrete_fields
        if isinstance(one, ForeignKey) and one.related_model is User and one.editable
    ]


def _set_aside(user: User, here: Q) -> Iterator[Owned]:
    rows = UseCase.objects.filter(here, set_aside_owner=user, removed_at__isnull=True).order_by("name")
    return (Owned(row, "set_aside_owner", f"use case set aside “{row}”") for row in rows)


def risks_accepted_by(user: User, day: dt.date) -> list[FailureMode]:
    """They go to nobody: a risk is taken in one's own name, until its day."""
    standing = FailureMode.objects.filter(answer=FailureMode.Answer.ACCEPTED, accepted_until__gte=day)
    return list(standing.filter(accepted_by=user, removed_at__isnull=True).order_by("recorded_at"))
