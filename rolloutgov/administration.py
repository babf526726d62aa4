"""The status page and the jobs page."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pilots.access import can, who_may
from pilots.actions import deliveries
from pilots.actions.messages import given_up, send_again
from pilots.clock import now
from pilots.errors import NotAllowed
from pilots.models import Message
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt_button, who
from rolloutgov import health, status

# Failed e-mails on one page; the newest come first.
SHOWN: Final = 50


def only_operators(request: HttpRequest) -> None:
    if not can(who(request), Permission.OPERATE):
        raise NotAllowed("Only administrators see how the installation runs.", who=who_may(Permission.OPERATE))


def tabs(current: str) -> list[dict[str, object]]:
    names = {"administration": "Status", "jobs": "Background jobs", "trail": "Audit trail"}
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in names.items()]


@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    only_operators(request)
    at = now()
    checks, signals = list(health.checks()), list(status.signals(at))
    wrong = sum(not check.ok for check in checks) + sum(signal.alarm for signal in signals)
    context = {"at": at, "checks": checks, "signals": signals, "wrong": wrong, "tabs": tabs("administration")}
    return render(request, "rolloutgov/status.html", context)


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    only_operators(request)
    at = now()
    found = status.jobs(at)
    wrong = [job for job in found if job.state in {"failed", "overdue"}]
    failed = given_up(at)
    context = {"at": at, "jobs": found, "wrong": len(wrong), "tabs": tabs("jobs")}
    context |= {"failed": failed[:SHOWN], "failed_count": failed.count()}
    context |= {"deliveries": deliveries.given_up().select_related("pilot", "webhook")[:SHOWN]}
    return render(request, "rolloutgov/jobs.html", context)


@require_POST
def message_send_again(request: HttpRequest, message: UUID) -> HttpResponse:
    only_operators(request)
    failed = get_object_or_404(Message, pk=message)
    with attempt_button(request):
        send_again(message=failed, by=who(request), at=now())
        wake("pilots.send_messages")
        messages.success(request, f"The e-mail to {failed.address} is sent again.")
    return redirect("jobs")
