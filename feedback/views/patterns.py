"""The list of a pilot's patterns, one pattern with what is decided about it, and moving a flag between them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from feedback import reports
from feedback.access import get_flag, get_pattern
from feedback.actions import patterns as decisions
from feedback.actions import sorting
from feedback.breakdown import broken_down
from feedback.effects import effects_of
from feedback.figures import USES, against_of, how_often
from feedback.forms import patterns as pages
from feedback.grouping.exposure import OTHER_FLAGS
from feedback.models import Correction, Flag, Grouping, Pattern
from feedback.models.pattern import SECTIONS, PatternQuerySet, quiet_since, turn
from feedback.taxonomy import SEVERE
from pilots.access import can, get_pilot, who_may
from pilots.clock import now
from pilots.drawing import both_variants
from pilots.errors import Refused
from pilots.models import Pilot, UseLimit, User
from pilots.permissions import Permission
from pilots.plain_text import whole_number
from pilots.publish import wake
from pilots.views.acting import attempt
from pilots.views.sending import sending, status_of, version_of

PER_PAGE = 50
State = Pattern.State


@dataclass(frozen=True)
class Decision:
    """One verb of a pattern's page: its form, what carries it out, in which states it is offered."""

    form: type[pages.PatternForm]
    action: Callable[..., Pattern]
    button: str
    done: str
    states: tuple[str, ...]


_KNOWN = (State.CONFIRMED, State.ACKNOWLEDGED, State.ACTING, State.REGRESSED)
_OPEN = (State.NEW, *_KNOWN)
DECISIONS: dict[str, Decision] = {
    "confirm": Decision(
        pages.NoteForm,
        decisions.confirm_pattern,
        "Confirm",
        "Confirmed. From now on it counts for the governance questions.",
        (State.NEW, State.ACKNOWLEDGED, State.SNOOZED, State.DECLINED),
    ),
    "act": Decision(
        pages.ActForm,
        decisions.act_on_pattern,
        "Say what is done",
        "Decided. Its reporters hear what is done and by when.",
        _KNOWN,
    ),
    "fix": Decision(
        pages.FixForm,
        decisions.fix_pattern,
        "It is fixed",
        "Fixed. Everybody who flagged it reads what changed.",
        _KNOWN,
    ),
    "decline": Decision(
        pages.DeclineForm,
        decisions.decline_pattern,
        "Nothing changes",
        "Declined. Everybody who flagged it reads why.",
        (*_OPEN, State.SNOOZED),
    ),
    "carry": Decision(
        pages.CarryPatternForm,
        decisions.carry_pattern,
        "Go on with it, by name",
        "Carried in your name. It holds no stage any more.",
        (*_KNOWN, State.SNOOZED),
    ),
    "acknowledge": Decision(
        pages.NoteForm,
        decisions.acknowledge_pattern,
        "I know: tell me if it grows",
        "Noted. You hear of it when it rises.",
        (State.NEW, State.CONFIRMED),
    ),
    "snooze": Decision(
        pages.SnoozeForm, decisions.snooze_pattern, "Set aside", "Set aside. It comes back by itself.", _OPEN
    ),
    "return": Decision(pages.ReturnForm, decisions.return_pattern, "It came back", "It is open again.", (State.FIXED,)),
    "rename": Decision(
        pages.RenameForm, decisions.rename_pattern, "Rename", "Renamed. No job changes it any more.", tuple(State)
    ),
    "merge": Decision(pages.MergeForm, sorting.merge_patterns, "Merge", "Merged. It can be taken back.", tuple(State)),
    "undo": Decision(pages.UndoForm, decisions.undo_decision, "Take it back", "Taken back.", tuple(State)),
}


@require_safe
def patterns(request: HttpRequest, slug: str) -> HttpResponse:
    return _inbox(request, get_pilot(request.user, slug, Permission.VIEW_FLAGS))


