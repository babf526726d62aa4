"""What people say about themselves: name, time zone, whether they want e-mail."""

import zoneinfo
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from pilots.audit import record
from pilots.errors import Refused
from pilots.models import User

OWN: Final = ("name", "time_zone", "wants_digest", "flag_mail")


def edit_own_account(*, by: User, fields: Mapping[str, Any]) -> User:
    """`fields` of `OWN`; what is left out stays."""
    if "name" in fields and not fields["name"].strip():
        raise Refused("Say what others call you.", field="name", code="missing")
    if "time_zone" in fields and fields["time_zone"] not in zoneinfo.available_timezones():
        raise Refused("There is no such time zone. Use a name like Europe/Lisbon.", field="time_zone", code="unknown")
    with transaction.atomic():
        held = User.objects.select_for_update(no_key=True).get(pk=by.pk)
        changed = [name for name in OWN if name in fields and getattr(held, name) != fields[name]]
        for name in changed:
            setattr(held, name, fields[name])
        if changed:
            held.save(update_fields=changed)
            record("account.edited", by=by, target=held, data={"changed": changed})
    return held
