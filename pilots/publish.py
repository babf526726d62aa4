"""Hints to the workers: start looking now. The broker may be gone; the sweeps then find the work by themselves."""

import logging

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def wake(task: str) -> None:
    """Start `task` by name once the present transaction has committed; never fails or delays the request for long."""
    transaction.on_commit(lambda: _send(task), robust=True)


def _send(task: str) -> None:
    try:
        current_app.send_task(task, retry=False)
    except Exception as error:
        logger.warning("The broker did not take a hint", extra={"task": task, "reason": str(error)[:200]})
