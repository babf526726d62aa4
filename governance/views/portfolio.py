"""The portfolio, my work, search, and the way to the page where a person's work is."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from governance.forms.overview import PortfolioFilters, SearchForm
from governance.reports import portfolio as report
from governance.reports.my_work import work_of
from governance.reports.search import search as search_in
from pilots.access import can, standing
from pilots.clock import now
from pilots.csv_export import csv_response
from pilots.models import Pilot
from pilots.permissions import OrganisationRole, Permission, Role
from pilots.views.acting import who

PAGE = 50


def landing(request: HttpRequest) -> HttpResponse:
    """Where each comes for what they came for."""
    here = standing(who(request))
    roles = {role for held in here.own.values() for role in held} | {r for lent in here.lent.values() for r in lent}
    if OrganisationRole.LEADERSHIP in here.organisation:
        return redirect("readiness")
    if Role.PROGRAM_MANAGER in roles or OrganisationRole.ADMINISTRATOR in here.organisation:
        return redirect("portfolio")
    if roles - {Role.MEMBER}:
        return redirect("my_work")
    if OrganisationRole.CATALOGUE_EDITOR in here.organisation:
        return redirect("catalogue")
    return redirect("portfolio" if roles else "my_flags")


def portfolio(request: HttpRequest) -> HttpResponse:
    form = PortfolioFilters(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    all_visible = report.standing(Pilot.objects.visible_to(who(request)))
    counts = report.counts(all_visible)
    narrowed = report.narrowed(
        all_visible, words=given.get("q", ""), phase=given.get("phase", ""), state=given.get("state", "")
    )
    filtered = any(given.values())
    paginator = Paginator(report.order(narrowed), PAGE)
    if not filtered:
        paginator.count = counts["all"]
    page = paginator.get_page(request.GET.get("page"))
    active = _active(request, form, given)
    context = {
        "form": form,
        "rows": report.rows(cast("QuerySet[Any]", page.object_list), now()),
        "page": page,
        "tiles": _tiles(counts),
        "total": counts["all"],
        "filtered": filtered,
        "active": active,
        "active_words": ", ".join(part["label"] for part in active),
        "may_create": can(request.user, Permission.CREATE_PILOT),
    }
    return render(request, "governance/portfolio.html", context)


def _tiles(counts: dict[str, int]) -> list[dict[str, Any]]:
    shown = ("blocked", "waiting", "ready", "lapsed")
    return [
        {
            "label": report.STATES[state],
            "value": counts[state],
            "url": f"{reverse('portfolio')}?state={state}",
            "state": state if counts[state] else None,
        }
        for state in shown
    ]


def _active(request: HttpRequest, form: PortfolioFilters, given: dict[str, str]) -> list[dict[str, str]]:
    """What narrows the list, each with the address of the list without it."""
    active = []
    for name, value in given.items():
        if value:
            query = request.GET.copy()
            query.pop(name)
            choices = dict(getattr(form.fields[name], "choices", ()))
            label = choices.get(value, f"“{value}”")
            active.append({"label": str(label), "url": f"{reverse('portfolio')}?{query.urlencode()}"})
    return active


def portfolio_csv(request: HttpRequest) -> StreamingHttpResponse:
    pilots = report.order(report.standing(Pilot.objects.visible_to(who(request))))
    header = [
        "Pilot",
        "Address",
        "Tool",
        "Phase",
        "Gate",
        "Open checks",
        "Next",
        "Who",
        "Days in phase",
        "Open flags",
        "Example",
    ]
    rows = (
        [
            row.pilot.name,
            request.build_absolute_uri(reverse("pilot", kwargs={"slug": row.pilot.slug})),
            row.pilot.tool,
            row.phase_words,
            report.STATES[row.state],
            row.open_blocking,
            f"{row.next_step} – {row.next_detail}" if row.next_detail else row.next_step,
            row.next_who,
            row.days_in_phase,
            row.flags,
            "yes" if row.pilot.is_demo else "",
        ]
        for row in report.rows(pilots, now())
    )
    return csv_response("portfolio.csv", header, rows)


def my_work(request: HttpRequest) -> HttpResponse:
    return render(request, "governance/my_work.html", {"work": work_of(who(request), now())})


def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = search_in(who(request), words)
    context = {"form": form, "words": words, "found": found, "hits": sum(len(hits) for hits in found.values())}
    return render(request, "governance/search.html", context)
