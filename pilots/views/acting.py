"""Running an action from a page: what it refuses is shown where the person typed, and nothing typed is lost.

    if form.is_valid():
        with attempt(form):
            edit_pilot(pilot=pilot, by=request.user, **form.cleaned_data)
            return redirect("pilot", pilot.slug)
    return page_of(request, "governance/pilot_edit.html", {"form": form})

`Conflict` (409) and `NotAllowed` (403) are answered by the middleware, for every page alike.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pilots.errors import Refused
from pilots.models import User
from pilots.views.sending import status_of


@contextmanager
def attempt(form: BaseForm) -> Iterator[None]:
    """A refusal becomes an error of the form, at its field where the form has it."""
    try:
        yield
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, refusal.message)


@contextmanager
def attempt_button(request: HttpRequest) -> Iterator[None]:
    """For a button without fields: a refusal becomes a message on the page that the view goes back to."""
    try:
        yield
    except Refused as refusal:
        messages.error(request, refusal.message)


def page_of(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """The page, as 422 or 409 when it shows a form that was sent and not accepted."""
    form = context.get("form")
    sent = form if isinstance(form, BaseForm) and request.method == "POST" else None
    return render(request, template, dict(context), status=status_of(sent))


def who(request: HttpRequest) -> User:
    """The person signed in; LoginRequiredMiddleware lets nobody else through."""
    assert isinstance(request.user, User)
    return request.user
