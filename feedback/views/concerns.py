"""Raising a concern, reading what became of one's own, and answering one of a pilot."""

from functools import partial
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.access import find_flaggable_pilot, get_concern, get_concern_by_link
from feedback.actions.concerns import Raised, decide_concern, name_for_concern, raise_concern
from feedback.forms.concerns import DecideConcernForm, NameForConcernForm, RaiseConcernForm
from feedback.limits import count_hand_in
from feedback.models import Concern
from feedback.views.handing_in import NotTaken, take
from feedback.views.receipts import kept_private
from pilots.access import can
from pilots.clock import now
from pilots.models import Pilot
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import who
from pilots.views.sending import sending, status_of, version_of

MOST_OWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def concern_raise(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = find_flaggable_pilot(request.user, slug)
    if pilot is None:
        raise Http404("No such pilot.")
    form = RaiseConcernForm(request.POST or None, pilot=pilot, initial={"submission": uuid4()})
    if request.method == "POST":
        send = partial(_raise, request, pilot, form)
        taken = take(form, send, many="Much came from you", again=form.renew_ticket)
        if not isinstance(taken, NotTaken):
            return redirect("concern_receipt", token=taken.token)
        return taken.tell(_show_form(request, pilot, form))
    return _show_form(request, pilot, form)


def _show_form(request: HttpRequest, pilot: Pilot, form: RaiseConcernForm) -> HttpResponse:
    return render(request, "feedback/concern_raise.html", {"pilot": pilot, "form": form})


def _raise(request: HttpRequest, pilot: Pilot, form: RaiseConcernForm) -> Raised:
    at, data = now(), form.cleaned_data
    count_hand_in(request, pilot.pk, at)
    return raise_concern(
        pilot=pilot,
        submission=data["submission"],
        text=data["text"],
        segment=data.get("segment"),
        by=who(request),
        named=not data["without_name"],
        at=at,
    )


@login_not_required
@kept_private
@require_safe
def concern_receipt(request: HttpRequest, token: str) -> HttpResponse:
    found = get_concern_by_link(token)
    context = {"concern": found, "private_link": request.build_absolute_uri(request.path)}
    return render(request, "feedback/concern_receipt.html", context)


@require_safe
def my_concerns(request: HttpRequest) -> HttpResponse:
    mine = Concern.objects.filter(raiser=who(request)).select_related(
        "pilot", "flag", "segment", "decided_by", "changed_pattern", "changed_use_case"
    )
    return render(request, "feedback/my_concerns.html", {"concerns": mine.order_by("-raised_at")[:MOST_OWN]})


@require_safe
def concern(request: HttpRequest, slug: str, concern: UUID) -> HttpResponse:
    return _show(request, get_concern(request.user, slug, concern))


@require_POST
def concern_decide(request: HttpRequest, slug: str, concern: UUID) -> HttpResponse:
    found = get_concern(request.user, slug, concern)
    form = DecideConcernForm(request.POST, pilot=found.pilot)
    if form.is_valid():
        with sending(form):
            decide_concern(
                concern=found,
                accept=form.is_accepted,
                reason=form.cleaned_data["reason"],
                change=form.change(),
                version=version_of(request),
                by=who(request),
                at=now(),
            )
            wake("governance.reevaluate")
            messages.success(request, "Answered. Whoever raised it reads why.")
            return redirect("concern", slug=slug, concern=found.pk)
    return _show(request, get_concern(request.user, slug, concern), decide=form)


@require_POST
def concern_name(request: HttpRequest, slug: str, concern: UUID) -> HttpResponse:
    found = get_concern(request.user, slug, concern)
    form = NameForConcernForm(request.POST, pilot=found.pilot)
    if form.is_valid():
        with sending(form):
            version = version_of(request)
            name_for_concern(concern=found, version=version, by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, "They were told, and can read and answer it.")
            return redirect("concern", slug=slug, concern=found.pk)
    return _show(request, get_concern(request.user, slug, concern), name=form)


def _show(
    request: HttpRequest,
    found: Concern,
    decide: DecideConcernForm | None = None,
    name: NameForConcernForm | None = None,
) -> HttpResponse:
    pilot = found.pilot
    context = {
        "pilot": pilot,
        "concern": found,
        "overdue": found.is_overdue(now().date()),
        "is_own": found.raiser_id == request.user.pk,
        "may_name": can(request.user, Permission.ANSWER_CONCERNS, pilot),
        "form": decide or DecideConcernForm(pilot=pilot),
        "name_form": name or NameForConcernForm(pilot=pilot, auto_id="name_%s", initial={"named": found.named_id}),
        "tried": decide is not None,
    }
    return render(request, "feedback/concern.html", context, status=status_of(decide or name))
