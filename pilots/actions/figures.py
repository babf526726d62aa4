"""Figures worked out again from the evidence as it stands: by a job, of what the system only counts. No row of the
trail: the batch or entry that changed them left one."""

import logging
import time
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from pilots.alone import trying
from pilots.changes import announce
from pilots.clock import now
from pilots.figures.making import figures_of
from pilots.models import Figure, Pilot, Recalculation
from pilots.snapshot import snapshot

logger = logging.getLogger(__name__)

# Of one run: the next goes on, and meanwhile batches are imported.
_SECONDS: Final = 45.0


def work_out_figures() -> int:
    """Of every pilot whose evidence or scope changed since. How many pilots were done; one that fails stays due, and
    the others are done all the same."""
    done, failed, began = 0, None, time.monotonic()
    # In no order: whose evidence changes all the time does not keep the others waiting.
    for key in Recalculation.objects.due("figures").order_by("?").values_list("pk", flat=True):
        if time.monotonic() - began > _SECONDS:
            break
        try:
            done += _work_out(key)
        except Exception as error:
            logger.exception("Figures could not be worked out", extra={"pilot": str(key)})
            failed = error
    if failed is not None:
        raise failed
    return done


def _work_out(key: UUID) -> bool:
    with trying(f"figures:{key}") as tries:
        # Read anew: what changes while we work leaves it due.
        row = Recalculation.objects.due("figures").filter(pk=key).first() if tries else None
        if row is None:
            return False
        replace_figures(row.pilot, at=now())
        row.done("figures")
    return True


def replace_figures(pilot: Pilot, *, at: datetime) -> int:
    """All of a pilot's in one moment, so that no page shows some of before and some of now."""
    before = list(Figure.objects.filter(pilot=pilot))
    with snapshot():
        rows = figures_of(pilot, before, at)
    kept = [row for row in rows if row.pk is not None]
    with transaction.atomic():
        Figure.objects.filter(pilot=pilot).exclude(pk__in=[row.pk for row in kept]).delete()
        Figure.objects.filter(pk__in=[row.pk for row in kept], is_held=False).update(is_held=True)
        Figure.objects.bulk_create([row for row in rows if row.pk is None], batch_size=1000)
        # Stages wait for figures, and gates are worked out faster than these.
        announce(pilot, reason="figures were worked out again")
    return len(rows)
