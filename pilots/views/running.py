"""A running stage: what its monitors say, and one click with a reason to pause it, step it back or let it go on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from pilots.access import get_pilot, require
from pilots.actions.running import pause_stage, require_may_stop, resume_stage, step_back_stage
from pilots.clock import now
from pilots.forms.running import StageStepForm
from pilots.models import Pilot, Stage, User
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.stage_page import running_context
from pilots.stages import get_stage
from pilots.views.acting import attempt, page_of, who


class Act(Protocol):
    def __call__(self, *, stage: Stage, reason: str, by: User, at: datetime) -> Stage: ...


@dataclass(frozen=True)
class Step:
    """`verb` on the button; `done` for the message; `consequences` before somebody decides."""

    act: Act
    may: Callable[[User, Pilot], None]
    verb: str
    done: str
    consequences: tuple[str, ...]


def _require_decides(user: User, pilot: Pilot) -> None:
    require(user, Permission.DECIDE_PILOT, pilot)


PAUSE: Final = Step(
    pause_stage,
    require_may_stop,
    "Pause the stage",
    "is paused",
    (
        "At once its uses are shown as paused on the published page, on the flag form and to tools that ask.",
        "It is read and looked at as before, and only a person lets it go on.",
    ),
)
STEP_BACK: Final = Step(
    step_back_stage,
    require_may_stop,
    "Step the stage back",
    "is stepped back",
    (
        "At once its uses are not open any more: on the published page, on the flag form and to tools that ask.",
        "The stages before it stay as they are.",
    ),
)
RESUME: Final = Step(
    resume_stage,
    _require_decides,
    "Let the stage go on",
    "goes on",
    (
        "At once its uses are open again.",
        "After a halt only readings of weeks that begin from now on count, for a halt and for widening.",
    ),
)


@require_safe
def stage_run(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    stage = get_stage(pilot, number)
    stage.pilot = pilot
    return page_of(request, "pilots/stage_run.html", {"pilot": pilot, **running_context(request.user, stage)})


@require_http_methods(["GET", "HEAD", "POST"])
def stage_pause(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _step(request, slug, number, PAUSE)


@require_http_methods(["GET", "HEAD", "POST"])
def stage_step_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _step(request, slug, number, STEP_BACK)


@require_http_methods(["GET", "HEAD", "POST"])
def stage_resume(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _step(request, slug, number, RESUME)


def _step(request: HttpRequest, slug: str, number: int, step: Step) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    step.may(who(request), pilot)
    stage = get_stage(pilot, number)
    form = StageStepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            step.act(stage=stage, by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            wake("pilots.look_at_stages")
            messages.success(request, f"Stage {number} {step.done}.")
            return redirect("stage_run", slug=slug, number=number)
    context = {"pilot": pilot, "stage": stage, "step": step, "form": form}
    return page_of(request, "pilots/stage_step.html", context)
