"""A forecast from real rows: asked for, or worked out by itself when evidence changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import Error, transaction

from pilots.actions import forecasting
from pilots.actions.batches import withdraw_batch
from pilots.actions.forecasting import KEPT, work_out_forecasts
from pilots.actions.forecasts import ask_forecast, lock_forecast
from pilots.errors import NotAllowed, Refused
from pilots.forecast_page import blocks_of
from pilots.models import AuditEvent, Batch, Cell, Change, Forecast, ForecastFigure, Participant, Pilot, Recalculation
from pilots.stats.forecast.record import Record
from tests.cast import People
from tests.factories.evidence import forecast as ready_forecast
from tests.factories.tasks import crowd, demonstrated, minutes, observe_tasks, scope_of, stressed, volunteers


def newest(pilot: Pilot) -> Forecast:
    work_out_forecasts()
    return Forecast.objects.filter(pilot=pilot).order_by("-number")[0]


def of(forecast: Forecast, what: str = "success") -> ForecastFigure:
    return forecast.figures.get(of=what)


def told(figure: ForecastFigure, kind: str) -> list[dict[str, Any]]:
    return [note for note in figure.notes if note["kind"] == kind]


def test_where_others_without_help_did_worse_it_promises_less_than_the_demonstration(
    letters: Pilot, people: People, at: datetime
) -> None:
    stressed(letters, at, use_made=0, **minutes(8))
    asked = ask_forecast(pilot=letters, by=people.pm, at=at)
    forecast = newest(letters)
    assert (forecast.pk, forecast.state, forecast.done) == (asked.pk, Forecast.State.READY, 100)
    assert [one.of for one in forecast.figures.all()] == ["success", "override", "out_of_scope", "minutes"]
    success = of(forecast)
    assert success.naive is not None and success.naive > 0.85 and success.naive_n == 72
    assert (success.n, success.people) == (72 + 144, 24)
    assert success.low95 < success.low80 < success.median < success.high80 < success.naive
    assert success.direct + success.modelled + success.no_evidence == pytest.approx(1)
    assert len(success.quantiles) == 99 and len(success.draws) == 1000
    assert {one["cell"] for one in success.cells} == set(Cell.objects.values_list("pk", flat=True))


def test_what_differs_from_the_demonstration_is_told_and_sums_up(letters: Pilot, at: datetime) -> None:
    stressed(letters, at)
    success = of(newest(letters))
    parts = told(success, "difference")
    assert {one["factor"] for one in parts} >= {"route", "attitude", "support"}
    assert all(one["points"] < 0 for one in parts if one["factor"] in {"route", "attitude", "support"})
    assert "Tasks done with help at hand: 100 % of the demonstration, 0 % of the rollout" in {x["words"] for x in parts}
    whole = sum(one["points"] for one in [*parts, *told(success, "rest")])
    assert whole == pytest.approx(100 * (success.median - (success.naive or 0)))


def test_with_help_at_hand_throughout_nothing_is_known_of_a_rollout_without(letters: Pilot, at: datetime) -> None:
    demonstrated(letters, at)
    success = of(newest(letters))
    assert success.no_evidence == pytest.approx(1) and not success.is_projectable
    assert (success.bound_low, success.bound_high) == (0, 1)
    assert "tasks done without help" in {one["words"] for one in success.unseen}
    assert success.test_next[0]["explains"] >= success.test_next[-1]["explains"]


def test_habits_of_four_weeks_are_forecast_over_everybody(letters: Pilot, at: datetime) -> None:
    cells = scope_of(letters, at)
    observe_tasks(cells[:1], volunteers(letters, at), at, each=5, weeks=5)
    observe_tasks(cells[1:2], crowd(letters, 12, route="assigned"), at, each=2, weeks=5)
    adoption = of(newest(letters), "adoption")
    # The latter were watched for two weeks, which says nothing of a habit.
    assert (adoption.n, adoption.naive) == (12, None)
    crowd(letters, 10, route="assigned")
    observe_tasks(cells[:1], Participant.objects.filter(pilot=letters)[:12], at)
    adoption = of(newest(letters), "adoption")
    assert adoption.n == 22 and adoption.median < 0.9


@pytest.mark.parametrize(
    ("missing", "words"),
    [("batches", "Import a batch"), ("workload", "how many tasks a month"), ("people", "Fewer than ten people")],
)
def test_where_it_is_not_possible_it_says_what_is_missing(
    letters: Pilot, people: People, at: datetime, missing: str, words: str
) -> None:
    cells = scope_of(letters, at)
    if missing != "batches":
        observe_tasks(cells, volunteers(letters, at, 9 if missing == "people" else 12), at)
    if missing == "workload":
        Cell.objects.update(tasks_a_month=None)
    ask_forecast(pilot=letters, by=people.evaluator, at=at)
    forecast = newest(letters)
    assert forecast.state == Forecast.State.IMPOSSIBLE and words in forecast.said
    assert ask_forecast(pilot=letters, by=people.evaluator, at=at).number == 2


def test_nobody_who_asked_for_none_is_told_that_it_is_impossible(letters: Pilot, at: datetime) -> None:
    observe_tasks(scope_of(letters, at), volunteers(letters, at, 9), at)
    assert work_out_forecasts() == 0 and not Forecast.objects.exists()


def test_its_pictures_are_drawn_before_anybody_opens_its_page(
    letters: Pilot, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stressed(letters, at)
    forecast = newest(letters)
    drawn: list[object] = []
    monkeypatch.setattr("pilots.drawing.draw", lambda *_args, **said: drawn.append(said) or "")
    assert len(blocks_of(forecast)) == len(forecast.figures.all()) > 0
    assert drawn == []


def test_evidence_that_changed_makes_a_new_one_and_tells_the_gates(letters: Pilot, at: datetime) -> None:
    cells = demonstrated(letters, at)
    first = newest(letters)
    Change.objects.all().delete()
    assert work_out_forecasts() == 0
    observe_tasks(cells, crowd(letters, 10, route="assigned"), at)
    second = newest(letters)
    assert (first.number, second.number) == (1, 2) and of(second).n > of(first).n
    assert "F-2 was worked out" in Change.objects.values_list("reason", flat=True)
    verbs = AuditEvent.objects.filter(verb="forecast.worked_out", actor_id=None)
    assert [event.target_text for event in verbs.order_by("sequence")] == ["F-1", "F-2"]


def test_what_does_not_concern_it_makes_no_new_one(letters: Pilot, people: People, at: datetime) -> None:
    demonstrated(letters, at)
    work_out_forecasts()
    Recalculation.objects.update(changes=9)
    assert work_out_forecasts() == 0 and not Recalculation.objects.due("forecast")
    ask_forecast(pilot=letters, by=people.pm, at=at)
    again = newest(letters)
    assert again.state == Forecast.State.IMPOSSIBLE and "F-1" in again.said


def test_a_batch_that_is_withdrawn_counts_no_more(letters: Pilot, people: People, at: datetime) -> None:
    stressed(letters, at)
    assert of(newest(letters)).n == 216
    withdraw_batch(batch=Batch.objects.get(number=2), by=people.pm, at=at, reason="The log was wrong")
    assert of(newest(letters)).n == 72


def test_one_at_a_time_is_under_way(letters: Pilot, people: People, at: datetime) -> None:
    ask_forecast(pilot=letters, by=people.pm, at=at)
    with pytest.raises(Refused, match="F-1 is being worked out"):
        ask_forecast(pilot=letters, by=people.evaluator, at=at)


def test_a_member_does_not_ask_for_one(letters: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        ask_forecast(pilot=letters, by=people.member, at=at)


def test_what_goes_wrong_is_said_and_may_be_asked_for_again(
    letters: Pilot, people: People, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stressed(letters, at)
    ask_forecast(pilot=letters, by=people.pm, at=at)

    def broken(*_: object) -> None:
        raise RuntimeError("no room")

    with monkeypatch.context() as patched:
        patched.setattr(forecasting, "_figures_of", broken)
        with pytest.raises(RuntimeError):
            work_out_forecasts()
    failed = Forecast.objects.get()
    assert failed.state == Forecast.State.FAILED and "Ask for it again" in failed.said
    assert not Recalculation.objects.due("forecast")
    ask_forecast(pilot=letters, by=people.pm, at=at)
    assert newest(letters).state == Forecast.State.READY


def test_what_a_worker_died_over_is_worked_out_by_the_next(letters: Pilot, people: People, at: datetime) -> None:
    stressed(letters, at)
    asked = ask_forecast(pilot=letters, by=people.pm, at=at)
    Forecast.objects.update(state=Forecast.State.RUNNING, done=40)
    assert newest(letters).pk == asked.pk and Forecast.objects.get().state == Forecast.State.READY


def test_meanwhile_pages_see_how_far_it_is(letters: Pilot, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    demonstrated(letters, at)
    real, seen = Record.work_out, []

    def watched(record: Record, progress: Any) -> Any:
        for said in real(record, progress):
            seen.append(Forecast.objects.values_list("state", "done").get())
            yield said

    monkeypatch.setattr(Record, "work_out", watched)
    work_out_forecasts()
    assert {state for state, _ in seen} == {Forecast.State.RUNNING}
    done = [percent for _, percent in seen]
    assert len(done) > 1 and done == sorted(set(done)) and done[-1] < 100


def test_locked_nothing_of_it_changes_any_more(letters: Pilot, people: People, at: datetime) -> None:
    demonstrated(letters, at)
    locked = lock_forecast(forecast=newest(letters), by=people.evaluator, at=at, note="Before the first stage")
    assert (locked.locked_by, locked.lock_note) == (people.evaluator, "Before the first stage")
    for rows, changed in ((Forecast.objects.all(), {"tau": 0.1}), (ForecastFigure.objects.all(), {"median": 0.9})):
        with pytest.raises(Error), transaction.atomic():
            rows.update(**changed)
    with pytest.raises(Refused, match="locked already"):
        lock_forecast(forecast=locked, by=people.pm, at=at)


def test_only_what_is_worked_out_is_locked_and_by_whom_it_is_for(letters: Pilot, people: People, at: datetime) -> None:
    waiting = ask_forecast(pilot=letters, by=people.pm, at=at)
    with pytest.raises(Refused, match="nothing to lock"):
        lock_forecast(forecast=waiting, by=people.pm, at=at)
    with pytest.raises(NotAllowed):
        lock_forecast(forecast=ready_forecast(letters, at), by=people.owner, at=at)


def test_old_ones_go_and_locked_ones_stay(letters: Pilot, people: People, at: datetime) -> None:
    first = lock_forecast(forecast=ready_forecast(letters, at), by=people.pm, at=at)
    for _ in range(KEPT + 3):
        ready_forecast(letters, at)
    demonstrated(letters, at)
    work_out_forecasts()
    assert Forecast.objects.filter(locked_at__isnull=True).count() == KEPT
    assert Forecast.objects.filter(pk=first.pk).exists()


def test_invented_rows_make_an_invented_forecast(letters: Pilot, at: datetime) -> None:
    demonstrated(letters, at)
    Batch.objects.update(is_synthetic=True)
    assert newest(letters).is_synthetic


def test_who_said_what_they_expect_only_after_first_use_has_no_attitude(letters: Pilot, at: datetime) -> None:
    demonstrated(letters, at)
    words = "Nobody knows the attitude of some participants: counted as enthusiasts."
    assert words not in {note["words"] for note in told(of(newest(letters)), "assumed")}
    Participant.objects.update(asked_on=at.date() + timedelta(days=1), segment=None)
    Cell.objects.get(use_case__name="Reminders", segment__name="Clerks").segment.__class__.objects.update(attitude="")
    Recalculation.objects.update(changes=9)
    assert words in {note["words"] for note in told(of(newest(letters)), "assumed")}
