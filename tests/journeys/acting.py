"""Reviews, corrections, a rota and limited uses as pages meet them."""

from datetime import datetime, timedelta

from feedback.actions.corrections import note_told, open_correction
from feedback.actions.reviews import carry_item, close_review, open_review, set_review_schedule
from feedback.actions.rota import call_next_people, set_rota
from feedback.clocks import monday_of
from feedback.models import Flag, Pattern, ReviewItem
from pilots.actions.limits import limit_use_case
from pilots.clock import now
from pilots.models import Pilot
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.factories.pilots import UseCaseFactory


def act_on_patterns(pilot: Pilot, people: People, at: datetime) -> None:
    """Review 1 is closed with an item carried, review 2 is open; C-1 is late, C-2 is not."""
    set_review_schedule(
        pilot=pilot, weekday=at.weekday(), every_weeks=2, chair=people.pm, version=0, by=people.pm, at=at
    )
    PatternFactory.create(pilot=pilot, number=50, state="confirmed", title="It promises refunds that nobody pays")
    FlagFactory.create(pilot=pilot, severity=4, reported_at=at - timedelta(days=1))
    first = open_review(pilot=pilot, attendees=[people.pm, people.triage], by=people.pm, at=at)
    for item in ReviewItem.objects.filter(review=first).select_related("review__pilot", "pilot"):
        carry_item(item=item, reason="Nobody who knows the fees was there.", by=people.pm, at=at)
    close_review(review=first, note="Short.", version=1, by=people.pm, at=at)
    open_review(pilot=pilot, attendees=[people.pm, people.triage, people.change], by=people.pm, at=now())
    pattern = Pattern.objects.select_related("pilot").get(pilot=pilot, number=50)
    late = open_correction(
        pilot=pilot, pattern=pattern, went_out="Forty letters with last year’s fees.", audience="customer",
        owner=people.change, by=people.pm, at=at - timedelta(days=9),
    )  # fmt: skip
    note_told(correction=late, told="Thirty of the forty", how="A call", by=people.change, at=at)
    flag = Flag.objects.filter(pilot=pilot, severity=4)[0]
    open_correction(
        pilot=pilot, flag=flag, went_out="A notice on the page.", audience="public", owner=people.owner, by=people.pm,
        at=now(),
    )  # fmt: skip
    set_rota(pilot=pilot, weeks={monday_of(now().date()): (people.triage, None)}, by=people.pm, at=now())
    call_next_people(now())
    case = UseCaseFactory.create(pilot=pilot, name="Fees and refunds", slug="fees")
    limit_use_case(use_case=case, kind="human_only", reason="Fees are last year’s.", by=people.owner, at=at)
