"""The standing review: set, opened with an agenda that makes itself, and closed when every item has left it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from feedback.actions.deciding import plain_text
from feedback.actions.owners import require_works_here
from feedback.actions.patterns import act_on_pattern, confirm_pattern, decline_pattern
from feedback.agenda import Standing, agenda_of, standings_of
from feedback.models import Pattern, Review, ReviewItem, ReviewSchedule
from feedback.models.review import MOST_WEEKS, Weekday
from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.models import Pilot, UseCase, User
from pilots.permissions import Permission

# Beside the actions of a pattern: nothing changes, because.
NO_CHANGE: Final = "no_change"


def set_review_schedule(
    *, pilot: Pilot, weekday: int, every_weeks: int, chair: User, version: int, by: User, at: datetime
) -> ReviewSchedule:
    """A review that is overdue stays so: another day begins to count once one has been opened."""
    require(by, Permission.RUN_REVIEWS, pilot)
    if weekday not in Weekday.values:
        raise Refused("Choose a day of the week.", field="weekday", code="unknown")
    if not 1 <= every_weeks <= MOST_WEEKS:
        raise Refused(f"Between every week and every {MOST_WEEKS} weeks.", field="every_weeks", code="out_of_range")
    with transaction.atomic():
        require_not_ended(lock_pilot(pilot))
        require_works_here(chair, pilot, "chair")
        today = at.astimezone(UTC).date()
        held = ReviewSchedule.objects.select_for_update().filter(pilot=pilot).first()
        if held is not None and held.version != version:
            raise Conflict("Somebody else changed the schedule since you opened it.", current={"Day": held.in_words})
        schedule = held or ReviewSchedule(pilot=pilot, version=0)
        moved = held is None or (held.weekday, held.every_weeks) != (weekday, every_weeks)
        if moved and not (held is not None and held.is_overdue(today)):
            schedule.next_on = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        schedule.weekday, schedule.every_weeks, schedule.chair = weekday, every_weeks, chair
        schedule.set_at, schedule.set_by = at, by
        schedule.version += 1
        schedule.save()
        announce(pilot, reason="the standing review was set")
        data = {"weekday": Weekday(weekday).label, "weeks": every_weeks, "chair": str(chair.pk)}
        _record("review.scheduled", schedule, pilot, by, data | {"next_on": schedule.next_on.isoformat()})
    return schedule


def open_review(*, pilot: Pilot, attendees: Sequence[User], by: User, at: datetime) -> Review:
    """Makes the agenda. What comes up from here on is for the next one."""
    require(by, Permission.RUN_REVIEWS, pilot)
    if not attendees:
        raise Refused("Say who is there.", field="attendees", code="missing")
    with transaction.atomic():
        require_not_ended(lock_pilot(pilot))
        for person in attendees:
            require_works_here(person, pilot, "attendees")
        last = Review.objects.filter(pilot=pilot).order_by("-number").first()
        if last is not None and last.is_open:
            raise Refused(f"{last} is still open: close it first.", code="open_already")
        schedule = ReviewSchedule.objects.select_for_update().filter(pilot=pilot).first()
        review = Review.objects.create(
            pilot=pilot,
            number=last.number + 1 if last else 1,
            due_on=schedule.next_on if schedule else None,
            opened_at=at,
            opened_by=by,
            chair=schedule.chair if schedule else by,
        )
        review.attendees.set(attendees)
        matters = agenda_of(pilot, at)
        ReviewItem.objects.bulk_create(
            ReviewItem(
                pilot=pilot,
                review=review,
                position=position,
                why=matter.why,
                pattern=matter.pattern,
                flag=matter.flag,
                correction=matter.correction,
            )
            for position, matter in enumerate(matters, start=1)
        )
        if schedule is not None:
            schedule.next_on = _next_on(schedule, at.astimezone(UTC).date())
            schedule.save(update_fields=["next_on"])
        announce(pilot, reason=f"{review} was opened")
        data = {"number": review.number, "items": len(matters), "people": [str(person.pk) for person in attendees]}
        _record("review.opened", review, pilot, by, data)
    return review


def _next_on(schedule: ReviewSchedule, today: date) -> date:
    """One held early counts for the day that was to come; one held late makes the next no later."""
    following = schedule.next_on + timedelta(weeks=schedule.every_weeks)
    while following <= today:
        following += timedelta(weeks=schedule.every_weeks)
    return following


def decide_item(
    *,
    item: ReviewItem,
    action: str,
    owner: User | None = None,
    due_on: date | None = None,
    reason: str = "",
    use_cases: Sequence[UseCase] = (),
    version: int,
    by: User,
    at: datetime,
) -> Pattern:
    """With what a pattern leaves the review, through the decisions that triage has anyway; that confirms a new one.

    The trail has those decisions; the item finds them.
    """
    pattern = item.pattern
    if pattern is None:
        raise Refused("Only patterns leave with an action.", code="no_pattern")
    with transaction.atomic():
        _hold_open(item.review)
        if action == NO_CHANGE:
            return decline_pattern(pattern=pattern, reason=reason, version=version, by=by, at=at)
        if owner is None:
            raise Refused("Say who does it.", field="owner", code="missing")
        if due_on is None:
            raise Refused("Say by when.", field="due_on", code="missing")
        if pattern.state == Pattern.State.NEW:
            pattern = confirm_pattern(pattern=pattern, version=version, by=by, at=at)
            version = pattern.version
        decided: dict[str, Any] = {"action": action, "owner": owner, "due_on": due_on}
        decided |= {"reason": reason, "use_cases": use_cases}
        return act_on_pattern(pattern=pattern, version=version, by=by, at=at, **decided)


def carry_item(*, item: ReviewItem, reason: str, by: User, at: datetime) -> ReviewItem:
    """To the next review, by name and once."""
    require(by, Permission.RUN_REVIEWS, item.pilot)
    reason = plain_text(reason, field="reason", missing="Say why it cannot be decided today.")
    with transaction.atomic():
        review = _hold_open(item.review)
        standing = next(one for one in standings_of(review) if one.item.pk == item.pk)
        if not standing.is_open:
            raise Refused("It has left the review already.", code="settled")
        if standing.carried_here is not None:
            who = standing.carried_here.carried_by
            raise Refused(f"{who} carried it here from the last review. It has to be decided now.", code="carried_once")
        held = standing.item
        held.carried_at, held.carried_by, held.carry_reason = at, by, reason
        held.save(update_fields=["carried_at", "carried_by", "carry_reason"])
        data = {"item": held.position, "about": _about(held), "reason": digest_of(reason)}
        _record("review.item_carried", review, item.pilot, by, data)
    return held


def close_review(*, review: Review, note: str = "", version: int, by: User, at: datetime) -> Review:
    """Not while one item has neither a decision nor somebody who carries it. Keeps what each left with."""
    require(by, Permission.RUN_REVIEWS, review.pilot)
    note = plain_text(note, field="note")
    with transaction.atomic():
        review = _hold_open(review, version)
        standings = standings_of(review)
        left = [one for one in standings if one.is_open]
        if left:
            words = ", ".join(_about(one.item) for one in left[:4])
            more = f" and {len(left) - 4} more" if len(left) > 4 else ""
            raise Refused(f"Nothing is decided yet about {words}{more}.", code="undecided")
        _keep(standings)
        review.note, review.closed_at, review.closed_by = note, at, by
        review.version += 1
        review.save()
        announce(review.pilot, reason=f"{review} was closed")
        carried = sum(one.item.carried_at is not None for one in standings)
        data = {"number": review.number, "decided": len(standings) - carried, "carried": carried}
        _record("review.closed", review, review.pilot, by, data | {"note": digest_of(note)})
    return review


def _keep(standings: Sequence[Standing]) -> None:
    for one in standings:
        one.item.decision, one.item.outcome = one.decision, one.outcome
    ReviewItem.objects.bulk_update([one.item for one in standings], ["decision", "outcome"])


def _hold_open(review: Review, version: int | None = None) -> Review:
    held = Review.objects.select_for_update(of=("self",)).select_related("pilot", "chair").get(pk=review.pk)
    if not held.is_open:
        raise Refused(f"{held} is closed.", code="closed")
    if version is not None and held.version != version:
        raise Conflict("Somebody else changed this review since you opened it.", current={"Review": str(held)})
    return held


def _about(item: ReviewItem) -> str:
    return str((item.pattern or item.correction or item.flag or item).reference)  # type: ignore[union-attr]


def _record(verb: str, target: Review | ReviewSchedule, pilot: Pilot, by: User, data: dict[str, object]) -> None:
    record(
        verb, by=by, on_behalf_of=acting_for(by, pilot, Permission.RUN_REVIEWS), pilot=pilot, target=target, data=data
    )
