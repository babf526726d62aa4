"""Who works during a fault: the cast with tokens, a pilot that is flagged, and pilots whose gates are passed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from governance.models import CatalogueVersion
from pilots.actions.tokens import create_api_token
from pilots.clock import now
from pilots.models import Pilot, User
from pilots.models.token import Scope
from rolloutgov.environment import database
from tests.cast import ROLES_IN_LETTERS, People, gather
from tests.chaos.product import Product
from tests.factories.governance import govern, small_catalogue
from tests.factories.pilots import MembershipFactory, PilotFactory, UserFactory, WorkflowFactory

# So many that none of them meets the limit of sixty flags in ten minutes.
REPORTERS = 100


@dataclass(frozen=True)
class World:
    people: People
    tokens: dict[str, str]
    ids: dict[str, str]
    reporters: list[str]
    flagged: str = "letters"


@contextmanager
def looking_into(product: Product) -> Iterator[None]:
    """The test's own connection goes to the product's database, as the application."""
    entry: dict[str, Any] = connections.settings["default"]
    before, key = dict(entry), settings.SIGNING_KEY_FILE
    connections.close_all()
    entry.update(database(product.services()["database"]))
    settings.SIGNING_KEY_FILE = str(product.data / "signing_key.pem")
    try:
        yield
    finally:
        connections.close_all()
        entry.update(before)
        settings.SIGNING_KEY_FILE = key


@transaction.atomic
def build() -> World:
    people = gather()
    small_catalogue(now())
    letters = Pilot.objects.get(slug="letters")
    workflow_of(letters, people)
    govern(letters, now(), newest_catalogue())
    everyone = people.all()
    tokens = {name: token(user) for name, user in everyone.items()}
    reporters = [token(UserFactory.create()) for _ in range(REPORTERS)]
    return World(people, tokens, {name: str(user.pk) for name, user in everyone.items()}, reporters)


def newest_catalogue() -> CatalogueVersion:
    return CatalogueVersion.objects.order_by("-number")[0]


def token(user: User) -> str:
    at = now()
    scopes = [Scope.READ, Scope.WRITE]
    return create_api_token(by=user, name="At work", scopes=scopes, expires_at=at + timedelta(days=1), at=at).plain


@transaction.atomic
def pilot_to_take(people: People) -> Pilot:
    """In its first phase, nothing answered yet."""
    made: Pilot = PilotFactory.create(created_by=people.pm, slug=f"pilot-{Pilot.objects.count()}")
    for key, role in ROLES_IN_LETTERS.items():
        MembershipFactory.create(pilot=made, user=getattr(people, key), role=role, added_by=people.pm)
    workflow_of(made, people)
    return govern(made, now(), newest_catalogue())


def workflow_of(pilot: Pilot, people: People) -> None:
    WorkflowFactory.create(
        pilot=pilot, slug="daily-work", owner=people.owner, accepted_by=people.owner, accepted_at=now()
    )
