"""What makes somebody's work harder: who reads it, what an answer has to say, and what nobody can count out of it."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from feedback.actions.concerns import Change, decide_concern, erase_concern, name_for_concern, raise_concern
from feedback.models import Concern
from feedback.people_reports import concern_figures
from feedback.summaries.flags import find_flags
from feedback.suppression import FEWEST, hidden_cells
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, AuditSalt, Notification, Pilot
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback_people import a_concern
from tests.factories.pilots import SegmentFactory, UserFactory
from tests.feedback import HandIn, SignIn

WORDS = "It takes the part of my work that I like."
DECIDED = Change(kind="decision", what="Nobody is asked why they switched it off.", on=date(2026, 11, 3))


@pytest.fixture
def at() -> datetime:
    return now() - timedelta(days=2)


@pytest.fixture
def concern(letters: Pilot, people: People, at: datetime) -> Concern:
    return raise_concern(pilot=letters, submission=uuid4(), text=WORDS, by=people.member, at=at).concern


def decide(concern: Concern, people: People, accept: bool = True, **how: object) -> Concern:
    usual = {"reason": "You are right.", "change": DECIDED if accept else None, "version": concern.version}
    return decide_concern(
        **{"concern": concern, "accept": accept, "by": people.change, "at": now(), **usual, **how}  # type: ignore[arg-type]
    )


def test_a_flag_that_says_so_opens_one_with_the_flags_words(hand_in: HandIn, people: People) -> None:
    flag = hand_in(categories=["FIT"], output="", what_happened=WORDS, by=people.member).flag
    found = Concern.objects.get()
    assert (found.flag, found.words, found.text, found.raiser) == (flag, WORDS, "", people.member)


def test_whoever_answers_hears_of_it_and_reads_no_word_of_it_there(concern: Concern, people: People) -> None:
    texts = dict(Notification.objects.values_list("user__email", "text"))
    assert set(texts) == {people.change.email, people.pm.email}
    assert not [text for text in texts.values() if WORDS in text]


def test_contact_data_is_taken_out_and_the_trail_has_a_digest(letters: Pilot, people: People, at: datetime) -> None:
    raise_concern(
        pilot=letters, submission=uuid4(), text="Ask ada@example.org about it", by=people.member, named=False, at=at
    )
    found, event = Concern.objects.get(), AuditEvent.objects.get()
    assert found.text == "Ask [e-mail] about it" and found.redactions == {"e-mail": 1} and found.raiser is None
    assert "about it" not in event.body and event.actor_id is None


def test_the_same_page_sent_twice_is_one_concern(letters: Pilot, people: People, at: datetime) -> None:
    once = {"pilot": letters, "submission": uuid4(), "by": people.member, "at": at}
    assert raise_concern(text=WORDS, **once).concern == raise_concern(text=WORDS, **once).concern
    with pytest.raises(Refused, match="other words"):
        raise_concern(text="Something else", **once)


@pytest.mark.parametrize("who", ["owner", "evaluator", "triage", "integration", "sponsor", "leader", "admin", "member"])
def test_nobody_else_reads_it(concern: Concern, people: People, sign_in: SignIn, who: str) -> None:
    assert sign_in(getattr(people, who)).get(f"/pilots/letters/change/concerns/{concern.pk}/").status_code == 403
    change = sign_in(getattr(people, who)).get("/pilots/letters/change/")
    assert WORDS not in change.content.decode()


def test_who_is_named_reads_and_answers_it(concern: Concern, people: People, sign_in: SignIn) -> None:
    asked = name_for_concern(concern=concern, named=people.owner, version=1, by=people.change, at=now())
    page = sign_in(people.owner).get(f"/pilots/letters/change/concerns/{concern.pk}/")
    assert WORDS in page.content.decode()
    decide(asked, people, by=people.owner)
    with pytest.raises(NotAllowed):
        name_for_concern(concern=asked, named=people.owner, version=3, by=people.owner, at=now())


def test_a_flag_about_somebodys_work_hides_its_words_from_other_leads(
    hand_in: HandIn, people: People, sign_in: SignIn, letters: Pilot
) -> None:
    flag = hand_in(categories=["FIT"], output="", what_happened=WORDS).flag
    page = f"/pilots/letters/flags/{flag.reference}/"
    assert WORDS in sign_in(people.triage).get(page).content.decode()
    assert WORDS not in sign_in(people.evaluator).get(page).content.decode()
    assert (
        Caller(people.evaluator, READ_AND_WRITE).get(f"pilots/letters/flags/{flag.reference}/").json()["what_happened"]
        == ""
    )
    rows = Caller(people.evaluator, READ_AND_WRITE).get("pilots/letters/flags/").json()["results"]
    assert [row["what_happened"] for row in rows] == [""]
    assert find_flags("the part of my work", pilots=Pilot.objects.all(), most=5) == []


def test_its_raiser_reads_what_it_changed(concern: Concern, people: People, sign_in: SignIn) -> None:
    decide(concern, people)
    page = sign_in(people.member).get("/my-concerns/").content.decode()
    assert "You are right." in page and "Nobody is asked why they switched it off." in page
    told = Notification.objects.get(user=people.member)
    assert "was accepted" in told.text and told.url == "/my-concerns/"


def test_to_note_it_is_no_answer(concern: Concern, people: People) -> None:
    for change in (
        None,
        Change("", "x", DECIDED.on),
        Change("decision", " ", DECIDED.on),
        Change("decision", "x", None),
    ):
        with pytest.raises(Refused):
            decide(concern, people, change=change)
    for change in (
        Change("gate", "x", DECIDED.on),
        Change("pattern", "x", DECIDED.on),
        Change("use_case", "x", DECIDED.on),
    ):
        with pytest.raises(Refused):
            decide(concern, people, change=change)
    with pytest.raises(Refused):
        decide(concern, people, accept=False, reason=" ")


@pytest.mark.parametrize(
    "column",
    [
        {"state": "accepted", "reason": "Noted."},
        {"state": "accepted", "reason": "Noted.", "changed": "gate", "changed_what": "x"},
        {"state": "not_accepted", "reason": ""},
        {"state": "noted", "reason": "Noted."},
    ],
)
def test_the_database_takes_no_noting_either(concern: Concern, people: People, column: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Concern.objects.filter(pk=concern.pk).update(**column, decided_at=now(), decided_by=people.change)


def test_a_gate_or_a_stage_can_be_what_it_changed(concern: Concern, people: People) -> None:
    change = Change("gate", "Stage one waits for the daily note.", DECIDED.on, phase="staged_rollout", stage=1)
    assert decide(concern, people, change=change).about == "Staged rollout, stage 1"


def test_nobody_decides_on_their_own_and_a_second_decision_is_a_conflict(
    letters: Pilot, concern: Concern, people: People, at: datetime
) -> None:
    own = raise_concern(pilot=letters, submission=uuid4(), text=WORDS, by=people.change, at=at).concern
    with pytest.raises(Refused, match="somebody else"):
        decide(own, people)
    decide(concern, people, accept=False)
    with pytest.raises(Conflict):
        decide(concern, people, version=1)


def test_erasing_takes_the_words_and_leaves_count_and_trail(concern: Concern, people: People) -> None:
    decide(concern, people)
    events = list(AuditEvent.objects.filter(target_id=str(concern.pk)).values_list("pk", flat=True))
    assert AuditSalt.objects.filter(event_id__in=events).exists()
    erased = erase_concern(concern=concern, at=now())
    assert (erased.words, erased.reason, erased.raiser, erased.state) == ("", "", None, "accepted")
    assert not AuditSalt.objects.filter(event_id__in=events, erased_at=None).exists()
    assert AuditEvent.objects.filter(verb="concern.erased").count() == 1
    assert erase_concern(concern=erased, at=now()).erased_at == erased.erased_at


def test_the_form_keeps_what_was_typed_and_gives_a_private_link(
    letters: Pilot, people: People, sign_in: SignIn, visitor: Client
) -> None:
    browser = sign_in(people.stranger)
    assert browser.post("/concern/letters/", {"text": "", "submission": str(uuid4())}).status_code == 422
    typed = {"text": WORDS, "without_name": "on", "submission": str(uuid4())}
    receipt = browser.post("/concern/letters/", typed)
    assert WORDS in visitor.get(receipt["Location"]).content.decode()
    other = browser.post("/concern/letters/", {**typed, "text": "Another thing"})
    assert other.status_code == 422 and "Another thing" in other.content.decode()


def test_the_history_of_the_pilot_lets_nobody_count_them(
    concern: Concern, people: People, letters: Pilot, sign_in: SignIn
) -> None:
    decide(concern, people)
    assert not AuditEvent.objects.filter(pilot_id=letters.pk).exists()
    assert "a concern" not in sign_in(people.leader).get("/pilots/letters/history/").content.decode()
    rows = Caller(people.leader, READ_AND_WRITE).get("pilots/letters/history/").json()["results"]
    assert [row["verb"] for row in rows if row["verb"].startswith("concern")] == []
    assert AuditEvent.objects.filter(verb__startswith="concern.").count() == 2


def many(pilot: Pilot, at: datetime, **by_segment: int) -> None:
    for name, people in by_segment.items():
        segment = SegmentFactory.create(pilot=pilot, name=name, slug=name)
        for _ in range(people):
            a_concern(pilot, at, raiser=UserFactory.create(), segment=segment)


def test_nothing_is_counted_under_ten_people(letters: Pilot, people: People, sign_in: SignIn, at: datetime) -> None:
    many(letters, at, north=9)
    assert not any(row.is_shown for row in concern_figures(letters, now()))
    answer = Caller(people.leader, READ_AND_WRITE).get("pilots/letters/concerns/figures/").json()
    assert {row["raised"] for row in answer} == {None}
    assert "Not enough data" in sign_in(people.leader).get("/pilots/letters/change/").content.decode()


def test_one_person_many_times_is_one_person(letters: Pilot, people: People, at: datetime) -> None:
    for _ in range(15):
        a_concern(letters, at, raiser=people.member)
        a_concern(letters, at)
    assert not any(row.is_shown for row in concern_figures(letters, now()))


def test_what_the_total_would_give_away_is_hidden_as_well(letters: Pilot, at: datetime) -> None:
    many(letters, at, north=30, south=12, east=4)
    shown = {row.label: row.raised for row in concern_figures(letters, now()) if row.is_shown}
    # East and "Not stated" are hidden and have four people: the next smallest goes with them.
    assert shown == {"All": 46, "north": 30}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 40), max_size=8))
def test_what_is_hidden_is_never_one_cell_nor_fewer_than_ten_people(people: dict[str, int]) -> None:
    hidden = hidden_cells(people)
    assert {key for key, count in people.items() if count < FEWEST} <= hidden
    if hidden and hidden != set(people):
        assert len(hidden) >= 2 and sum(people[key] for key in hidden) >= FEWEST


def test_the_change_page_costs_the_same_for_many_as_for_few(
    letters: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    browser = sign_in(people.change)
    many(letters, at, north=3)
    browser.get("/pilots/letters/change/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/pilots/letters/change/")
    many(letters, at, south=20)
    with CaptureQueriesContext(connection) as lots:
        browser.get("/pilots/letters/change/")
    assert len(lots) == len(few) <= 15
