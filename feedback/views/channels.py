"""Which other tools hand in flags of a pilot: for who manages channels."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from feedback.access import get_channel
from feedback.actions.channels import NewToken, create_channel, edit_channel, revoke_channel, rotate_token
from feedback.forms.channels import ChannelForm, NewChannelForm, RotateForm, a_year_from
from feedback.limits import used_today
from feedback.models import Channel
from pilots.access import get_pilot
from pilots.clock import now
from pilots.forms.plain import PlainForm
from pilots.models import Pilot
from pilots.permissions import Permission
from pilots.views.acting import attempt, page_of, who
from pilots.views.sending import version_of


@require_safe
def channels(request: HttpRequest, slug: str) -> HttpResponse:
    pilot, at = get_pilot(request.user, slug, Permission.MANAGE_CHANNELS), now()
    rows = list(Channel.objects.filter(pilot=pilot).select_related("revoked_by").prefetch_related("tokens"))
    used = used_today(rows, at)
    shown = [_row(channel, used[channel.pk], at) for channel in rows]
    context = {
        "pilot": pilot,
        "open": [row for row in shown if not row["channel"].revoked_at],
        "revoked": [row for row in shown if row["channel"].revoked_at],
    }
    return page_of(request, "feedback/channels.html", context)


def _row(channel: Channel, used: int, at: Any) -> dict[str, Any]:
    tokens = list(channel.tokens.all())
    return {
        "channel": channel,
        "used": used,
        "full": used >= channel.daily_quota,
        "tokens": [token for token in tokens if token.expires_at > at],
        "last_used_at": max((token.last_used_at for token in tokens if token.last_used_at), default=None),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def channel_create(request: HttpRequest, slug: str) -> HttpResponse:
    pilot, at = get_pilot(request.user, slug, Permission.MANAGE_CHANNELS), now()
    form = NewChannelForm(request.POST or None, initial=a_year_from(at))
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            made = create_channel(
                pilot=pilot,
                name=form.cleaned_data["name"],
                origins=form.cleaned_data["origins"],
                daily_quota=form.cleaned_data["daily_quota"],
                expires_at=form.expires_at(),
                by=who(request),
                at=at,
            )
            return _shown_once(request, made)
    return _form(request, pilot, form, "Connect a tool", "Make its token")


@require_http_methods(["GET", "HEAD", "POST"])
def channel_edit(request: HttpRequest, slug: str, channel: UUID) -> HttpResponse:
    found = get_channel(request.user, slug, channel)
    initial = {"name": found.name, "origins": "\n".join(found.origins), "daily_quota": found.daily_quota}
    form = ChannelForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            edit_channel(channel=found, version=version_of(request), by=who(request), **form.cleaned_data)
            messages.success(request, f"{found.name} is saved. Its token stays the same.")
            return redirect("channels", slug)
    return _form(request, found.pilot, form, f"Change {found.name}", "Save", version=found.version)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def channel_rotate(request: HttpRequest, slug: str, channel: UUID) -> HttpResponse:
    found, at = get_channel(request.user, slug, channel), now()
    form = RotateForm(request.POST or None, initial=a_year_from(at))
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            made = rotate_token(
                channel=found,
                expires_at=form.expires_at(),
                old_until=form.ends_at(at),
                by=who(request),
                at=at,
            )
            return _shown_once(request, made)
    return _form(request, found.pilot, form, f"New token for {found.name}", "Make the token")


@require_http_methods(["GET", "HEAD", "POST"])
def channel_revoke(request: HttpRequest, slug: str, channel: UUID) -> HttpResponse:
    found = get_channel(request.user, slug, channel)
    form = PlainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            revoke_channel(channel=found, by=who(request), at=now())
            messages.success(request, f"{found.name} can no longer hand in flags.")
            return redirect("channels", slug)
    context = {
        "pilot": found.pilot,
        "form": form,
        "heading": f"Revoke {found.name}",
        "button": "Revoke it",
        "consequences": [
            "Its tokens end at once. The button in its pages leads nowhere from then on.",
            "The flags that came through it stay, and their reporters still hear what became of them.",
            "It cannot be taken back: connect the tool anew.",
        ],
        "cancel": reverse("channels", args=[slug]),
        "crumb": {"label": "Channels", "url": reverse("channels", args=[slug])},
    }
    return page_of(request, "components/confirm.html", context)


def _form(
    request: HttpRequest, pilot: Pilot, form: PlainForm, title: str, button: str, version: int | None = None
) -> HttpResponse:
    context = {"pilot": pilot, "form": form, "title": title, "button": button, "version": version}
    return page_of(request, "feedback/channel_form.html", context)


SNIPPET: Final = """<script src="{ours}/static/js/flag-button.js" defer></script>

<rollout-flag pilot="{slug}" token="{token}">
  <a href="{ours}{frame}">Flag this output</a>
</rollout-flag>"""
CALL: Final = """curl -H "Authorization: Bearer {token}" -H "Content-Type: application/json" \\
  -d '{{"categories": ["WRONG"], "severity": 1, "output": "Due within 90 days."}}' \\
  "{ours}{hand_in}\""""


def _shown_once(request: HttpRequest, made: NewToken) -> HttpResponse:
    """In this answer and never stored: a redirect would have to keep it somewhere."""
    slug = made.channel.pilot.slug
    filled = {
        "ours": settings.BASE_URL,
        "slug": slug,
        "token": made.plain,
        "frame": reverse("flag_embed", args=[made.plain]),
        "hand_in": reverse("api_flag_hand_in", args=[slug]),
    }
    context = {"pilot": made.channel.pilot, "made": made, "ours": settings.BASE_URL}
    context |= {"snippet": SNIPPET.format(**filled), "call": CALL.format(**filled)}
    return page_of(request, "feedback/channel_token.html", context)
