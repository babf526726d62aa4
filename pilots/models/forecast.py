"""Forecasts: worked out from evidence, locked before a stage, scored after it."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pilots.models.fields import decided_together
from pilots.models.pilot import Pilot


class Forecast(models.Model):
    """One run over all figures. Locked, the database refuses to change it or what belongs to it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being worked out"
        READY = "ready", "Worked out"
        IMPOSSIBLE = "impossible", "Not possible yet"
        FAILED = "failed", "Failed"

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    # 0: the whole rollout, else the stage.
    stage = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Why it is not possible, or what went wrong, in words.
    said = models.CharField(max_length=500, blank=True)
    done = models.PositiveSmallIntegerField("percent done", default=0)
    # Everything that it is recomputed from, with people as numbers: see `stats.forecast.record`.
    inputs = models.JSONField(default=dict)
    data_hash = models.CharField(max_length=64, blank=True)
    seed = models.PositiveIntegerField(default=0)
    tau = models.FloatField(default=0.3)
    code_version = models.CharField(max_length=40, blank=True)
    is_synthetic = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lock_note = models.TextField(max_length=2000, blank=True)

    objects: ClassVar[models.Manager["Forecast"]] = models.Manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("pilot", "number"), name="forecast_number_once"),
            decided_together("forecast", "locked"),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | Q(state="ready"), name="forecast_locked_when_worked_out"
            ),
        )
        indexes = (models.Index(fields=("state",), name="forecast_by_state"),)

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"F-{self.number}"

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def look(self) -> str:
        """A key of the interface's states."""
        return "forecast_locked" if self.locked_at else f"forecast_{self.state}"


class ForecastFigure(models.Model):
    """What a forecast says of one figure: shares from 0 to 1, minutes as they are."""

    class Of(models.TextChoices):
        SUCCESS = "success", "Tasks done well"
        ADOPTION = "adoption", "People who use it"
        OVERRIDE = "override", "Outputs overridden"
        OUT_OF_SCOPE = "out_of_scope", "Attempts out of scope"
        MINUTES = "minutes", "Net minutes a task"

    id = models.BigAutoField(primary_key=True)
    forecast = models.ForeignKey(Forecast, on_delete=models.PROTECT, related_name="figures")
    of = models.CharField(max_length=12, choices=Of.choices)
    # What the demonstration alone would have promised; None: it did not measure it.
    naive = models.FloatField(null=True)
    naive_n = models.PositiveIntegerField(default=0)
    n = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    median = models.FloatField()
    low80 = models.FloatField()
    high80 = models.FloatField()
    low95 = models.FloatField()
    high95 = models.FloatField()
    # 1 to 99 %, and 1,000 draws in no order.
    quantiles = ArrayField(models.FloatField())
    draws = ArrayField(models.FloatField())
    # Of the rollout's workload, summing to 1.
    direct = models.FloatField()
    modelled = models.FloatField()
    no_evidence = models.FloatField()
    # If all cells without evidence were as bad, and as good, as can be; None for minutes.
    bound_low = models.FloatField(null=True)
    bound_high = models.FloatField(null=True)
    # [{"factor", "level", "words", "share"}] for the levels that nothing is known of, [{…, "explains"}] for what to
    # test next. Levels that too few people met stand together, without factor and level.
    unseen = models.JSONField(default=list)
    test_next = models.JSONField(default=list)
    # By cell: [{"cell": id, "share", "evidence": "direct" | "modelled" | "none", "median", "low", "high"}]
    cells = models.JSONField(default=list)
    # [{"kind", "words", …}]. "difference" and "rest" have "points", which sum to median - naive: per cent or minutes.
    notes = models.JSONField(default=list)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("forecast", "of"), name="forecast_figure_once"),)

    def __str__(self) -> str:
        return f"{self.get_of_display()} in {self.forecast}"

    @property
    def is_projectable(self) -> bool:
        return self.no_evidence <= 0.5
