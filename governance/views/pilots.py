"""Starting a pilot, and its first page."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from feedback.summaries.flags import flag_counts
from feedback.summaries.owed import owed_before_a_stage
from feedback.summaries.publication import may_read_page
from governance.actions.pilots import start_pilot
from governance.forms.pilots import NewPilotForm
from governance.reports.gate import gates_of
from governance.reports.record import lessons
from governance.views.gates import strip
from pilots.access import can, get_pilot, holders, require
from pilots.clock import now
from pilots.models import Pilot, UseCase
from pilots.permissions import ROLES, Permission, Role
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who


def pilot_new(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.CREATE_PILOT)
    form = NewPilotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            pilot = start_pilot(by=who(request), at=now(), **form.arguments())
            wake("governance.reevaluate")
            messages.success(request, f"{pilot.name} is started. Next: name a workflow and the people.")
            return redirect("pilot", slug=pilot.slug)
    learned = lessons(Pilot.objects.visible_to(who(request)))
    return page_of(request, "governance/pilot_new.html", {"form": form, "lessons": learned})


def pilot(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    at, sees_flags = now(), can(request.user, Permission.VIEW_FLAGS, pilot)
    found = gates_of(pilot, who(request), at)
    context = {
        "pilot": pilot,
        "phases": strip(found, None),
        "gate": next((report for report in found.gates if report.present), None),
        "lapsed": [report for report in found.gates if report.state == "lapsed_since_passing" and not report.rests],
        "skipped": found.skipped,
        "runs_out": found.runs_out[:5],
        "team": _team(pilot),
        "limited": [case for case in UseCase.objects.filter(pilot=pilot, removed_at__isnull=True) if case.limit],
        "late": late_of(pilot, at) if sees_flags and pilot.state == Pilot.State.RUNNING else (),
        "flags": flag_counts([pilot.pk]).get(pilot.pk),
        "may_edit": can(request.user, Permission.EDIT_PILOT, pilot),
        "may_decide": can(request.user, Permission.DECIDE_PILOT, pilot),
        "may_fire": can(request.user, Permission.FIRE_EVENT, pilot),
        "may_channel": can(request.user, Permission.MANAGE_CHANNELS, pilot),
        "may_move": can(request.user, Permission.MOVE_CATALOGUE, pilot),
        "sees_flags": sees_flags,
        "has_page": may_read_page(who(request), pilot),
    }
    return render(request, "governance/pilot.html", context)


def late_of(pilot: Pilot, at: datetime) -> list[tuple[str, str, list[str]]]:
    """What of the feedback loop is overdue: in words, where it is decided, which."""
    decisions, reviews, corrections = owed_before_a_stage(pilot).late(at)
    kinds = (
        ("Decisions about patterns", "patterns", decisions),
        ("Standing review", "reviews", reviews),
        ("Correcting what went out", "corrections", corrections),
    )
    return [(words, name, [one.reference for one in late[:4]]) for words, name, late in kinds if late]


def _team(pilot: Pilot) -> list[tuple[str, str]]:
    """Roles with the names of who holds them; a role that nobody holds says so."""
    names: dict[Role, list[str]] = {Role.PROGRAM_MANAGER: [], Role.SPONSOR: []}
    for membership in holders(pilot, [role for role in Role if role != Role.MEMBER]):
        names.setdefault(Role(membership.role), []).append(membership.user.name)
    return [(ROLES[role].label, ", ".join(held) or "Nobody yet") for role, held in names.items()]
