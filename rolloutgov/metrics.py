"""`/metrics` in Prometheus's text format, for who has the token."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from pilots.clock import now
from pilots.models import JobRun
from rolloutgov import health, status

Sample = tuple[dict[str, str], float]


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without METRICS_TOKEN in the settings, 401 without it in the request."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    text = "".join(lines(now()))
    return HttpResponse(
        text, content_type="text/plain; version=0.0.4; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def lines(at: datetime) -> Iterator[str]:
    checks = [({"check": check.name}, float(check.ok)) for check in health.checks()]
    yield from family("check_ok", "gauge", "1 where a part of the installation works.", checks)
    for signal in status.signals(at):
        yield from family(f"{signal.name}_{signal.unit}", "gauge", f"{signal.label}.", [({}, signal.value)])
    runs = list(JobRun.objects.all())
    yield from family("job_runs_total", "counter", "Runs of a task.", [({"task": r.task}, r.runs) for r in runs])
    failed = [({"task": run.task}, float(run.failures)) for run in runs]
    yield from family("job_failures_total", "counter", "Runs of a task that failed.", failed)
    took = [({"task": run.task}, (run.last_duration_ms or 0) / 1000) for run in runs]
    yield from family("job_last_duration_seconds", "gauge", "How long the last run took.", took)
    well = [({"task": run.task}, run.last_ok_at.timestamp()) for run in runs if run.last_ok_at]
    yield from family("job_last_success_timestamp_seconds", "gauge", "When a run last ended well.", well)


def family(name: str, kind: str, words: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP rolloutgov_{name} {words}\n# TYPE rolloutgov_{name} {kind}\n"
    for labels, value in samples:
        inside = ",".join(f'{label}="{escaped(text)}"' for label, text in labels.items())
        yield f"rolloutgov_{name}{{{inside}}} {value:g}\n" if inside else f"rolloutgov_{name} {value:.17g}\n"


def escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
