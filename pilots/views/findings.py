"""What becomes of a stress finding: answered, built, or a risk that somebody accepts in their own name."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from pilots.access import get_pilot, row_of
from pilots.actions import findings
from pilots.clock import now
from pilots.forms.registers import FailureAnswerForm, FailureBuildForm, RiskForm
from pilots.models import FailureMode, Pilot
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.registers.stress import FAILURES
from pilots.views.acting import page_of, who
from pilots.views.registers import line_of
from pilots.views.sending import sending, version_of


@require_http_methods(["GET", "HEAD", "POST"])
def failure_answer(request: HttpRequest, slug: str, entry: UUID) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE)
    failure = _failure(pilot, entry)
    held = {"answer": failure.answer, "reason": failure.answer_reason, "owner": failure.build_owner}
    form = FailureAnswerForm(request.POST or None, pilot=pilot, initial={**held, "due_on": failure.build_due_on})
    page = ("What becomes of this finding?", "Record the answer", "The finding is answered.")
    return _decide(request, pilot, failure, form, findings.answer_failure, page)


@require_http_methods(["GET", "HEAD", "POST"])
def failure_build(request: HttpRequest, slug: str, entry: UUID) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE)
    form = FailureBuildForm(request.POST or None, initial={"on": now().date()})
    page = ("Is it built?", "It is built", "What was to be built stands.")
    return _decide(request, pilot, _failure(pilot, entry), form, findings.build_failure, page)


@require_http_methods(["GET", "HEAD", "POST"])
def risk_accept(request: HttpRequest, slug: str, entry: UUID) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.ACCEPT_RISK)
    form = RiskForm(request.POST or None)
    page = ("Accept this risk in your own name?", "Accept the risk", "You accept the risk until that day.")
    return _decide(request, pilot, _failure(pilot, entry), form, findings.accept_risk, page)


def _failure(pilot: Pilot, entry: UUID) -> FailureMode:
    found: FailureMode = row_of(pilot, "failure mode", FAILURES.entries(pilot), pk=entry)
    return found


def _decide(
    request: HttpRequest,
    pilot: Pilot,
    failure: FailureMode,
    form: Form,
    decide: Callable[..., Any],
    page: tuple[str, str, str],
) -> HttpResponse:
    """`page`: heading, words of the button, and what is said when it is done. Decided on the version that was shown."""
    heading, button, done = page
    version = version_of(request) if request.method == "POST" else failure.version
    if request.method == "POST" and form.is_valid():
        with sending(form):
            decide(failure=failure, by=who(request), at=now(), version=version, **form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, done)
            return redirect("register", slug=pilot.slug, register=FAILURES.slug)
    context = {"pilot": pilot, "register": FAILURES, "line": line_of(FAILURES, failure, now().date())}
    context |= {"form": form, "heading": heading, "button": button, "version": failure.version}
    return page_of(request, "pilots/failure_decide.html", context)
