"""The standing review of a pilot: its schedule, the meeting that is open, and the minutes of those before."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.access import get_review, get_review_item
from feedback.actions.reviews import carry_item, close_review, decide_item, open_review, set_review_schedule
from feedback.actions.telling import duty_of
from feedback.agenda import agenda_of, standings_of
from feedback.effects import effects_of, went_live
from feedback.forms.reviews import CarryItemForm, CloseReviewForm, DecideItemForm, OpenReviewForm, ScheduleForm
from feedback.models import Pattern, Review, ReviewItem, ReviewSchedule
from feedback.summaries.owed import owed_before_a_stage
from pilots.access import can, get_pilot, who_may
from pilots.clock import now
from pilots.permissions import Permission
from pilots.plain_text import whole_number
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who
from pilots.views.sending import sending, status_of, version_of

PER_PAGE = 20
SHOWN = 12


@require_safe
def reviews(request: HttpRequest, slug: str) -> HttpResponse:
    return _list(request, slug)


def _list(request: HttpRequest, slug: str, form: BaseForm | None = None) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.VIEW_FLAGS)
    at = now()
    agenda = agenda_of(pilot, at)
    decisions, _, corrections = owed_before_a_stage(pilot).late(at)
    rows = Review.objects.filter(pilot=pilot).select_related("chair", "closed_by")
    schedule = ReviewSchedule.objects.filter(pilot=pilot).select_related("chair").first()
    runs = can(request.user, Permission.RUN_REVIEWS, pilot)
    context = {
        "pilot": pilot,
        "schedule": schedule,
        "overdue": schedule is not None and schedule.is_overdue(at.date()),
        "open": next((review for review in rows if review.is_open), None),
        "page": Paginator(rows.filter(closed_at__isnull=False), PER_PAGE).get_page(request.GET.get("page")),
        "agenda": agenda[:SHOWN],
        "more": max(len(agenda) - SHOWN, 0),
        "late_decisions": decisions,
        "late_corrections": corrections,
        "duty": duty_of(pilot, at),
        "may_run": runs,
        "who": "" if runs else ", ".join(who_may(Permission.RUN_REVIEWS, pilot)),
        "form": form or OpenReviewForm(pilot=pilot),
    }
    return page_of(request, "feedback/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review_schedule(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.RUN_REVIEWS)
    schedule = ReviewSchedule.objects.filter(pilot=pilot).first()
    form = ScheduleForm(request.POST or None, pilot=pilot, schedule=schedule)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            made = set_review_schedule(
                pilot=pilot, version=version_of(request), by=who(request), at=now(), **form.cleaned_data
            )
            wake("governance.reevaluate")
            messages.success(request, f"Set: {made.in_words}. The next is on {made.next_on:%-d %B %Y}.")
            return redirect("reviews", slug=slug)
    context = {"pilot": pilot, "form": form, "schedule": schedule, "version": schedule.version if schedule else 0}
    return page_of(request, "feedback/review_schedule.html", context)


@require_POST
def review_open(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.RUN_REVIEWS)
    form = OpenReviewForm(request.POST, pilot=pilot)
    if form.is_valid():
        with attempt(form):
            made = open_review(pilot=pilot, by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            return redirect("review", slug=slug, number=made.number)
    return _list(request, slug, form)


@require_safe
def review(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _show(request, get_review(request.user, slug, number, Permission.VIEW_FLAGS))


@require_POST
def review_decide(request: HttpRequest, slug: str, number: int, position: int) -> HttpResponse:
    item = get_review_item(request.user, slug, number, position, Permission.TRIAGE_FLAGS)
    if item.pattern is None:
        messages.error(request, "It is decided on a page of its own.")
        return redirect("review", slug=slug, number=number)
    form = DecideItemForm(request.POST, pattern=item.pattern)

    def act() -> None:
        decide_item(item=item, version=version_of(request), by=who(request), at=now(), **form.cleaned_data)

    return _act(request, item, form, act, "decide_form")


@require_POST
def review_carry(request: HttpRequest, slug: str, number: int, position: int) -> HttpResponse:
    item = get_review_item(request.user, slug, number, position, Permission.RUN_REVIEWS)
    form = CarryItemForm(request.POST, auto_id="carry_%s")

    def act() -> None:
        carry_item(item=item, by=who(request), at=now(), **form.cleaned_data)

    return _act(request, item, form, act, "carry_form")


def _act(request: HttpRequest, item: ReviewItem, form: BaseForm, act: Any, name: str) -> HttpResponse:
    """On to the next item that is open, or the same one again with what was typed and why not."""
    if form.is_valid():
        with sending(form):
            act()
            wake("governance.reevaluate")
            address = reverse("review", args=[item.review.pilot.slug, item.review.number])
            return redirect(f"{address}#now")
    return _show(request, item.review, item.position, {name: form})


@require_POST
def review_close(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = get_review(request.user, slug, number, Permission.RUN_REVIEWS)
    form = CloseReviewForm(request.POST, auto_id="close_%s")
    if form.is_valid():
        with attempt(form):
            close_review(review=found, version=version_of(request), by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, f"{found} is closed. These are its minutes.")
            return redirect("review", slug=slug, number=number)
    return _show(request, found, None, {"close_form": form})


def _show(
    request: HttpRequest,
    found: Review,
    position: int | None = None,
    forms: dict[str, BaseForm] | None = None,
) -> HttpResponse:
    """The first open item, or the one asked for, has its forms; each of the others a link that gives it them."""
    pilot, at = found.pilot, now()
    standings = standings_of(found)
    asked = position or whole_number(request.GET.get("item", ""))
    here = next((one for one in standings if one.item.position == asked and found.is_open), None)
    here = here or next((one for one in standings if one.is_open), None)
    pattern = here.item.pattern if here else None
    given = forms or {}
    open_ones = sum(one.is_open for one in standings)
    context = {
        "pilot": pilot,
        "review": found,
        "standings": standings,
        "here": here,
        "open_count": open_ones,
        "attendees": list(found.attendees.order_by("name")),
        "measured": effects_of(went_live(Pattern.objects.filter(pilot=pilot).live(), at), at),
        "decide_form": given.get("decide_form") or (DecideItemForm(pattern=pattern) if pattern and here else None),
        "carry_form": given.get("carry_form") or CarryItemForm(auto_id="carry_%s"),
        "close_form": given.get("close_form") or CloseReviewForm(auto_id="close_%s"),
        "tried": next(iter(given.values()), None),
        "carry_tried": "carry_form" in given,
        "may_decide": can(request.user, Permission.TRIAGE_FLAGS, pilot),
        "may_run": can(request.user, Permission.RUN_REVIEWS, pilot),
        "who": ", ".join(who_may(Permission.TRIAGE_FLAGS, pilot)),
        "overdue": found.is_overdue(at),
    }
    return render(request, "feedback/review.html", context, status=status_of(next(iter(given.values()), None)))
