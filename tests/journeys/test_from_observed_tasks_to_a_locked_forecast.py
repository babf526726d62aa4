"""From what was observed to what is promised: asked for, watched until it is worked out, read, locked."""

import re

import pytest
from django.db import transaction

from pilots.actions.forecasting import work_out_forecasts
from pilots.clock import now
from pilots.models import Forecast, Pilot
from tests.cast import People, gather
from tests.factories.tasks import stressed
from tests.harness.browser import LiveApp
from tests.journeys.conftest import Meet

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AT = "/pilots/letters/forecast/"


@pytest.fixture
@transaction.atomic
def people(live_app: LiveApp) -> People:
    found = gather()
    stressed(Pilot.objects.get(slug="letters"), now())
    return found


def test_it_is_asked_for_watched_read_and_locked(people: People, meet: Meet) -> None:
    evaluator = meet(people.evaluator)
    evaluator.goes_to(AT)
    evaluator.presses("Work out a forecast")
    evaluator.sees("F-1", "Waiting to be worked out")
    assert work_out_forecasts() == 1
    # Nobody touches the page. The first pictures that a process draws take their time.
    evaluator.page.wait_for_selector("#rests-on", timeout=30_000)
    evaluator.is_headed(re.compile(r"of the work would be done well; the demonstration promised"))
    evaluator.follows("Lock F-1")
    evaluator.types("What should whoever scores it later know?", "For the first stage.")
    evaluator.presses("Lock it")
    evaluator.sees("Eva Lund locked it", "It is final", "For the first stage.")
    assert Forecast.objects.get().locked_by == people.evaluator


def test_without_scripts_the_same_is_done_by_looking_again(people: People, meet: Meet) -> None:
    evaluator = meet(people.evaluator, java_script_enabled=False)
    evaluator.goes_to(AT)
    evaluator.presses("Work out a forecast")
    work_out_forecasts()
    evaluator.follows("Look again")
    evaluator.is_headed(re.compile("would be done well"))
