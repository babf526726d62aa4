"""The statement of what a pilot's tool is and is not intended to replace: its versions, who signed, publishing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.actions.statements import publish_statement, sign_statement, write_statement
from feedback.forms.publication import SignForm, StatementForm
from feedback.models import Statement
from feedback.signing import newest_statement, role_word, signing_of
from pilots.access import can, get_pilot, who_may
from pilots.clock import now
from pilots.models import Pilot
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt_button, page_of, who
from pilots.views.sending import sending


@require_safe
def statement(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    return _show(request, pilot, newest_statement(pilot))


@require_safe
def statement_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    found = Statement.objects.filter(pilot=pilot, number=number).select_related("written_by", "published_by").first()
    if found is None:
        raise Http404("No such version.")
    return _show(request, pilot, found)


@require_http_methods(["GET", "HEAD", "POST"])
def statement_write(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.PUBLISH)
    newest = newest_statement(pilot)
    words = {"intended": newest.intended, "not_intended": newest.not_intended} if newest else {}
    form = StatementForm(request.POST or None, initial={**words, "seen": newest.number if newest else 0})
    if request.method == "POST" and form.is_valid():
        with sending(form):
            written = write_statement(pilot=pilot, by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, f"Version {written.number} is written. It counts once it is signed.")
            return redirect("statement", slug=slug)
    return page_of(request, "feedback/statement_write.html", {"pilot": pilot, "form": form, "newest": newest})


@require_POST
def statement_sign(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.SIGN_STATEMENT)
    form = SignForm(request.POST)
    found = _newest(pilot)
    if not form.is_valid():
        messages.error(request, "This page was damaged on its way. Read the statement and sign it again.")
        return redirect("statement", slug=slug)
    with attempt_button(request):
        sign_statement(statement=found, by=who(request), at=now(), **form.cleaned_data)
        wake("governance.reevaluate")
        messages.success(request, f"You signed version {found.number}.")
    return redirect("statement", slug=slug)


@require_POST
def statement_publish(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.PUBLISH)
    found = _newest(pilot)
    with attempt_button(request):
        publish_statement(statement=found, by=who(request), at=now())
        wake("governance.reevaluate")
        messages.success(request, "Published. Everybody reads this version from now on.")
    return redirect("statement", slug=slug)


def _newest(pilot: Pilot) -> Statement:
    found = newest_statement(pilot)
    if found is None:
        raise Http404("No statement is written yet.")
    return found


def _show(request: HttpRequest, pilot: Pilot, found: Statement | None) -> HttpResponse:
    context: dict[str, Any] = {"pilot": pilot, "may_publish": can(request.user, Permission.PUBLISH, pilot)}
    if found is not None:
        context |= _of(request, pilot, found)
    return render(request, "feedback/statement.html", context)


def _of(request: HttpRequest, pilot: Pilot, found: Statement) -> dict[str, Any]:
    versions = list(Statement.objects.filter(pilot=pilot).select_related("written_by", "published_by"))
    signing = signing_of(found)
    is_newest = versions[0].pk == found.pk
    may_sign = can(request.user, Permission.SIGN_STATEMENT, pilot)
    return {
        "statement": found,
        "before": next((version for version in versions if version.number < found.number), None),
        "versions": versions,
        "is_newest": is_newest,
        "signing": signing,
        "signatures": [(row, role_word(row.role)) for row in signing.signatures],
        "may_sign": may_sign,
        "signed": any(row.signed_by_id == who(request).pk for row in signing.signatures),
        "sign_form": SignForm(initial={"digest": found.digest}) if may_sign and is_newest else None,
        "who_signs": ", ".join(who_may(Permission.SIGN_STATEMENT, pilot)),
    }
