"""Answering a question, deciding on an answer, and the files that answers rest on."""

import unicodedata
from functools import partial
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from governance.actions.answers import accept_answer, confirm_answer, propose_answer, return_answer
from governance.forms.answers import AnswerForm
from governance.forms.items import ConfirmForm, DecisionForm
from governance.models import Evidence
from governance.views.acting_on_items import act_on_item, item_of
from pilots.access import get_pilot
from pilots.permissions import Permission


def answer_propose(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    item = item_of(request, slug, item_id, Permission.ANSWER_ITEMS)
    return act_on_item(
        request,
        item,
        AnswerForm(request.POST or None, request.FILES or None, item=item),
        partial(propose_answer, item=item),
        done="Your answer waits for a second person to accept it.",
        template="governance/answer_propose.html",
        renews=item.answer is not None,
        largest=settings.EVIDENCE_MAX_BYTES,
    )


def answer_accept(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    item = item_of(request, slug, item_id, Permission.ACCEPT_ANSWERS)
    return act_on_item(
        request,
        item,
        DecisionForm(request.POST or None, initial={"version": item.version}),
        partial(accept_answer, item=item),
        done="The answer is accepted.",
        template="governance/answer_decide.html",
    )


def answer_return(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    item = item_of(request, slug, item_id, Permission.ACCEPT_ANSWERS)
    return act_on_item(
        request,
        item,
        DecisionForm(request.POST or None, initial={"version": item.version}),
        partial(return_answer, item=item),
        done="The answer is sent back to its author.",
        template="governance/answer_decide.html",
    )


def answer_confirm(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    item = item_of(request, slug, item_id, Permission.ACCEPT_ANSWERS)
    return act_on_item(
        request,
        item,
        ConfirmForm(request.POST or None, initial={"version": item.version}),
        partial(confirm_answer, item=item),
        done="The answer is confirmed and counts again.",
        heading="Confirm the answer",
        button="Confirm",
        shows_answer=True,
        lede="You say by name that it still holds, whatever was said against it.",
    )


@require_safe
def evidence(request: HttpRequest, slug: str, evidence_id: UUID) -> FileResponse:
    """Always a download, in a sandbox: what somebody uploaded never runs as a page of ours."""
    pilot = get_pilot(request.user, slug)
    found = get_object_or_404(Evidence, pilot=pilot, pk=evidence_id, kind=Evidence.Kind.FILE)
    try:
        stored = found.file.open("rb")
    except FileNotFoundError:
        raise Http404("This file is no longer in the store; its SHA-256 stays with the answer.") from None
    response = FileResponse(
        stored, as_attachment=True, filename=_plain(found.title), content_type="application/octet-stream"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _plain(name: str) -> str:
    """Without control characters and those that turn the direction of writing, which disguise an ending."""
    return "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf"}) or "evidence"
