"""Flags as they stand in the database; what a person does goes through the actions."""

import uuid
from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from feedback.access import hash_of, link_token
from feedback.models import Correction, Flag, Pattern, Review
from pilots import clock
from tests.factories.pilots import PilotFactory


class FlagFactory(DjangoModelFactory[Flag]):
    """Without a name, waiting for triage; `link_token(flag.pilot, flag.submission)` is the token of its link."""

    class Meta:
        model = Flag

    pilot = factory.SubFactory(PilotFactory)
    reference = factory.Sequence(lambda n: f"FL-T{n:05}")
    submission = factory.LazyFunction(uuid.uuid4)
    link_hash = factory.LazyAttribute(lambda flag: hash_of(link_token(flag.pilot, flag.submission)))
    categories = factory.LazyFunction(lambda: ["WRONG"])
    severity = 1
    output = "The refund is due within 90 days."
    reported_at = factory.LazyFunction(clock.now)


class PatternFactory(DjangoModelFactory[Pattern]):
    """New, without flags."""

    class Meta:
        model = Pattern

    pilot = factory.SubFactory(PilotFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = "It cites rulings that do not exist"
    began_at = factory.LazyFunction(clock.now)


class ReviewFactory(DjangoModelFactory[Review]):
    """Open, with nothing on its agenda."""

    class Meta:
        model = Review

    number = factory.Sequence(lambda n: n + 1)
    opened_at = factory.LazyFunction(clock.now)


class CorrectionFactory(DjangoModelFactory[Correction]):
    """Of letters that reached customers, due tomorrow."""

    class Meta:
        model = Correction

    number = factory.Sequence(lambda n: n + 1)
    severity = 3
    went_out = "Forty letters with the wrong date."
    audience = "customer"
    opened_at = factory.LazyFunction(clock.now)
    due_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=1))
