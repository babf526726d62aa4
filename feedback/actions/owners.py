"""Who may be given something to do in a pilot."""

from pilots.errors import Refused
from pilots.models import Membership, Pilot, User


def require_works_here(person: User, pilot: Pilot, field: str) -> None:
    if not person.is_active or not Membership.objects.filter(pilot=pilot, user=person).exists():
        raise Refused("Choose somebody who works on this pilot.", field=field, code="unknown")
