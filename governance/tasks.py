"""Celery's entry to governance. Each may run twice or not at all: what is left to do is a question to the database."""

from celery import shared_task

from governance.actions import upkeep
from governance.actions.reminders import collect_reminders
from governance.actions.reminders import send_digests as send
from pilots.clock import now


@shared_task(name="governance.reevaluate")
def reevaluate() -> int:
    """Every two seconds, and early after a change."""
    return sum(upkeep.absorb_changes(pilot, now()) for pilot in upkeep.pilots_with_changes())


@shared_task(name="governance.expire")
def expire() -> int:
    return upkeep.expire(now())


@shared_task(name="governance.sweep")
def sweep() -> int:
    return upkeep.sweep(now())


@shared_task(name="governance.send_digests")
def send_digests() -> int:
    at = now()
    collect_reminders(at)
    return send(at)
