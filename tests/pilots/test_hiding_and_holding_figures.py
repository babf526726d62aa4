"""What is kept back of people, and what a reader who keeps every export may not find out."""

from datetime import datetime

import pytest

from pilots.actions.batches import withdraw_batch
from pilots.changes import evidence_changed
from pilots.models import BarrierAnswer, CheckTrace, Figure, Participant, Pilot
from tests.cast import People
from tests.factories.evidence import batch, cell
from tests.pilots.figuring import tasks, worked_out

WHOLE = ("", "", "")


def shows_nothing(row: Figure) -> bool:
    said = (row.value, row.low, row.high, row.n, row.people, row.first_day, row.last_day)
    return row.is_hidden and said == (None,) * 7 and row.more == {} and row.note == ""


def test_nine_people_are_not_enough(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(9), use_made=2, baseline_minutes=9, tool_minutes=3)
    found = worked_out(letters)
    about_people = [row for (code, *_), row in found.items() if code in {"success", "M02", "M05", "M27"}]
    assert len(about_people) > 10 and all(map(shows_nothing, about_people))


def test_a_cell_of_few_takes_others_with_it(letters: Pilot, at: datetime) -> None:
    tasks(letters, at, cell(letters, at, "Letters", "Clerks"), range(4))
    tasks(letters, at, cell(letters, at, "Calls", "Clerks"), range(100, 112))
    tasks(letters, at, cell(letters, at, "Mails", "Clerks"), range(200, 230))
    found = worked_out(letters)
    hidden = {
        key[2] for key, row in found.items() if key[:2] == ("success", "") and key[3] and row.is_hidden and key[2]
    }
    assert hidden == {"Letters", "Calls"} and not found["success", *WHOLE].is_hidden
    assert not found["success", "", "Mails", "Clerks"].is_hidden


def test_the_same_few_people_in_two_cells_are_still_few(letters: Pilot, at: datetime) -> None:
    for case in ("Letters", "Calls"):
        tasks(letters, at, cell(letters, at, case), range(6))
    tasks(letters, at, cell(letters, at, "Mails"), range(100, 130))
    found = worked_out(letters)
    rest = {key[2] for key, row in found.items() if key[:2] == ("success", "") and key[2] and row.is_hidden}
    # Letters and Calls are twelve by adding and six by counting: the whole less Mails would be those six.
    assert found["success", *WHOLE].is_hidden or "Mails" in rest


def test_three_neutral_people_do_not_follow_from_both_sides(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(43))
    for number, person in enumerate(Participant.objects.filter(pilot=letters).order_by("pk")):
        person.expects_help = 2 if number < 25 else -2 if number < 40 else 0
        person.asked_on, person.intake = at.date(), batch(letters, at, kind="intake")
        person.save()
    found = worked_out(letters)
    assert found["success", "sceptics", "", ""].is_hidden and not found["success", "enthusiasts", "", ""].is_hidden


def test_help_told_apart_in_a_cell_does_not_give_few_away(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(30))
    tasks(letters, at, where, range(100, 103), supported=True)
    found = worked_out(letters)
    assert not found["success", *WHOLE].is_hidden
    for part in ("supported", "unsupported"):
        assert (
            found["success", part, "Reminders", "Counter staff"].is_hidden and found["success", part, "", ""].is_hidden
        )


def test_one_more_person_changes_nothing_that_is_shown(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(20), quality=3)
    before = {key: (row.value, row.low, row.high, row.n, row.people) for key, row in worked_out(letters).items()}
    tasks(letters, at, where, [99], outcome=1, quality=1)
    after = worked_out(letters)
    people = {key: row for key, row in after.items() if key[0] in {"success", "M27", "M11", "M01"}}
    assert {key: (row.value, row.low, row.high, row.n, row.people) for key, row in people.items()} == {
        key: before[key] for key in people
    }
    assert after["success", *WHOLE].is_held and after["success", "", "Reminders", "Counter staff"].is_held


def test_what_one_person_did_elsewhere_does_not_follow_from_the_total(letters: Pilot, at: datetime) -> None:
    """Twelve of thirteen new people in one cell and one in another: the total less the one cell would be the other."""
    here, there = cell(letters, at, "Letters"), cell(letters, at, "Calls")
    for where in (here, there):
        tasks(letters, at, where, range(20))
    worked_out(letters)
    new = tasks(letters, at, here, range(100, 112))
    tasks(letters, at, there, [200], batch=new, outcome=1)
    found = worked_out(letters)
    calls, letters_, whole = (found["success", "", case, ""] for case in ("Calls", "Letters", ""))
    assert calls.is_held and (letters_.is_held or whole.is_held)


def test_ten_more_people_are_shown_together(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(20))
    worked_out(letters)
    tasks(letters, at, where, range(100, 105), outcome=1)
    assert worked_out(letters)["success", *WHOLE].value == 100
    tasks(letters, at, where, range(105, 110), outcome=1)
    found = worked_out(letters)["success", *WHOLE]
    assert (found.n, found.is_held) == (30, False) and found.value == pytest.approx(200 / 3)


