"""Celery's entry to the ground floor: what is left to do is a question to the database."""

from celery import shared_task

from pilots.actions import checkpoints, messages, trail


@shared_task(name="pilots.send_messages")
def send_messages() -> int:
    return messages.send_messages()


@shared_task(name="pilots.sign_checkpoint")
def sign_checkpoint() -> int:
    return checkpoints.sign_checkpoint("daily").number


@shared_task(name="pilots.verify_trail")
def verify_trail() -> None:
    trail.verify_daily()
