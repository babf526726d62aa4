"""The status page and the jobs page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pilots.access import can, who_may
from pilots.clock import now
from pilots.errors import NotAllowed
from pilots.permissions import Permission
from pilots.views.acting import who
from rolloutgov import health, status


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
    return render(request, "rolloutgov/jobs.html", {"at": at, "jobs": found, "wrong": len(wrong), "tabs": tabs("jobs")})
