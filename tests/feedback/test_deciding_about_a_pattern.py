"""Triage confirms, acts, fixes, declines, sets aside, takes back; reporters hear it; jobs leave it alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from feedback.actions import patterns as decide
from feedback.actions.reopening import reopen_flag
from feedback.actions.sorting import begin_pattern, merge_patterns, move_flag, unmerge_pattern
from feedback.actions.surging import wake_snoozed
from feedback.models import Flag, Pattern
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Change, Notification, Pilot, User
from tests.cast import People
from tests.factories.feedback import PatternFactory
from tests.feedback.flagging import INVENTED, SLOW, flags_saying, group

SignIn = Callable[[User], Client]


@pytest.fixture
def pattern(letters: Pilot, people: People) -> Pattern:
    """Four flags of two people about rulings that do not exist."""
    flags_saying(letters, INVENTED, [people.member, people.owner], categories=["MADEUP"])
    return group(letters)[0]


@pytest.fixture
def confirmed(pattern: Pattern, people: People) -> Pattern:
    return decide.confirm_pattern(pattern=pattern, version=1, by=people.triage, at=now())


@pytest.fixture
def fixed(confirmed: Pattern, people: People) -> Pattern:
    how = {"version": 2, "by": people.triage, "at": now()}
    return decide.fix_pattern(pattern=confirmed, fixed_from=now(), reason="Sources are checked now.", **how)


def how(people: People, pattern: Pattern) -> dict[str, Any]:
    pattern.refresh_from_db()
    return {"pattern": pattern, "version": pattern.version, "by": people.triage, "at": now()}


def test_confirming_tells_each_reporter_once(confirmed: Pattern, people: People) -> None:
    told = Notification.objects.filter(event__contains=f"pattern:{confirmed.pk}")
    assert sorted(notice.user.name for notice in told) == sorted([people.member.name, people.owner.name])
    assert "3 others say the same" in told[0].text


def test_who_confirms_has_read_its_flags_but_for_the_severe_ones(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:3], [people.member, None])
    flags_saying(letters, INVENTED[3:], [people.owner], severity=3)
    (pattern,) = group(letters)
    pattern = decide.confirm_pattern(pattern=pattern, version=1, by=people.triage, at=now())
    assert sorted(Flag.objects.values_list("severity", "state")) == [(1, "assessed")] * 3 + [(3, "new")]
    decide.undo_decision(**how(people, pattern))
    assert set(Flag.objects.values_list("state", flat=True)) == {"new"}


def test_only_triage_decides(pattern: Pattern, people: People) -> None:
    with pytest.raises(NotAllowed):
        decide.confirm_pattern(pattern=pattern, version=1, by=people.member, at=now())


def test_what_somebody_else_changed_meanwhile_is_not_decided_unseen(confirmed: Pattern, people: People) -> None:
    with pytest.raises(Conflict) as conflict:
        decide.rename_pattern(pattern=confirmed, title="Invented rulings", version=1, by=people.triage, at=now())
    assert conflict.value.current["State"] == "Confirmed"


def test_nothing_is_done_about_what_nobody_confirmed(pattern: Pattern, people: People) -> None:
    with pytest.raises(Refused, match="Confirm first"):
        decide.fix_pattern(fixed_from=now(), reason="Done.", **how(people, pattern))


def test_an_action_has_somebody_of_the_pilot_and_a_day_to_come(confirmed: Pattern, people: People) -> None:
    with pytest.raises(Refused, match="works on this pilot"):
        decide.act_on_pattern(action="prompt", owner=people.stranger, due_on=now().date(), **how(people, confirmed))
    with pytest.raises(Refused, match="That day is over"):
        decide.act_on_pattern(
            action="prompt", owner=people.owner, due_on=now().date() - timedelta(days=1), **how(people, confirmed)
        )
    due = now().date() + timedelta(days=7)
    decide.act_on_pattern(action="prompt", owner=people.integration, due_on=due, **how(people, confirmed))
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.owner, confirmed.due_on) == ("acting", people.integration, due)


def test_a_fix_closes_its_flags_with_what_changed(fixed: Pattern, people: People) -> None:
    assert set(Flag.objects.values_list("state", "resolution", "answer")) == {
        ("closed", "fixed", "Sources are checked now.")
    }
    told = Notification.objects.filter(user=people.member, text__contains="closed: fixed")
    assert told.count() == 2


def test_a_flag_of_an_output_made_after_the_fix_stays_open(confirmed: Pattern, people: People) -> None:
    late = Flag.objects.order_by("reported_at").last()
    assert late is not None
    Flag.objects.filter(pk=late.pk).update(made_at=now())
    decide.fix_pattern(fixed_from=now() - timedelta(minutes=1), reason="Done.", **how(people, confirmed))
    late.refresh_from_db()
    assert late.state == "assessed"


def test_taking_a_fix_back_opens_its_flags_again_and_says_so(fixed: Pattern, people: People) -> None:
    decide.undo_decision(**how(people, fixed))
    fixed.refresh_from_db()
    assert (fixed.state, fixed.fixed_from) == ("confirmed", None)
    assert set(Flag.objects.values_list("state", flat=True)) == {"assessed"}
    assert Notification.objects.filter(user=people.member, text__contains="taken back").exists()


def test_undo_goes_back_step_by_step_and_then_ends(confirmed: Pattern, people: People) -> None:
    decide.rename_pattern(title="Invented rulings", **how(people, confirmed))
    decide.undo_decision(**how(people, confirmed))
    confirmed.refresh_from_db()
    assert confirmed.title != "Invented rulings" and confirmed.state == "confirmed"
    decide.undo_decision(**how(people, confirmed))
    confirmed.refresh_from_db()
    assert confirmed.state == "new"
    with pytest.raises(Refused, match="Nothing is left"):
        decide.undo_decision(**how(people, confirmed))


def test_declining_needs_the_reason_that_its_reporters_read(confirmed: Pattern, people: People) -> None:
    with pytest.raises(Refused, match="why nothing changes"):
        decide.decline_pattern(reason=" ", **how(people, confirmed))
    decide.decline_pattern(reason="The supplier mends it in March.", **how(people, confirmed))
    assert set(Flag.objects.values_list("resolution", flat=True)) == {"no_change"}


def test_what_was_set_aside_comes_back_when_it_grew(confirmed: Pattern, letters: Pilot, people: People) -> None:
    decide.snooze_pattern(growth=1, **how(people, confirmed))
    assert wake_snoozed(pilot=letters, at=now()) == 0
    flags_saying(letters, INVENTED[:1], [people.change])
    group(letters)
    assert wake_snoozed(pilot=letters, at=now()) == 1
    confirmed.refresh_from_db()
    assert confirmed.state == "confirmed"


def test_what_was_set_aside_comes_back_on_its_day(confirmed: Pattern, letters: Pilot, people: People) -> None:
    decide.snooze_pattern(until=now().date() + timedelta(days=3), **how(people, confirmed))
    assert wake_snoozed(pilot=letters, at=now() + timedelta(days=2)) == 0
    assert wake_snoozed(pilot=letters, at=now() + timedelta(days=3)) == 1


def test_the_word_of_a_reporter_with_a_name_brings_a_fixed_pattern_back(fixed: Pattern, people: People) -> None:
    flag = Flag.objects.filter(reporter=people.member).first()
    assert flag is not None
    reopen_flag(flag=flag, note="Again, an invented ruling.", at=now())
    fixed.refresh_from_db()
    assert fixed.state == "regressed"
    assert Change.objects.filter(data__pattern_id=str(fixed.pk)).exists()
    assert Notification.objects.filter(user=people.triage, text__contains="came back").exists()


def test_without_a_name_triage_looks_first(fixed: Pattern, people: People) -> None:
    flag = Flag.objects.filter(reporter=people.member).first()
    assert flag is not None
    flag.reporter = None
    flag.save()
    reopen_flag(flag=flag, note="Again.", at=now())
    fixed.refresh_from_db()
    assert fixed.state == "fixed"
    assert Notification.objects.filter(user=people.triage, text__contains="may be back").exists()


def test_a_stray_after_the_fix_is_shown_and_brings_nothing_back(fixed: Pattern, letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:1], [people.change], at=now())
    group(letters)
    fixed.refresh_from_db()
    assert fixed.state == "fixed"
    assert Notification.objects.filter(user=people.triage, text__contains="may be back").count() == 1


def test_a_severe_one_after_the_fix_brings_it_back_at_once(fixed: Pattern, letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:1], [people.change], at=now(), severity=3)
    group(letters)
    fixed.refresh_from_db()
    assert fixed.state == "regressed"


def test_merging_moves_the_flags_and_taking_it_back_returns_them(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED + SLOW, [people.member, people.owner])
    one, other = sorted(group(letters), key=lambda found: found.size)
    merge_patterns(into=other, **how(people, one))
    other.refresh_from_db()
    one.refresh_from_db()
    assert (other.size, one.state, one.merged_into) == (7, "merged", other)
    unmerge_pattern(pattern=one, by=people.triage, at=now())
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.size, other.size, one.state) == (3, 4, "new")
    group(letters)
    assert Pattern.objects.live().count() == 2


def test_a_flag_that_a_person_moved_stays_where_they_put_it(pattern: Pattern, letters: Pilot, people: People) -> None:
    flag = Flag.objects.select_related("pilot").first()
    assert flag is not None
    move_flag(flag=flag, to=None, by=people.triage, at=now())
    group(letters)
    flag.refresh_from_db()
    pattern.refresh_from_db()
    assert (flag.pattern, pattern.size) == (None, 3)


def test_a_person_begins_a_pattern_that_no_job_saw(letters: Pilot, people: People) -> None:
    flags = flags_saying(letters, [INVENTED[0], SLOW[0]], [people.member])
    begun = begin_pattern(flags=flags, title="Monday mornings", by=people.triage, at=now())
    group(letters)
    begun.refresh_from_db()
    assert (begun.title, begun.size, begun.is_touched) == ("Monday mornings", 2, True)


def test_each_decision_stands_in_the_trail(fixed: Pattern, people: People) -> None:
    verbs = AuditEvent.objects.filter(target_id=str(fixed.pk)).order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["pattern.confirmed", "pattern.fixed"]


def test_the_pages_show_it_and_offer_what_can_be_decided(pattern: Pattern, people: People, sign_in: SignIn) -> None:
    listed = sign_in(people.triage).get("/pilots/letters/patterns/").content.decode()
    assert pattern.title in listed and "4 reporters" not in listed and "2 reporters" in listed
    shown = sign_in(people.triage).get("/pilots/letters/patterns/1/").content.decode()
    assert "4 flags from 2 reporters" in shown and "Confirm" in shown and INVENTED[0] in shown
    assert "Confirm</button>" not in sign_in(people.change).get("/pilots/letters/patterns/1/").content.decode()


def test_the_page_says_whose_decision_can_be_taken_back(confirmed: Pattern, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.triage).get("/pilots/letters/patterns/1/").content.decode()
    assert f"{people.triage.name} confirmed it, " in page and "Take the last decision back" in page
    assert page.count("Say what is done") == 2 and "Decide</button>" not in page


def test_the_way_to_what_it_speaks_against_opens_once_it_speaks(
    confirmed: Pattern, people: People, sign_in: SignIn
) -> None:
    browser, chain = sign_in(people.triage), "/pilots/letters/chains/1/"
    assert chain not in browser.get("/pilots/letters/patterns/1/").content.decode()
    Pattern.objects.update(worst=3)
    assert chain in browser.get("/pilots/letters/patterns/1/").content.decode()


def test_what_is_hardly_alike_is_not_offered_for_a_merge(confirmed: Pattern, people: People, sign_in: SignIn) -> None:
    near, far = (PatternFactory.create(pilot=confirmed.pilot, number=number) for number in (7, 8))
    confirmed.similar = [[str(near.pk), 0.3], [str(far.pk), 0.03]]
    confirmed.save()
    page = sign_in(people.triage).get("/pilots/letters/patterns/1/").content.decode()
    assert "Merge into P-7" in page and "Merge into P-8" not in page


def test_a_decision_on_the_page_keeps_what_was_typed_when_it_is_refused(
    confirmed: Pattern, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.triage)
    sent = {"version": 1, "reason": "Long and thoughtful words"}
    late = browser.post("/pilots/letters/patterns/1/decline/", sent)
    assert late.status_code == 409 and "Long and thoughtful words" in late.content.decode()
    empty = browser.post("/pilots/letters/patterns/1/decline/", {"version": 2, "reason": ""})
    assert empty.status_code == 422 and "why nothing changes" in empty.content.decode()
    done = browser.post("/pilots/letters/patterns/1/decline/", sent | {"version": 2})
    assert (done.status_code, done["Location"]) == (302, "/pilots/letters/patterns/1/")


def test_the_reporter_reads_on_their_own_page_what_became_of_it(
    fixed: Pattern, people: People, sign_in: SignIn
) -> None:
    flag = Flag.objects.filter(reporter=people.member).first()
    assert flag is not None
    html = sign_in(people.member).get(f"/my-flags/{flag.reference}/").content.decode()
    assert "3 other flags in this pilot say the same" in html and "Sources are checked now." in html


def test_a_version_or_number_of_thousands_of_digits_is_none(letters: Pilot, people: People, sign_in: SignIn) -> None:
    """Python refuses to read so many, which is a server error wherever it is not asked for first."""
    pattern = PatternFactory.create(pilot=letters)
    browser, endless = sign_in(people.triage), "9" * 5000
    page = f"/pilots/letters/patterns/{pattern.number}/"
    assert browser.post(f"{page}confirm/", {"version": endless}).status_code == 409
    assert browser.get("/pilots/letters/patterns/", {"q": f"P-{endless}"}).status_code == 200
    assert browser.get(f"/pilots/letters/gates/staged_rollout-{endless}/").status_code == 404
