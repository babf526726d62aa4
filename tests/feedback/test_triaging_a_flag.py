"""MakeFlaging, closing, carrying: who may, what is asked for, what it leaves behind."""

import pytest

from feedback.actions.triage import assess_flag, carry_flag, close_flag
from feedback.models import Flag
from feedback.summaries.owed import owed_before_a_stage
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Change, User
from tests.cast import People
from tests.factories.pilots import DelegationFactory
from tests.feedback import HandIn, MakeFlag, SignIn


@pytest.fixture
def flag(hand_in: HandIn) -> Flag:
    return hand_in(severity=2).flag


@pytest.fixture
def assess(people: People) -> MakeFlag:
    def do(
        flag: Flag, severity: int = 2, version: int = 1, by: User | None = None, note: str = "Seen in production."
    ) -> Flag:
        return assess_flag(flag=flag, severity=severity, note=note, version=version, by=by or people.triage, at=now())

    return do


def test_assessing_keeps_the_reporters_level_beside_ours(flag: Flag, assess: MakeFlag) -> None:
    assess(flag, severity=3)
    flag.refresh_from_db()
    assert (flag.severity, flag.assessed_severity, flag.state) == (2, 3, "assessed")


def test_another_level_than_the_reporters_needs_a_reason(flag: Flag, assess: MakeFlag) -> None:
    assess(flag, severity=2, note="")
    with pytest.raises(Refused) as refused:
        assess(flag, severity=1, version=2, note=" ")
    assert refused.value.field == "note"


def test_a_severe_one_is_announced_once_however_often_it_is_assessed(flag: Flag, assess: MakeFlag) -> None:
    assess(flag, severity=3)
    assess(flag, severity=4, version=2)
    assert [change.event for change in Change.objects.order_by("id")] == ["severe_flag", ""]
    assert Change.objects.first().data == {"flag_id": str(flag.pk)}


def test_a_severe_one_blocks_until_it_is_carried_by_name(flag: Flag, assess: MakeFlag, people: People) -> None:
    assessed = assess(flag, severity=3)
    assert owed_before_a_stage(flag.pilot).severe_flags == ((flag.reference, 3),)
    carry_flag(flag=assessed, reason="Checked by hand.", version=2, by=people.triage, at=now())
    assert owed_before_a_stage(flag.pilot).severe_flags == ()


def test_assessing_anew_ends_that_somebody_carries_it(flag: Flag, assess: MakeFlag, people: People) -> None:
    carry_flag(flag=assess(flag), reason="Rare.", version=2, by=people.triage, at=now())
    again = assess(flag, severity=3, version=3)
    assert (again.state, again.carried_by) == ("assessed", None)


def test_closing_needs_an_assessment_first(flag: Flag, people: People) -> None:
    with pytest.raises(Refused, match="Assess it first"):
        close_flag(flag=flag, resolution="fixed", answer="Done.", version=1, by=people.triage, at=now())


def test_nothing_is_closed_without_an_answer(flag: Flag, assess: MakeFlag, people: People) -> None:
    with pytest.raises(Refused, match="Tell the reporter"):
        close_flag(flag=assess(flag), resolution="fixed", answer=" \n", version=2, by=people.triage, at=now())


def test_a_closed_flag_is_not_closed_assessed_or_carried_again(flag: Flag, assess: MakeFlag, people: People) -> None:
    close_flag(flag=assess(flag), resolution="fixed", answer="Done.", version=2, by=people.triage, at=now())
    for again in (
        lambda: assess(flag, version=3),
        lambda: carry_flag(flag=flag, reason="x", version=3, by=people.triage, at=now()),
        lambda: close_flag(flag=flag, resolution="fixed", answer="x", version=3, by=people.triage, at=now()),
    ):
        with pytest.raises(Refused):
            again()


def test_who_looked_at_an_older_state_is_told_what_is_so_now(flag: Flag, assess: MakeFlag) -> None:
    assess(flag, severity=3)
    with pytest.raises(Conflict) as conflict:
        assess(flag, severity=1)
    assert conflict.value.current["Severity"] == "3 Affected someone"


@pytest.mark.parametrize("who", ["pm", "sponsor", "owner", "member", "leader", "admin", "stranger"])
def test_only_triage_assesses(flag: Flag, assess: MakeFlag, people: People, who: str) -> None:
    with pytest.raises(NotAllowed):
        assess(flag, by=getattr(people, who))


