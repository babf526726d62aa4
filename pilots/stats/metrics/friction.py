"""What happens when help is taken away (M16)."""

import numpy as np

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import figure, nothing, share
from pilots.stats.metrics.observations import Codes, Rows, Truths, numbered, summed
from pilots.stats.metrics.resampling import interval, median_draws, ratio_draws
from pilots.stats.metrics.time import net_minutes
from pilots.stats.rates import rate

_BOTH = "It needs tasks with help and without."
_ONE_ON_A_SIDE = "One person on a side: no interval."


def blocked(blockers: int | None, tasks: int | None) -> Figure:
    """Blockers unresolved for more than a working day; the count is Poisson. None: nobody counted."""
    found = rate(blockers, tasks, per=100) if blockers is not None and tasks else None
    if found is None:
        return nothing("M16")
    return figure("M16", found.value, int(tasks or 0), between=(found.low, found.high))


def abandoned(dropped: int | None, attempted: int | None, people: int | None = None) -> Figure:
    if dropped is None or not attempted:
        return nothing("M16.dropped", people=people)
    return share("M16.dropped", dropped, attempted, people)


def breaches(count: int | None) -> Figure:
    """None: there was no period without help, in which none is another thing."""
    if count is None:
        return nothing("M16.broken", "No period without help.")
    return figure("M16.broken", float(count), count)


def net_time_without_help(rows: Rows) -> Figure:
    """Median net time without help minus that with it; people who worked both ways are drawn with both. `people` of
    the figure: those on the smaller side."""
    net = net_minutes(rows)
    known = rows.where(~np.isnan(net))
    who, people = numbered(known.person)
    alone, net, few = ~known.supported, net[~np.isnan(net)], _fewest(who, known.supported)
    if not few:
        return nothing("M16.time", _BOTH, few)
    value = float(np.median(net[alone]) - np.median(net[~alone]))
    if few == 1:
        return figure("M16.time", value, len(known), few, note=_ONE_ON_A_SIDE)
    draws = median_draws(net[alone], who[alone], people) - median_draws(net[~alone], who[~alone], people)
    return figure("M16.time", value, len(known), few, interval(draws, value))


def quality_without_help(rows: Rows) -> Figure:
    """Mean quality without help minus that with it."""
    known = rows.where(~np.isnan(rows.quality))
    who, people = numbered(known.person)
    alone, few = ~known.supported, _fewest(who, known.supported)
    if not few:
        return nothing("M16.quality", _BOTH, few)
    value = float(known.quality[alone].mean() - known.quality[~alone].mean())
    if few == 1:
        return figure("M16.quality", value, len(known), few, note=_ONE_ON_A_SIDE)
    sides = ((known.quality[side], who[side]) for side in (alone, ~alone))
    without, supported = (ratio_draws(summed(of, people, values), summed(of, people)) for values, of in sides)
    draws = without - supported
    return figure("M16.quality", value, len(known), few, interval(draws, value))


def _fewest(who: Codes, supported: Truths) -> int:
    """People on the smaller side: who knows the figure of all and of one side knows the other's."""
    return min(numbered(who[supported])[1], numbered(who[~supported])[1])
