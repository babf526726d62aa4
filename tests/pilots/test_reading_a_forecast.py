"""The page of a forecast: what is expected beside what was promised, how sure it is, what it rests on, what is open."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.evidence import batch, cell
from tests.factories.forecasts import FigureFactory, ForecastFactory, worked_out

SignIn = Callable[[User], Client]
AT = "/pilots/letters/forecast/"


@pytest.fixture
def grid(letters: Pilot, at: datetime) -> Pilot:
    for case in ("Reminders", "Appeals"):
        for segment in ("Counter staff", "Managers"):
            cell(letters, at, case, segment)
    return letters


def read(client: Client, address: str = AT) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_heading_is_the_finding(grid: Pilot, people: People, sign_in: SignIn, at: datetime) -> None:
    worked_out(grid, at)
    page = read(sign_in(people.member))
    assert "About 61 % of the work would be done well; the demonstration promised 91 %" in page
