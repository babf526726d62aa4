"""Entering what was first heard in another way than by a flag."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from feedback.actions.elsewhere import enter_flag
from feedback.forms.elsewhere import EnterForm, new_entry
from pilots.access import get_pilot
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import User
from pilots.permissions import Permission
from pilots.publish import wake


@require_http_methods(["GET", "HEAD", "POST"])
def flag_enter(request: HttpRequest, slug: str) -> HttpResponse:
    assert isinstance(request.user, User)
    pilot, at = get_pilot(request.user, slug, Permission.TRIAGE_FLAGS), now()
    if request.method != "POST":
        form = EnterForm(pilot=pilot, initial=new_entry(at))
    else:
        form = EnterForm(request.POST, request.FILES, pilot=pilot)
        if form.is_valid():
            try:
                flag = enter_flag(pilot=pilot, by=request.user, at=at, **form.said()).flag
                wake("feedback.place_flags")
                wake("governance.reevaluate")
                messages.success(request, "Entered. It goes the way of every flag.")
                return redirect("flag", slug=slug, reference=flag.reference)
            except Refused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    context = {"pilot": pilot, "form": form}
    return render(request, "feedback/enter.html", context, status=422 if form.errors else 200)
