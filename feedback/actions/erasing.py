"""Erasing what people wrote: one flag by its reporter, old ones by the clock, everything of one person.

That a flag came, when, about what and what became of it stays, and so do counts, decisions and the trail.
"""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from feedback.actions.erasables import OF_A_PERSON, WHEN_OLD
from feedback.actions.forgetting import forget_texts
from feedback.clocks import months_before
from feedback.models import Flag
from feedback.models.flag import FlagQuerySet
from pilots.access import require
from pilots.actions.erasing import make_nameless, require_nothing_held
from pilots.audit import record
from pilots.errors import Refused
from pilots.models import Pilot, User
from pilots.permissions import Permission

# So many flags in one run: a minute at most, of the two that a task may take.
AT_ONCE: Final = 1000


def erase_flag(*, flag: Flag, at: datetime) -> Flag:
    """By its reporter, whom the link or the account proves and nobody needs to know. The answer to it stays."""
    with transaction.atomic():
        (held,) = _held(Flag.objects.filter(pk=flag.pk))
        if held.erased_at is not None and not held.recurrence:
            raise Refused("What you wrote is erased already.", code="erased")
        forget_texts([held], Flag.Erased.REPORTER, at)
        record("flag.erased", by=None, pilot=held.pilot, target=held, data={"because": Flag.Erased.REPORTER.value})
    return held


def erase_old(*, at: datetime) -> int:
    """Of every pilot what was closed longer ago than its texts are kept; how many things. Again, it finds the next."""
    erased = 0
    for pilot in Pilot.objects.order_by("pk"):
        if erased < AT_ONCE:
            erased += _erase_old_of(pilot, at, AT_ONCE - erased)
    return erased


def _erase_old_of(pilot: Pilot, at: datetime, most: int) -> int:
    months = pilot.retention_months or settings.RETENTION_MONTHS
    if not months:
        return 0
    before = months_before(at, months)
    closed = Flag.objects.filter(pilot=pilot, state=Flag.State.CLOSED, closed_at__lt=before)
    due = closed.filter(Q(erased_at__isnull=True) | Q(erased_at__lt=F("closed_at"))).order_by("closed_at", "pk")
    found = list(due.values_list("pk", flat=True)[:most])
    for pk in found:
        with transaction.atomic():
            for flag in _held(due.filter(pk=pk)):
                forget_texts([flag], Flag.Erased.RETENTION, at)
                data = {"because": Flag.Erased.RETENTION.value, "months": months}
                record("flag.erased", by=None, pilot=pilot, target=flag, data=data)
    return len(found) + sum(erase(pilot, before, at) for erase in WHEN_OLD)


def erase_person(*, user: User, by: User, at: datetime) -> User:
    """Name and address become made-up ones, and what they wrote in flags and elsewhere is erased.

    An administrator erases who was deactivated, since their work needs a successor first; somebody who holds nothing
    may erase themselves. What they decided stays, under the made-up name.
    """
    oneself = user.pk == by.pk
    if not oneself:
        require(by, Permission.ERASE)
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if user.erased_at is not None:
            raise Refused("This person is erased already.", code="erased")
        require_nothing_held(user, oneself=oneself)
        flags = _held(Flag.objects.filter(reporter=user))
        forget_texts(flags, Flag.Erased.PERSON, at)
        texts = sum(erase(user, at) for erase in OF_A_PERSON)
        make_nameless(user, by=user if oneself else by, at=at)
        # One row, of the organisation: rows beside their flags would say who had reported them.
        data = {"flags": len(flags), "texts": texts, "oneself": oneself}
        record("person.erased", by=by, target=user, data=data)
    return user


def _held(flags: FlagQuerySet) -> list[Flag]:
    return list(flags.select_for_update(of=("self",)).select_related("pilot").order_by("pk"))
