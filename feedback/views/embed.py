"""The flag form in a frame of another tool's page: without cookies, for who has the token of its channel."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from feedback.access import find_channel
from feedback.actions.flags import Details, HandedIn, hand_in_flag
from feedback.forms.flags import FlagForm, new_ticket
from feedback.limits import count_through_channel
from feedback.models import Channel
from feedback.models.reporting import Source
from feedback.views.handing_in import NotTaken, take
from pilots.clock import now
from pilots.publish import wake


@login_not_required
@csrf_exempt  # no cookie says who sends it, so nobody can be made to send in another's name
@xframe_options_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag_embed(request: HttpRequest, token: str) -> HttpResponse:
    channel = find_channel(token)
    if channel is None:
        response = render(request, "feedback/embed_gone.html", status=404)
    elif request.method == "POST":
        response = _hand_in(request, channel, now())
    else:
        response = _show(request, channel, _started(request, channel, now()))
    response.framed_by = channel.origins if channel else []  # type: ignore[attr-defined]  # for SecurityHeadersMiddleware
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _started(request: HttpRequest, channel: Channel, at: datetime) -> FlagForm:
    initial = {
        "ticket": new_ticket(at),
        "use_case": request.GET.get("use_case"),
        "tool_version": request.GET.get("tool_version", channel.pilot.tool_version)[:80],
    }
    return FlagForm(pilot=channel.pilot, signed_in=False, at=at, initial=initial)


def _show(request: HttpRequest, channel: Channel, form: FlagForm) -> HttpResponse:
    return render(request, "feedback/embed.html", {"pilot": channel.pilot, "form": form})


def _hand_in(request: HttpRequest, channel: Channel, at: datetime) -> HttpResponse:
    form = FlagForm(request.POST, pilot=channel.pilot, signed_in=False, at=at)
    many = "Many flags came through this tool"
    taken = take(form, lambda: _send(request, channel, form, at), many=many, again=form.renew_ticket)
    if isinstance(taken, NotTaken):
        return taken.tell(_show(request, channel, form))
    wake("feedback.place_flags")
    return _sent(request, taken)


def _send(request: HttpRequest, channel: Channel, form: FlagForm, at: datetime) -> HandedIn:
    count_through_channel(request, channel, at)
    data: dict[str, Any] = form.cleaned_data
    return hand_in_flag(
        pilot=channel.pilot,
        submission=data["submission"],
        categories=data["categories"],
        severity=data["severity"],
        output=data["output"],
        use_case=data.get("use_case"),
        expected=data["expected"],
        what_happened=data["what_happened"],
        tool_version=data["tool_version"],
        details=Details(source=Source.BUTTON, channel=channel),
        by=None,
        at=at,
    )


def _sent(request: HttpRequest, handed: HandedIn) -> HttpResponse:
    """Shown at once: the page of the receipt lets nobody frame it, and sending this again is the same flag."""
    link = settings.BASE_URL + reverse("flag_receipt", args=[handed.token])
    return render(request, "feedback/embed_sent.html", {"flag": handed.flag, "link": link})
