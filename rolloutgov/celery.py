"""The Celery application and everything that runs by the clock, on one screen.

A message is a hint: every task finds its work in the database, so that a lost one costs a few seconds and no work.
"""

import os
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rolloutgov.settings")

app = Celery("rolloutgov", task_cls="rolloutgov.jobs:RecordedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add("rolloutgov.jobs:WorkerPulse")
app.conf.beat_scheduler = "rolloutgov.jobs:Scheduler"


def every(task: str, seconds: float, queue: str) -> dict[str, Any]:
    return {"task": task, "schedule": float(seconds), "options": {"queue": queue}}


HOUR, DAY = 3600, 86400

app.conf.task_default_queue = "default"
app.conf.task_routes = {
    "governance.*": {"queue": "gates"},
    "feedback.*": {"queue": "patterns"},
    "*.send_*": {"queue": "mail"},
    "pilots.import_batches": {"queue": "evidence"},
    "pilots.work_out_figures": {"queue": "evidence"},
    "pilots.look_at_stages": {"queue": "evidence"},
    "pilots.work_out_*": {"queue": "evidence"},
}
app.conf.beat_schedule = {
    entry["task"]: entry
    for entry in (
        every("rolloutgov.heartbeat", 5, "default"),
        every("governance.reevaluate", 2, "gates"),  # gates that a change made dirty
        every("governance.sweep", 15, "gates"),  # whatever a lost message left undone
        every("governance.expire", 30, "gates"),  # answers, waivers and sign-offs that ran out
        every("governance.send_digests", HOUR, "mail"),
        every("feedback.place_flags", 5, "patterns"),  # flags that no job has looked at yet
        every("feedback.look_again", 60, "patterns"),  # pilots in which enough happened, and each once a day
        every("feedback.find_surges", 60, "patterns"),  # hourly in each pilot: what rises, came back, was set aside
        every("feedback.call_next_people", 60, "patterns"),  # flags that nobody looked at in time
        every("feedback.remind", HOUR, "patterns"),  # reviews, decisions and corrections that are due or late
        every("feedback.route_escalations", 60, "patterns"),  # steps of escalations whose hours are over
        every("feedback.summarise_months", HOUR, "patterns"),  # once for each pilot and month
        every("feedback.erase_old", HOUR, "patterns"),  # texts of flags that were closed long enough ago
        every("feedback.tell_of_limits", 60, "patterns"),  # to who flagged what is human review only from now on
        every("feedback.hand_over", 60, "patterns"),  # what somebody who left had still to do
        every("feedback.recount", HOUR, "patterns"),  # an alarm for administrators when a pattern counts wrong
        every("pilots.send_messages", 5, "mail"),  # the outbox
        every("pilots.send_webhooks", 5, "mail"),  # the outbox of events
        every("pilots.import_batches", 5, "evidence"),  # batches that wait, and those that a worker died over
        every("pilots.work_out_figures", 60, "evidence"),  # pilots whose evidence or scope changed
        every("pilots.work_out_forecasts", 30, "evidence"),  # those that were asked for, or whose evidence changed
        every("pilots.look_at_stages", HOUR, "evidence"),  # running stages, once a day and after readings
        every("pilots.forget_deliveries", DAY, "default"),
        every("pilots.sign_checkpoint", DAY, "default"),
        every("pilots.verify_trail", DAY, "default"),  # an alarm for administrators when it is broken
        every("pilots.forget_idempotency_keys", DAY, "default"),
        every("pilots.forget_uploads", HOUR, "default"),  # files that nobody confirmed within a day
    )
}
QUEUES = ("default", "evidence", "gates", "mail", "patterns")