def test_few_who_are_withdrawn_stay_in_what_was_shown(letters: Pilot, at: datetime, people: People) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(20))
    wrong = tasks(letters, at, where, range(100, 103), outcome=1)
    before = worked_out(letters)["success", *WHOLE]
    withdraw_batch(batch=wrong, by=people.evaluator, at=at, reason="Somebody else's.")
    after = worked_out(letters)["success", *WHOLE]
    assert (after.value, after.n, after.is_held) == (before.value, before.n, True)


def test_what_was_hidden_is_not_shown_because_another_grew(letters: Pilot, at: datetime) -> None:
    """Few and, for their sake, many: once the few are enough, the many would tell what the few had done before."""
    few, many = cell(letters, at, "Letters"), cell(letters, at, "Calls")
    tasks(letters, at, few, range(5))
    tasks(letters, at, many, range(100, 130))
    assert worked_out(letters)["success", "", "Calls", ""].is_hidden
    tasks(letters, at, few, range(10, 25))
    assert worked_out(letters)["success", "", "Calls", ""].is_hidden
    new = tasks(letters, at, many, range(100, 130))
    tasks(letters, at, few, range(10, 25), batch=new)
    assert not worked_out(letters)["success", "", "Calls", ""].is_hidden


def test_a_route_that_is_put_right_shows_nobodys_tasks(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(20), route="volunteered")
    tasks(letters, at, where, range(100, 120), outcome=1)
    before = worked_out(letters)["success", "assigned", "", ""]
    Participant.objects.filter(pseudonym="p-3").update(route="assigned")
    evidence_changed(letters, reason="a route")
    after = worked_out(letters)["success", "assigned", "", ""]
    assert (after.value, after.is_held) == (before.value, True)


def test_what_three_people_think_does_not_follow_from_a_later_intake(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(60))

    def asked(first: int, last: int, answer: int) -> None:
        intake = batch(letters, at, kind="intake")
        people = Participant.objects.filter(pilot=letters, pseudonym__in=[f"p-{one}" for one in range(first, last)])
        people.update(expects_help=answer, asked_on=at.date(), intake=intake)
        evidence_changed(letters, reason="intake")

    asked(0, 20, 2)
    asked(20, 40, -2)
    before = worked_out(letters)["success", "enthusiasts", "", ""]
    asked(40, 43, 2)
    after = worked_out(letters)["success", "enthusiasts", "", ""]
    assert (before.people, after.people, after.is_held) == (20, 20, True)
    asked(43, 52, 2)
    assert worked_out(letters)["success", "enthusiasts", "", ""].people == 32


def test_levels_of_few_participants_are_hidden(letters: Pilot, at: datetime) -> None:
    intake = batch(letters, at, kind="intake")
    segment = cell(letters, at).segment
    segment.headcount, segment.attitude = 100, "sceptic"
    segment.save()
    for number in range(43):
        answer = 2 if number < 25 else -2 if number < 40 else 0
        Participant.objects.create(
            pilot=letters,
            pseudonym=f"p{number}",
            expects_help=answer,
            asked_on=at.date(),
            intake=intake,
            route="assigned",
        )
    evidence_changed(letters, reason="intake")
    found = worked_out(letters)
    levels = {one["level"]: one["participants"] for one in found["M14.attitude", *WHOLE].more["levels"]}
    assert levels == {"enthusiast": pytest.approx(2500 / 43), "neutral": None, "sceptic": None}
    assert found["M14", *WHOLE].value == 100


def test_barriers_are_of_ten_people_who_were_asked(letters: Pilot, at: datetime) -> None:
    intake = batch(letters, at, kind="intake")
    cell(letters, at)
    for number in range(24):
        route = "assigned" if number < 12 else "volunteered"
        person = Participant.objects.create(pilot=letters, pseudonym=f"p{number}", intake=intake, route=route)
        if number < 3:
            said = {"pilot": letters, "batch": intake, "day": at.date()}
            BarrierAnswer.objects.create(participant=person, kind="no_time", line=number, **said)
    evidence_changed(letters, reason="intake")
    found = worked_out(letters)
    shares = {part: found["M32.no_time", part, "", ""].value for part in ("", "assigned", "selected")}
    assert shares == {"": 12.5, "assigned": 25, "selected": 0}


def test_checks_of_few_people_are_hidden(letters: Pilot, at: datetime, workflow: object) -> None:
    seen = batch(letters, at, kind="checks")
    for line in range(30):
        CheckTrace.objects.create(
            pilot=letters, batch=seen, line=line, day=at.date(), workflow=workflow, participant=f"p{line % 9}",
            has_trace=True, minutes=2,
        )  # fmt: skip
    evidence_changed(letters, reason="checks")
    assert shows_nothing(worked_out(letters)["M08", *WHOLE])
    CheckTrace.objects.create(
        pilot=letters, batch=seen, line=99, day=at.date(), workflow=workflow, participant="p9", has_trace=False
    )
    evidence_changed(letters, reason="checks")
    assert worked_out(letters)["M08", *WHOLE].people == 10
