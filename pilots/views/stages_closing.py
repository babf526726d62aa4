"""Closing a stage, after a look at what its forecast will be scored against."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pilots.access import get_pilot
from pilots.actions.closing import close_stage
from pilots.clock import now
from pilots.forms.stages_closing import CloseStageForm
from pilots.models import Stage
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.score_words import beside_forecast
from pilots.stages import get_stage
from pilots.views.acting import attempt, page_of, who


@require_http_methods(["GET", "HEAD", "POST"])
def stage_close(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.DECIDE_PILOT)
    stage = get_stage(pilot, number)
    form = CloseStageForm(request.POST if request.method == "POST" else None, initial={"version": stage.version})
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            close_stage(stage=stage, by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, f"Stage {stage.number} is closed, and its lesson kept.")
            return redirect(_after(stage))
    context = {"pilot": pilot, "stage": stage, "form": form, "rows": beside_forecast(stage, now())}
    return page_of(request, "pilots/stage_close.html", context)


def _after(stage: Stage) -> str:
    """Where the scores are read, if there is a forecast that could be scored."""
    slug = stage.pilot.slug
    if stage.forecast:
        return reverse("forecast_number", kwargs={"slug": slug, "number": stage.forecast.number})
    return f"{reverse('adoption', kwargs={'slug': slug})}?stage={stage.number}"
