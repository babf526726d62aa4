"""Answering a question, deciding on an answer, and the files that answers rest on."""

from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from governance.actions.answers import accept_answer, confirm_answer, propose_answer, return_answer
from governance.downloads import evidence_download
from governance.forms.answers import AnswerForm
from governance.forms.items import ConfirmForm, DecisionForm
from governance.models import Item
from governance.reports.quoted import warnings_of
from governance.views.acting_on_items import act_on_item, item_of
from pilots.access import get_pilot
from pilots.permissions import Permission


def answer_propose(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    item = item_of(request, slug, item_id, Permission.ANSWER_ITEMS)
    return act_on_item(
        request,
        item,
        AnswerForm(request.POST or None, request.FILES or None, item=item),
        partial(_propose, request, item),
        done="Your answer waits for a second person to accept it.",
        template="governance/answer_propose.html",
        renews=item.answer is not None,
        largest=settings.EVIDENCE_MAX_BYTES,
    )


def _propose(request: HttpRequest, item: Item, **given: Any) -> None:
    propose_answer(item=item, **given)
    if warnings_of(item.pilot, given["text"]):
        messages.warning(request, "It quotes a figure of the demonstration as if it were a forecast: look beside it.")


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
    return evidence_download(get_pilot(request.user, slug), evidence_id)
