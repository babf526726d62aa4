"""The list of a pilot's flags, and one flag as those see it who look after flags."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from feedback.access import get_flag, may_read
from feedback.actions.telling import duty_of
from feedback.actions.triage import assess_flag, carry_flag, close_flag, relabel_flag
from feedback.clocks import is_overdue, read_by
from feedback.forms.flags import AssessForm, CarryForm, CloseForm, FlagFilters, RelabelForm
from feedback.forms.patterns import MoveFlagForm
from feedback.models import Concern, Flag
from feedback.models.flag import FlagQuerySet
from feedback.reports import Unlabelled, others_like, unlabelled_of, with_addresses
from feedback.taxonomy import SEVERITIES, Category, Severity
from pilots.access import can, get_pilot, who_may
from pilots.clock import now
from pilots.models import User
from pilots.permissions import Permission
from pilots.views.sending import sending, status_of, version_of

PER_PAGE = 50
FORMS: dict[str, type[forms.Form]] = {
    "relabel": RelabelForm,
    "assess": AssessForm,
    "close": CloseForm,
    "carry": CarryForm,
}


@require_safe
def flags(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.VIEW_FLAGS)
    form = FlagFilters(request.GET)
    form.is_valid()
    all_flags = Flag.objects.filter(pilot=pilot)
    found = _filtered(all_flags, form.cleaned_data)
    page = Paginator(found.in_triage_order().select_related("use_case"), PER_PAGE).get_page(request.GET.get("page"))
    at, zone = now(), timezone.get_current_timezone()
    late = {
        row.pk
        for row in page.object_list
        if row.state == Flag.State.NEW and is_overdue(row.waits_since, row.current_severity, at, zone)
    }
    context = {
        "pilot": pilot,
        "page": page,
        "late": late,
        "form": form,
        "active": (active := _active_filters(request.GET, form)),
        "active_words": ", ".join(part["label"] for part in active),
        "counts": all_flags.real().aggregate(
            new=Count("pk", filter=Q(state=Flag.State.NEW)),
            assessed=Count("pk", filter=Q(state=Flag.State.ASSESSED)),
            carried=Count("pk", filter=Q(state=Flag.State.CARRIED)),
            closed=Count("pk", filter=Q(state=Flag.State.CLOSED)),
        ),
        "may_triage": can(request.user, Permission.TRIAGE_FLAGS, pilot),
        "unlabelled": (unlabelled := unlabelled_of(pilot, at)),
        "unlabelled_words": _unlabelled_words(unlabelled),
        "may_manage_channels": can(request.user, Permission.MANAGE_CHANNELS, pilot),
        "duty": duty_of(pilot, at),
        "form_url": request.build_absolute_uri(reverse("flag_hand_in", args=[slug])),
    }
    return render(request, "feedback/flags.html", context)


def _unlabelled_words(found: Unlabelled) -> str:
    return (
        f"{found.other} of {found.flags} flags of the last 30 days ({found.percent} %) say “something else”. "
        f"{found.waiting} of them wait for a label. What keeps coming back there belongs into the list."
    )


def _filtered(found: FlagQuerySet, wanted: dict[str, Any]) -> FlagQuerySet:
    if reference := wanted.get("q"):
        found = found.filter(reference__icontains=reference)
    state = wanted.get("state", "")
    # Who looks a flag up by its reference wants it in whatever state it is.
    if not state and not reference:
        found = found.pending()
    elif state and state != FlagFilters.ANY:
        found = found.filter(state=state)
    if wanted.get("severity"):
        found = found.at_level(int(wanted["severity"]))
    if category := wanted.get("category"):
        found = found.of_category(category)
    if source := wanted.get("source"):
        found = found.filter(source=source)
    return found


def _active_filters(given: QueryDict, form: FlagFilters) -> list[dict[str, str]]:
    """What the list is narrowed to beside its usual state, each with the address of the list without it."""
    active = []
    for name, value in form.cleaned_data.items():
        if value:
            rest = given.copy()
            rest.pop(name, None)
            rest.pop("page", None)
            field = form.fields[name]
            words = {str(code): label for code, label in getattr(field, "choices", ())}.get(value, value)
            active.append({"label": f"{field.label}: {words}", "url": f"?{rest.urlencode()}"})
    return active


@require_safe
def flag(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    found = get_flag(request.user, slug, reference, Permission.VIEW_FLAGS)
    return _show(request, found)


@require_POST
def flag_relabel(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    def relabel(found: Flag, data: dict[str, Any], **how: Any) -> Flag:
        return relabel_flag(flag=found, categories=data["categories"], **how)

    return _act(request, slug, reference, "relabel", relabel)


@require_POST
def flag_assess(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    def assess(found: Flag, data: dict[str, Any], **how: Any) -> Flag:
        return assess_flag(flag=found, severity=data["severity"], note=data["note"], **how)

    return _act(request, slug, reference, "assess", assess)


@require_POST
def flag_close(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    def close(found: Flag, data: dict[str, Any], **how: Any) -> Flag:
        return close_flag(flag=found, resolution=data["resolution"], answer=data["answer"], **how)

    return _act(request, slug, reference, "close", close)


@require_POST
def flag_carry(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    def carry(found: Flag, data: dict[str, Any], **how: Any) -> Flag:
        return carry_flag(flag=found, reason=data["reason"], **how)

    return _act(request, slug, reference, "carry", carry)


def _act(request: HttpRequest, slug: str, reference: str, verb: str, action: Callable[..., Flag]) -> HttpResponse:
    """One of the three forms of a flag's page: back to the page, or the page again with what was typed and why not."""
    assert isinstance(request.user, User)
    found = get_flag(request.user, slug, reference, Permission.TRIAGE_FLAGS)
    form = FORMS[verb](request.POST)
    if form.is_valid():
        with sending(form):
            action(found, form.cleaned_data, version=version_of(request), by=request.user, at=now())
            messages.success(request, DONE[verb])
            return redirect("flag", slug=slug, reference=reference)
    return _show(request, found, verb, form)


