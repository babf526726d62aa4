"""Health, status, jobs and metrics: what an operator and the machines around us are told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client, override_settings

from pilots.clock import now
from pilots.models import Change, Heartbeat, JobRun
from rolloutgov import health, jobs, status
from rolloutgov.celery import app
from tests.cast import People
from tests.factories.pilots import PilotFactory

SignIn = Callable[..., Client]

pytestmark = pytest.mark.django_db


def all_alive() -> None:
    for name in ("worker", "beat", "jobs"):
        jobs.pulse(name)


def reason(client: Client, name: str) -> str:
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    found: str = answer.json()["checks"][name]["reason"]
    return found


def test_live_asks_nothing_of_the_database(client: Client, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(0):
        assert client.get("/health/live").json() == {"status": "ok"}


def test_ready_names_each_part(client: Client) -> None:
    all_alive()
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert set(answer.json()["checks"]) == {"database", "migrations", "triggers", "broker", "worker", "beat"}


def test_ready_says_which_trigger_is_disabled(client: Client) -> None:
    all_alive()
    expected = health.expected_triggers()
    assert expected["pilots_auditevent", "audit_append_only"] == "A"
    with override_expected({("pilots_pilot", "a_guard_that_is_gone"): "O"}):
        assert reason(client, "triggers") == "missing or disabled: a_guard_that_is_gone on pilots_pilot"


@contextmanager
def override_expected(more: dict[tuple[str, str], str]) -> Iterator[None]:
    health.expected_triggers().update(more)
    yield
    health.expected_triggers.cache_clear()


def test_ready_says_that_no_worker_is_there(client: Client) -> None:
    assert reason(client, "worker") == "no worker has given a sign of life yet"


def test_ready_tells_a_frozen_worker_child_from_a_worker(client: Client) -> None:
    all_alive()
    Heartbeat.objects.filter(name="jobs").update(at=now() - timedelta(minutes=2))
    assert reason(client, "worker") == "no task has run for 120 s"


def test_ready_blames_beat_alone_when_beat_is_gone(client: Client) -> None:
    all_alive()
    Heartbeat.objects.exclude(name="worker").update(at=now() - timedelta(minutes=2))
    checks = client.get("/health/ready").json()["checks"]
    assert checks["beat"]["status"] == "failing"
    assert checks["worker"]["status"] == "ok"


def test_ready_says_that_the_broker_does_not_answer(client: Client) -> None:
    all_alive()
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        assert reason(client, "broker").startswith("does not answer")


def test_a_task_that_fails_is_on_record_and_one_that_works_again_too() -> None:
    @app.task(name="tests.moody")
    def moody(fail: bool) -> None:
        if fail:
            raise ValueError("not today")

    moody.apply(args=[True])
    moody.apply(args=[False])
    run = JobRun.objects.get(task="tests.moody")
    assert (run.runs, run.failures, run.last_error) == (2, 1, "ValueError: not today")
    assert run.last_ok_at
    assert run.last_error_at
    assert run.last_ok_at > run.last_error_at


def test_a_change_that_waits_too_long_is_an_alarm() -> None:
    Change.objects.create(pilot=PilotFactory())
    assert not status.change_waiting(now()).alarm
    waiting = status.change_waiting(now() + timedelta(minutes=1))
    assert waiting.alarm
    assert waiting.words.startswith("60 seconds") or waiting.words.startswith("1 minute")


def test_an_administrator_sees_the_status(people: People, sign_in: SignIn) -> None:
    page = sign_in(people.admin).get("/administration/").content.decode()
    assert "Oldest change not yet worked into its gates" in page
    assert "no worker has given a sign of life yet" in page.lower()


def test_an_administrator_sees_a_failing_job_first(people: People, sign_in: SignIn) -> None:
    jobs._write(jobs.STARTED, "governance.sweep")
    jobs._write(jobs.FAILED, 12, "ValueError: <b>broken</b>", "governance.sweep")
    page = sign_in(people.admin).get("/administration/jobs/").content.decode()
    assert "1 background job needs a look" in page
    assert "ValueError: &lt;b&gt;broken&lt;/b&gt;" in page
    assert page.index("governance.sweep") < page.index("rolloutgov.heartbeat")


def test_every_job_says_what_it_is_for() -> None:
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == set(status.JOBS)


@pytest.mark.parametrize("address", ["/administration/", "/administration/jobs/"])
def test_nobody_else_does(people: People, sign_in: SignIn, address: str) -> None:
    assert sign_in(people.leader).get(address).status_code == 403


def test_metrics_are_not_there_without_a_token_in_the_settings(client: Client) -> None:
    assert client.get("/metrics").status_code == 404


@override_settings(METRICS_TOKEN="letmein")
def test_metrics_ask_for_the_token(client: Client) -> None:
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401


@override_settings(METRICS_TOKEN="letmein")
def test_metrics_tell_checks_ages_and_jobs(client: Client) -> None:
    jobs._write(jobs.STARTED, "governance.sweep")
    text = client.get("/metrics", headers={"Authorization": "Bearer letmein"}).content.decode()
    assert 'rolloutgov_check_ok{check="database"} 1' in text
    assert "rolloutgov_oldest_change_seconds 0" in text
    assert 'rolloutgov_job_runs_total{task="governance.sweep"} 1' in text


@override_settings(METRICS_TOKEN="letmein")
def test_metrics_say_which_way_round_a_count_goes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "drift", lambda: [("gate", 1, 2), ("gate", 3, 2)])
    text = client.get("/metrics", headers={"Authorization": "Bearer letmein"}).content.decode()
    assert "# HELP rolloutgov_gates_adrift_rows Gates whose counts differ from their findings." in text
    assert "\nrolloutgov_gates_adrift_rows 2\n" in text


def test_the_whole_schedule_is_known_to_the_worker() -> None:
    app.loader.import_default_modules()
    missing = {entry["task"] for entry in app.conf.beat_schedule.values()} - set(app.tasks)
    assert not missing
