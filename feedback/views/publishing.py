"""The published page: as everybody affected reads it, the list of all of them, and bringing one up to date."""

import re
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.views.decorators.http import require_http_methods, require_safe

from feedback.access import find_published_pilot, published_pilots
from feedback.actions.publishing import newest_publication, publish_page
from feedback.forms.publication import PublicationForm
from feedback.models import Publication
from feedback.models.publication import FRESH_FOR
from feedback.published import MOST_LISTED, PublishedPage, page_of_pilot
from pilots.access import get_pilot
from pilots.clock import now
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import page_of, who
from pilots.views.sending import sending

PER_PAGE: Final = 50
# At which adults read plain prose.
WORDS_A_MINUTE: Final = 230
LONGEST_SECONDS: Final = 120


@login_not_required
@require_safe
def published(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = find_published_pilot(request.user, slug)
    if pilot is None and not request.user.is_authenticated:
        # The same for a page that is not for everybody as for none at all.
        return redirect_to_login(request.get_full_path())
    if pilot is None:
        raise Http404("No such page.")
    page = page_of_pilot(pilot, newest_publication(pilot), now())
    return render(request, "feedback/published.html", {"pilot": pilot, **words_of(page)})


@require_safe
def published_list(request: HttpRequest) -> HttpResponse:
    pilots = published_pilots(request.user).order_by("name")
    page = Paginator(pilots, PER_PAGE).get_page(request.GET.get("page"))
    dates = Publication.objects.filter(pilot__in=list(page.object_list)).order_by().values("pilot")
    newest = dict(dates.annotate(at=Max("published_at")).values_list("pilot", "at"))
    at = now()
    rows = [(pilot, newest[pilot.pk], at - newest[pilot.pk] > FRESH_FOR) for pilot in page.object_list]
    return render(request, "feedback/published_list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def page_publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Two buttons: one shows the page with what was typed, one publishes it."""
    pilot = get_pilot(request.user, slug, Permission.PUBLISH)
    newest = newest_publication(pilot)
    initial = {"falls_short": newest.falls_short if newest else "", "seen": newest.number if newest else 0}
    form = PublicationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        with sending(form):
            publish_page(pilot=pilot, by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, "Published. This is what everybody reads.")
            return redirect("page_publish", slug=slug)
    typed = form.cleaned_data.get("falls_short", "") if form.is_bound and form.is_valid() else initial["falls_short"]
    shown = Publication(pilot=pilot, number=0, falls_short=str(typed), published_at=now(), published_by=who(request))
    words = words_of(page_of_pilot(pilot, shown, now()))
    context: dict[str, Any] = {"pilot": pilot, "form": form, "newest": newest, "seconds": seconds_of(words), **words}
    context["too_long"] = context["seconds"] > LONGEST_SECONDS
    context["is_stale"] = newest is not None and newest.is_stale(now())
    return page_of(request, "feedback/page_publish.html", context)


def words_of(page: PublishedPage) -> dict[str, Any]:
    """What `_published.html` needs: of each list the first, and how many more there are."""
    lists = {"open": page.open, "changed": page.changed, "declined": page.declined}
    shown = {
        name: {"topics": topics[:MOST_LISTED], "more": len(topics) - MOST_LISTED} for name, topics in lists.items()
    }
    return {"shown": page, "lists": shown}


def seconds_of(words: dict[str, Any]) -> int:
    text = strip_tags(render_to_string("feedback/_published.html", words))
    return round(len(re.findall(r"\w[\w’'-]*", text)) / WORDS_A_MINUTE * 60)
