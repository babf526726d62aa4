"""The first administrator, who invites everybody else."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from pilots.audit import record
from pilots.errors import Refused
from pilots.models import OrganisationMembership, User
from pilots.permissions import OrganisationRole


def create_administrator(*, email: str, name: str, password: str, at: datetime) -> User:
    """By who has the machine (nobody signed in, so the trail names no actor). May open the stock admin, to read."""
    email = User.objects.normalise(email)
    person = User(email=email, name=name.strip(), is_staff=True)
    person.set_password(password)
    try:
        person.full_clean()
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    with transaction.atomic():
        person.save()
        OrganisationMembership.objects.create(user=person, role=OrganisationRole.ADMINISTRATOR, added_at=at)
        record("administrator.created", by=None, target=person)
    return person
