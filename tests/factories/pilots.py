"""Rows of the ground floor, as small as they may be; moments come from the database, as everywhere."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from pilots import clock
from pilots.models import (
    PHASES,
    Delegation,
    Delivery,
    Membership,
    Message,
    Notification,
    OrganisationMembership,
    Phase,
    Pilot,
    Segment,
    SteppingAside,
    UseCase,
    User,
    Webhook,
    Workflow,
)


class UserFactory(DjangoModelFactory[User]):
    """A person who signs in through `Client.force_login`; `password="…"` gives a real password (slow to hash)."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    password = "!"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        password = fields.pop("password")
        user = model_class(**fields, password="!")
        if password != "!":
            user.set_password(password)
        user.save()
        return user


class PilotFactory(DjangoModelFactory[Pilot]):
    """A running pilot in its first phase, with the rows of all four."""

    class Meta:
        model = Pilot
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Pilot {n}")
    slug = factory.Sequence(lambda n: f"pilot-{n}")
    tool = "Scribe"
    created_at = factory.LazyFunction(clock.now)
    created_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def phases(self: Pilot, create: bool, extracted: object, **kwargs: object) -> None:  # type: ignore[misc]
        for kind in PHASES:
            first = kind.position == 1
            Phase.objects.create(
                pilot=self,
                kind=kind,
                position=kind.position,
                state=Phase.State.CURRENT if first else Phase.State.NOT_STARTED,
                entered_at=self.created_at if first else None,
            )


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    pilot = factory.SubFactory(PilotFactory)
    user = factory.SubFactory(UserFactory)
    role = "member"
    added_at = factory.LazyFunction(clock.now)
    added_by = factory.SelfAttribute("pilot.created_by")


class OrganisationMembershipFactory(DjangoModelFactory[OrganisationMembership]):
    class Meta:
        model = OrganisationMembership

    user = factory.SubFactory(UserFactory)
    role = "leadership"
    added_at = factory.LazyFunction(clock.now)


class DelegationFactory(DjangoModelFactory[Delegation]):
    class Meta:
        model = Delegation

    pilot = factory.SubFactory(PilotFactory)
    from_user = factory.SubFactory(UserFactory)
    to_user = factory.SubFactory(UserFactory)
    role = "sponsor"
    reason = "On leave"
    starts_at = factory.LazyFunction(clock.now)
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + timedelta(days=14))
    created_at = factory.SelfAttribute("starts_at")
    created_by = factory.SelfAttribute("from_user")


class SteppingAsideFactory(DjangoModelFactory[SteppingAside]):
    class Meta:
        model = SteppingAside

    pilot = factory.SubFactory(PilotFactory)
    user = factory.SubFactory(UserFactory)
    reason = "Wrote the tool"
    started_at = factory.LazyFunction(clock.now)


class NotificationFactory(DjangoModelFactory[Notification]):
    class Meta:
        model = Notification

    user = factory.SubFactory(UserFactory)
    event = factory.Sequence(lambda n: f"event:{n}")
    text = "Something happened"
    created_at = factory.LazyFunction(clock.now)


class FailedMessageFactory(DjangoModelFactory[Message]):
    class Meta:
        model = Message

    event = factory.Sequence(lambda n: f"news:{n}")
    address = "eva@example.org"
    subject = "News"
    body = "Something happened."
    created_at = factory.LazyFunction(clock.now)
    next_try_at = factory.LazyFunction(clock.now)
    failed_at = factory.LazyFunction(lambda: clock.now() - timedelta(hours=1))
    attempts = 10
    error = "Given up: no such mailbox"


class WorkflowFactory(DjangoModelFactory[Workflow]):
    class Meta:
        model = Workflow

    pilot = factory.SubFactory(PilotFactory)
    name = factory.Sequence(lambda n: f"Workflow {n}")
    slug = factory.Sequence(lambda n: f"workflow-{n}")


class UseCaseFactory(DjangoModelFactory[UseCase]):
    class Meta:
        model = UseCase

    pilot = factory.SubFactory(PilotFactory)
    name = factory.Sequence(lambda n: f"Use case {n}")
    slug = factory.Sequence(lambda n: f"use-case-{n}")


class SegmentFactory(DjangoModelFactory[Segment]):
    class Meta:
        model = Segment

    pilot = factory.SubFactory(PilotFactory)
    name = factory.Sequence(lambda n: f"Segment {n}")
    slug = factory.Sequence(lambda n: f"segment-{n}")


class WebhookFactory(DjangoModelFactory[Webhook]):
    class Meta:
        model = Webhook

    pilot = factory.SubFactory(PilotFactory)
    url = factory.Sequence(lambda n: f"https://receiver{n}.example.org/hook")
    events = ("flag.closed",)
    created_at = factory.LazyFunction(clock.now)
    created_by = factory.SubFactory(UserFactory)


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """One that was given up, so that it may be sent again."""

    class Meta:
        model = Delivery

    webhook = factory.SubFactory(WebhookFactory)
    pilot = factory.SelfAttribute("webhook.pilot")
    event_id = factory.LazyFunction(uuid4)
    event = "flag.closed"
    body = "{}"
    created_at = factory.LazyFunction(clock.now)
    next_try_at = factory.LazyFunction(clock.now)
    failed_at = factory.LazyFunction(clock.now)
    attempts = 9
    status = 503
    error = "It answered 503."
