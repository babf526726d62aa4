"""A rehearsal runs the real way, counts for the gate and in no figure, and each gap that it shows gets an owner."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from feedback.actions import drills
from feedback.actions.corrections import finish_correction, note_told
from feedback.actions.escalations import answer_escalation
from feedback.actions.placing import place_flags
from feedback.actions.sorting import begin_pattern
from feedback.actions.triage import assess_flag, close_flag
from feedback.grouping.embedding import embedder
from feedback.models import Concern, Correction, Drill, DrillGap, Escalation, Flag, Pattern
from feedback.people_reports import escalation_figures
from feedback.summaries.flags import flag_counts
from feedback.summaries.owed import owed_before_a_stage
from feedback.summaries.people import rehearsed
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import Change, Pilot, User
from tests.cast import People
from tests.factories.feedback_people import a_drill, a_path
from tests.feedback import SignIn


@pytest.fixture
def at() -> datetime:
    return now() - timedelta(hours=3)


def start(pilot: Pilot, by: User, at: datetime, kind: str = "flagging") -> Drill:
    return drills.start_drill(drill=a_drill(pilot, by, at, kind), version=1, by=by, at=at)


def answer_flag(drill: Drill, by: User, severity: int = 1) -> Flag:
    assert drill.flag is not None
    flag = assess_flag(flag=drill.flag, severity=severity, note="Drill", version=1, by=by, at=now())
    return close_flag(flag=flag, resolution="not_a_fault", answer="Well found.", version=flag.version, by=by, at=now())


def test_a_drill_of_flagging_goes_all_the_way_round(letters: Pilot, people: People, at: datetime) -> None:
    drill = start(letters, people.pm, at)
    assert drill.flag is not None and drill.flag.is_drill and drill.flag.reporter == people.pm
    assert not rehearsed(letters).flag_went_round
    answer_flag(drill, people.triage)
    assert rehearsed(letters).flag_went_round
    assert people.pm.notifications.filter(text__contains="was closed").exists()


def test_who_answers_their_own_has_told_nobody(letters: Pilot, people: People, at: datetime) -> None:
    answer_flag(start(letters, people.triage, at), people.triage)
    assert not rehearsed(letters).flag_went_round


def test_a_drill_of_escalation_calls_and_is_answered(letters: Pilot, people: People, at: datetime) -> None:
    a_path(letters, people.pm, at)
    drill = start(letters, people.pm, at, "escalation")
    asked = Escalation.objects.select_related("pilot").get(flag=drill.flag)
    assert people.evaluator.notifications.get().text.startswith("Drill: ")
    assert not rehearsed(letters).escalation_answered
    answer_escalation(escalation=asked, decision="use", answer="It is right.", version=1, by=people.evaluator, at=now())
    assert rehearsed(letters).escalation_answered
    assert escalation_figures(letters, now()).raised == 0


def test_it_counts_in_no_figure_rate_pattern_or_doubt(letters: Pilot, people: People, at: datetime) -> None:
    drill = start(letters, people.pm, at)
    assert drill.flag is not None
    Change.objects.all().delete()
    assess_flag(flag=drill.flag, severity=4, note="Drill", version=1, by=people.triage, at=now())
    assert "severe_flag" not in Change.objects.values_list("event", flat=True)
    assert owed_before_a_stage(letters).severe_flags == () and flag_counts([letters.pk]) == {}
    place_flags(pilot=letters, embed=embedder(), at=now())
    flag = Flag.objects.select_related("pilot").get()
    assert flag.placed_at is not None and not hasattr(flag, "vector")
    with pytest.raises(Refused, match="rehearsal"):
        begin_pattern(flags=[flag], title="Drills", by=people.triage, at=now())
    assert not Concern.objects.exists()


def test_the_database_keeps_it_out_of_patterns(letters: Pilot, people: People, at: datetime) -> None:
    start(letters, people.pm, at)
    pattern = Pattern.objects.create(pilot=letters, number=1, title="x", began_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.update(pattern=pattern)


@pytest.mark.parametrize("kind", ["reject", "stop"])
def test_an_unpleasant_decision_is_rehearsed_beside_the_application(
    letters: Pilot, people: People, at: datetime, kind: str
) -> None:
    drill = start(letters, people.pm, at, kind)
    assert drill.flag is None
    ended = drills.end_drill(
        drill=drill, account="The owner said no.", took_part=[people.owner, people.sponsor], version=2, by=people.pm,
        at=at + timedelta(minutes=40),
    )  # fmt: skip
    assert ended.took == timedelta(minutes=40)
    assert {part.person for part in ended.parts.all()} == {people.owner, people.sponsor}


def test_it_ends_with_an_account_and_who_took_part(letters: Pilot, people: People, at: datetime) -> None:
    drill = start(letters, people.pm, at, "stop")
    how = {"drill": drill, "version": 2, "by": people.pm, "at": now()}
    for wrong in ({"account": "", "took_part": [people.pm]}, {"account": "So.", "took_part": []}):
        with pytest.raises(Refused):
            drills.end_drill(**how, **wrong)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        drills.end_drill(**how, account="So.", took_part=[people.stranger])  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        drills.start_drill(drill=drill, version=1, by=people.pm, at=now())
    with pytest.raises(NotAllowed):
        drills.start_drill(drill=a_drill(letters, people.pm, at), version=1, by=people.member, at=now())


def test_a_gap_gets_an_owner_and_a_date_or_stays_open(letters: Pilot, people: People, at: datetime) -> None:
    drill, day = start(letters, people.pm, at, "stop"), (now() + timedelta(days=9)).date()
    with pytest.raises(Refused):
        drills.find_gap(drill=drill, what="Nobody knew.", owner=people.owner, by=people.pm, at=now())
    gap = drills.find_gap(drill=drill, what="Nobody knew.", by=people.pm, at=now())
    assert [found.owner_id for found in rehearsed(letters).gaps] == [None]
    with pytest.raises(Refused, match="owner first"):
        drills.close_gap(gap=gap, note="Done.", version=1, by=people.pm, at=now())
    owned = drills.own_gap(gap=gap, owner=people.owner, due_on=day, version=1, by=people.pm, at=now())
    assert [found.owner_id for found in rehearsed(letters).gaps] == [people.owner.pk]
    drills.close_gap(gap=owned, note="They were told.", version=2, by=people.owner, at=now())
    assert rehearsed(letters).gaps == ()


def test_a_gap_whose_owner_left_is_open_again(letters: Pilot, people: People, at: datetime) -> None:
    drill, day = start(letters, people.pm, at, "stop"), (now() + timedelta(days=9)).date()
    drills.find_gap(drill=drill, what="Nobody knew.", owner=people.owner, due_on=day, by=people.pm, at=now())
    people.owner.is_active = False
    people.owner.save()
    assert [found.owner_id for found in rehearsed(letters).gaps] == [None]


def test_the_database_wants_both_or_neither(letters: Pilot, people: People, at: datetime) -> None:
    drill = start(letters, people.pm, at, "stop")
    with pytest.raises(IntegrityError), transaction.atomic():
        DrillGap.objects.create(pilot=letters, drill=drill, what="x", owner=people.pm, found_at=at, found_by=people.pm)


def test_the_pages_take_a_drill_from_its_plan_to_a_gap_with_an_owner(
    letters: Pilot, people: People, sign_in: SignIn
) -> None:
    browser, at = sign_in(people.pm), "/pilots/letters/drills/"
    typed = {"kind": "reject", "scenario": "The pilot fails.", "planned_for": str(now().date())}
    browser.post(f"{at}plan/", typed)
    page = f"{at}{Drill.objects.get().pk}/"
    browser.post(f"{page}start/", {"version": "1"})
    refused = browser.post(f"{page}end/", {"account": "A long thought", "version": "2"})
    assert refused.status_code == 422 and "A long thought" in refused.content.decode()
    browser.post(f"{page}gaps/", {"what": "Nobody had the authority."})
    assert "Nobody owns it" in browser.get(at).content.decode()
    gap = DrillGap.objects.get()
    day = str((now() + timedelta(days=3)).date())
    browser.post(f"{at}gaps/{gap.pk}/own/", {"owner": str(people.sponsor.pk), "due_on": day, "version": "1"})
    done = browser.post(
        f"{page}end/", {"account": "Decided.", "took_part": [str(people.pm.pk)], "version": "2"}, follow=True
    )
    assert people.sponsor.name in done.content.decode() and "Held" in done.content.decode()
    assert "Nobody had the authority." in sign_in(people.sponsor).get("/my-work/").content.decode()


def test_a_drill_of_correction_is_corrected_the_real_way_and_keeps_no_stage_waiting(
    letters: Pilot, people: People, at: datetime
) -> None:
    drill = start(letters, people.pm, at - timedelta(days=90), "correction")
    found = Correction.objects.get(flag=drill.flag)
    assert found.is_drill and found.owner == people.pm and found.is_late(at)
    assert not owed_before_a_stage(letters).corrections
    with pytest.raises(Refused, match="note first who was told"):
        finish_correction(correction=found, what_was_done="Told.", version=1, by=people.triage, at=at)
    note_told(correction=found, told="The team next door", by=people.triage, at=at)
    assert finish_correction(correction=found, what_was_done="Told.", version=1, by=people.triage, at=at).is_done
