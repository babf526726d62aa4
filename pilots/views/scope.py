"""What a pilot is about: workflows with their owners, use cases, segments."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pilots.access import can, get_pilot, require
from pilots.actions import scope
from pilots.clock import now
from pilots.forms.pilots import DeclineForm, NamedForm, WorkflowForm
from pilots.models import Pilot, Segment, UseCase, Workflow
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, page_of, who

KINDS = {"workflow": Workflow, "use_case": UseCase, "segment": Segment}
ADDING: dict[str, Callable[..., Workflow | UseCase | Segment]] = {
    "workflow": scope.add_workflow,
    "use_case": scope.add_use_case,
    "segment": scope.add_segment,
}


def pilot_scope(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    return page_of(request, "pilots/scope.html", _context(request, pilot))


def _context(request: HttpRequest, pilot: Pilot, **forms: Form) -> dict[str, Any]:
    there = {"pilot": pilot, "removed_at__isnull": True}
    context = {
        "pilot": pilot,
        "may_edit": can(request.user, Permission.EDIT_PILOT, pilot),
        "may_limit": can(request.user, Permission.LIMIT_USE, pilot),
        "may_set_aside": can(request.user, Permission.EDIT_EVIDENCE, pilot),
        "workflows": Workflow.objects.filter(**there).select_related("owner", "accepted_by", "declined_by"),
        "use_cases": UseCase.objects.filter(**there),
        "segments": Segment.objects.filter(**there),
        "workflow_form": WorkflowForm(pilot=pilot, prefix="workflow"),
        "use_case_form": NamedForm(prefix="use_case"),
        "segment_form": NamedForm(prefix="segment"),
        **forms,
    }
    # The form that was sent, for the error in the title and the status.
    context["form"] = next(iter(forms.values()), None)
    return context


@require_POST
def scope_add(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_PILOT)
    if kind not in KINDS:
        raise Http404
    is_workflow = kind == "workflow"
    form: Form = (
        WorkflowForm(request.POST, pilot=pilot, prefix=kind) if is_workflow else NamedForm(request.POST, prefix=kind)
    )
    if form.is_valid():
        with attempt(form):
            given = {name: value for name, value in form.cleaned_data.items() if name != "version"}
            added = ADDING[kind](pilot=pilot, by=who(request), **given)
            wake("governance.reevaluate")
            messages.success(request, f"{added.name} is added.")
            return redirect("pilot_scope", slug=slug)
    return page_of(request, "pilots/scope.html", _context(request, pilot, **{f"{kind}_form": form}))


def scope_remove(request: HttpRequest, slug: str, kind: str, name: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_PILOT)
    thing = _thing(pilot, kind, name)
    if request.method == "POST":
        with attempt_button(request):
            scope.remove_from_scope(thing=thing, by=who(request), at=now())
            wake("governance.reevaluate")
            messages.success(request, f"{thing.name} is removed.")
        return redirect("pilot_scope", slug=slug)
    return page_of(request, "pilots/scope_remove.html", {"pilot": pilot, "thing": thing, "kind": kind})


def _thing(pilot: Pilot, kind: str, name: str) -> Workflow | UseCase | Segment:
    model: Any = KINDS.get(kind)
    there = model._default_manager.filter(pilot=pilot, slug=name, removed_at=None) if model else []
    for found in there:
        assert isinstance(found, Workflow | UseCase | Segment)
        return found
    raise Http404("It was removed, or never was here.")


def workflow_edit(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_PILOT)
    workflow = _thing(pilot, "workflow", name)
    assert isinstance(workflow, Workflow)
    form = WorkflowForm(request.POST or None, pilot=pilot, workflow=workflow)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            given = form.cleaned_data
            given["version"] = given["version"] or 0
            scope.edit_workflow(workflow=workflow, by=who(request), **given)
            wake("governance.reevaluate")
            messages.success(request, f"{workflow.name} is saved.")
            return redirect("pilot_scope", slug=slug)
    return page_of(request, "pilots/workflow_edit.html", {"pilot": pilot, "workflow": workflow, "form": form})


@require_POST
def workflow_accept(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    workflow = _thing(pilot, "workflow", name)
    assert isinstance(workflow, Workflow)
    with attempt_button(request):
        scope.accept_workflow(workflow=workflow, by=who(request), at=now())
        wake("governance.reevaluate")
        messages.success(request, f"You answer for {workflow.name} from now on.")
    return redirect("pilot_scope", slug=slug)


def workflow_decline(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    workflow = _thing(pilot, "workflow", name)
    assert isinstance(workflow, Workflow)
    if workflow.owner_id != who(request).pk:
        require(request.user, Permission.EDIT_PILOT, pilot)
        return redirect("workflow_edit", slug=slug, name=name)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            scope.decline_workflow(workflow=workflow, by=who(request), at=now(), reason=form.cleaned_data["reason"])
            wake("governance.reevaluate")
            messages.success(request, f"You declined {workflow.name}.")
            return redirect("pilot_scope", slug=slug)
    return page_of(request, "pilots/workflow_decline.html", {"pilot": pilot, "workflow": workflow, "form": form})
