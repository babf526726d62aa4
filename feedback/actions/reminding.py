"""Before a review, a decision or a correction is due its people hear of it, and once more when it is late."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse

from feedback.clocks import monday_of
from feedback.models import Correction, Flag, Pattern, Publication, Review, ReviewSchedule
from feedback.models.publication import FRESH_FOR
from feedback.reports import MONTH
from feedback.taxonomy import Category
from pilots.access import holders
from pilots.actions.notifications import notify
from pilots.models import Pilot, User
from pilots.permissions import Permission, Role, roles_with
from pilots.when import day_in_words

BEFORE: Final = timedelta(days=2)
RUNNING: Final = {"pilot__state": Pilot.State.RUNNING}


def remind_of_feedback(at: datetime) -> int:
    """Everything that is due or late now; who has heard of it hears nothing. How many things there are."""
    return sum(found(at) for found in (_reviews, _open_reviews, _decisions, _corrections, _pages, _unlabelled))


def _reviews(at: datetime) -> int:
    today = at.astimezone(UTC).date()
    due = ReviewSchedule.objects.filter(next_on__lte=today + BEFORE, **RUNNING).select_related("pilot", "chair")
    for schedule in due:
        late = schedule.is_overdue(today)
        words = "was due" if late else "is due"
        text = f"{schedule.pilot}: the standing review {words} on {day_in_words(schedule.next_on)}."
        people = _people(schedule.pilot, Permission.TRIAGE_FLAGS)
        event = f"review-{'overdue' if late else 'due'}:{schedule.pilot_id}:{schedule.next_on}"
        _tell(schedule.pilot, [schedule.chair, *people], event, text, "reviews", at, managers=late)
    return len(due)


def _open_reviews(at: datetime) -> int:
    found = Review.objects.filter(closed_at__isnull=True, **RUNNING).select_related("pilot", "chair", "opened_by")
    late = [review for review in found if review.is_overdue(at)]
    for review in late:
        text = f"{review.pilot}: {review} was opened on {day_in_words(review.opened_at.date())} and is not closed."
        people = [review.chair or review.opened_by]
        _tell(review.pilot, people, f"review-open:{review.pk}", text, "reviews", at, managers=True)
    return len(late)


def _decisions(at: datetime) -> int:
    today = at.astimezone(UTC).date()
    acting = Pattern.objects.filter(state=Pattern.State.ACTING, due_on__lte=today + BEFORE, **RUNNING)
    for pattern in (found := list(acting.select_related("pilot", "owner"))):
        late = pattern.is_overdue(today)
        assert pattern.due_on is not None
        words = f"{'was' if late else 'is'} due on {day_in_words(pattern.due_on)}"
        text = f"{pattern.pilot}: what was decided about {pattern} {words}."
        event = f"decision-{'overdue' if late else 'due'}:{pattern.pk}:{pattern.due_on}"
        people = [*([pattern.owner] if pattern.owner else []), *_people(pattern.pilot, Permission.TRIAGE_FLAGS)]
        url = reverse("pattern", args=[pattern.pilot.slug, pattern.number])
        _tell(pattern.pilot, people if late else people[:1], event, text, url, at, managers=late)
    return len(found)


def _corrections(at: datetime) -> int:
    late = Correction.objects.filter(done_at__isnull=True, due_at__lt=at, **RUNNING).select_related("pilot", "owner")
    for correction in late:
        text = f"{correction.pilot}: {correction}, what went out, was to be corrected by now."
        url = reverse("correction", args=[correction.pilot.slug, correction.number])
        event = f"correction-late:{correction.pk}:{correction.due_at.isoformat()}"
        _tell(correction.pilot, [correction.owner], event, text, url, at, managers=True)
    return len(late)


def _pages(at: datetime) -> int:
    """Published pages that say of themselves that nobody brought them up to date."""
    newest = Publication.objects.filter(pilot=OuterRef("pilot")).order_by("-published_at").values("pk")[:1]
    found = Publication.objects.filter(pk=Subquery(newest), published_at__lt=at - FRESH_FOR, **RUNNING)
    for page in found.select_related("pilot"):
        text = (
            f"{page.pilot}: the published page was last brought up to date on {day_in_words(page.published_at.date())}."
        )
        people = _people(page.pilot, Permission.PUBLISH)
        _tell(page.pilot, people, f"page-stale:{page.pk}", text, "page_publish", at, managers=False)
    return len(found)


def _unlabelled(at: datetime) -> int:
    """Once a week: flags of which their reporter said “something else”, and triage has not said what it is."""
    waiting = Flag.objects.real().filter(
        categories__contains=[Category.OTHER], assessed_categories__isnull=True, reported_at__gt=at - MONTH, **RUNNING
    )
    flags = dict(waiting.order_by().values_list("pilot").annotate(flags=Count("pk")))
    monday = monday_of(at.astimezone(UTC).date())
    for pilot in Pilot.objects.filter(pk__in=flags).order_by("pk"):
        n = flags[pilot.pk]
        text = f"{pilot}: {n} flag{'' if n == 1 else 's'} of “something else” wait{'s' if n == 1 else ''} for a label."
        url = f"{reverse('flags', args=[pilot.slug])}?category=OTHER&state=any"
        people = _people(pilot, Permission.TRIAGE_FLAGS)
        _tell(pilot, people, f"relabel:{pilot.pk}:{monday}", text, url, at, managers=False)
    return len(flags)


def _people(pilot: Pilot, permission: Permission) -> list[User]:
    return [membership.user for membership in holders(pilot, roles_with(permission))]


def _tell(
    pilot: Pilot, people: Iterable[User], event: str, text: str, to: str, at: datetime, *, managers: bool
) -> None:
    told = list(people)
    if managers or not told:
        told += [membership.user for membership in holders(pilot, [Role.PROGRAM_MANAGER])]
    url = to if to.startswith("/") else reverse(to, args=[pilot.slug])
    notify(dict.fromkeys(told), event=event, text=text, at=at, pilot=pilot, url=url)
