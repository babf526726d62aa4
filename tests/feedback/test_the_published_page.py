"""What everybody affected reads: who may, what stands on it, and what never does."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.actions import patterns as decide
from feedback.actions.counting import recount
from feedback.actions.publishing import newest_publication, publish_page
from feedback.actions.reminding import remind_of_feedback
from feedback.actions.statements import publish_statement
from feedback.models import Flag, Pattern, Publication
from feedback.published import PublishedPage, page_of_pilot
from feedback.views.publishing import WORDS_A_MINUTE, seconds_of, words_of
from governance.evidence import evaluate
from pilots.actions.pilots import pause_pilot
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Pilot, User
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.factories.pilots import PilotFactory, UserFactory
from tests.feedback.test_signing_the_statement import sign, write

SignIn = Callable[[User], Client]
URL = "/published/letters/"
WORDS = "It gets dates wrong. Check each date."


@pytest.fixture
def published(letters: Pilot, people: People, at: datetime) -> Publication:
    return publish_page(pilot=letters, falls_short=WORDS, seen=0, by=people.change, at=at)


def page(pilot: Pilot, at: datetime) -> PublishedPage:
    return page_of_pilot(pilot, newest_publication(pilot), at)


def pattern_of(pilot: Pilot, people: People, at: datetime, *, reporters: int = 12, **flag: object) -> Pattern:
    """Titled and confirmed by triage, with a flag each of so many people."""
    found: Pattern = PatternFactory.create(pilot=pilot)
    for user in UserFactory.create_batch(reporters):
        FlagFactory.create(pilot=pilot, pattern=found, reporter=user, placed_at=at, **flag)
    recount([found.pk])
    found.refresh_from_db()
    title = "It invents rulings, ask anna@example.org"
    found = decide.rename_pattern(pattern=found, title=title, version=found.version, by=people.triage, at=at)
    return decide.confirm_pattern(pattern=found, version=found.version, by=people.triage, at=at)


@pytest.mark.parametrize(
    ("access", "visitor", "signed_in"), [("nobody", 302, 404), ("signed_in", 302, 200), ("anyone", 200, 200)]
)
def test_it_is_open_to_whom_the_pilot_says(
    published: Publication, people: People, sign_in: SignIn, access: str, visitor: int, signed_in: int
) -> None:
    Pilot.objects.update(page_access=access)
    assert Client().get(URL).status_code == visitor
    assert sign_in(people.stranger).get(URL).status_code == signed_in
    calls = Client().get("/api/v1/published/letters/"), sign_in(people.stranger).get("/api/v1/published/letters/")
    assert [call.status_code for call in calls] == [401 if visitor == 302 else 200, signed_in]


def test_a_page_that_nobody_published_is_like_none_at_all(letters: Pilot, people: People, sign_in: SignIn) -> None:
    Pilot.objects.update(page_access="anyone")
    assert Client().get(URL).status_code == Client().get("/published/no-such/").status_code == 302
    assert sign_in(people.pm).get(URL).status_code == 404


def test_it_says_what_nobody_knows(published: Publication, people: People, sign_in: SignIn) -> None:
    text = sign_in(people.stranger).get(URL).content.decode()
    assert "Not measured" in text and "Nobody has signed this yet" in text
    assert "Check each date." in text and "Chidi Okoro" in text
    assert sign_in(people.stranger).get("/api/v1/published/letters/").json()["performance"] == "not_measured"


def test_who_signed_is_named_only_where_they_agreed(
    published: Publication, letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    statement = write(letters, people.pm, at)
    sign(statement, people.sponsor, at, is_named=False)
    sign(statement, people.owner, at)
    assert page(letters, at).statement is None
    sign_in(people.pm).post("/pilots/letters/statement/publish/")
    text = sign_in(people.stranger).get(URL).content.decode()
    assert "the sponsor and Owen Archer (accountable owner)" in text and "Stella Park" not in text


def test_a_pattern_stands_on_it_under_a_title_that_a_person_gave(letters: Pilot, people: People, at: datetime) -> None:
    pattern_of(letters, people, at)
    PatternFactory.create(pilot=letters, number=77, title="Words from a flag", state="confirmed", size=12, reporters=12)
    PatternFactory.create(pilot=letters, number=78, title="Not confirmed", is_renamed=True, size=12, reporters=12)
    (topic,) = page(letters, at).open
    assert (topic.title, topic.flags, topic.since.day) == ("It invents rulings, ask [e-mail]", 12, 1)


def test_what_is_only_watched_was_confirmed_before(letters: Pilot, people: People, at: datetime) -> None:
    found = pattern_of(letters, people, at)
    decide.acknowledge_pattern(pattern=found, version=found.version, by=people.triage, at=at)
    assert len(page(letters, at).open) == 1
    Pattern.objects.filter(pk=found.pk).update(state="new")
    shown = page(letters, at)
    assert (shown.open, shown.unconfirmed) == ([], 1)


def test_nothing_is_counted_of_fewer_than_ten_people(letters: Pilot, people: People, at: datetime) -> None:
    pattern_of(letters, people, at, reporters=9)
    found = page(letters, at)
    assert (found.open[0].flags, found.counts.flags, found.counts.open) == (None, None, None)
    FlagFactory.create(pilot=letters)
    found = page(letters, at)
    assert (found.open[0].flags, found.counts.flags, found.counts.open) == (None, 10, 10)


def test_a_small_part_is_not_to_be_worked_out_from_the_others(letters: Pilot, people: People, at: datetime) -> None:
    pattern_of(letters, people, at)
    FlagFactory.create(
        pilot=letters, state="closed", resolution="fixed", answer="So.", closed_at=at, closed_by=people.pm
    )
    counts = page(letters, at).counts
    assert (counts.flags, counts.open, counts.fixed, counts.otherwise) == (13, None, None, None)


def test_a_small_pattern_is_not_to_be_worked_out_from_the_sum(letters: Pilot, people: People, at: datetime) -> None:
    """28 flags in all, of which 13 and 12 in the others, would say that 3 are in the third."""
    for reporters in (13, 12, 3):
        pattern_of(letters, people, at, reporters=reporters)
    found = page(letters, at)
    assert (found.counts.flags, [topic.flags for topic in found.open]) == (28, [13, None, None])
    for user in UserFactory.create_batch(10):
        FlagFactory.create(pilot=letters, reporter=user)
    assert [topic.flags for topic in page(letters, at).open] == [13, 12, None]


@given(
    sizes=st.lists(st.integers(1, 15), max_size=3),
    loose=st.integers(0, 12),
    nameless=st.integers(0, 3),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_difference_of_shown_figures_is_about_fewer_than_ten(
    letters: Pilot, people: People, at: datetime, sizes: list[int], loose: int, nameless: int
) -> None:
    with transaction.atomic():
        for reporters in sizes:
            pattern_of(letters, people, at, reporters=reporters)
        for user in UserFactory.create_batch(loose):
            FlagFactory.create(pilot=letters, reporter=user)
        for _ in range(nameless):
            FlagFactory.create(pilot=letters, reporter=None)
        found = page(letters, at)
        transaction.set_rollback(True)
    shown = [topic.flags for topic in found.open if topic.flags is not None]
    assert all(flags >= 10 for flags in shown)
    if found.counts.flags is not None:
        assert found.counts.flags - sum(shown) == 0 or found.counts.flags - sum(shown) >= 10


def test_a_nameless_flood_is_one_reporter(letters: Pilot, at: datetime) -> None:
    FlagFactory.create_batch(30, pilot=letters)
    assert page(letters, at).counts.flags is None


def test_rehearsals_count_for_nothing(letters: Pilot, at: datetime) -> None:
    for user in UserFactory.create_batch(12):
        FlagFactory.create(pilot=letters, reporter=user, is_drill=True)
    assert page(letters, at).counts.flags is None


@pytest.mark.parametrize("private", [{"categories": ["PRIVATE"]}, {"is_confidential": True}])
def test_what_may_be_private_is_left_out_and_said_to_be(
    letters: Pilot, people: People, at: datetime, private: dict[str, object]
) -> None:
    found = pattern_of(letters, people, at)
    FlagFactory.create(pilot=letters, pattern=found, **private)
    shown = page(letters, at)
    assert (shown.open, shown.withheld) == ([], 1)


def test_you_flagged_we_changed(letters: Pilot, people: People, at: datetime) -> None:
    for verb, reason in ((decide.fix_pattern, "It asks for a source now."), (decide.decline_pattern, "Rare.")):
        found = pattern_of(letters, people, at)
        when = {"fixed_from": at} if verb is decide.fix_pattern else {}
        verb(pattern=found, reason=reason, version=found.version, by=people.triage, at=at, **when)  # type: ignore[operator]
    shown = page(letters, at)
    assert [(topic.told, topic.on) for topic in shown.changed] == [("It asks for a source now.", at.date())]
    assert [topic.told for topic in shown.declined] == ["Rare."]


def test_a_paused_pilot_says_so_first(published: Publication, letters: Pilot, people: People, at: datetime) -> None:
    pause_pilot(pilot=letters, by=people.pm, at=at, reason="The supplier changes the model.")
    Pilot.objects.update(page_access="anyone")
    text = Client().get(URL).content.decode()
    assert text.index("Paused: please do not use it") < text.index("What it is for")


def test_it_says_that_it_is_old(published: Publication, letters: Pilot, at: datetime) -> None:
    assert not page(letters, at + timedelta(days=35)).is_stale
    assert page(letters, at + timedelta(days=36)).is_stale


def test_publishing_again_brings_it_up_to_date(
    published: Publication, letters: Pilot, people: People, sign_in: SignIn
) -> None:
    pm, typed = sign_in(people.pm), {"falls_short": WORDS, "seen": 1}
    shown = pm.post("/pilots/letters/publish/", {**typed, "falls_short": "Other words.", "preview": "1"})
    assert "Other words." in shown.content.decode() and Publication.objects.count() == 1
    assert pm.post("/pilots/letters/publish/", typed).status_code == 302
    assert newest_publication(letters).number == 2  # type: ignore[union-attr]
    late = pm.post("/pilots/letters/publish/", {**typed, "falls_short": "Too late."})
    assert late.status_code == 409 and "Too late." in late.content.decode()
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["page.published"] * 2


def test_what_is_published_holds_no_address(letters: Pilot, people: People, at: datetime) -> None:
    made = publish_page(pilot=letters, falls_short="Ask anna@example.org.", seen=0, by=people.pm, at=at)
    assert made.falls_short == "Ask [e-mail]."


def test_who_may_not_publish(letters: Pilot, people: People, at: datetime) -> None:
    for who in (people.sponsor, people.triage, people.member, people.admin):
        with pytest.raises(NotAllowed):
            publish_page(pilot=letters, falls_short=WORDS, seen=0, by=who, at=at)
    with pytest.raises(Refused, match="where it falls short"):
        publish_page(pilot=letters, falls_short=" ", seen=0, by=people.pm, at=at)
    with pytest.raises(Conflict):
        publish_page(pilot=letters, falls_short=WORDS, seen=4, by=people.pm, at=at)


def test_the_database_keeps_what_was_published(published: Publication) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Publication.objects.update(falls_short="Nothing.")


def test_its_own_words_leave_most_of_two_minutes_to_people(letters: Pilot, people: People, at: datetime) -> None:
    """With everything on it that a page can have, and people's texts at a length that they are."""
    assert seconds_of(words_of(page(letters, at))) <= 50
    prose = "It drafts letters that need no lawyer, and a person reads each of them before it goes out. " * 5
    statement = write(letters, people.pm, at, intended=prose, not_intended=prose)
    sign(statement, people.sponsor, at)
    publish_statement(statement=sign(statement, people.owner, at), by=people.pm, at=at)
    publish_page(pilot=letters, falls_short=WORDS * 6, seen=0, by=people.pm, at=at)
    for _ in range(3):
        pattern_of(letters, people, at, reporters=2)
    assert seconds_of(words_of(page(letters, at))) <= 120
    assert WORDS_A_MINUTE <= 238  # the mean of silent reading (Brysbaert 2019)


