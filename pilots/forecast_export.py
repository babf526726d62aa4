"""A forecast as a document that it can be recomputed from, which tells nobody what a person thinks.

Whatever has one row a person is sealed: `manage.py recompute_forecast` opens it where it was sealed. All else is for
whoever reads the pilot.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pilots.canonical import canonical
from pilots.models import Forecast, ForecastFigure
from pilots.sealing import fingerprint, seal, unseal
from pilots.stats.forecast import terms
from pilots.stats.forecast.record import Record

_PURPOSE: Final = "pilots.forecast"
_FORMAT: Final = "rolloutgov forecast 1"
_FIGURE: Final = [field.name for field in ForecastFigure._meta.fields if field.name not in {"id", "forecast"}]
# Two computers may part in the last digits; a forecast that is another one parts in the first.
TOLERANCE: Final = 1e-6


def forecast_export(forecast: Forecast) -> dict[str, Any]:
    """Of one that is worked out."""
    figures = ForecastFigure.objects.filter(forecast=forecast).order_by("id")
    return {
        "format": _FORMAT,
        "forecast": forecast.reference,
        "pilot": forecast.pilot.slug,
        "stage": forecast.stage,
        "is_synthetic": forecast.is_synthetic,
        **{name: _moment(getattr(forecast, name)) for name in ("asked_at", "finished_at", "locked_at")},
        "seed": forecast.seed,
        "tau": forecast.tau,
        "data_hash": forecast.data_hash,
        "code_version": forecast.code_version,
        "priors": priors(),
        "inputs": forecast.inputs.get("public", {}),
        "figures": [{name: getattr(figure, name) for name in _FIGURE} for figure in figures],
        "sealed": seal(_PURPOSE, str(forecast.inputs.get("people", "")).encode()),
    }


def data_hash(document: Mapping[str, Any]) -> str:
    """Of what a forecast rests on. Whoever knows the tasks would find out by a plain one what ten people think."""
    return fingerprint(_PURPOSE, canonical(document))


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def priors() -> dict[str, float]:
    """Of `stats.forecast.terms`: means, standard deviations, and the scales of half-normal priors on spreads."""
    return {name.lower(): value for name, value in vars(terms).items() if name.isupper() and isinstance(value, float)}


@dataclass(frozen=True)
class Compared:
    """One figure: the quantiles that the document says, and those that came out now."""

    of: str
    said: list[float]
    now: list[float]

    @property
    def apart(self) -> float:
        return max(abs(a - b) for a, b in zip(self.said, self.now, strict=True))

    @property
    def is_same(self) -> bool:
        return self.apart <= TOLERANCE


def recompute(document: Mapping[str, Any]) -> Iterator[Compared]:
    """Raises Unsealable where the document was sealed by another installation, ValueError where it was changed."""
    sealed = unseal(_PURPOSE, document["sealed"]).decode()
    record = Record.read({"public": document["inputs"], "people": sealed}, document["seed"], document["tau"])
    if data_hash({"public": record.public, "people": record.people}) != document["data_hash"]:
        raise ValueError("Its evidence is not that of its hash: somebody changed it.")
    said = {figure["of"]: figure["quantiles"] for figure in document["figures"]}
    now = {one.of: one.quantiles for one in record.work_out()}
    if said.keys() != now.keys():
        raise ValueError(f"It says {_listed(said)}; what comes out is {_listed(now)}.")
    return (Compared(of, said[of], now[of]) for of in said)


def _listed(figures: Mapping[str, Any]) -> str:
    return ", ".join(sorted(figures)) or "nothing"


def read_export(text: str) -> dict[str, Any]:
    """Raises ValueError in words where it is no such document."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ValueError("This is no JSON.") from error
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise ValueError("This is no export of a forecast.")
    return document
