"""Celery's entry to the ground floor: what is left to do is a question to the database."""

from datetime import timedelta

from celery import shared_task

from pilots.actions import (
    batches,
    checkpoints,
    deliveries,
    figures,
    forecasting,
    importing,
    looking,
    messages,
    trail,
    uploads,
)
from pilots.clock import now
from pilots.models import IdempotencyKey
from pilots.publish import wake

# Longer than anybody goes on trying to send the same call.
KEYS_KEPT = timedelta(days=7)


@shared_task(name="pilots.send_messages")
def send_messages() -> int:
    return messages.send_messages()


@shared_task(name="pilots.send_webhooks")
def send_webhooks() -> int:
    return deliveries.send_webhooks()


@shared_task(name="pilots.forget_deliveries")
def forget_deliveries() -> int:
    return deliveries.forget_deliveries(now())


@shared_task(name="pilots.sign_checkpoint")
def sign_checkpoint() -> int:
    return checkpoints.sign_checkpoint("daily").number


@shared_task(name="pilots.verify_trail")
def verify_trail() -> None:
    trail.verify_daily()


@shared_task(name="pilots.forget_idempotency_keys")
def forget_idempotency_keys() -> int:
    return IdempotencyKey.objects.filter(created_at__lt=now() - KEYS_KEPT).delete()[0]


@shared_task(name="pilots.forget_uploads")
def forget_uploads() -> int:
    return uploads.forget_uploads(now()) + batches.forget_batch_files(now())


@shared_task(name="pilots.import_batches")
def import_batches() -> int:
    done = importing.import_batches()
    if done:
        wake("governance.reevaluate")
        wake("pilots.work_out_figures")
    return done


@shared_task(name="pilots.work_out_figures")
def work_out_figures() -> int:
    done = figures.work_out_figures()
    if done:
        wake("governance.reevaluate")
    return done


# A million rows take half a minute, and several times that on a busy machine; still less than until the broker gives
# the task to somebody else. What takes longer has failed, and says so.
@shared_task(name="pilots.work_out_forecasts", soft_time_limit=240, time_limit=270)
def work_out_forecasts() -> int:
    done = forecasting.work_out_forecasts()
    if done:
        wake("governance.reevaluate")
    return done


@shared_task(name="pilots.look_at_stages")
def look_at_stages() -> int:
    done = looking.look_at_stages(now())
    if done:
        wake("governance.reevaluate")
    return done