def _inbox(request: HttpRequest, pilot: Pilot, begin: forms.Form | None = None) -> HttpResponse:
    form = pages.PatternFilters(request.GET)
    form.is_valid()
    everything = Pattern.objects.filter(pilot=pilot).live()
    wanted = _filtered(everything, form.cleaned_data)
    found = wanted.in_triage_order().select_related("owner")
    counts = dict(wanted.annotate(turn=turn()).order_by().values_list("turn").annotate(patterns=Count("pk")))
    loose = reports.loose_flags(pilot)
    may_triage = can(request.user, Permission.TRIAGE_FLAGS, pilot)
    states = list(everything.values_list("state", flat=True))
    grouping = Grouping.objects.filter(pilot=pilot).first() or Grouping(pilot=pilot)
    context = {
        "pilot": pilot,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "active": [],
        "filtered": any(form.cleaned_data.values()),
        "open": sum(state in Pattern.OPEN for state in states),
        "all": len(states),
        "counts": {number: (SECTIONS[number], n) for number, n in counts.items()},
        "unsorted": reports.unsorted_of(pilot),
        "loose": loose,
        "begin_form": begin or (pages.BeginForm(flags=loose) if may_triage and loose else None),
        "chosen": begin["flags"].value() or [] if begin else [],
        "forms_bad": bool(begin and begin.errors),
        "grouping": grouping,
        "today": now().date(),
        "may_triage": may_triage,
        "coarseness_form": pages.CoarsenessForm(initial={"coarseness": grouping.coarseness}),
    }
    return render(request, "feedback/patterns.html", context, status=422 if context["forms_bad"] else 200)


@require_POST
def patterns_begin(request: HttpRequest, slug: str) -> HttpResponse:
    """A pattern of unsorted flags that a person sees and no job found."""
    assert isinstance(request.user, User)
    pilot = get_pilot(request.user, slug, Permission.TRIAGE_FLAGS)
    form = pages.BeginForm(request.POST, flags=reports.loose_flags(pilot))
    if form.is_valid():
        flags = list(Flag.objects.filter(pilot=pilot, reference__in=form.cleaned_data["flags"]).select_related("pilot"))
        with attempt(form):
            begun = sorting.begin_pattern(flags=flags, title=form.cleaned_data["title"], by=request.user, at=now())
            wake("feedback.look_again")
            messages.success(request, f"{begun.reference} began with {len(flags)} flags.")
            return redirect("pattern", slug=slug, number=begun.number)
    return _inbox(request, pilot, form)


def _filtered(found: PatternQuerySet, wanted: dict[str, Any]) -> PatternQuerySet:
    words, state = wanted.get("q"), wanted.get("state")
    if words:
        number = words.upper().removeprefix("P-")
        found = found.filter(Q(title__icontains=words) | Q(number=whole_number(number)))
    if state and state != pages.PatternFilters.ANY:
        return found.filter(state=state)
    return found if state or words else found.undecided()


