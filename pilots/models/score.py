"""How right a locked forecast was: kept as it was worked out when its stage was closed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pilots.models.forecast import ForecastFigure
from pilots.stats.metrics.suppression import LEAST


class ForecastScore(models.Model):
    """Of one figure beside what the stage brought. The database refuses to change it.

    Interval scores and CRPS are in the figure's own unit, lower being better; `miss` in standard deviations of the
    forecast, below nought where the figure came lower; `pit`: which part of the forecast lay below it.
    """

    id = models.BigAutoField(primary_key=True)
    figure = models.OneToOneField(ForecastFigure, on_delete=models.PROTECT, related_name="score")
    actual = models.FloatField()
    actual_n = models.PositiveIntegerField()
    actual_people = models.PositiveIntegerField()
    held80 = models.BooleanField()
    held95 = models.BooleanField()
    interval80 = models.FloatField()
    interval95 = models.FloatField()
    crps = models.FloatField()
    # Of the figure that the demonstration would have promised; None: it had none.
    naive_crps = models.FloatField(null=True)
    pit = models.FloatField()
    miss = models.FloatField()
    # [{"kind": "mix" | "known" | "unknown" | "rest", "points"}], which sum to actual - median: per cent or minutes.
    notes = models.JSONField(default=list)
    scored_at = models.DateTimeField()

    objects: ClassVar[models.Manager["ForecastScore"]] = models.Manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(actual_people__gte=LEAST), name="score_of_ten_people_at_least"),
            models.CheckConstraint(condition=Q(pit__gte=0, pit__lte=1), name="score_pit_from_0_to_1"),
            models.CheckConstraint(condition=Q(held80=False) | Q(held95=True), name="score_80_lies_in_95"),
        )

    def __str__(self) -> str:
        return f"{self.figure} came in at {self.actual:g}"

    @property
    def beat_naive(self) -> bool | None:
        """No better than the naive figure is not better."""
        return None if self.naive_crps is None else self.crps < self.naive_crps

    @property
    def look(self) -> str:
        """A key of the interface's states."""
        return "score_held80" if self.held80 else "score_held95" if self.held95 else "score_missed"
