"""Editing the one draft of the catalogue, publishing it, discarding it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from governance.actions.catalogue import (
    add_question,
    discard_draft,
    draft_digest,
    edit_question,
    publish_draft,
    remove_question,
    start_draft,
)
from governance.catalogue.difference import difference
from governance.forms.catalogue import PublishForm, QuestionForm, SeenForm
from governance.models import CatalogueVersion, PilotCatalogue, Question
from pilots.access import require
from pilots.clock import now
from pilots.errors import Conflict
from pilots.permissions import Permission
from pilots.views.acting import attempt, attempt_button, page_of, who


def _draft(request: HttpRequest) -> CatalogueVersion:
    require(request.user, Permission.EDIT_CATALOGUE)
    draft = CatalogueVersion.objects.draft()
    if draft is None:
        raise Http404("There is no draft.")
    return draft


def _question(request: HttpRequest, code: str) -> Question:
    return get_object_or_404(_draft(request).questions.select_related("catalogue"), code=code)


@require_POST
def catalogue_draft_start(request: HttpRequest) -> HttpResponse:
    draft: CatalogueVersion | None = None
    with attempt_button(request):
        draft = start_draft(by=who(request), at=now())
    return redirect("catalogue_version", draft.number) if draft else redirect("catalogue")


def catalogue_question_add(request: HttpRequest) -> HttpResponse:
    draft = _draft(request)
    form = QuestionForm(request.POST or None, initial={"phase": request.GET.get("phase", "")})
    if form.is_valid():
        with attempt(form):
            added = add_question(entry=form.entry(), by=who(request))
            messages.success(request, f"{added.code} was added to the draft.")
            return redirect(f"{reverse('catalogue_version', args=[draft.number])}#{added.code}")
    return page_of(request, "governance/catalogue_question_edit.html", {"form": form, "version": draft})


def catalogue_question_edit(request: HttpRequest, code: str) -> HttpResponse:
    question = _question(request, code)
    form = QuestionForm(request.POST or None, edited=question)
    context = {"form": form, "version": question.catalogue, "edited": question}
    if form.is_valid():
        try:
            with attempt(form):
                seen = form.cleaned_data["seen"]
                edited = edit_question(question=question, entry=form.entry(), seen=seen, by=who(request))
                messages.success(request, f"{edited.code} was changed in the draft.")
                return redirect(f"{reverse('catalogue_version', args=[question.catalogue.number])}#{edited.code}")
        except Conflict as conflict:
            return _meanwhile(request, context, conflict)
    return page_of(request, "governance/catalogue_question_edit.html", context)


def _meanwhile(request: HttpRequest, context: dict[str, object], conflict: Conflict) -> HttpResponse:
    """The form with what was typed, beside what somebody else saved; saving again is then a decision."""
    form, question = context["form"], context["edited"]
    assert isinstance(form, QuestionForm)
    assert isinstance(question, Question)
    typed = request.POST.copy()
    typed["seen"] = question.content_digest
    mine = QuestionForm(typed, edited=question)
    mine.is_valid()
    changes = difference([form.entry()], [question.entry]).changed
    shown = {**context, "form": mine, "conflict": conflict, "theirs": changes[0].fields if changes else ()}
    return render(request, "governance/catalogue_question_edit.html", shown, status=409)


def catalogue_question_remove(request: HttpRequest, code: str) -> HttpResponse:
    question = _question(request, code)
    version = reverse("catalogue_version", args=[question.catalogue.number])
    form = SeenForm(request.POST or None, initial={"seen": question.content_digest})
    if form.is_valid():
        with attempt(form):
            remove_question(question=question, seen=form.cleaned_data["seen"], by=who(request))
            messages.success(request, f"{code} was removed from the draft.")
            return redirect(version)
    context = {
        "form": form,
        "heading": f"Remove {code} from the draft",
        "button": "Remove the question",
        "consequences": [
            question.question,
            "Pilots that move to this version once it is published stop being asked it.",
            "Their answers stay readable, and pilots on earlier versions keep the question.",
        ],
        "cancel": version,
        "crumb": {"label": "Questions", "url": reverse("catalogue")},
    }
    return page_of(request, "components/confirm.html", context)


def catalogue_draft_publish(request: HttpRequest) -> HttpResponse:
    draft = _draft(request)
    entries = draft.entries()
    current = CatalogueVersion.objects.published().first()
    form = PublishForm(request.POST or None, initial={"note": draft.note, "seen": draft_digest(entries)})
    if form.is_valid():
        with attempt(form):
            published = publish_draft(by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, f"Published {published}. Pilots in flight stay on theirs until they are moved.")
            return redirect("catalogue")
    context = {
        "form": form,
        "version": draft,
        "current": current,
        "difference": difference(current.entries() if current else [], entries),
        "pilots": PilotCatalogue.objects.exclude(pilot__state="ended").count(),
    }
    return page_of(request, "governance/catalogue_publish.html", context)


def catalogue_draft_discard(request: HttpRequest) -> HttpResponse:
    draft = _draft(request)
    address = reverse("catalogue_version", args=[draft.number])
    form = SeenForm(request.POST or None, initial={"seen": draft.number})
    if form.is_valid():
        with attempt(form):
            discarded = discard_draft(by=who(request), at=now())
            messages.success(request, f"Discarded the draft, {discarded}.")
            return redirect("catalogue")
    context = {
        "form": form,
        "heading": f"Discard the draft, {draft}",
        "button": "Discard the draft",
        "consequences": ["No pilot uses it, and it cannot be taken up again.", "It stays readable under its number."],
        "cancel": address,
        "crumb": {"label": "Questions", "url": reverse("catalogue")},
    }
    return page_of(request, "components/confirm.html", context)
