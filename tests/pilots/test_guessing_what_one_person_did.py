"""Who reads everything that is shown, keeps it, and knows all but one thing, does not find out that one."""

import hashlib
from datetime import datetime

import pytest

from pilots.actions.batches import withdraw_batch
from pilots.actions.forecasting import work_out_forecasts
from pilots.canonical import digest
from pilots.evidence_rows import cells_of
from pilots.models import Batch, Figure, Forecast, Participant, Pilot
from pilots.stats.forecast.record import Record
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.batches import imported
from tests.factories.evidence import batch, cell
from tests.factories.tasks import stressed
from tests.pilots.figuring import tasks, worked_out

WHOLE = ("success", "", "", "")
SCEPTICS = ("success", "sceptics", "", "")


def said(row: Figure) -> tuple[object, ...]:
    return row.is_hidden, row.value, row.n, row.people


def ask(letters: Pilot, at: datetime, numbers: range, thinks: int) -> Batch:
    intake = batch(letters, at, kind="intake")
    names = [f"p-{number}" for number in numbers]
    who = Participant.objects.filter(pilot=letters, pseudonym__in=names)
    who.update(expects_help=thinks, asked_on=at.date(), intake=intake)
    return intake


def test_the_same_tasks_without_one_persons_show_nothing_new(letters: Pilot, at: datetime, people: People) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(20, 40))
    first = tasks(letters, at, where, range(15))
    before = said(worked_out(letters)[WHOLE])
    withdraw_batch(batch=first, by=people.evaluator, at=at, reason="One of them changed their mind.")
    tasks(letters, at, where, range(14))
    after = worked_out(letters)[WHOLE]
    assert said(after) == before and after.is_held


def test_the_same_tasks_said_otherwise_by_one_show_nothing_new(letters: Pilot, at: datetime, people: People) -> None:
    where = cell(letters, at)
    first = tasks(letters, at, where, range(15))
    before = said(worked_out(letters)[WHOLE])
    withdraw_batch(batch=first, by=people.evaluator, at=at, reason="One of them was wrong.")
    again = tasks(letters, at, where, range(14))
    tasks(letters, at, where, [14], batch=again, outcome=1)
    assert said(worked_out(letters)[WHOLE]) == before


def test_the_same_tasks_in_another_batch_are_shown_as_they_were(letters: Pilot, at: datetime, people: People) -> None:
    where = cell(letters, at)
    first = tasks(letters, at, where, range(15))
    before = said(worked_out(letters)[WHOLE])
    withdraw_batch(batch=first, by=people.evaluator, at=at, reason="Measured by somebody else.")
    second = tasks(letters, at, where, range(15))
    after = worked_out(letters)[WHOLE]
    assert said(after) == before and not after.is_held and after.batches == [second.pk]


def test_ten_people_who_say_otherwise_are_shown(letters: Pilot, at: datetime, people: People) -> None:
    where = cell(letters, at)
    first = tasks(letters, at, where, range(15))
    worked_out(letters)
    withdraw_batch(batch=first, by=people.evaluator, at=at, reason="Wrong.")
    again = tasks(letters, at, where, range(5))
    tasks(letters, at, where, range(5, 15), batch=again, outcome=1)
    after = worked_out(letters)[WHOLE]
    assert after.value == pytest.approx(100 / 3) and not after.is_held


def test_whose_answers_are_gone_does_not_follow_from_the_sceptics(letters: Pilot, at: datetime, people: People) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(40))
    tasks(letters, at, where, [3], outcome=1)
    ask(letters, at, range(20, 40), 2)
    answers = ask(letters, at, range(20), -2)
    before = said(worked_out(letters)[SCEPTICS])
    assert before == (False, pytest.approx(100 * 20 / 21), 21, 20)
    withdraw_batch(batch=answers, by=people.evaluator, at=at, reason="One of them took it back.")
    ask(letters, at, range(4, 20), -2)
    ask(letters, at, range(3), -2)
    after = worked_out(letters)[SCEPTICS]
    assert said(after) == before or after.is_hidden


def test_rows_of_a_cell_of_few_do_not_follow_from_the_batch(letters: Pilot, at: datetime) -> None:
    one = tasks(letters, at, cell(letters, at, "Letters"), range(2))
    tasks(letters, at, cell(letters, at, "Calls"), range(10, 22), batch=one)
    tasks(letters, at, cell(letters, at, "Mails"), range(30, 60), batch=one)
    shown = {found.cell.use_case.name: found.people for found in cells_of(one)}
    assert shown == {"Letters": None, "Calls": None, "Mails": 30}


def test_the_file_of_answers_has_no_digest_to_try_guesses_on(letters: Pilot, people: People, at: datetime) -> None:
    content = "participant,date,expects_help\np-1,2026-11-01,-2\n"
    sent = imported(letters, people.evaluator, content, at, "intake")
    guessed = hashlib.sha256(content.encode()).hexdigest()
    assert (sent.state, sent.digest) == ("imported", guessed)
    read = Caller(people.member, READ_AND_WRITE).get(f"pilots/letters/batches/{sent.number}/")
    assert read.status_code == 200 and guessed not in read.content.decode()


def test_a_forecast_has_no_digest_to_try_guesses_on(letters: Pilot, at: datetime) -> None:
    stressed(letters, at)
    work_out_forecasts()
    found = Forecast.objects.get()
    record = Record.read(found.inputs, found.seed, found.tau)
    assert len(found.data_hash) == 64 and found.data_hash != digest({"public": record.public, "people": record.people})
