"""Receivers of a pilot's events: the list, one of them with what was sent, and its buttons."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pilots.access import get_pilot, row_of
from pilots.actions import webhooks as actions
from pilots.actions.deliveries import ATTEMPTS, send_delivery_again
from pilots.clock import now
from pilots.forms.webhooks import WebhookForm
from pilots.models import Delivery, Pilot, Webhook
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, page_of, who
from pilots.views.sending import sending, version_of

PER_PAGE = 25


def _pilot(request: HttpRequest, slug: str) -> Pilot:
    return get_pilot(request.user, slug, Permission.MANAGE_CHANNELS)


def _webhook(request: HttpRequest, slug: str, webhook: UUID) -> Webhook:
    rows = Webhook.objects.with_last().select_related("created_by", "disabled_by")
    return row_of(_pilot(request, slug), "webhook", rows, pk=webhook)


@require_safe
def webhooks(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = _pilot(request, slug)
    rows = Webhook.objects.with_last().filter(pilot=pilot).order_by("-disabled_at", "created_at")
    return page_of(request, "pilots/webhooks.html", {"pilot": pilot, "webhooks": rows})


@never_cache
def webhook_create(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = _pilot(request, slug)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            made = actions.create_webhook(pilot=pilot, by=who(request), at=now(), **form.cleaned_data)
            # Shown in this answer and never stored: a redirect would have to keep it somewhere.
            return page_of(request, "pilots/webhook_secret.html", {"pilot": pilot, "made": made})
    return page_of(request, "pilots/webhook_form.html", {"pilot": pilot, "form": form})


@require_safe
def webhook(request: HttpRequest, slug: str, webhook: UUID) -> HttpResponse:
    found = _webhook(request, slug, webhook)
    page = Paginator(Delivery.objects.filter(webhook=found), PER_PAGE).get_page(request.GET.get("page"))
    context = {"pilot": found.pilot, "webhook": found, "page": page, "attempts": ATTEMPTS}
    return page_of(request, "pilots/webhook.html", context)


def webhook_edit(request: HttpRequest, slug: str, webhook: UUID) -> HttpResponse:
    found = _webhook(request, slug, webhook)
    form = WebhookForm(request.POST or None, initial={"url": found.url, "events": found.events})
    if request.method == "POST" and form.is_valid():
        with sending(form):
            version = version_of(request)
            actions.edit_webhook(webhook=found, version=version, by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, "The webhook is saved.")
            return redirect("webhook", slug=slug, webhook=webhook)
    context = {"pilot": found.pilot, "webhook": found, "form": form, "version": found.version}
    return page_of(request, "pilots/webhook_form.html", context)


@never_cache
@require_POST
def webhook_rotate_secret(request: HttpRequest, slug: str, webhook: UUID) -> HttpResponse:
    found = _webhook(request, slug, webhook)
    made = actions.rotate_secret(webhook=found, by=who(request), at=now())
    return page_of(request, "pilots/webhook_secret.html", {"pilot": found.pilot, "made": made, "rotated": True})


@require_POST
def webhook_disable(request: HttpRequest, slug: str, webhook: UUID) -> HttpResponse:
    found = _webhook(request, slug, webhook)
    with attempt_button(request):
        actions.disable_webhook(webhook=found, by=who(request), at=now())
        messages.success(request, "Disabled. Nothing is sent to it any more.")
    return redirect("webhook", slug=slug, webhook=webhook)


@require_POST
def webhook_enable(request: HttpRequest, slug: str, webhook: UUID) -> HttpResponse:
    found = _webhook(request, slug, webhook)
    with attempt_button(request):
        actions.enable_webhook(webhook=found, by=who(request), at=now())
        messages.success(request, "Enabled. It hears of what happens from now on.")
    return redirect("webhook", slug=slug, webhook=webhook)


@require_POST
def webhook_test(request: HttpRequest, slug: str, webhook: UUID) -> HttpResponse:
    found = _webhook(request, slug, webhook)
    with attempt_button(request):
        actions.test_webhook(webhook=found, by=who(request), at=now())
        wake("pilots.send_webhooks")
        messages.success(request, "A test is on its way. Load this page again to see what became of it.")
    return redirect("webhook", slug=slug, webhook=webhook)


@require_POST
def webhook_send_again(request: HttpRequest, slug: str, webhook: UUID, delivery: UUID) -> HttpResponse:
    found = _webhook(request, slug, webhook)
    sent = row_of(found.pilot, "delivery", Delivery.objects.filter(webhook=found), pk=delivery)
    with attempt_button(request):
        send_delivery_again(delivery=sent, by=who(request), at=now())
        wake("pilots.send_webhooks")
        messages.success(request, f"{sent.event} is sent again.")
    return redirect("webhook", slug=slug, webhook=webhook)
