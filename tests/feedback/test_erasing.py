"""Erasing what people wrote: by its reporter, by the clock, of a whole person. Counts stay and the trail verifies."""

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from feedback.access import link_token
from feedback.actions.counting import recount
from feedback.actions.erasing import erase_flag, erase_old, erase_person
from feedback.actions.flags import Details, HandedIn
from feedback.actions.reopening import reopen_flag
from feedback.actions.triage import assess_flag, close_flag
from feedback.clocks import months_before
from feedback.models import Flag, FlagVector, Pattern, PatternDecision, Placement
from pilots.actions.account import edit_own_account
from pilots.actions.delegations import delegate
from pilots.actions.people import deactivate_person, reactivate_person
from pilots.actions.personal_data import export_personal_data
from pilots.actions.pilots import edit_pilot
from pilots.audit import is_digest_of
from pilots.errors import NotAllowed, Refused
from pilots.holdings import held_on
from pilots.models import AuditEvent, AuditSalt, Invitation, Message, Notification, Pilot, User
from pilots.permissions import Role
from pilots.verification import count_erased, verify_trail
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.feedback.flagging import INVENTED, flags_saying, group

SignIn = Callable[[User], Client]
HandIn = Callable[..., HandedIn]
SECRET = "zanzibar"


def everything() -> str:
    """Every row of ours as text, with the trail."""

    def rows() -> Iterator[str]:
        for label in ("pilots", "feedback", "governance", "account", "mfa", "socialaccount"):
            for model in apps.get_app_config(label).get_models():
                yield from map(str, model._default_manager.values_list())

    return "\n".join(rows())


def severe(hand_in: HandIn, by: User | None, **other: object) -> Flag:
    """With the word in each text that a reporter can write, and an event of the trail that has a digest of it."""
    texts = dict.fromkeys(("output", "what_happened", "expected"), SECRET)
    return hand_in(by=by, severity=3, details=Details(prompt=SECRET), **texts, **other).flag


def closed(flag: Flag, people: People, at: datetime, answer: str = f"Dear {SECRET}, it is mended.") -> Flag:
    flag.refresh_from_db()
    flag = assess_flag(flag=flag, severity=flag.severity, version=flag.version, by=people.triage, at=at)
    return close_flag(flag=flag, resolution="fixed", answer=answer, version=flag.version, by=people.triage, at=at)


def test_what_its_reporter_wrote_goes_and_the_answer_stays(hand_in: HandIn, people: People, at: datetime) -> None:
    flag = closed(severe(hand_in, None), people, at, answer="It is mended.")
    event = AuditEvent.objects.get(verb="flag.handed_in")
    assert is_digest_of(event, "output", SECRET)
    erased = erase_flag(flag=flag, at=at)
    assert SECRET not in everything()
    assert (erased.answer, erased.state, erased.categories) == ("It is mended.", "closed", ["WRONG"])
    assert not is_digest_of(event, "output", SECRET)
    assert is_digest_of(AuditEvent.objects.get(verb="flag.closed"), "answer", "It is mended.")
    last = AuditEvent.objects.get(verb="flag.erased")
    assert (last.actor_id, json.loads(last.body)["data"]) == (None, {"because": "reporter"})
    with pytest.raises(Refused, match="erased already"):
        erase_flag(flag=flag, at=at)


def test_the_trail_verifies_and_says_that_content_was_erased(hand_in: HandIn, people: People, at: datetime) -> None:
    flag = severe(hand_in, None)
    erase_flag(flag=flag, at=at)
    assert not list(verify_trail().problems)
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert "Content erased: the texts of 1 events" in said.getvalue() and "The trail is whole." in said.getvalue()
    assert count_erased(f"pilot:{flag.pilot_id}") == 1 and count_erased("organisation") == 0