def test_the_list_has_those_that_one_may_read(
    published: Publication, people: People, sign_in: SignIn, django_assert_max_num_queries: object
) -> None:
    PilotFactory.create(name="Never published")
    text = sign_in(people.stranger).get("/published/").content.decode()
    assert URL in text and "Never published" not in text
    assert [row["slug"] for row in sign_in(people.stranger).get("/api/v1/published/").json()["results"]] == ["letters"]


def test_forms_and_receipts_lead_to_it(published: Publication, people: People, sign_in: SignIn) -> None:
    flag = FlagFactory.create(pilot=published.pilot, reporter=people.stranger)
    browser = sign_in(people.stranger)
    assert URL in browser.get("/flag/letters/").content.decode()
    assert URL in browser.get(f"/my-flags/{flag.reference}/").content.decode()
    Pilot.objects.update(page_access="nobody")
    assert URL not in browser.get("/flag/letters/").content.decode()


def test_it_costs_the_same_however_much_was_flagged(
    letters: Pilot, people: People, at: datetime, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(6):  # type: ignore[attr-defined]
        page_of_pilot(letters, None, at)
    for _ in range(3):
        pattern_of(letters, people, at, reporters=2)
    with django_assert_num_queries(6):  # type: ignore[attr-defined]
        page_of_pilot(letters, None, at)


def test_the_gate_asks_that_somebody_can_read_it_and_not_what_it_says(
    governed: Pilot, people: People, at: datetime
) -> None:
    def said() -> tuple[str, str]:
        governed.refresh_from_db()
        gate = next(e for e in evaluate(governed, at) if e.gate.phase == "infrastructure_build")
        found = next(f for f in gate.findings if f.code == "page_published")
        return found.state.value, found.detail

    assert said() == ("open", "Nobody has published it yet")
    publish_page(pilot=governed, falls_short="It is never right.", seen=0, by=people.pm, at=at)
    assert said() == ("met", "")
    Pilot.objects.update(page_access="nobody")
    assert said() == ("open", "The pilot’s settings let nobody read it")


def test_flags_that_were_closed_keep_no_reporter_on_the_page(
    published: Publication, letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    found = pattern_of(letters, people, at)
    names = [flag.reporter.name for flag in Flag.objects.filter(pattern=found).select_related("reporter")]  # type: ignore[union-attr]
    text = sign_in(people.stranger).get(URL).content.decode()
    assert names and not any(name in text for name in names)


def publication(letters: Pilot, people: People, number: int, at: datetime) -> None:
    Publication.objects.create(
        pilot=letters,
        number=number,
        falls_short="It quotes what it made up.",
        published_at=at,
        published_by=people.change,
    )


def test_who_publishes_hears_once_that_the_page_has_grown_old(letters: Pilot, people: People, at: datetime) -> None:
    publication(letters, people, 1, at - timedelta(days=80))
    publication(letters, people, 2, at - timedelta(days=36))
    remind_of_feedback(at)
    remind_of_feedback(at)
    told = people.change.notifications.filter(event__startswith="page-stale")
    assert [("last brought up to date" in one.text, one.url) for one in told] == [(True, "/pilots/letters/publish/")]
    publication(letters, people, 3, at - timedelta(days=3))
    people.change.notifications.all().delete()
    remind_of_feedback(at)
    assert not people.change.notifications.filter(event__startswith="page-stale").exists()