@require_safe
def pattern(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _show(request, get_pattern(request.user, slug, number, Permission.VIEW_FLAGS))


@require_POST
def pattern_decide(request: HttpRequest, slug: str, number: int, verb: str) -> HttpResponse:
    assert isinstance(request.user, User)
    found = get_pattern(request.user, slug, number, Permission.TRIAGE_FLAGS)
    decision = DECISIONS.get(verb)
    if decision is None:
        raise Http404("Nothing like that is decided about patterns.")
    form = decision.form(request.POST, pattern=found, auto_id=_ids_of(verb))
    if form.is_valid():
        with sending(form):
            how = {"version": version_of(request), "by": request.user, "at": now()}
            decided = decision.action(pattern=found, **form.cleaned_data, **how)
            wake("governance.reevaluate")
            messages.success(request, decision.done)
            return redirect("pattern", slug=slug, number=decided.number)
    return _show(request, get_pattern(request.user, slug, number, Permission.VIEW_FLAGS), verb, form)


@require_POST
def pattern_unmerge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    assert isinstance(request.user, User)
    found = get_pattern(request.user, slug, number, Permission.TRIAGE_FLAGS)
    try:
        sorting.unmerge_pattern(pattern=found, by=request.user, at=now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "The merge was taken back. No job merges these two again.")
    return redirect("pattern", slug=slug, number=number)


@require_POST
def patterns_coarseness(request: HttpRequest, slug: str) -> HttpResponse:
    assert isinstance(request.user, User)
    pilot = get_pilot(request.user, slug, Permission.TRIAGE_FLAGS)
    form = pages.CoarsenessForm(request.POST)
    if form.is_valid():
        sorting.set_coarseness(pilot=pilot, by=request.user, at=now(), **form.cleaned_data)
        wake("feedback.look_again")
        messages.success(request, "Noted. All flags are looked at again in a minute.")
    else:
        messages.error(request, "Choose finer, normal or coarser.")
    return redirect("patterns", slug=slug)


@require_POST
def flag_move(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    assert isinstance(request.user, User)
    flag = get_flag(request.user, slug, reference, Permission.TRIAGE_FLAGS)
    form = pages.MoveFlagForm(request.POST, pilot=flag.pilot, present=flag.pattern)
    try:
        if not form.is_valid():
            raise Refused(" ".join(str(message) for found in form.errors.values() for message in found))
        _move(flag, form.cleaned_data, request.user)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "Moved. No job moves it any more.")
    return redirect("flag", slug=slug, reference=reference)


def _move(flag: Flag, wanted: dict[str, Any], by: User) -> None:
    if wanted["to"] == pages.MoveFlagForm.NEW:
        sorting.begin_pattern(flags=[flag], title=wanted["title"], by=by, at=now())
        return
    nowhere = wanted["to"] == pages.MoveFlagForm.NOWHERE
    to = None if nowhere else Pattern.objects.get(pilot=flag.pilot, number=int(wanted["to"]))
    sorting.move_flag(flag=flag, to=to, by=by, at=now())


def _figures(found: Pattern, at: datetime) -> dict[str, Any]:
    against = against_of(found.pilot, at.date())
    often = how_often(found, against, at)
    return {
        "often": often,
        "drawn": both_variants(often.picture, "often"),
        "breakdowns": broken_down(found, against, at),
        "measured_against": USES[found.surge.get("measure", OTHER_FLAGS)] if found.surge else "",
    }


def _blank(decision: Decision, verb: str, found: Pattern) -> forms.Form:
    return decision.form(pattern=found, auto_id=_ids_of(verb))


def _applies(verb: str, found: Pattern) -> bool:
    return verb != "carry" or (found.worst >= SEVERE and found.carried_at is None)


def _ids_of(verb: str) -> str:
    """Ten forms share a page, and some of them the names of their fields."""
    return f"{verb}_%s"


def _show(request: HttpRequest, found: Pattern, verb: str = "", form: forms.Form | None = None) -> HttpResponse:
    pilot, at = found.pilot, now()
    may_triage = can(request.user, Permission.TRIAGE_FLAGS, pilot) and found.state != State.MERGED
    offered = [
        {"verb": name, "button": one.button, "form": form if name == verb else _blank(one, name, found)}
        for name, one in DECISIONS.items()
        if may_triage and found.state in one.states and name != "undo" and _applies(name, found)
    ]
    context = {
        "pilot": pilot,
        "pattern": found,
        **_figures(found, at),
        "samples": (samples := reports.samples_of(found)),
        "why": reports.why_there(samples),
        "similar": reports.similar_to(found),
        "events": reports.history_of(found),
        "quiet_since": quiet_since(found),
        "measured": next(iter(effects_of([found], at)), None),
        "limits": UseLimit.objects.filter(pilot=pilot, source=found.reference).select_related("use_case", "set_by"),
        "corrections": Correction.objects.filter(pattern=found).select_related("owner"),
        "at": at,
        "overdue": found.is_overdue(at.date()),
        "offered": offered,
        "tried": verb,
        "tried_form": form,
        "to_undo": reports.told(last) if may_triage and (last := decisions.decision_to_undo(found)) else None,
        "speaks_against": reports.has_spoken_against(found),
        "may_triage": can(request.user, Permission.TRIAGE_FLAGS, pilot),
        "who": ", ".join(who_may(Permission.TRIAGE_FLAGS, pilot)),
    }
    return render(request, "feedback/pattern.html", context, status=status_of(form))
