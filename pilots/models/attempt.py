"""Jobs that did not come to their end, so that none that always fails keeps a processor busy for ever."""

from typing import ClassVar

from django.db import models


class Attempt(models.Model):
    """Written before a job begins and taken away at its end: a worker that is killed over it leaves it, too."""

    job = models.CharField(primary_key=True, max_length=80)
    tries = models.PositiveIntegerField(default=0)
    again_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Attempt"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.job}, tried {self.tries} times"
