"""How often a task is done well, when the tool does not give what it should, and what is done by hand (M27, M28)."""

import numpy as np

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import figure, nothing, share, share_of
from pilots.stats.metrics.observations import Codes, Numbers, Outcome, Rows

_KINDS = {"M27.none": Outcome.NO_OUTPUT, "M27.below": Outcome.BELOW_BAR, "M27.human": Outcome.NEEDS_HUMAN}


def done_well(rows: Rows) -> tuple[Figure, ...]:
    """Of all tasks, those out of scope among them: people tried these too."""
    return (share_of("success", rows.outcome == Outcome.SUCCESS, rows.person),)


def exceptions(rows: Rows) -> tuple[Figure, ...]:
    """Of all attempts: any of the three kinds that a task can meet, then each."""
    any_of_them = np.isin(rows.outcome, list(_KINDS.values()))
    each = (share_of(code, rows.outcome == outcome, rows.person) for code, outcome in _KINDS.items())
    return (share_of("M27", any_of_them, rows.person), *each)


def unavailable(times: int | None, attempts: int | None) -> Figure:
    """No row of a task says so: whoever watches the tool counts it. None: nobody did."""
    if times is None or attempts is None:
        return nothing("M27.down")
    return share("M27.down", times, attempts)


def path_followed(followed: Codes, came_up: Codes) -> Figure:
    """One entry an exception path: how often it came up in tests, and how often what was designed for it was done."""
    return share("M27.path", int(followed.sum()), int(came_up.sum()))


def bridging(cases: Codes, cases_with_it: Codes, times: Codes, minutes: Numbers) -> tuple[Figure, ...]:
    """One entry a manual step: cases observed, those that had the step, how often it was done and for how long in all.

    Steps may have been watched in different cases, so that each counts for its own. Of several steps nobody knows which
    fell on the same case: the share of cases with any is the largest of them at least, and at most all added.
    """
    n = int(cases.max(initial=0))
    if not n:
        return nothing("M28"), nothing("M28.minutes"), nothing("M28.cases")
    shares = 100 * cases_with_it / cases
    least, most = float(shares.max()), min(100.0, float(shares.sum()))
    note = "" if len(cases) == 1 else "At least: steps may fall on the same cases."
    return (
        figure("M28", float((times / cases).sum()), n),
        figure("M28.minutes", float((minutes / cases).sum()), n),
        share("M28.cases", int(cases_with_it[0]), n) if len(cases) == 1 else _between(least, most, n, note),
    )


def _between(least: float, most: float, n: int, note: str) -> Figure:
    return figure("M28.cases", least, n, between=(least, most), note=note)
