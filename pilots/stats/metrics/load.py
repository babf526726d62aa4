"""How the tool bears the forecast peak (M35)."""

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import figure, nothing, share
from pilots.stats.metrics.observations import Codes, Numbers


def peak(requests: Codes, errors: Codes, rejected: Codes, latency: Numbers) -> tuple[Figure, ...]:
    """One entry a step of a run. `latency` is the 95th percentile of the step in seconds: the worst step's is given,
    since that of the whole run cannot be had from them."""
    asked = int(requests.sum())
    if not asked:
        return tuple(nothing(code) for code in ("M35.latency", "M35.errors", "M35.refused"))
    note = "95th percentile of the slowest step." if len(latency) > 1 else "95th percentile."
    return (
        figure("M35.latency", float(latency[requests > 0].max()), asked, note=note),
        share("M35.errors", int(errors.sum()), asked),
        share("M35.refused", int(rejected.sum()), asked),
    )
