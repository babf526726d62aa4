"""Saying that something happened which the system cannot see, and which makes answers stale."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from governance.actions.events import fire_event
from governance.forms.items import EventForm
from governance.models import Item
from governance.places import item_url
from governance.renewal import EVENTS, RenewEvent, fired_by_hand
from pilots.access import get_pilot
from pilots.clock import now
from pilots.models import Pilot
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who


def event_fire(request: HttpRequest, slug: str) -> HttpResponse:
    """First what happened (`?event=…`), then what that would lapse and why it is so."""
    pilot = get_pilot(request.user, slug, Permission.FIRE_EVENT)
    chosen = _by_hand(request.POST.get("event") or request.GET.get("event", ""))
    form = EventForm(request.POST or None, initial={"event": chosen.name if chosen else ""})
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            lapsed = fire_event(pilot=pilot, by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, _said(EVENTS[form.cleaned_data["event"]], len(lapsed)))
            return redirect("questions", slug=slug)
    return page_of(request, "governance/event_fire.html", _context(pilot, chosen, form))


def _context(pilot: Pilot, chosen: RenewEvent | None, form: EventForm) -> dict[str, Any]:
    items = list(Item.objects.of(pilot).filter(state__in=(Item.State.ACCEPTED, Item.State.IN_DOUBT)))
    lapsing = {event.name: list(_lapsing(pilot, event, items)) for event in fired_by_hand()}
    return {
        "pilot": pilot,
        "chosen": chosen,
        "lapsing": lapsing[chosen.name] if chosen else [],
        "events": [{"event": event, "lapsing": len(lapsing[event.name])} for event in fired_by_hand()],
        "form": form,
        "cancel_url": reverse("event_fire", kwargs={"slug": pilot.slug}),
    }


def _lapsing(pilot: Pilot, event: RenewEvent, items: Iterable[Item]) -> Iterable[dict[str, Any]]:
    for item in items:
        if event.name in item.question.renew_events:
            yield {
                "title": item.question.question,
                "code": str(item),
                "url": item_url(pilot, item),
                "state": item.state,
                "hint": f"Answered by {item.answer.author.name}" if item.answer else "",
            }


def _by_hand(name: str) -> RenewEvent | None:
    return next((event for event in fired_by_hand() if event.name == name), None)


def _said(event: RenewEvent, lapsed: int) -> str:
    answers = "1 answer" if lapsed == 1 else f"{lapsed or 'no'} answers"
    return f"{event.sentence} It made {answers} lapse."
