"""A stage is closed with what was learned, and its forecast is scored against what it brought."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from pilots.actions.closing import close_stage
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Change, ForecastScore, OutcomeReading, Pilot, Stage, User
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.rollout import came, opened, promised, used

SignIn = Callable[[User], Client]
AT = "/pilots/letters/stages/1/close/"
LESSON = "Train the counter before it opens."


@pytest.fixture
def stage(letters: Pilot, at: datetime) -> Stage:
    return opened(letters, at)


def close(stage: Stage, people: People, at: datetime) -> list[ForecastScore]:
    close_stage(stage=stage, by=people.pm, at=at, lesson=LESSON)
    return list(ForecastScore.objects.select_related("figure"))


def test_the_forecast_is_scored_against_what_came(stage: Stage, people: People, at: datetime) -> None:
    came(stage, people=20, tasks=10)
    (score,) = close(stage, people, at)
    assert (score.figure.of, score.actual, score.actual_n, score.actual_people) == ("success", 0.6, 200, 20)
    assert score.held80 and score.held95 and score.beat_naive
    assert score.naive_crps == pytest.approx(0.31)
    assert 0.4 < score.pit < 0.5 and -0.2 < score.miss < 0


def test_what_came_far_from_it_is_outside(stage: Stage, people: People, at: datetime) -> None:
    came(stage, done_well=1)
    (score,) = close(stage, people, at)
    assert not score.held95 and score.look == "score_missed" and score.miss < -3


def test_people_who_have_a_habit_of_it_score_adoption(letters: Pilot, people: People, at: datetime) -> None:
    cells = [cell(letters, at)]
    forecast = promised(letters, at, 1, cells, adoption={"middle": 0.4, "cells": []})
    stage = opened(letters, at, cells=cells, forecast=forecast)
    used(stage, 0, habitual=2)
    used(stage, 3, habitual=12)
    (score,) = close(stage, people, at)
    assert (score.figure.of, score.actual, score.actual_people) == ("adoption", 0.12, 100)


def test_nothing_is_scored_on_fewer_than_ten_people(stage: Stage, people: People, at: datetime) -> None:
    came(stage, people=9)
    used(stage, 0, eligible=9, licensed=9, tried=5, active=5, habitual=5)
    assert close(stage, people, at) == []
    stage.refresh_from_db()
    assert stage.state == "closed"


def test_a_reading_that_was_replaced_does_not_count(stage: Stage, people: People, at: datetime) -> None:
    came(stage, done_well=0)
    OutcomeReading.objects.update(replaced_at=at)
    came(stage, done_well=6)
    assert [score.actual for score in close(stage, people, at)] == [0.6]


def test_the_miss_is_explained_by_its_parts(letters: Pilot, people: People, at: datetime) -> None:
    """Two cells as planned, of which one went as said and the other worse."""
    cells = [cell(letters, at, "Reminders"), cell(letters, at, "Refunds")]
    stage = opened(letters, at, cells=cells)
    came(stage, cell=cells[0], done_well=6)
    came(stage, cell=cells[1], done_well=2)
    (score,) = close(stage, people, at)
    parts = {note["kind"]: note["points"] for note in score.notes}
    assert sum(parts.values()) == pytest.approx(100 * (score.actual - score.figure.median))
    assert parts["known"] == pytest.approx(-21) and parts["mix"] == pytest.approx(0) and parts["unknown"] == 0


def test_a_miss_is_not_explained_where_it_would_tell_of_few(letters: Pilot, people: People, at: datetime) -> None:
    cells = [cell(letters, at, "Reminders"), cell(letters, at, "Refunds")]
    stage = opened(letters, at, cells=[cells[0]])
    came(stage, cell=cells[0], people=20)
    came(stage, cell=cells[1], people=4)
    (score,) = close(stage, people, at)
    assert score.notes == []


def test_a_lesson_is_asked_for(stage: Stage, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="does otherwise"):
        close_stage(stage=stage, by=people.pm, at=at, lesson=" ")
    stage.refresh_from_db()
    assert stage.state == "open"


def test_it_is_closed_once_and_by_who_may_decide(stage: Stage, people: People, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        close_stage(stage=stage, by=people.evaluator, at=at, lesson=LESSON)
    close_stage(stage=stage, by=people.sponsor, at=at, lesson=LESSON)
    with pytest.raises(Refused, match="closed already"):
        close_stage(stage=stage, by=people.pm, at=at, lesson=LESSON)


def test_a_stage_that_was_never_opened_cannot_be_closed(letters: Pilot, people: People, at: datetime) -> None:
    planned = Stage.objects.create(pilot=letters, number=2, name="Later", because="Later.")
    with pytest.raises(Refused, match="never opened"):
        close_stage(stage=planned, by=people.pm, at=at, lesson=LESSON)


def test_it_stands_in_the_trail_and_is_news_to_gates(stage: Stage, people: People, at: datetime) -> None:
    came(stage)
    close(stage, people, at)
    event = AuditEvent.objects.get(verb="stage.closed")
    assert event.actor_id == people.pm.pk
    assert Change.objects.filter(pilot=stage.pilot, reason="Stage 1 was closed").exists()
    assert [(one.kind, one.reason) for one in stage.events.all()] == [("closed", LESSON)]


def test_the_database_keeps_a_score_as_it_is(stage: Stage, people: People, at: datetime) -> None:
    came(stage)
    close(stage, people, at)
    for change in (lambda rows: rows.update(held80=True), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(ForecastScore.objects.all())


def test_the_page_says_first_what_is_scored(stage: Stage, people: People, sign_in: SignIn) -> None:
    came(stage)
    page = sign_in(people.pm).get(AT).content.decode()
    assert "Close stage 1" in page and "60\N{NO-BREAK SPACE}%" in page and "200 tasks of 20 people" in page
    assert sign_in(people.evaluator).get(AT).status_code == 403


def test_closed_from_the_page_the_forecast_says_what_came(stage: Stage, people: People, sign_in: SignIn) -> None:
    came(stage)
    answer = sign_in(people.pm).post(AT, {"lesson": LESSON, "version": 1}, follow=True)
    page = answer.content.decode()
    assert "Came in at 60\N{NO-BREAK SPACE}%: inside the 80\N{NO-BREAK SPACE}% interval" in page


def test_what_was_typed_stays_when_it_is_too_long(stage: Stage, people: People, sign_in: SignIn) -> None:
    answer = sign_in(people.pm).post(AT, {"lesson": "x" * 2001, "version": 1})
    assert answer.status_code == 422 and "x" * 2001 in answer.content.decode()


def test_a_page_about_few_people_says_so(stage: Stage, people: People, sign_in: SignIn) -> None:
    came(stage, people=4)
    page = sign_in(people.pm).get(AT).content.decode()
    assert "Not enough data" in page and "of 4 people" not in page


def test_the_page_of_a_closed_stage_says_what_is_to_be_done_otherwise(
    stage: Stage, people: People, at: datetime, sign_in: SignIn
) -> None:
    close(stage, people, at)
    page = sign_in(people.member).get("/pilots/letters/stages/1/").content.decode()
    assert LESSON in page and "how right its forecast was" in page