DONE = {
    "relabel": "Labelled. What the reporter chose stays beside it.",
    "assess": "Assessed. The reporter sees the level and your words.",
    "close": "Closed. The reporter sees your answer, and can open it again.",
    "carry": "Carried in your name. The reporter sees the reason.",
}


def _show(request: HttpRequest, found: Flag, verb: str = "", form: forms.Form | None = None) -> HttpResponse:
    pilot, zone = found.pilot, timezone.get_current_timezone()
    may_triage = can(request.user, Permission.TRIAGE_FLAGS, pilot)
    level = {} if found.assessed_severity is None else {"severity": found.assessed_severity, "note": found.assessment}
    blank = {
        "relabel": RelabelForm(initial={"categories": found.current_categories}),
        "assess": AssessForm(initial=level),
        "close": CloseForm(),
        "carry": CarryForm(),
    }
    context = {
        "pilot": pilot,
        "flag": found,
        "said": SEVERITIES[Severity(found.severity)],
        "read_by": read_by(found.waits_since, found.current_severity, zone),
        "duty": duty_of(pilot, now()) if found.state == Flag.State.NEW else None,
        "overdue": is_overdue(found.waits_since, found.current_severity, now(), zone),
        "others": others_like(found),
        "placement": found.placements.select_related("placed_by").first(),
        "move_form": MoveFlagForm(pilot=pilot, present=found.pattern) if may_triage else None,
        "attachments": with_addresses(found, "flag_file", pilot.slug, found.reference),
        "may_read": may_read(request.user, found),
        "unlabelled": [Category.OTHER],
        "escalation": found.escalations.first(),
        "concern": Concern.objects.filter(flag=found).first(),
        "may_triage": may_triage,
        "who": "" if may_triage else ", ".join(who_may(Permission.TRIAGE_FLAGS, pilot)),
        "forms": blank | ({verb: form} if form else {}),
        "tried": verb,
        "forms_bad": form is not None,
        "events": _events(found),
    }
    return render(request, "feedback/flag.html", context, status=status_of(form))


def _events(found: Flag) -> list[dict[str, Any]]:
    """What its row still tells, newest first; the audit trail has every step."""
    steps = [
        (found.reported_at, "Flagged", "new"),
        (found.relabelled_at, f"Labelled anew by {found.relabelled_by}", ""),
        (found.assessed_at, f"Assessed by {found.assessed_by}", "assessed"),
        (found.carried_at, f"Carried by {found.carried_by}", "carried"),
        (found.closed_at, f"Closed by {found.closed_by}", "closed"),
        (found.recurred_at, f"Came back, said the reporter ({found.recurrences}×)", "returned"),
    ]
    happened = [{"at": at, "sentence": words, "state": state} for at, words, state in steps if at is not None]
    return sorted(happened, key=lambda event: event["at"], reverse=True)
