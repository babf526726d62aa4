"""Hours during which somebody has promised to be there: a clock that runs only then. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

SATURDAY = 5


@dataclass(frozen=True)
class Cover:
    """From `opens` to `closes` by the clock on the wall of `zone`; all day where both are the same."""

    opens: time
    closes: time
    weekends: bool
    zone: tzinfo

    def after(self, begun: datetime, hours: int) -> datetime:
        """When `hours` of cover have passed since `begun`. A holiday counts as a working day: nobody told us of it."""
        left, moment = timedelta(hours=hours), begun.astimezone(self.zone)
        while True:
            starts, ends = self._window(moment)
            moment = max(moment, starts)
            # Two wall clocks of one zone subtract as if no hour were ever left out: both as they are in the world.
            here = max(ends.timestamp() - moment.timestamp(), 0.0)
            if here >= left.total_seconds():
                return datetime.fromtimestamp(moment.timestamp() + left.total_seconds(), self.zone)
            left -= timedelta(seconds=here)
            moment = datetime.combine(moment.date() + timedelta(days=1), time.min, self.zone)

    def _window(self, moment: datetime) -> tuple[datetime, datetime]:
        """Of that day; empty on a weekend without cover."""
        day = moment.date()
        midnight = datetime.combine(day + timedelta(days=1), time.min, self.zone)
        if day.weekday() >= SATURDAY and not self.weekends:
            return midnight, midnight
        if self.opens == self.closes:
            return datetime.combine(day, time.min, self.zone), midnight
        return datetime.combine(day, self.opens, self.zone), datetime.combine(day, self.closes, self.zone)