def test_who_stands_in_for_triage_is_recorded_with_whom_they_stand_in_for(
    flag: Flag, assess: MakeFlag, people: People
) -> None:
    DelegationFactory.create(pilot=flag.pilot, from_user=people.triage, to_user=people.change, role="triage_lead")
    assess(flag, by=people.change)
    event = AuditEvent.objects.get()
    assert (event.actor_id, event.on_behalf_of_id) == (people.change.pk, people.triage.pk)


def test_each_step_leaves_one_event_and_none_of_the_words(flag: Flag, assess: MakeFlag, people: People) -> None:
    carried = carry_flag(flag=assess(flag), reason="Rare indeed.", version=2, by=people.triage, at=now())
    close_flag(flag=carried, resolution="fixed", answer="All mended.", version=3, by=people.triage, at=now())
    events = AuditEvent.objects.order_by("sequence")
    assert [event.verb for event in events] == ["flag.assessed", "flag.carried", "flag.closed"]
    assert not [event for event in events if "Rare indeed" in event.body or "All mended" in event.body]


def test_a_failed_audit_write_undoes_the_step(flag: Flag, assess: MakeFlag, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("the trail is away")

    monkeypatch.setattr("feedback.actions.triage.record", fail)
    with pytest.raises(RuntimeError):
        assess(flag, severity=3)
    assert Flag.objects.get().state == "new"
    assert not Change.objects.exists()


def test_the_page_takes_a_flag_from_waiting_to_closed(flag: Flag, people: People, sign_in: SignIn) -> None:
    browser, page = sign_in(people.triage), f"/pilots/letters/flags/{flag.reference}/"
    assert "Assess it" in browser.get(page).content.decode()
    browser.post(f"{page}assess/", {"severity": "2", "note": "", "version": "1"})
    done = browser.post(f"{page}close/", {"resolution": "fixed", "answer": "Done.", "version": "2"}, follow=True)
    assert "Closed. The reporter sees your answer" in done.content.decode()
    assert Flag.objects.get().state == "closed"


def test_the_page_carries_a_flag(flag: Flag, assess: MakeFlag, people: People, sign_in: SignIn) -> None:
    assess(flag)
    sign_in(people.triage).post(
        f"/pilots/letters/flags/{flag.reference}/carry/", {"reason": "Checked by hand.", "version": "2"}
    )
    assert Flag.objects.get().carried_by == people.triage


def test_a_refused_step_keeps_what_was_typed(flag: Flag, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.triage).post(
        f"/pilots/letters/flags/{flag.reference}/assess/", {"severity": "", "note": "A long thought", "version": "1"}
    )
    assert page.status_code == 422
    assert "A long thought" in page.content.decode()


def test_a_stale_page_keeps_what_was_typed_and_can_be_sent_again(
    flag: Flag, assess: MakeFlag, people: People, sign_in: SignIn
) -> None:
    assess(flag, severity=3)
    typed = {"severity": "1", "note": "A long thought", "version": "1"}
    page = sign_in(people.triage).post(f"/pilots/letters/flags/{flag.reference}/assess/", typed)
    assert page.status_code == 409
    assert "A long thought" in page.content.decode()
    assert "severity: 3 Affected someone" in page.content.decode()
    assert 'name="version" value="2"' in page.content.decode()


def test_who_reads_flags_and_does_not_triage_sees_who_does_and_not_who_reported(
    hand_in: HandIn, people: People, sign_in: SignIn
) -> None:
    flag = hand_in(by=people.member).flag
    page = sign_in(people.evaluator).get(f"/pilots/letters/flags/{flag.reference}/").content.decode()
    assert people.triage.name in page
    assert people.member.name not in page
    assert people.member.name in (
        sign_in(people.triage).get(f"/pilots/letters/flags/{flag.reference}/").content.decode()
    )


@pytest.mark.parametrize(("who", "status"), [("leader", 403), ("admin", 403), ("member", 403), ("stranger", 404)])
def test_nobody_else_reads_flags(flag: Flag, people: People, sign_in: SignIn, who: str, status: int) -> None:
    browser = sign_in(getattr(people, who))
    assert browser.get("/pilots/letters/flags/").status_code == status
    assert browser.get(f"/pilots/letters/flags/{flag.reference}/").status_code == status


def test_what_shows_private_data_is_folded_away(hand_in: HandIn, people: People, sign_in: SignIn) -> None:
    flag = hand_in(categories=["PRIVATE"]).flag
    page = sign_in(people.triage).get(f"/pilots/letters/flags/{flag.reference}/").content.decode()
    assert "It may show what you should not see" in page
