"""Asking for leave to pass with a question open, deciding on it, ending it early."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from governance.actions.waivers import ask_waiver, decide_waiver, end_waiver
from governance.forms.items import WaiverDecisionForm, WaiverEndForm, WaiverForm
from governance.models import Item, Waiver
from governance.views.acting_on_items import act_on_item, item_of
from pilots.access import get_pilot
from pilots.clock import now
from pilots.permissions import Permission


def waiver_ask(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    item = item_of(request, slug, item_id, Permission.ASK_WAIVER)
    return act_on_item(
        request,
        item,
        WaiverForm(request.POST or None, at=now(), initial={"version": item.version}),
        partial(ask_waiver, item=item),
        done="The sponsor decides on the waiver.",
        heading="Ask for a waiver",
        button="Ask for the waiver",
        lede="Leave to pass the gate with this question open: by the sponsor’s name, for a time, seen by leadership. "
        "When it ends, the question is open again.",
    )


def waiver_decide(request: HttpRequest, slug: str, waiver_id: UUID) -> HttpResponse:
    waiver = _waiver(request, slug, waiver_id)
    return act_on_item(
        request,
        waiver.item,
        WaiverDecisionForm(request.POST or None),
        partial(decide_waiver, waiver=waiver),
        done="The waiver is decided.",
        template="governance/waiver_decide.html",
        waiver=waiver,
    )


def waiver_end(request: HttpRequest, slug: str, waiver_id: UUID) -> HttpResponse:
    waiver = _waiver(request, slug, waiver_id)
    return act_on_item(
        request,
        waiver.item,
        WaiverEndForm(request.POST or None),
        partial(end_waiver, waiver=waiver),
        done="The waiver has ended; the question is open again.",
        heading="End the waiver now",
        button="End the waiver",
        danger=True,
        lede="The question is open again at once and blocks its gate.",
    )


def _waiver(request: HttpRequest, slug: str, waiver_id: UUID) -> Waiver:
    pilot = get_pilot(request.user, slug, Permission.DECIDE_WAIVER)
    waiver = get_object_or_404(Waiver.objects.select_related("requested_by"), pilot=pilot, pk=waiver_id)
    waiver.item = Item.objects.with_details().get(pk=waiver.item_id)
    waiver.pilot = waiver.item.pilot = pilot
    return waiver
