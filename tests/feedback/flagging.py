"""Flags in words that a model has to read, and the jobs that read them, run here at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from feedback.actions.placing import look_again, place_flags
from feedback.grouping.embedding import embedder
from feedback.models import Flag, Pattern
from pilots.clock import now
from pilots.models import Pilot, User
from tests.factories.feedback import FlagFactory

INVENTED = [
    "The letter cites a court ruling that does not exist.",
    "It invented a court case and quoted from it.",
    "The ruling it refers to is made up, I could not find the case anywhere.",
    "Cited a judgment of the court that nobody has ever heard of.",
]
SLOW = [
    "It took two minutes until an answer came.",
    "Very slow today, I waited several minutes for the answer.",
    "The answer came so late that I wrote it myself, waiting took minutes.",
]
PRICE = "The price of the parking permit is the one from last year."


def flags_saying(
    pilot: Pilot,
    texts: Sequence[str],
    reporters: Sequence[User | None] = (None,),
    at: datetime | None = None,
    **how: object,
) -> list[Flag]:
    """A minute apart, so that they have an order."""
    begun = at or now() - timedelta(hours=1)
    return [
        FlagFactory.create(
            pilot=pilot,
            what_happened=text,
            output="",
            reporter=reporters[number % len(reporters)],
            reported_at=begun + timedelta(minutes=number),
            **how,
        )
        for number, text in enumerate(texts)
    ]


def group(pilot: Pilot, at: datetime | None = None) -> list[Pattern]:
    """What the jobs do within a minute; the live patterns after it."""
    moment = at or now()
    while place_flags(pilot=pilot, embed=embedder(), at=moment):
        pass
    look_again(pilot=pilot, embed=embedder(), at=moment)
    return list(Pattern.objects.filter(pilot=pilot).live().select_related("pilot"))
