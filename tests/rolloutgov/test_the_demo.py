"""The demo story, played once for the whole run."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django.plugin import DjangoDbBlocker

from feedback.models import Flag
from governance.actions.catalogue import load_shipped_catalogue
from governance.catalogue.loader import load
from governance.models import Answer, Doubt, Gate, Item, SignOffRequest, Waiver
from governance.reports.portfolio import standing
from pilots.clock import now
from pilots.models import AuditEvent, Change, Message, Notification, Pilot, Stage, User
from pilots.verification import verify_trail
from rolloutgov.demo import accounts
from rolloutgov.demo.story import stories, unwrapped, written_codes
from rolloutgov.environment import ROOT
from tests.factories.pilots import PilotFactory
from tests.harness.database import filled_once, own_database
from tests.harness.servers import Servers

pytestmark = pytest.mark.slow


def play(**options: Any) -> str:
    said = StringIO()
    call_command("play_demo", stdout=said, **options)
    return said.getvalue()


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: DjangoDbBlocker, servers: Servers) -> Iterator[str]:
    """What `play_demo` said. The tests that ask for it read, or change nothing that another looks at."""

    def fill() -> str:
        load_shipped_catalogue(at=now())
        return play()

    played, said = filled_once(django_db_blocker, servers, "demo", fill)
    with own_database(django_db_blocker, played):
        yield said


def test_six_pilots_stand_in_six_different_places(played: str) -> None:
    states = [pilot.standing for pilot in standing(Pilot.objects.all())]
    assert sorted(states) == ["blocked", "ended", "lapsed", "paused", "ready", "waiting"]
    assert set(Pilot.objects.values_list("profile", flat=True)) == {"core", "full"}
    assert set(Pilot.objects.values_list("is_demo", flat=True)) == {True}


def test_a_stage_is_open_where_its_gate_was_passed_and_nowhere_else(played: str) -> None:
    passed = Gate.objects.filter(phase="staged_rollout", state="passed").values_list("pilot", "stage")
    opened = Stage.objects.exclude(state="planned")
    assert len(opened) == 3 and set(opened.values_list("pilot", "number")) == set(passed)
    assert not opened.filter(forecast__locked_at__isnull=True).exists()


def test_what_the_product_can_do_is_there_to_be_seen(played: str) -> None:
    assert set(Item.objects.values_list("state", flat=True)) == set(Item.State.values)
    assert set(Answer.objects.values_list("kind", flat=True)) >= {"answered", "not_measured"}
    assert set(Waiver.objects.values_list("state", flat=True)) == {"asked", "approved", "refused"}
    assert set(SignOffRequest.objects.values_list("state", flat=True)) == {"open", "passed", "refused", "voided"}
    assert set(Doubt.objects.values_list("resolution", flat=True)) == {"", "confirmed"}
    assert set(Flag.objects.values_list("state", flat=True)) == set(Flag.State.values)
    assert {reporter is None for reporter in Flag.objects.values_list("reporter", flat=True)} == {True, False}
    overdue = Item.objects.to_do().filter(due_on__lt=now().date()).exclude(state=Item.State.PROPOSED)
    assert overdue.exists()


def test_its_trail_is_real_and_whole(played: str) -> None:
    assert verify_trail().problems == []
    assert AuditEvent.objects.filter(verb="gate.passed").count() == Gate.objects.filter(state="passed").count()
    # The trail says when it was played, the story when it happened.
    assert AuditEvent.objects.order_by("at")[0].at > Answer.objects.order_by("written_at")[0].written_at


def test_the_story_ends_now_and_leaves_nothing_to_do(played: str) -> None:
    at = now()
    assert not Answer.objects.filter(written_at__gt=at).exists()
    assert not Answer.objects.filter(decided_at__isnull=False, decided_at__gt=at).exists()
    assert not Change.objects.exists()
    assert not Item.objects.lapsing_before(at).exists()
    assert not Gate.objects.open().stale(at).exclude(pilot__state="ended").exists()


def test_what_runs_out_next_has_something(played: str) -> None:
    at = now()
    soon = Answer.objects.filter(lapsed_at__isnull=True, valid_until__gt=at, decision="accepted")
    assert sum((answer.valid_until - at).days <= 30 for answer in soon if answer.valid_until) >= 5


def test_no_mail_goes_anywhere(played: str) -> None:
    assert not Message.objects.exists()
    assert not Notification.objects.filter(digested_at__isnull=True).exists()
    assert {email.rpartition("@")[2] for email in User.objects.values_list("email", flat=True)} == {"example.org"}
    assert not User.objects.filter(wants_digest=True).exists()


def test_a_second_time_says_so_and_changes_nothing(played: str) -> None:
    before = [model._default_manager.count() for model in (AuditEvent, Answer, User, Notification)]
    assert "already" in play()
    assert before == [model._default_manager.count() for model in (AuditEvent, Answer, User, Notification)]


def test_each_role_has_one_account_that_signs_in(played: str) -> None:
    shown = {person.signs_in_as: person.email for person in accounts.people() if person.signs_in_as}
    assert len(shown) == 11
    for email in shown.values():
        assert email in played
        assert User.objects.get(email=email).check_password(accounts.password())


def test_every_question_of_the_catalogue_has_an_answer() -> None:
    shipped = load((ROOT / "governance" / "catalogue" / "questions.yaml").read_text())
    assert written_codes() == {entry.code for entry in shipped}


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_every_published_figure_stands_beside_its_source(story: Any) -> None:
    paragraph, *figures = unwrapped(story.source_note).split("\n- ")
    assert figures
    assert not re.search(r"\d", paragraph)
    for line in figures:
        assert re.search(r"\]\(https://\S+\)", line), line
        assert re.search(r"read (at the source|in the report itself)|an? (press )?account", line), line


def test_names_and_tools_are_plainly_invented() -> None:
    for story in stories():
        assert "(made up)" in story.pilot["supplier"] + story.pilot["purpose"]
        assert story.pilot["tool"].startswith("Example ")


@pytest.mark.django_db
def test_it_stays_out_where_there_are_real_pilots() -> None:
    PilotFactory.create()
    with pytest.raises(CommandError, match="Real pilots here: 1"):
        play()
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        play(force=True)


@pytest.mark.django_db
def test_it_needs_a_password_of_its_own_where_others_reach_it(settings: Any) -> None:
    settings.BASE_URL = "https://rollout.example"
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        play()


@pytest.mark.django_db
def test_it_takes_nobodys_address() -> None:
    User.objects.create_user("sponsor@example.org", name="Somebody")
    with pytest.raises(CommandError, match=re.escape("sponsor@example.org")):
        play()


@pytest.mark.django_db
def test_accounts_are_printed_only_where_it_was_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", str(settings.DATABASE_URL))
    assert accounts.sign_ins() == ""
    monkeypatch.setenv("DEMO_PASSWORD", "another one, long enough")
    assert "another one" not in accounts.listing()
