"""What an administrator watches: alarms go by the age of the oldest thing that waits, not by how many wait."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.models import Min, Sum

from feedback.models import Grouping
from governance.actions.upkeep import drift
from governance.models import Gate
from pilots.models import Change, Checkpoint, Delivery, JobRun, Message

GB = 1024**3


@dataclass(frozen=True)
class Signal:
    """`value` counts in `unit` (seconds, bytes or rows); above `limit`, or below for bytes free, somebody must look."""

    name: str
    label: str
    value: float
    unit: str
    limit: float
    words: str

    @property
    def alarm(self) -> bool:
        return self.value < self.limit if self.unit == "bytes" else self.value > self.limit

    @property
    def state(self) -> str:
        return "failed" if self.alarm else "ok"


def age(name: str, label: str, since: datetime | None, at: datetime, limit: timedelta, nothing: str) -> Signal:
    seconds = max((at - since).total_seconds(), 0.0) if since else 0.0
    words = f"{in_words(seconds)} (at most {in_words(limit.total_seconds())})" if since else nothing
    return Signal(name, label, seconds, "seconds", limit.total_seconds(), words)


def change_waiting(at: datetime) -> Signal:
    oldest = Change.objects.aggregate(oldest=Min("created_at"))["oldest"]
    label = "Oldest change not yet worked into its gates"
    return age("oldest_change", label, oldest, at, timedelta(seconds=30), "None waits")


def gate_waiting(at: datetime) -> Signal:
    stale = Gate.objects.open().stale(at)
    oldest = stale.aggregate(oldest=Min("next_change_at"))["oldest"]
    label = "Gate waiting longest to be worked out again"
    if oldest is None and stale.exists():
        oldest = at
    return age("oldest_gate", label, oldest, at, timedelta(minutes=2), "None waits")


def message_waiting(at: datetime) -> Signal:
    waiting = Message.objects.filter(sent_at__isnull=True, failed_at__isnull=True)
    oldest = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    return age("oldest_message", "Oldest e-mail not delivered", oldest, at, timedelta(minutes=15), "None waits")


def messages_failed(at: datetime) -> Signal:
    found = Message.objects.filter(failed_at__gte=at - timedelta(days=7)).count()
    return Signal("failed_messages", "E-mails given up in 7 days", found, "rows", 0, str(found) if found else "None")


def webhook_waiting(at: datetime) -> Signal:
    """The oldest that was never tried: one whose receiver refuses it waits for its next attempt, not for us."""
    untried = Delivery.objects.filter(sent_at__isnull=True, failed_at__isnull=True, attempts=0)
    oldest = untried.filter(webhook__disabled_at__isnull=True).aggregate(oldest=Min("created_at"))["oldest"]
    label = "Oldest event no webhook was tried with"
    return age("oldest_delivery", label, oldest, at, timedelta(minutes=5), "None waits")


def webhooks_failed(at: datetime) -> Signal:
    failed = Delivery.objects.filter(failed_at__gte=at - timedelta(days=7)).select_related("pilot")
    found, pilots = failed.count(), failed.order_by("pilot__name").values_list("pilot__name", flat=True).distinct()[:3]
    words = f"{found}, to be sent again in {', '.join(pilots)}" if found else "None"
    return Signal("failed_deliveries", "Webhook deliveries given up in 7 days", found, "rows", 0, words)


def last_checkpoint(at: datetime) -> Signal:
    newest = Checkpoint.objects.order_by("-number").values_list("at", flat=True).first()
    label = "Age of the last signed checkpoint"
    return age("checkpoint", label, newest, at, timedelta(hours=26), "None yet: the first comes within a day")


def counts_adrift(at: datetime) -> Signal:
    """Recounts what triggers keep. Anything but zero means that somebody went round them."""
    found = len(drift())
    words = str(found) if found else "None"
    return Signal("gates_adrift", "Gates whose counts differ from their findings", found, "rows", 0, words)


def patterns_adrift(at: datetime) -> Signal:
    """What `feedback.recount` found within a week, and has mended."""
    recent = Grouping.objects.filter(adrift_at__gte=at - timedelta(days=7))
    found = recent.aggregate(found=Sum("adrift"))["found"] or 0
    words = f"{found}, and mended" if found else "None"
    return Signal("patterns_adrift", "Patterns whose size differed from their flags in 7 days", found, "rows", 0, words)


def disk_free(at: datetime) -> Signal:
    place = Path(settings.DATA_DIR)
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return Signal("disk_free", "Free disk for files", free, "bytes", GB, f"{free / GB:.1f} GB (at least 1 GB)")


def database_size(at: datetime) -> Signal:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size: int = cursor.fetchone()[0]
    return Signal("database_size", "Size of the database", size / GB, "gigabytes", 1e9, f"{size / GB:.2f} GB")


SIGNALS: tuple[Callable[[datetime], Signal], ...] = (
    change_waiting,
    gate_waiting,
    message_waiting,
    messages_failed,
    webhook_waiting,
    webhooks_failed,
    last_checkpoint,
    counts_adrift,
    patterns_adrift,
    disk_free,
    database_size,
)


def signals(at: datetime) -> Iterator[Signal]:
    return (signal(at) for signal in SIGNALS)


# What each job is for, as the page of jobs says it.
JOBS: Final = {
    "rolloutgov.heartbeat": "Shows that the worker is alive",
    "governance.reevaluate": "Works out gates after a change",
    "governance.sweep": "Finds gates that a lost message left out",
    "governance.expire": "Lapses answers, waivers and sign-offs that ran out",
    "governance.send_digests": "Sends reminders and digests",
    "feedback.place_flags": "Puts new flags into patterns",
    "feedback.look_again": "Looks at all flags of a pilot again",
    "feedback.find_surges": "Finds patterns that rise or came back",
    "feedback.call_next_people": "Calls the next person where nobody looked at a flag in time",
    "feedback.remind": "Reminds of reviews, decisions and corrections",
    "feedback.route_escalations": "Passes escalations on to the next step",
    "feedback.summarise_months": "Tells reporters what a month brought",
    "feedback.erase_old": "Erases the texts of flags closed long ago",
    "feedback.tell_of_limits": "Tells reporters that what they flagged is for human review only, or withdrawn",
    "feedback.hand_over": "Gives what somebody who left had still to do to who took over",
    "feedback.recount": "Checks that patterns count their flags right",
    "pilots.send_messages": "Sends e-mails",
    "pilots.send_webhooks": "Sends events to webhooks",
    "pilots.forget_deliveries": "Forgets old deliveries of webhooks",
    "pilots.sign_checkpoint": "Signs a checkpoint of the audit trail",
    "pilots.verify_trail": "Verifies the audit trail",
    "pilots.forget_idempotency_keys": "Forgets old keys of repeated API calls",
    "pilots.import_batches": "Checks and imports evidence",
    "pilots.work_out_figures": "Works out figures from evidence that changed",
    "pilots.work_out_forecasts": "Works out forecasts from new evidence",
    "pilots.look_at_stages": "Looks at running stages, and halts those that their criteria halt",
    "pilots.forget_uploads": "Forgets files that nobody confirmed",
}


@dataclass(frozen=True)
class Job:
    """A task of the beat schedule as it last ran; `run` is None before the first time."""

    task: str
    seconds: float
    run: JobRun | None
    at: datetime

    @property
    def failing(self) -> bool:
        run = self.run
        return bool(run and run.last_error_at and (run.last_ok_at is None or run.last_error_at > run.last_ok_at))

    @property
    def late(self) -> bool:
        """Three periods, and a minute for a start, have gone by without a run that ended well."""
        limit = timedelta(seconds=3 * self.seconds + 60)
        return bool(self.run and self.run.last_ok_at and self.at - self.run.last_ok_at > limit)

    @property
    def state(self) -> str:
        if self.run is None:
            return "not_started"
        return "failed" if self.failing else "overdue" if self.late else "ok"

    @property
    def does(self) -> str:
        return JOBS.get(self.task, self.task)

    @property
    def every(self) -> str:
        return f"every {in_words(self.seconds).removeprefix('1 ')}"


def jobs(at: datetime) -> list[Job]:
    """Failures first, then in the order of the schedule; tasks that run only when asked for come last."""
    runs = {run.task: run for run in JobRun.objects.all()}
    schedule = {entry["task"]: float(entry["schedule"]) for entry in current_app.conf.beat_schedule.values()}
    found = [Job(task, seconds, runs.pop(task, None), at) for task, seconds in schedule.items()]
    found += [Job(task, 1e9, run, at) for task, run in runs.items()]
    order = {"failed": 0, "overdue": 1}
    return sorted(found, key=lambda job: order.get(job.state, 2))


def in_words(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size or seconds == size:
            count = round(seconds / size)
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"{round(seconds)} seconds"
