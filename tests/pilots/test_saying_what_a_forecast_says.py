"""A forecast in sentences: no figure without its unit, no loss called a gain, and parts that make up the whole."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilots import forecast_words as words
from pilots.forecast_page import block_of
from pilots.models import ForecastFigure
from tests.factories.forecasts import FigureFactory


def figure(**fields: object) -> ForecastFigure:
    made: ForecastFigure = FigureFactory.build(forecast=None, **fields)
    return made


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"middle": 0.004, "spread": 0.0}, "Under 1 % of the work would be done well"),
        ({"middle": 0.996, "spread": 0.0}, "Over 99 % of the work would be done well"),
        ({"of": "minutes", "middle": 0.01, "spread": 0.0}, "A task would take about as long as before"),
        ({"of": "minutes", "middle": -4.0, "spread": 0.0}, "A task would take about 4.0 minutes more"),
    ],
)
def test_small_and_large_figures_are_said_as_they_are(fields: dict[str, object], said: str) -> None:
    assert words.expected(figure(**fields)).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize(
    ("of", "points", "said"),
    [
        ("success", -12.4, "\N{MINUS SIGN}12 points"),
        ("success", 0.6, "+1 point"),
        ("success", -0.2, "0 points"),
        ("minutes", -3.14, "\N{MINUS SIGN}3.1 minutes"),
        ("minutes", 0.02, "0 minutes"),
    ],
)
def test_a_reason_is_said_with_its_sign_and_unit(of: str, points: float, said: str) -> None:
    assert words.change(of, points) == said


@given(st.floats(-60, 60), st.floats(0, 60))
def test_time_is_saved_above_nought_and_lost_below(low: float, width: float) -> None:
    said = words.between("minutes", low, low + width)
    assert ("lost" in said) == (low <= -words.NO_TIME or low + width <= -words.NO_TIME)
    assert ("minutes saved" in said) == (low + width >= words.NO_TIME)


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_is_known_and_what_is_not_make_up_the_whole(direct: float, of_rest: float) -> None:
    modelled = (1 - direct) * of_rest
    parts = block_of(figure(direct=direct, modelled=modelled, no_evidence=1 - direct - modelled)).parts
    assert sum(part.width for part in parts) == pytest.approx(100, abs=0.05)
    for before, after in pairwise(parts):
        assert before.start + before.width == pytest.approx(after.start, abs=0.05)


def test_nothing_is_said_of_the_worst_where_there_is_evidence_of_all() -> None:
    assert words.bounds(figure(no_evidence=0.0)) == ""
    assert words.bounds(figure(bound_low=None)) == ""
    assert "40" in words.bounds(figure())
