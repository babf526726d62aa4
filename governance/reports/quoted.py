"""Which figures of a pilot's demonstration an answer quotes as if they were a forecast (R91)."""

from collections.abc import Iterator

from governance.quoting import Shown, Warned, figures_in, looks_ahead, quoted_as_forecast
from pilots.models import Batch, Figure, Forecast, ForecastFigure, HeadlineFigure, PhaseKind, Pilot

_TIMES = {"M01": "net time a task in the demonstration", "M02": "gross time a task in the demonstration"}


def warnings_of(pilot: Pilot, text: str) -> list[Warned]:
    """Without a query where the text does not look ahead."""
    return quoted_as_forecast(text, _shown(pilot)) if looks_ahead(text) else []


def _shown(pilot: Pilot) -> Iterator[Shown]:
    yield from _naive(pilot)
    for row in HeadlineFigure.objects.filter(pilot=pilot, removed_at__isnull=True):
        yield from figures_in(row.what, row.value)
    yield from _times(pilot)


def _naive(pilot: Pilot) -> Iterator[Shown]:
    """What the newest forecast says differently of; where both say the same nothing is promised too much."""
    rows = ForecastFigure.objects.filter(forecast__pilot=pilot, forecast__stage=0, naive__isnull=False)
    ready = rows.filter(forecast__state=Forecast.State.READY).order_by("-forecast", "id")
    newest = None
    for forecast, of, naive, median in ready.values_list("forecast", "of", "naive", "median"):
        newest = newest or forecast
        if forecast != newest:
            return
        assert naive is not None
        is_time = of == ForecastFigure.Of.MINUTES
        times = 1 if is_time else 100
        if round(times * naive) != round(times * median):
            label = ForecastFigure.Of(of).label.lower()
            yield Shown(f"{label} in the demonstration", times * naive, "min" if is_time else "%")


def _times(pilot: Pilot) -> Iterator[Shown]:
    """Times that rest on the demonstration alone."""
    shown = Batch.objects.filter(pilot=pilot, phase=PhaseKind.DEMONSTRATION).values_list("pk", flat=True)
    figures = Figure.objects.filter(
        pilot=pilot, code__in=_TIMES, part="", use_case=None, segment=None, value__isnull=False
    )
    for figure in figures.filter(batches__contained_by=list(shown)).exclude(batches=[]):
        assert figure.value is not None
        yield Shown(_TIMES[figure.code], figure.value, "min")
