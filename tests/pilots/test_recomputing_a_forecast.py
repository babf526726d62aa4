"""An exported forecast comes out again as it was said, where it was sealed; a changed one does not."""

import json
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from pilots.actions.forecasting import work_out_forecasts
from pilots.actions.forecasts import lock_forecast
from pilots.forecast_export import forecast_export, priors
from pilots.models import Forecast, Pilot
from pilots.stats.forecast.record import Record
from tests.cast import People
from tests.factories.tasks import demonstrated, minutes


@pytest.fixture
def document(letters: Pilot, people: People, at: datetime) -> dict[str, Any]:
    demonstrated(letters, at, **minutes(4))
    work_out_forecasts()
    lock_forecast(forecast=Forecast.objects.get(), by=people.pm, at=at)
    return forecast_export(Forecast.objects.select_related("pilot").get())


def recomputed(document: dict[str, Any], folder: Path) -> str:
    file, out = folder / "forecast.json", StringIO()
    file.write_text(json.dumps(document))
    call_command("recompute_forecast", str(file), stdout=out)
    return out.getvalue()


def test_the_same_evidence_seed_and_code_give_the_same_quantiles(document: dict[str, Any], tmp_path: Path) -> None:
    said = recomputed(document, tmp_path)
    assert "success: the same" in said and "minutes: the same" in said and "F-1 comes out as it was said" in said
    forecast = Forecast.objects.get()
    again = Record.read(forecast.inputs, forecast.seed, forecast.tau).work_out()
    assert [one.quantiles for one in again] == [one.quantiles for one in forecast.figures.order_by("id")]


@pytest.mark.parametrize("changed", ["figures", "seed", "tau"])
def test_what_somebody_changed_comes_out_otherwise(document: dict[str, Any], tmp_path: Path, changed: str) -> None:
    if changed == "figures":
        document["figures"][0]["quantiles"][49] += 0.01
    else:
        document[changed] = document[changed] * 2 + 1
    with pytest.raises(CommandError, match="quantiles are others") as refused:
        recomputed(document, tmp_path)
    assert refused.value.returncode == 1


@pytest.mark.parametrize("part", ["cells", "sealed"])
def test_evidence_that_somebody_changed_is_not_that_of_its_hash(
    document: dict[str, Any], tmp_path: Path, part: str
) -> None:
    if part == "cells":
        document["inputs"]["bases"]["tasks"]["weights"][0] *= 2
    else:
        document["sealed"] = document["sealed"][:-9] + "AAAAAAAA="
    with pytest.raises(CommandError) as refused:
        recomputed(document, tmp_path)
    assert refused.value.returncode == 2


def test_another_installation_cannot_open_it(document: dict[str, Any], tmp_path: Path) -> None:
    with override_settings(SECRET_KEY="another"), pytest.raises(CommandError, match="another installation"):
        recomputed(document, tmp_path)


def test_what_is_no_export_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no export of a forecast"):
        recomputed({"format": "a letter"}, tmp_path)


def test_it_says_what_the_model_expects_before_any_evidence() -> None:
    assert priors()["step_mean"] == -0.2 and len(priors()) == 9
