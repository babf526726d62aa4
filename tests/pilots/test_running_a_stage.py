"""A stage that runs: looked at every day, halted by its criteria, stopped and let go on by people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from pilots import tasks
from pilots.actions.looking import look_at_stages
from pilots.actions.running import pause_stage, resume_stage, step_back_stage
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import Change, Criterion, Look, Notification, Pilot, Stage, StageEvent, User
from pilots.monitors import counted_from
from pilots.readings import WEEK
from tests.cast import People
from tests.factories.stages import opened, planned
from tests.pilots.stage_weeks import last_monday, read, weeks_ago

SignIn = Callable[[User], Client]


@pytest.fixture
def at() -> datetime:
    return now()


@pytest.fixture
def stage(letters: Pilot, at: datetime) -> Stage:
    return opened(letters, weeks_ago(at, 4))


def halted(stage: Stage, people: People, at: datetime) -> Stage:
    read(stage, people.evaluator, at, people=40, tasks=20, done_well=8)
    look_at_stages(at)
    stage.refresh_from_db()
    return stage


def test_a_bad_week_halts_the_stage_at_once_and_tells_who_decides(stage: Stage, people: People, at: datetime) -> None:
    halted(stage, people, at)
    assert (stage.state, stage.halted_at) == (Stage.State.PAUSED, at)
    look = Look.objects.get()
    assert look.call == "halt" and "below the floor of 70 %" in look.why[0]
    event = StageEvent.objects.get(kind="halted")
    assert event.by is None and "Tasks done well" in event.reason
    told = set(Notification.objects.filter(event__startswith="stage:").values_list("user__name", flat=True))
    assert told == {people.pm.name, people.sponsor.name, people.owner.name, people.triage.name}
    assert Change.objects.get(data__has_key="halted_stage_id").data["metrics"] == ["success"]


def test_a_good_month_says_that_it_may_be_widened(stage: Stage, people: People, at: datetime) -> None:
    for back in range(3):
        read(stage, people.evaluator, at, people=40, tasks=20, done_well=19, week=last_monday(at) - back * WEEK)
    assert look_at_stages(at) == 1
    assert Look.objects.get().call == "expand"
    stage.refresh_from_db()
    assert stage.state == Stage.State.OPEN


def test_between_satisfactory_and_pause_it_goes_on_and_is_not_widened(
    letters: Pilot, people: People, at: datetime
) -> None:
    stage = opened(letters, weeks_ago(at, 4), users_planned=400)
    read(stage, people.evaluator, at, people=400, tasks=20, done_well=15)
    look_at_stages(at)
    look = Look.objects.get()
    assert look.call == "hold" and "all of it below the floor of 80 %" in look.why[0]
    stage.refresh_from_db()
    assert stage.state == Stage.State.OPEN


def test_nothing_measured_is_no_verdict_and_looks_like_none(stage: Stage, people: People, sign_in: SignIn) -> None:
    look_at_stages(now())
    assert Look.objects.get().call == "hold"
    text = sign_in(people.member).get("/pilots/letters/stages/1/running/").content.decode()
    assert "Nobody has measured it, which is not the same as good." in text and "tone-blocked" in text


def test_of_fewer_than_ten_people_no_figure_is_shown(
    stage: Stage, people: People, at: datetime, sign_in: SignIn
) -> None:
    read(stage, people.evaluator, at, people=9, tasks=100, done_well=3)
    look_at_stages(at)
    stage.refresh_from_db()
    assert stage.state == Stage.State.OPEN
    text = sign_in(people.member).get("/pilots/letters/stages/1/running/").content.decode()
    assert (
        "fewer than ten people: not enough data" in text
        and "3 % to" not in text
        and "3 % <" not in text
        and "900" not in text
    )


def test_rare_incidents_halt_from_the_first_tasks_on_and_show_nothing_of_few(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    planned_one = planned(letters, weeks_ago(at, 4))
    Criterion.objects.create(stage=planned_one, metric="incidents", purpose="pause", side="cap", bound=0.001)
    Stage.objects.filter(pk=planned_one.pk).update(
        state="open",
        criteria_locked_at=weeks_ago(at, 4),
        criteria_locked_by=people.pm,
        opened_at=weeks_ago(at, 4),
        opened_by=people.pm,
    )
    read(planned_one, people.evaluator, at, people=4, tasks=10, incidents=1)
    look_at_stages(at)
    planned_one.refresh_from_db()
    assert planned_one.state == Stage.State.PAUSED and Look.objects.get().call == "halt"
    text = sign_in(people.member).get("/pilots/letters/stages/1/running/").content.decode()
    assert "100 in 1,000" not in text and "40 tasks" not in text


def test_milder_weeks_do_not_take_a_halt_back(stage: Stage, people: People, at: datetime) -> None:
    halted(stage, people, at)
    for back in range(1, 4):
        read(
            stage,
            people.evaluator,
            at,
            people=300,
            first=100,
            tasks=40,
            done_well=39,
            week=last_monday(at) - back * WEEK,
        )
    look_at_stages(at + timedelta(days=1))
    stage.refresh_from_db()
    assert stage.halted_at is not None and stage.state == Stage.State.PAUSED
    newest = Look.objects.order_by("-day")[0]
    assert newest.call == "halt" and "until a person decides" in newest.why[0]
    assert StageEvent.objects.filter(kind="halted").count() == 1


def test_a_person_lets_it_go_on_and_what_had_halted_it_halts_it_no_more(
    stage: Stage, people: People, at: datetime
) -> None:
    halted(stage, people, at)
    resume_stage(stage=stage, reason="The letter’s template was mended.", by=people.pm, at=at)
    look_at_stages(at + timedelta(days=1))
    stage.refresh_from_db()
    assert stage.state == Stage.State.OPEN and stage.halted_at is None
    since = counted_from(stage)
    assert since is not None and since.weekday() == 0 and since >= at.date()
    read(stage, people.evaluator, at + 3 * WEEK, people=40, tasks=20, done_well=8)
    look_at_stages(at + 3 * WEEK)
    stage.refresh_from_db()
    assert stage.state == Stage.State.PAUSED


def test_stepping_back_is_a_decision_and_the_rule_stays_silent_then(stage: Stage, people: People, at: datetime) -> None:
    halted(stage, people, at)
    step_back_stage(stage=stage, reason="Back to the counter.", by=people.owner, at=at)
    assert look_at_stages(at + timedelta(days=1)) == 0
    stage.refresh_from_db()
    assert stage.state == Stage.State.STEPPED_BACK and stage.halted_at is None


def test_the_same_day_looked_at_twice_says_nothing_new(stage: Stage, people: People, at: datetime) -> None:
    read(stage, people.evaluator, at, people=40, tasks=20, done_well=17)
    assert (look_at_stages(at), look_at_stages(at + timedelta(seconds=5))) == (1, 0)
    assert Look.objects.count() == 1


def test_a_stage_that_cannot_be_looked_at_holds_up_no_other(
    stage: Stage, people: People, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = opened(stage.pilot, weeks_ago(at, 2))
    from pilots.actions import looking

    true_look = looking.look_at_stage

    def fail_for_the_first(one: Stage, moment: datetime) -> bool:
        if one.pk == stage.pk:
            raise ValueError("no")
        return true_look(one, moment)

    monkeypatch.setattr(looking, "look_at_stage", fail_for_the_first)
    with pytest.raises(ValueError, match="no"):
        tasks.look_at_stages()
    assert Look.objects.get().stage == second


def test_whoever_decides_or_limits_use_stops_it_and_only_who_decides_lets_it_go_on(
    stage: Stage, people: People, at: datetime
) -> None:
    pause_stage(stage=stage, reason="Wrong names", by=people.triage, at=at)
    stage.refresh_from_db()
    with pytest.raises(NotAllowed):
        resume_stage(stage=stage, reason="Fine", by=people.triage, at=at)
    with pytest.raises(NotAllowed):
        step_back_stage(stage=stage, reason="Hm", by=people.evaluator, at=at)
    resume_stage(stage=stage, reason="Mended", by=people.sponsor, at=at)
    assert [event.kind for event in StageEvent.objects.all()] == ["resumed", "paused"]
    # Nothing was halted, so that everything counts.
    assert counted_from(stage) is None


@pytest.mark.parametrize("act", [pause_stage, step_back_stage, resume_stage])
def test_no_step_is_taken_without_a_reason(stage: Stage, people: People, at: datetime, act: Any) -> None:
    with pytest.raises(Refused, match="Say why"):
        act(stage=stage, reason="  ", by=people.pm, at=at)


def test_what_is_not_open_is_not_paused(letters: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="planned"), transaction.atomic():
        pause_stage(stage=planned(letters, at), reason="Hm", by=people.pm, at=at)


def test_one_click_with_a_reason_stops_it_and_nothing_typed_is_lost(
    stage: Stage, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.pm)
    assert "Pause the stage" in browser.get("/pilots/letters/stages/1/running/").content.decode()
    refused = browser.post("/pilots/letters/stages/1/pause/", {"reason": " "})
    assert refused.status_code == 422
    page = browser.post("/pilots/letters/stages/1/pause/", {"reason": "Two wrong names"}, follow=True)
    text = page.content.decode()
    assert "Stage 1 is paused." in text and "Paused by Paula Marsh" in text and "Two wrong names" in text
    again = browser.post("/pilots/letters/stages/1/pause/", {"reason": "Again, as I said"})
    assert again.status_code == 422 and "Again, as I said" in again.content.decode()
    gone_on = browser.post("/pilots/letters/stages/1/resume/", {"reason": "Mended"}, follow=True)
    assert "Goes on by Paula Marsh" in gone_on.content.decode()
