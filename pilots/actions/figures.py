"""Figures worked out again from the evidence as it stands: by a job, of what the system only counts. No row of the
trail: the batch or entry that changed them left one."""

import logging
from datetime import datetime

from django.db import transaction

from pilots.alone import alone
from pilots.changes import announce
from pilots.clock import now
from pilots.figures.making import figures_of
from pilots.models import Figure, Pilot, Recalculation

logger = logging.getLogger(__name__)


def work_out_figures() -> int:
    """Of every pilot whose evidence or scope changed since. How many pilots were done; one that fails stays due, and
    the others are done all the same."""
    done, failed = 0, None
    for key in Recalculation.objects.due("figures").values_list("pk", flat=True):
        with alone(f"figures:{key}") as mine:
            # Read anew: what changes while we work leaves it due.
            row = Recalculation.objects.due("figures").filter(pk=key).first() if mine else None
            if row is None:
                continue
            try:
                replace_figures(row.pilot, at=now())
            except Exception as error:
                logger.exception("Figures could not be worked out", extra={"pilot": str(row.pilot_id)})
                failed = error
            else:
                row.done("figures")
                done += 1
    if failed is not None:
        raise failed
    return done


def replace_figures(pilot: Pilot, *, at: datetime) -> int:
    """All of a pilot's in one moment, so that no page shows some of before and some of now."""
    before = list(Figure.objects.filter(pilot=pilot))
    rows = figures_of(pilot, before, at)
    kept = [row for row in rows if row.pk is not None]
    with transaction.atomic():
        Figure.objects.filter(pilot=pilot).exclude(pk__in=[row.pk for row in kept]).delete()
        Figure.objects.filter(pk__in=[row.pk for row in kept], is_held=False).update(is_held=True)
        Figure.objects.bulk_create([row for row in rows if row.pk is None], batch_size=1000)
        # Stages wait for figures, and gates are worked out faster than these.
        announce(pilot, reason="figures were worked out again")
    return len(rows)
