"""What is one's own: settings, tokens, notifications."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from pilots.actions.account import edit_own_account
from pilots.actions.notifications import mark_read
from pilots.actions.tokens import create_api_token, revoke_api_token
from pilots.actions.vouching import ask_to_confirm_address, confirm_address
from pilots.clock import now
from pilots.forms.account import AccountForm, TokenForm
from pilots.models import ApiToken, Membership, Notification
from pilots.permissions import ORGANISATION_ROLES, ROLES, OrganisationRole, Role
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, page_of, who

PER_PAGE = 50


def account(request: HttpRequest) -> HttpResponse:
    me = who(request)
    form = AccountForm(request.POST or None, instance=me)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            edit_own_account(by=me, fields=form.cleaned_data)
            messages.success(request, "Your settings are saved.")
            return redirect("account")
    rows = Membership.objects.filter(user=me).select_related("pilot").order_by("pilot__name", "role")
    context = {
        "form": form,
        "mail_leaves": settings.SENDS_MAIL,
        "memberships": [(row.pilot, ROLES[Role(row.role)]) for row in rows],
        "organisation_roles": [ORGANISATION_ROLES[OrganisationRole(r.role)] for r in me.organisation_memberships.all()],
    }
    return page_of(request, "pilots/account.html", context)


@require_POST
def address_ask(request: HttpRequest) -> HttpResponse:
    me = who(request)
    with attempt_button(request):
        ask_to_confirm_address(by=me, at=now())
        wake("pilots.send_messages")
        messages.success(request, f"A link is on its way to {me.email}. Open it within two days, in this browser.")
    return redirect("account")


@never_cache
def address_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of the e-mail: a button, since mail programs open links by themselves."""
    if request.method == "POST":
        with attempt_button(request):
            confirm_address(token=token, by=who(request))
            wake("governance.reevaluate")
            messages.success(request, "Your address is proven.")
        return redirect("account")
    return page_of(request, "pilots/address_confirm.html", {})


def tokens(request: HttpRequest) -> HttpResponse:
    rows = who(request).api_tokens.filter(revoked_at__isnull=True, expires_at__gt=now())
    return page_of(request, "pilots/tokens.html", {"tokens": rows})


@never_cache
def token_create(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            given = form.cleaned_data
            made = create_api_token(
                by=who(request), name=given["name"], scopes=given["scopes"], expires_at=form.expires_at(), at=now()
            )
            # Shown in this answer and never stored: a redirect would have to keep it somewhere.
            return page_of(request, "pilots/token_created.html", {"made": made})
    return page_of(request, "pilots/token_create.html", {"form": form})


@require_POST
def token_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    me = who(request)
    found = get_object_or_404(ApiToken.objects.select_related("user"), pk=pk)
    with attempt_button(request):
        revoke_api_token(token=found, by=me, at=now())
        messages.success(request, f"{found.name} no longer works.")
    return redirect("tokens") if found.user == me else redirect("person", pk=found.user_id)


def notifications(request: HttpRequest) -> HttpResponse:
    rows = who(request).notifications.select_related("pilot")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return page_of(request, "pilots/notifications.html", {"page": page})


def notification_open(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Marks it read on the way to what it is about."""
    found = get_object_or_404(Notification, pk=pk, user=who(request))
    mark_read(by=who(request), at=now(), only=found)
    ours = url_has_allowed_host_and_scheme(found.url, allowed_hosts=None)
    return redirect(found.url if ours else "notifications")


@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    mark_read(by=who(request), at=now())
    return redirect("notifications")
