"""A forecast is locked before its stage opens: by who may, once, with a note, and never changed again."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from pilots.actions.forecasts import LONGEST_NOTE, lock_forecast
from pilots.errors import Refused
from pilots.models import AuditEvent, Forecast, ForecastFigure, Pilot, User
from tests.cast import People
from tests.factories.forecasts import FigureFactory, ForecastFactory

SignIn = Callable[[User], Client]
AT = "/pilots/letters/forecast/"


@pytest.fixture
def made(letters: Pilot) -> Forecast:
    forecast: Forecast = ForecastFactory.create(pilot=letters)
    FigureFactory.create(forecast=forecast)
    return forecast


def test_the_page_says_first_what_it_means(made: Forecast, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.pm).get(f"{AT}1/lock/").content.decode()
    assert "From here on nobody can change it or take it back" in page
    assert "of the work would be done well." in page
    made.refresh_from_db()
    assert made.locked_at is None


def test_locked_it_says_who_and_when_and_that_it_is_final(made: Forecast, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.pm)
    answer = browser.post(f"{AT}1/lock/", {"note": "For the first stage."}, follow=True)
    page = answer.content.decode()
    assert "Paula Marsh locked it" in page and "It is final" in page and "For the first stage." in page
    assert "Lock F-1" not in page
    event = AuditEvent.objects.get(verb="forecast.locked")
    assert event.actor_id == people.pm.pk


def test_a_note_is_not_needed(made: Forecast, people: People, sign_in: SignIn) -> None:
    sign_in(people.pm).post(f"{AT}1/lock/")
    made.refresh_from_db()
    assert (made.locked_by, made.lock_note) == (people.pm, "")


def test_a_note_that_is_too_long_stays_in_the_form(made: Forecast, people: People, sign_in: SignIn) -> None:
    answer = sign_in(people.pm).post(f"{AT}1/lock/", {"note": "x" * (LONGEST_NOTE + 1)})
    assert answer.status_code == 422 and "x" * LONGEST_NOTE in answer.content.decode()
    made.refresh_from_db()
    assert made.locked_at is None


def test_it_is_locked_once(made: Forecast, people: People, sign_in: SignIn, at: datetime) -> None:
    lock_forecast(forecast=made, by=people.pm, at=at)
    browser = sign_in(people.evaluator)
    assert browser.get(f"{AT}1/lock/").headers["Location"] == f"{AT}1/"
    answer = browser.post(f"{AT}1/lock/", {"note": "Mine."})
    assert answer.status_code == 422 and "F-1 is locked already." in answer.content.decode()


def test_what_is_not_worked_out_cannot_be_locked(letters: Pilot, people: People, at: datetime) -> None:
    waiting = ForecastFactory.create(pilot=letters, state="waiting")
    with pytest.raises(Refused, match="not worked out"):
        lock_forecast(forecast=waiting, by=people.pm, at=at)


def test_the_database_keeps_it_as_it_is(made: Forecast, people: People, at: datetime) -> None:
    lock_forecast(forecast=made, by=people.pm, at=at)
    with pytest.raises(DatabaseError), transaction.atomic():
        ForecastFigure.objects.filter(forecast=made).update(median=0.9)
    with pytest.raises(DatabaseError), transaction.atomic():
        Forecast.objects.filter(pk=made.pk).update(lock_note="Another")


def test_who_may_not_is_told_who_may(made: Forecast, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.member)
    page = browser.get(AT).content.decode()
    assert "You may not lock it" in page and "Paula Marsh (program manager)" in page
    assert "Lock F-1" not in page
    assert browser.post(f"{AT}1/lock/").status_code == 403
