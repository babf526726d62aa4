"""Forecasts worked out: those that somebody asked for, and those whose evidence changed."""

import logging
import time
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction

from pilots.actions.forecasts import UNDER_WAY, begin
from pilots.actions.pilots import lock_pilot
from pilots.alone import alone
from pilots.audit import record
from pilots.canonical import digest
from pilots.changes import announce
from pilots.clock import now
from pilots.forecast_inputs import Impossible, counting_batches, document_of, may_change
from pilots.models import Batch, Forecast, ForecastFigure, Pilot, Recalculation, Stage
from pilots.stats.forecast.projecting import DISCREPANCY
from pilots.stats.forecast.record import Record, Said, code_version, kept

logger = logging.getLogger(__name__)

# Unlocked ones, of each pilot; a locked one stays for ever.
KEPT: Final = 20
# Per cent done when all is read, and when all is worked out.
_READ, _WORKED_OUT = 10, 95
# Of one run, well under what a task may take; the next goes on.
_SECONDS: Final = 45.0
_FAILED: Final = "Something went wrong on our side, and an administrator is shown what. Ask for it again."
_SEEDS: Final = 2**31


def work_out_forecasts() -> int:
    """Whatever waits, is due, or was left by a worker that died. How many came to an end."""
    due = Recalculation.objects.due("forecast").values("pilot")
    waiting = Forecast.objects.filter(state__in=UNDER_WAY).values("pilot")
    done, went_wrong, began = 0, None, time.monotonic()
    for pilot in Pilot.objects.filter(pk__in=due.union(waiting)).order_by("pk"):
        if time.monotonic() - began > _SECONDS:
            break
        with alone(f"forecast:{pilot.pk}") as mine:
            if not mine:
                continue
            try:
                done += work_out_forecast(pilot)
            except Exception as error:
                logger.exception("A forecast could not be worked out", extra={"pilot": str(pilot.pk)})
                went_wrong = error
    if went_wrong is not None:
        raise went_wrong
    return done


def work_out_forecast(pilot: Pilot) -> bool:
    """Whether something came to an end. What goes wrong is said in the forecast, and raised."""
    row = Recalculation.objects.due("forecast").filter(pilot=pilot).first()
    asked = Forecast.objects.filter(pilot=pilot, state__in=UNDER_WAY).order_by("number").first()
    if row is None and asked is None:
        return False
    try:
        return _Job(pilot, asked).run()
    except Exception:
        under_way = Forecast.objects.filter(pilot=pilot, state__in=UNDER_WAY)
        under_way.update(state=Forecast.State.FAILED, said=_FAILED, finished_at=now())
        raise
    finally:
        # One of a stage says nothing of the rest, which is still due.
        if row is not None and (asked is None or not asked.stage):
            row.done("forecast")


class _Job:
    """`asked`: the forecast that somebody waits for, or that was begun before."""

    def __init__(self, pilot: Pilot, asked: Forecast | None) -> None:
        self.pilot, self.asked = pilot, asked
        self.all = Forecast.objects.filter(pilot=pilot).order_by("-number")
        # Of whatever: none may tell, beside any other, what one person did. And of what this one speaks of.
        self.last = self.all.filter(state=Forecast.State.READY).first()
        self.of = asked.stage if asked else 0
        self.same = self.all.filter(stage=self.of)
        self.newest = self.same.filter(state=Forecast.State.READY).first()

    def run(self) -> bool:
        try:
            batches, held = self._batches()
            document = document_of(self.pilot, batches, held, self._stage())
        except Impossible as why:
            return self._not_possible(str(why))
        data, version = digest(document), code_version()
        if self.newest is not None and (self.newest.data_hash, self.newest.code_version) == (data, version):
            return self._nothing_changed(self.newest)
        forecast = self._begin(
            inputs=kept(document),
            data_hash=data,
            # The same in all forecasts of a pilot: what parts two of them is evidence, not chance.
            seed=self.pilot.pk.int % _SEEDS,
            tau=DISCREPANCY,
            code_version=version,
            is_synthetic=any(batch.is_synthetic for batch in batches),
        )
        self._finish(forecast, _figures_of(forecast))
        return True

    def _stage(self) -> Stage | None:
        return Stage.objects.get(pilot=self.pilot, number=self.of) if self.of else None

    def _batches(self) -> tuple[list[Batch], list[Batch]]:
        """Those that count, and those that wait: two forecasts side by side must not tell what one person did."""
        counting = counting_batches(self.pilot)
        public = self.last.inputs.get("public") if self.last else None
        if self.last is None or public is None:
            return counting, []
        before, after = set(public["batches"]), {batch.pk for batch in counting}
        if may_change(self.pilot, before ^ after):
            return counting, []
        if before - after:
            raise Impossible(
                f"Since {self.last.reference} what came and went concerns fewer than ten people: both forecasts side "
                "by side would tell what one of them did. The next one waits for more evidence."
            )
        return [one for one in counting if one.pk in before], [one for one in counting if one.pk not in before]

    def _not_possible(self, why: str) -> bool:
        """Whom nobody asked says so only where it was possible before."""
        last = self.same.first()
        if self.asked is None and (last is None or last.said == why or self.newest is None):
            return False
        self._begin(state=Forecast.State.IMPOSSIBLE, said=why, finished_at=now())
        return True

    def _nothing_changed(self, newest: Forecast) -> bool:
        if self.asked is None:
            return False
        said = f"Nothing that a forecast rests on has changed since {newest.reference}, so that one stands."
        self._begin(state=Forecast.State.IMPOSSIBLE, said=said, finished_at=now())
        return True

    def _begin(self, **fields: Any) -> Forecast:
        """Committed at once, so that pages see what is under way."""
        with transaction.atomic():
            pilot = lock_pilot(self.pilot)
            forecast = self.asked or begin(pilot, now())
            for name, value in ({"state": Forecast.State.RUNNING, "done": _READ} | fields).items():
                setattr(forecast, name, value)
            forecast.save()
        return forecast

    def _finish(self, forecast: Forecast, figures: Sequence[Said]) -> None:
        with transaction.atomic():
            pilot = lock_pilot(self.pilot)
            ForecastFigure.objects.bulk_create(ForecastFigure(forecast=forecast, **vars(said)) for said in figures)
            forecast.state, forecast.done, forecast.finished_at = Forecast.State.READY, 100, now()
            forecast.save(update_fields=["state", "done", "finished_at"])
            self._prune()
            announce(pilot, reason=f"{forecast.reference} was worked out")
            data = {"forecast": forecast.pk, "number": forecast.number, "data": forecast.data_hash}
            record("forecast.worked_out", by=None, pilot=pilot, target=forecast, data=data)

    def _prune(self) -> None:
        unlocked = self.all.filter(locked_at__isnull=True)
        old = list(unlocked.values_list("pk", flat=True)[KEPT:])
        ForecastFigure.objects.filter(forecast__in=old).delete()
        Forecast.objects.filter(pk__in=old).delete()


def _figures_of(forecast: Forecast) -> list[Said]:
    def say(done: float) -> None:
        percent = _READ + round(done * (_WORKED_OUT - _READ))
        Forecast.objects.filter(pk=forecast.pk).update(done=percent)

    return list(Record.read(forecast.inputs, forecast.seed, forecast.tau).work_out(say))