def test_what_was_erased_does_not_come_back(hand_in: HandIn, at: datetime) -> None:
    flag = erase_flag(flag=severe(hand_in, None), at=at)
    rows = Flag.objects.filter(pk=flag.pk)
    for change in ({"output": "again"}, {"erased_at": None, "erased_because": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditSalt.objects.filter(erased_at__isnull=False).update(salt="0" * 64)


def test_no_job_reads_it_any_more(letters: Pilot, people: People, at: datetime) -> None:
    flags = flags_saying(letters, INVENTED, [people.member, people.stranger, people.change, people.owner])
    (pattern,) = group(letters, at)
    erase_flag(flag=flags[0], at=at)
    assert not FlagVector.objects.filter(flag=flags[0]).exists()
    assert not Placement.objects.filter(flag=flags[0]).exclude(nearest=[]).exists()
    recount([pattern.pk])
    pattern.refresh_from_db()
    assert (pattern.size, pattern.reporters) == (4, 4)
    late = FlagFactory.create(pilot=letters, output="Never looked at.")
    erase_flag(flag=late, at=at)
    group(letters, at)
    assert not FlagVector.objects.filter(flag=late).exists()


def test_a_title_made_of_words_that_are_all_erased_goes_with_them(letters: Pilot, at: datetime) -> None:
    found, named = PatternFactory.create(pilot=letters), PatternFactory.create(pilot=letters, is_renamed=True)
    flags = [FlagFactory.create(pilot=letters, pattern=pattern) for pattern in (found, found, named)]
    for flag in flags[1:]:
        erase_flag(flag=flag, at=at)
    assert not Pattern.objects.filter(title__startswith="Its flags were erased").exists()
    erase_flag(flag=flags[0], at=at)
    assert [row.pk for row in Pattern.objects.filter(title__startswith="Its flags were erased")] == [found.pk]


def test_a_decision_that_repeats_their_words_loses_them(
    open_letters: Pilot, hand_in: HandIn, people: People, at: datetime
) -> None:
    flag = closed(severe(hand_in, people.stranger), people, at)
    pattern = PatternFactory.create(pilot=open_letters, state="fixed", fixed_from=at, reason="Mended.")
    Flag.objects.filter(pk=flag.pk).update(pattern=pattern)
    flag.refresh_from_db()
    reopen_flag(flag=flag, note=f"{SECRET} again", at=at)
    assert PatternDecision.objects.get(verb="returned").text == f"{SECRET} again"
    erase_flag(flag=flag, at=at)
    assert PatternDecision.objects.get(verb="returned").text == ""
    event = AuditEvent.objects.get(verb="pattern.returned")
    assert not is_digest_of(event, "text", f"{SECRET} again") and not list(verify_trail().problems)


@pytest.mark.parametrize("path", ["flag", "my-flags"])
def test_its_reporter_erases_it_after_saying_that_it_is_meant(
    hand_in: HandIn, people: People, sign_in: SignIn, path: str
) -> None:
    flag = severe(hand_in, people.stranger)
    token = link_token(flag.pilot, flag.submission)
    browser, at = (
        (Client(), f"/flag/receipt/{token}/")
        if path == "flag"
        else (sign_in(people.stranger), f"/my-flags/{flag.reference}/")
    )
    assert f"{at}erase/" in browser.get(at).content.decode()
    assert browser.post(f"{at}erase/").status_code == 422
    assert browser.post(f"{at}erase/", {"sure": "on"}).status_code == 302
    text = browser.get(at).content.decode()
    assert "Erased on" in text and SECRET not in text and f"{at}erase/" not in text
    team = sign_in(people.triage).get(f"/pilots/letters/flags/{flag.reference}/").content.decode()
    assert "Erased on" in team and "at its reporter’s wish" in team


def test_nobody_erases_another_s_flag(hand_in: HandIn, people: People, sign_in: SignIn) -> None:
    flag = severe(hand_in, people.stranger)
    assert sign_in(people.pm).post(f"/my-flags/{flag.reference}/erase/", {"sure": "on"}).status_code == 404
    assert Client().post(f"/flag/receipt/{'0' * 48}/erase/", {"sure": "on"}).status_code == 404


def test_texts_go_once_they_were_kept_as_long_as_was_promised(
    hand_in: HandIn, people: People, at: datetime, settings: object
) -> None:
    settings.RETENTION_MONTHS = 12  # type: ignore[attr-defined]
    old, young, still_open = (severe(hand_in, None) for _ in range(3))
    closed(old, people, at - timedelta(days=370))
    closed(young, people, at - timedelta(days=300))
    assert erase_old(at=at) == 1
    old.refresh_from_db()
    assert (old.erased_because, old.output, old.answer, old.state) == ("retention", "", "", "closed")
    assert not Flag.objects.filter(pk__in=[young.pk, still_open.pk], erased_at__isnull=False).exists()
    assert erase_old(at=at) == 0
    events = AuditEvent.objects.filter(verb="flag.erased")
    assert [json.loads(event.body)["data"] for event in events] == [{"because": "retention", "months": 12}]
    assert not list(verify_trail().problems)


def test_a_pilot_may_keep_texts_for_less_and_never_for_more(
    hand_in: HandIn, people: People, at: datetime, settings: object
) -> None:
    settings.RETENTION_MONTHS = 12  # type: ignore[attr-defined]
    flag = closed(severe(hand_in, None), people, at - timedelta(days=100))
    pilot = edit_pilot(pilot=flag.pilot, by=people.pm, fields={"retention_months": 3}, version=1)
    assert erase_old(at=at) == 1
    with pytest.raises(Refused, match="1 to 12 months"):
        edit_pilot(pilot=pilot, by=people.pm, fields={"retention_months": 13}, version=2)


def test_nothing_goes_where_nothing_was_promised(
    hand_in: HandIn, people: People, at: datetime, settings: object
) -> None:
    settings.RETENTION_MONTHS = 0  # type: ignore[attr-defined]
    closed(severe(hand_in, None), people, at - timedelta(days=4000))
    assert erase_old(at=at) == 0


def test_what_came_back_and_was_closed_again_goes_in_its_turn(
    hand_in: HandIn, people: People, at: datetime, settings: object
) -> None:
    settings.RETENTION_MONTHS = 1  # type: ignore[attr-defined]
    flag = closed(severe(hand_in, None), people, at - timedelta(days=100))
    erase_old(at=at - timedelta(days=50))
    flag.refresh_from_db()
    reopen_flag(flag=flag, note=SECRET, at=at - timedelta(days=45))
    closed(flag, people, at - timedelta(days=40))
    assert erase_old(at=at) == 1 and SECRET not in everything()


def test_months_end_where_a_month_is_shorter() -> None:
    assert months_before(datetime(2026, 3, 31, 8, tzinfo=UTC), 1) == datetime(2026, 2, 28, 8, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 15, tzinfo=UTC), 13) == datetime(2024, 12, 15, tzinfo=UTC)


@pytest.fixture
def gone(hand_in: HandIn, people: People, letters: Pilot, at: datetime) -> User:
    """Somebody who flagged, was told, delegated and left."""
    person = people.change
    edit_own_account(by=person, fields={"name": f"Chidi {SECRET}"})
    User.objects.filter(pk=person.pk).update(email=f"{SECRET}@example.org")
    person.refresh_from_db()
    closed(severe(hand_in, person), people, at)
    later = at + timedelta(days=9)
    delegate(
        pilot=letters, role=Role.CHANGE_LEAD, to_user=people.member, reason=SECRET, ends_at=later, by=person, at=at
    )
    Message.objects.create(event="x", address=person.email, subject=SECRET, body=SECRET, created_at=at, next_try_at=at)
    Invitation.objects.create(
        email=person.email, name=person.name, token_hash="t", invited_at=at, invited_by=people.pm, expires_at=later
    )
    deactivate_person(user=person, by=people.admin, at=at, handover_to=people.pm)
    return person


def test_a_person_is_erased_everywhere_and_what_they_did_stays(gone: User, people: People, at: datetime) -> None:
    assert SECRET in everything()
    acts = AuditEvent.objects.filter(actor_id=gone.pk).count()
    erased = erase_person(user=gone, by=people.admin, at=at)
    assert SECRET not in everything()
    assert erased.name.startswith("Erased person ") and erased.email.endswith("@erased.invalid")
    assert not erased.has_usable_password() and not Notification.objects.filter(user=gone).exists()
    assert AuditEvent.objects.filter(actor_id=gone.pk).count() == acts
    assert Flag.objects.get(reporter=gone).erased_because == "person"
    assert not list(verify_trail().problems)
    event = AuditEvent.objects.get(verb="person.erased")
    assert (event.target_text, event.stream) == ("a person", "organisation")
    with pytest.raises(Refused, match="erased already"):
        erase_person(user=gone, by=people.admin, at=at)
    with pytest.raises(Refused, match="does not come back"):
        reactivate_person(user=gone, by=people.admin)


def test_the_trail_does_not_say_which_flags_were_theirs(gone: User, people: People, at: datetime) -> None:
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    erase_person(user=gone, by=people.admin, at=at)
    (event,) = AuditEvent.objects.exclude(pk__in=before)
    flag = Flag.objects.get(reporter=gone)
    assert flag.reference not in event.body and str(flag.pk) not in event.body


def test_who_is_at_work_hands_over_first(people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="Deactivate Chidi Okoro first"):
        erase_person(user=people.change, by=people.admin, at=at)
    with pytest.raises(Refused, match="You have roles here"):
        erase_person(user=people.change, by=people.change, at=at)
    with pytest.raises(NotAllowed):
        erase_person(user=people.stranger, by=people.pm, at=at)


def test_who_holds_nothing_erases_themselves(hand_in: HandIn, people: People, sign_in: SignIn) -> None:
    severe(hand_in, people.stranger)
    browser = sign_in(people.stranger)
    assert browser.post("/account/erase/").status_code == 422
    assert "You are erased" in browser.post("/account/erase/", {"sure": "on"}).content.decode()
    assert browser.get("/account/").status_code == 302
    assert "Stan Gray" not in everything() and SECRET not in everything()
    assert not list(verify_trail().problems)


def test_an_administrator_erases_from_the_page_of_the_person(gone: User, people: People, sign_in: SignIn) -> None:
    admin = sign_in(people.admin)
    assert f"/people/{gone.pk}/erase/" in admin.get(f"/people/{gone.pk}/").content.decode()
    assert admin.post(f"/people/{gone.pk}/erase/", {"sure": "on"}).status_code == 302
    assert "Erased on" in admin.get(f"/people/{gone.pk}/").content.decode()


def unpacked(made: bytes) -> tuple[dict[str, list[dict[str, object]]], str]:
    with zipfile.ZipFile(BytesIO(made)) as opened:
        said = json.loads(opened.read("held.json"))
        rows = {f"{held['kind']} {held['role']}": held["rows"] for held in said["holdings"]}
        return rows, opened.read("held.html").decode()


def test_everything_held_on_a_person_is_handed_out(hand_in: HandIn, people: People, at: datetime) -> None:
    flag = severe(hand_in, people.stranger)
    rows, page = unpacked(export_personal_data(user=people.stranger, by=people.stranger, at=at))
    assert rows["person oneself"][0]["email"] == "stranger@example.org"
    assert [row["prompt"] for row in rows["flag reporter"]] == [SECRET]
    assert flag.reference in page and SECRET in page
    assert not AuditEvent.objects.filter(verb="person.data_exported").exists()


def test_it_holds_no_key_and_no_words_of_others(hand_in: HandIn, people: People, at: datetime) -> None:
    closed(severe(hand_in, people.stranger), people, at, answer="It is mended.")
    rows, page = unpacked(export_personal_data(user=people.triage, by=people.triage, at=at))
    assert SECRET not in page and [row["what"] for row in rows["flag assessed_by"]]
    mine, _ = unpacked(export_personal_data(user=people.stranger, by=people.stranger, at=at))
    assert not {"password", "link_hash", "token_hash"} & {
        name for held in mine.values() for row in held for name in row
    }


def test_an_export_for_somebody_else_stands_in_the_trail(people: People, sign_in: SignIn) -> None:
    answer = sign_in(people.admin).post(f"/people/{people.member.pk}/data/export/")
    assert answer["Content-Type"] == "application/zip" and "Mira Benson" in unpacked(answer.content)[1]
    event = AuditEvent.objects.get(verb="person.data_exported")
    assert (event.actor_id, event.target_id) == (people.admin.pk, str(people.member.pk))


def test_one_reads_what_is_held_on_oneself(hand_in: HandIn, people: People, sign_in: SignIn) -> None:
    severe(hand_in, people.stranger)
    browser = sign_in(people.stranger)
    text = browser.get("/account/data/").content.decode()
    assert "Reporter" in text and "24 months" in text
    assert browser.get("/account/data/export/")["Content-Type"] == "application/zip"
    assert {row["kind"] for row in browser.get("/api/v1/me/data/").json()} >= {"person", "flag"}


def test_every_row_that_names_a_person_is_found(people: People, at: datetime) -> None:
    """Whatever model is added: each link to a person is walked."""
    found = {(held.kind, held.role) for held in held_on(people.pm)}
    assert ("membership", "user") in found and ("pilot", "created_by") in found


def test_what_is_handed_out_is_text_and_no_mark_up(people: People, at: datetime) -> None:
    hostile = edit_own_account(by=people.member, fields={"name": "<script>alert(1)</script>"})
    _, page = unpacked(export_personal_data(user=hostile, by=hostile, at=at))
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_an_administrator_hands_it_out_through_the_api_too(hand_in: HandIn, people: People) -> None:
    severe(hand_in, people.stranger)
    address = f"people/{people.stranger.pk}/data/export/"
    assert Caller(people.pm, READ_AND_WRITE).post(address).status_code == 403
    made = Caller(people.admin, READ_AND_WRITE).post(address)
    assert made["Content-Type"] == "application/zip" and SECRET in unpacked(made.content)[1]
    assert AuditEvent.objects.filter(verb="person.data_exported").count() == 1
