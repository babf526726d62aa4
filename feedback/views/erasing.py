"""Erasing: what one wrote in a flag, oneself, and for an administrator a person who asked for it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from feedback.access import get_flag_by_link, get_own_flag
from feedback.actions.erasing import erase_flag, erase_person
from feedback.forms.publication import EraseForm
from feedback.models import Flag
from feedback.views.receipts import kept_private
from pilots.access import require
from pilots.clock import now
from pilots.models import User
from pilots.permissions import Permission
from pilots.views.acting import attempt, page_of, who


@login_not_required
@kept_private
@require_http_methods(["GET", "HEAD", "POST"])
def flag_erase(request: HttpRequest, token: str) -> HttpResponse:
    return _erase_flag(request, get_flag_by_link(token), reverse("flag_receipt", args=[token]))


@require_http_methods(["GET", "HEAD", "POST"])
def my_flag_erase(request: HttpRequest, reference: str) -> HttpResponse:
    return _erase_flag(request, get_own_flag(who(request), reference), reverse("my_flag", args=[reference]))


def _erase_flag(request: HttpRequest, flag: Flag, back: str) -> HttpResponse:
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            erase_flag(flag=flag, at=now())
            messages.success(request, "What you wrote is erased. That you flagged, and the answer to it, stay.")
            return redirect(back)
    context = {
        "form": form,
        "heading": f"Erase what you wrote in {flag.reference}",
        "button": "Erase what I wrote",
        "consequences": [
            "The output, what you asked the tool, what it should have said and all else that you typed are erased.",
            "That somebody flagged, when, what kind of fault it was and the answer stay: they are counted.",
            "If nobody has read it yet, whoever looks after flags may not be able to find out what went wrong.",
        ],
        "cancel": back,
        "crumb": {"url": back, "label": f"Flag {flag.reference}"},
    }
    return page_of(request, "components/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def account_erase(request: HttpRequest) -> HttpResponse:
    me = who(request)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            erase_person(user=me, by=me, at=now())
            logout(request)
            return render(request, "feedback/account_erased.html")
    context = {
        "form": form,
        "heading": "Erase yourself",
        "button": "Erase me",
        "consequences": [
            "Your account is closed at once, and your name and address become made-up ones.",
            "What you wrote in flags is erased; that you flagged stays, without you.",
            "What you decided or answered in a pilot stays under the made-up name: others rely on it.",
        ],
        "cancel": reverse("my_data"),
        "crumb": {"url": reverse("my_data"), "label": "What is held on me"},
    }
    return page_of(request, "components/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    require(request.user, Permission.ERASE)
    person = get_object_or_404(User, pk=pk)
    form = EraseForm(request.POST if request.method == "POST" else None)
    back = reverse("person", args=[pk])
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            erased = erase_person(user=person, by=who(request), at=now())
            messages.success(request, f"Erased. Their acts stand under the name {erased.name} now.")
            return redirect(back)
    context = {
        "form": form,
        "heading": f"Erase {person.name}",
        "button": "Erase this person",
        "consequences": [
            "Name and address become made-up ones, everywhere at once; the account never opens again.",
            "What they wrote in flags is erased, with what was answered to them. Counts and dates stay.",
            "Decisions, answers and signatures stay under the made-up name, and the trail verifies as before.",
            "What others wrote about them in answers or comments is not found by this. Look for it yourself.",
        ],
        "cancel": back,
        "crumb": {"url": back, "label": person.name},
    }
    return page_of(request, "components/confirm.html", context)
