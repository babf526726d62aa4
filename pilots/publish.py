"""Hints to the workers: start looking now. The broker may be gone; the sweeps then find the work by themselves."""

import logging
import threading
import time
from typing import Final

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

LONGEST_WAIT: Final = 0.4
# One hint makes a worker look at all there is, so many in a moment are one: publishing took a request as much processor
# time as all else about a flag. What comes in between waits for the next hint, or at most two seconds for a sweep.
PAUSE: Final = 0.5
sent_at: Final[dict[str, float]] = {}
# So many hints may hang on a broker at once in one process; further ones are left to the sweeps.
_slots: Final = threading.BoundedSemaphore(4)


def wake(task: str) -> None:
    """Start `task` by name once the present transaction has committed; never fails or delays the request for long."""
    transaction.on_commit(lambda: _send(task), robust=True)


def _send(task: str) -> None:
    """In a thread of its own: with every timeout and retry set, Celery still took 7 s on a broker that hung."""
    moment = time.monotonic()
    if moment - sent_at.get(task, -PAUSE) < PAUSE or not _slots.acquire(blocking=False):
        return
    sent_at[task] = moment
    thread = threading.Thread(target=_publish, args=(task,), name=f"wake {task}", daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        _slots.release()
        logger.warning("No thread for a hint", extra={"task": task, "reason": str(error)[:200]})
        return
    thread.join(LONGEST_WAIT)


def _publish(task: str) -> None:
    try:
        current_app.send_task(task, retry=False)
    except Exception as error:  # noqa: BLE001  a hint may fail in any way, and its request never
        logger.warning("The broker did not take a hint", extra={"task": task, "reason": str(error)[:200]})
    finally:
        _slots.release()
