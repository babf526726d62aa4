"""Reading the catalogue: its versions, the questions of one, what two of them do not share."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from governance.catalogue.difference import difference
from governance.catalogue.writer import dump
from governance.forms.catalogue import CatalogueFilter, VersionsForm
from governance.models import CatalogueVersion, Question
from pilots.access import can, require
from pilots.models import PHASES
from pilots.permissions import Permission
from pilots.views.acting import page_of

# Whoever may see what the questions support may read them; only editors change them.
READ: Final = Permission.VIEW_FRAMEWORKS


def _version(number: int) -> CatalogueVersion:
    people = CatalogueVersion.objects.select_related("created_by", "published_by", "discarded_by")
    return get_object_or_404(people, number=number)


@require_safe
def catalogue(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """One version with its questions; without a number the newest published one."""
    require(request.user, READ)
    versions = list(CatalogueVersion.objects.select_related("created_by", "published_by", "discarded_by"))
    if number is None:
        shown = next((version for version in versions if version.state == CatalogueVersion.State.PUBLISHED), None)
    else:
        shown = next((version for version in versions if version.number == number), None)
        if shown is None:
            raise Http404("There is no such version.")
    filters = CatalogueFilter(request.GET)
    questions = list(shown.questions.all()) if shown else []
    kept = [question for question in questions if filters.keeps(question)]
    context = {
        "version": shown,
        "versions": versions,
        "draft": next((version for version in versions if version.state == CatalogueVersion.State.DRAFT), None),
        "newest": next((version for version in versions if version.state == CatalogueVersion.State.PUBLISHED), None),
        "total": len(questions),
        "kept": len(kept),
        "core": sum(question.core for question in questions),
        "phases": _by_phase(kept),
        "filters": filters,
        "active": _active(request, filters),
        "may_edit": can(request.user, Permission.EDIT_CATALOGUE),
    }
    return page_of(request, "governance/catalogue.html", context)


def _by_phase(questions: list[Question]) -> list[dict[str, Any]]:
    phases = [{"phase": p, "questions": [q for q in questions if q.phase == p.value]} for p in PHASES]
    return [phase for phase in phases if phase["questions"]]


def _active(request: HttpRequest, filters: CatalogueFilter) -> list[dict[str, str]]:
    """What is set, each with the address of the list without it."""
    found = []
    for name, label in filters.active():
        rest = request.GET.copy()
        rest.pop(name, None)
        found.append({"label": label, "url": f"{request.path}?{rest.urlencode()}"})
    return found


@require_safe
def catalogue_question(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """One question in full, with its earlier and later wordings."""
    require(request.user, READ)
    version = _version(number)
    question = get_object_or_404(version.questions.all(), code=code)
    others = Question.objects.filter(code=code).exclude(catalogue__state=CatalogueVersion.State.DISCARDED)
    wordings = list(others.select_related("catalogue").order_by("-catalogue__number"))
    context = {
        "version": version,
        "question": question,
        "wordings": wordings,
        "may_edit": can(request.user, Permission.EDIT_CATALOGUE) and version.state == CatalogueVersion.State.DRAFT,
    }
    return page_of(request, "governance/catalogue_question.html", context)


@require_safe
def catalogue_difference(request: HttpRequest) -> HttpResponse:
    """`?before=1&after=2`; without them the last change."""
    require(request.user, READ)
    versions = list(CatalogueVersion.objects.exclude(state=CatalogueVersion.State.DISCARDED))
    chosen = request.GET if request.GET else _last_two(versions)
    form = VersionsForm(chosen, versions=versions)
    context: dict[str, Any] = {"form": form, "versions": versions}
    if form.is_valid():
        by_number = {version.number: version for version in versions}
        before, after = (by_number[form.cleaned_data[name]] for name in ("before", "after"))
        found = difference(before.entries(), after.entries())
        context |= {"before": before, "after": after, "difference": found}
    return page_of(request, "governance/catalogue_difference.html", context)


def _last_two(versions: list[CatalogueVersion]) -> dict[str, int]:
    if len(versions) < 2:
        return {}
    return {"before": versions[1].number, "after": versions[0].number}


@require_safe
def catalogue_export(request: HttpRequest, number: int) -> HttpResponse:
    """The version as YAML, in the form of the shipped file."""
    require(request.user, READ)
    version = _version(number)
    heading = f"The governance questions, {version} ({version.get_state_display().lower()}).\n{version.note}".strip()
    response = HttpResponse(dump(version.entries(), heading), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="questions-version-{version.number}.yaml"'
    return response
