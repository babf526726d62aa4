"""The questions of a pilot: the list, giving many of them an owner at once, and the page of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from governance.actions.items import assign_items
from governance.forms.items import CommentForm, DecisionForm, WaiverDecisionForm
from governance.forms.questions import AssignForm, QuestionFilter, may_own
from governance.models import Item, PilotCatalogue
from governance.places import item_url
from governance.reports import question as one
from governance.reports.chains import chains_of
from governance.reports.due import with_due
from governance.reports.questions import groups_of, is_overdue, rows_of, shown_state, today
from governance.reports.quoted import warnings_of
from governance.views.ways import ways_of
from pilots.access import can, get_pilot
from pilots.clock import now
from pilots.models import Pilot, Workflow
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who


@require_safe
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    return page_of(request, "governance/questions.html", _list(request, pilot, AssignForm(pilot=pilot)))


def _list(request: HttpRequest, pilot: Pilot, form: AssignForm, chosen: Sequence[str] = ()) -> dict[str, Any]:
    at, reader = now(), who(request)
    filters = QuestionFilter(
        request.GET,
        with_due(Item.objects.of(pilot), at),
        user=reader,
        today=today(at),
        owners=may_own(pilot),
        workflows=Workflow.objects.filter(pilot=pilot, removed_at__isnull=True),
    )
    groups, counts = groups_of(pilot, rows_of(pilot, filters.qs, at), at)
    catalogue = PilotCatalogue.objects.filter(pilot=pilot).select_related("catalogue").first()
    return {
        "pilot": pilot,
        "groups": groups,
        "counts": counts,
        "filters": filters.form,
        "active": _active(request, filters),
        "catalogue": catalogue.catalogue if catalogue else None,
        "may_assign": can(reader, Permission.ASSIGN_ITEMS, pilot) and pilot.state != Pilot.State.ENDED,
        "may_fire": can(reader, Permission.FIRE_EVENT, pilot) and pilot.state != Pilot.State.ENDED,
        "form": form,
        "chosen": chosen,
    }


def _active(request: HttpRequest, filters: QuestionFilter) -> list[dict[str, str]]:
    """What the list is narrowed to, in words, each with the address of the list without it."""
    found = []
    for name, field in filters.form.fields.items():
        words = dict(getattr(field, "choices", ())).get(filters.form.cleaned_data.get(name) or None)
        if words:
            rest = request.GET.copy()
            rest.pop(name, None)
            found.append({"label": f"{field.label}: {words}", "url": f"{request.path}?{rest.urlencode()}"})
    return found


@require_POST
def items_assign(request: HttpRequest, slug: str) -> HttpResponse:
    """The ticked questions; who filtered the list comes back to it filtered."""
    pilot = get_pilot(request.user, slug, Permission.ASSIGN_ITEMS)
    chosen = request.POST.getlist("items")
    form = AssignForm(request.POST, pilot=pilot)
    if form.is_valid():
        with attempt(form):
            items = list(Item.objects.of(pilot).filter(pk__in=filter(_is_id, chosen)))
            assigned = assign_items(pilot=pilot, items=items, by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, f"{len(assigned)} question{'s are' if len(assigned) != 1 else ' is'} assigned.")
            return redirect(f"{reverse('questions', kwargs={'slug': slug})}?{request.GET.urlencode()}".rstrip("?"))
    return page_of(request, "governance/questions.html", _list(request, pilot, form, chosen))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_safe
def question(request: HttpRequest, slug: str, code: str, workflow: str | None = None) -> HttpResponse:
    """One question as it stands in the pilot, also one that is no longer asked."""
    pilot = get_pilot(request.user, slug)
    item = get_object_or_404(
        with_due(Item.objects.with_details().select_related("question__catalogue"), now()),
        pilot=pilot,
        code=code,
        **{"workflow__slug": workflow} if workflow else {"workflow__isnull": True},
    )
    item.pilot = pilot
    return page_of(request, "governance/question.html", _page(request, item, now()))


def _page(request: HttpRequest, item: Item, at: datetime) -> dict[str, Any]:
    versions, waiver = one.versions_of(item), one.waiver_of(item, at)
    doubts = one.doubts_of(item) if item.state == Item.State.IN_DOUBT else []
    version = {"version": item.version}
    return {
        "pilot": item.pilot,
        "item": item,
        "item_url": item_url(item.pilot, item),
        "at": at,
        "state": shown_state(item, at),
        "latest": versions[0] if versions else None,
        "earlier": versions[1:],
        "quoted": warnings_of(item.pilot, versions[0].answer.text) if versions else [],
        "doubts": doubts,
        "chains": chains_of(item.pilot, doubts, who(request)),
        "waiver": waiver,
        "past_waivers": one.past_waivers(item, at),
        "thread": one.thread_of(item, versions),
        "lapses_when": one.lapses_when(item),
        "overdue": is_overdue(item, at),
        "ways": ways_of(item, waiver, who(request)),
        "decision_form": DecisionForm(initial=version),
        "waiver_form": WaiverDecisionForm(),
        "comment_form": CommentForm(),
    }
