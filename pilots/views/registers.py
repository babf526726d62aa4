"""The registers of a pilot: all of them with what is missing, one with its entries, and an entry added or changed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilots.access import can, get_pilot, row_of, who_may
from pilots.actions.register_files import entry_columns
from pilots.actions.registers import add_entry, edit_entry, remove_entry, rests_on
from pilots.clock import now
from pilots.forms.registers import EntryForm, entry_form
from pilots.forms.uploads import UploadForm
from pilots.models import Entry, FailureMode, Pilot
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.registers import GROUPS, REGISTERS, Register
from pilots.views.acting import attempt, attempt_button, page_of, who
from pilots.views.sending import sending, version_of

PER_PAGE: Final = 50


@dataclass(frozen=True)
class Line:
    """One entry as the table shows it; `cells` and `more` as (label, words)."""

    entry: Entry
    head: str
    cells: list[tuple[str, str]]
    more: list[tuple[str, str]]
    state: tuple[str, str] | None


@dataclass(frozen=True)
class Kept:
    register: Register
    count: int
    missing: list[str]


@require_safe
def registers(request: HttpRequest, slug: str) -> HttpResponse:
    pilot, day = get_pilot(request.user, slug), now().date()
    kept = [Kept(one, one.entries(pilot).count(), one.missing(pilot, day)) for one in REGISTERS.values()]
    groups = [(label, [one for one in kept if one.register.group == key]) for key, label in GROUPS.items()]
    lacking = sum(bool(one.missing) for one in kept)
    context = {"pilot": pilot, "groups": groups, "registers": len(kept), "lacking": lacking}
    return page_of(request, "pilots/registers.html", context)


@require_safe
def register(request: HttpRequest, slug: str, register: str) -> HttpResponse:
    pilot, kept = get_pilot(request.user, slug), register_or_404(register)
    return page_of(request, "pilots/register.html", register_context(request, pilot, kept))


def register_or_404(slug: str) -> Register:
    if slug not in REGISTERS:
        raise Http404("There is no such register.")
    return REGISTERS[slug]


def register_context(request: HttpRequest, pilot: Pilot, kept: Register, **given: Any) -> dict[str, Any]:
    """`given` holds the form that was sent (`entry_form` or `upload_form`) and what was wrong with a file."""
    day, may_edit = now().date(), can(request.user, Permission.EDIT_EVIDENCE, pilot)
    page = Paginator(kept.entries(pilot), PER_PAGE).get_page(request.GET.get("page"))
    form: BaseForm | None = given.get("entry_form") or given.get("upload_form")
    return {
        "pilot": pilot,
        "register": kept,
        "page": page,
        "lines": [line_of(kept, entry, day) for entry in page],
        "columns": [kept.label(name) for name in kept.columns],
        "has_state": any(kept.state(entry, day) for entry in page),
        "missing": kept.missing(pilot, day),
        "may_edit": may_edit,
        "may_accept": kept.model is FailureMode and can(request.user, Permission.ACCEPT_RISK, pilot),
        "who": "" if may_edit else ", ".join(who_may(Permission.EDIT_EVIDENCE, pilot)),
        "entry_form": entry_form(kept, pilot) if may_edit else None,
        "upload_form": UploadForm(),
        "file_columns": entry_columns(kept, pilot) if may_edit else [],
        "form": form,
        **given,
    }


def line_of(kept: Register, entry: Any, day: date) -> Line:
    head, *rest = kept.columns
    others = [name for name in (*kept.names, *kept.decided) if name not in kept.columns]
    more = [(kept.label(name), kept.words(entry, name)) for name in others]
    return Line(
        entry=entry,
        head=kept.words(entry, head) or "All of them",
        cells=[(kept.label(name), kept.words(entry, name)) for name in rest],
        more=[(label, words) for label, words in more if words],
        state=kept.state(entry, day),
    )


@require_POST
def entry_add(request: HttpRequest, slug: str, register: str) -> HttpResponse:
    pilot, kept = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE), register_or_404(register)
    form = entry_form(kept, pilot, request.POST)
    if form.is_valid():
        with attempt(form):
            add_entry(register=kept, pilot=pilot, by=who(request), at=now(), fields=form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, f"The {kept.one} is recorded.")
            return redirect("register", slug=slug, register=register)
    return page_of(request, "pilots/register.html", register_context(request, pilot, kept, entry_form=form))


@require_http_methods(["GET", "HEAD", "POST"])
def entry_edit(request: HttpRequest, slug: str, register: str, entry: UUID) -> HttpResponse:
    pilot, kept = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE), register_or_404(register)
    found = row_of(pilot, kept.one, kept.entries(pilot), pk=entry)
    form: EntryForm = entry_form(kept, pilot, request.POST or None, found)
    version = version_of(request) if request.method == "POST" else found.version
    if request.method == "POST" and form.is_valid():
        with sending(form):
            edit_entry(entry=found, by=who(request), at=now(), fields=form.cleaned_data, version=version)
            wake("governance.reevaluate")
            messages.success(request, f"The {kept.one} is saved.")
            return redirect("register", slug=slug, register=register)
    # After somebody else's change the next attempt is meant to overwrite it.
    version = found.version if getattr(form, "is_conflict", False) else version
    context = {"pilot": pilot, "register": kept, "entry": found, "form": form, "version": version}
    return page_of(request, "pilots/entry_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_remove(request: HttpRequest, slug: str, register: str, entry: UUID) -> HttpResponse:
    pilot, kept = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE), register_or_404(register)
    found = row_of(pilot, kept.one, kept.entries(pilot), pk=entry)
    if request.method == "POST":
        with attempt_button(request):
            remove_entry(entry=found, by=who(request), at=now())
            wake("governance.reevaluate")
            messages.success(request, f"The {kept.one} is removed.")
        return redirect("register", slug=slug, register=register)
    context = {"pilot": pilot, "register": kept, "line": line_of(kept, found, now().date()), "resting": rests_on(found)}
    return page_of(request, "pilots/entry_remove.html", context)
