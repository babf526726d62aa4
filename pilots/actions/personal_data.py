"""Handing out what is held on a person: to themselves, or by an administrator to somebody who asked for it."""

from datetime import datetime

from django.db import transaction

from pilots.access import require
from pilots.audit import record
from pilots.holdings import held_as_zip
from pilots.models import User
from pilots.permissions import Permission


def export_personal_data(*, user: User, by: User, at: datetime) -> bytes:
    """A zip with the same twice, as JSON and as a page to read. That one did it for another stands in the trail."""
    if user.pk == by.pk:
        return held_as_zip(user, at)
    require(by, Permission.ERASE)
    with transaction.atomic():
        made = held_as_zip(user, at)
        record("person.data_exported", by=by, target=user)
    return made
