"""Handing a flag in: which pilot, the form. Open to anyone where the pilot has a public link."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.access import chosen_pattern, draft_owner, find_flaggable_pilot, flaggable_pilots, page_url
from feedback.actions.flags import MOST_CHARACTERS, HandedIn, hand_in_flag
from feedback.forms.flags import FlagForm, new_ticket
from feedback.limits import TooMany, count_hand_in, count_look
from feedback.similar import similar_to_text
from feedback.views.handing_in import NotTaken, take
from pilots.availability import use_of
from pilots.clock import now
from pilots.models import Pilot, User
from pilots.publish import wake

PER_PAGE = 30


@login_not_required
@require_safe
def flag_choose(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    pilots = flaggable_pilots(request.user)
    found = pilots.filter(name__icontains=words) | pilots.filter(tool__icontains=words) if words else pilots
    page = Paginator(found.order_by("name"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/choose.html", {"page": page, "words": words})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def flag_hand_in(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = find_flaggable_pilot(request.user, slug)
    if pilot is None and not request.user.is_authenticated:
        # The same for a pilot that is not public as for none at all.
        return redirect_to_login(request.get_full_path())
    if pilot is None:
        raise Http404("No such pilot.")
    at = now()
    if request.method == "POST":
        return _hand_in(request, pilot, at)
    started = {"ticket": new_ticket(at), "tool_version": pilot.tool_version, "use_case": request.GET.get("use_case")}
    return _show(request, pilot, _form(request, pilot, at, initial=started))


def _form(request: HttpRequest, pilot: Pilot, at: datetime, **options: Any) -> FlagForm:
    return FlagForm(pilot=pilot, signed_in=request.user.is_authenticated, at=at, **options)


def _show(request: HttpRequest, pilot: Pilot, form: FlagForm) -> HttpResponse:
    context = {
        "pilot": pilot,
        "form": form,
        "similar": similar_to_text(request.user, pilot, _said(request)) if form.is_bound else [],
        "chosen": form["same_as"].value() if form.is_bound else "",
        "draft_owner": draft_owner(request.user),
        "page_url": page_url(request.user, pilot),
        "stopped": [use for case in form.use_cases.values() if (use := use_of(pilot, case)).is_stopped],
        "limited": [case for case in form.use_cases.values() if case.limit],
    }
    return render(request, "feedback/hand_in.html", context)


def _said(request: HttpRequest) -> str:
    return "\n".join(request.POST.get(name, "")[: MOST_CHARACTERS[name]] for name in ("what_happened", "output"))


@login_not_required
@require_POST
def flag_similar(request: HttpRequest, slug: str) -> HttpResponse:
    """For the form's script, while somebody types. Nothing of it is kept; whatever is wrong, there is just nothing."""
    pilot = find_flaggable_pilot(request.user, slug)
    if pilot is None and not request.user.is_authenticated:
        return redirect_to_login(reverse("flag_hand_in", args=[slug]))
    if pilot is None:
        raise Http404("No such pilot.")
    try:
        count_look(request, now())
    except TooMany:
        return HttpResponse(status=429)
    found = similar_to_text(request.user, pilot, _said(request))
    return render(request, "feedback/_similar.html", {"similar": found, "chosen": request.POST.get("same_as", "")})


def _hand_in(request: HttpRequest, pilot: Pilot, at: datetime) -> HttpResponse:
    form = _form(request, pilot, at, data=request.POST, files=request.FILES)
    many = "Many flags came from where you are"
    taken = take(form, lambda: _send(request, pilot, form, at), many=many, again=form.renew_ticket)
    if isinstance(taken, NotTaken):
        form.ask_for_files_again()
        return taken.tell(_show(request, pilot, form))
    wake("feedback.place_flags")
    return redirect("flag_receipt", token=taken.token)


def _send(request: HttpRequest, pilot: Pilot, form: FlagForm, at: datetime) -> HandedIn:
    count_hand_in(request, pilot.pk, at)
    data = form.cleaned_data
    return hand_in_flag(
        pilot=pilot,
        submission=data["submission"],
        categories=data["categories"],
        severity=data["severity"],
        output=data["output"],
        use_case=data.get("use_case"),
        expected=data["expected"],
        what_happened=data["what_happened"],
        tool_version=data["tool_version"],
        made_at=data["made_at"],
        details=form.details(chosen_pattern=chosen_pattern(request.user, pilot, data["same_as"])),
        files=data["files"],
        by=request.user if isinstance(request.user, User) else None,
        named=not data.get("without_name"),
        at=at,
    )
