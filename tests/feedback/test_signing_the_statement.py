"""What the tool is and is not intended to replace: written, signed by two at least, published, never changed."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from feedback.actions.statements import publish_statement, sign_statement, write_statement
from feedback.models import Statement, StatementSignature
from feedback.signing import ALONE, signing_of
from governance.evidence import evaluate
from pilots.access import forget
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Membership, Notification, Pilot, User, Workflow
from tests.cast import People

SignIn = Callable[[User], Client]
FOR, NOT_FOR = "Drafts of letters that need no lawyer.", "It replaces nobody's judgement."


def write(pilot: Pilot, by: User, at: datetime, seen: int = 0, **other: str) -> Statement:
    words = {"intended": FOR, "not_intended": NOT_FOR, **other}
    return write_statement(pilot=pilot, seen=seen, by=by, at=at, **words)


def sign(statement: Statement, by: User, at: datetime, **how: bool) -> Statement:
    return sign_statement(statement=statement, digest=statement.digest, by=by, at=at, **how)


@pytest.fixture
def signed(letters: Pilot, workflow: Workflow, people: People, at: datetime) -> Statement:
    statement = write(letters, people.change, at)
    sign(statement, people.sponsor, at)
    return sign(statement, people.owner, at, is_named=False)


def test_the_sponsor_and_the_owner_of_each_workflow_sign(
    letters: Pilot, workflow: Workflow, people: People, at: datetime
) -> None:
    statement = write(letters, people.change, at)
    assert signing_of(statement).missing == ["the sponsor", "Owen Archer, accountable owner"]
    sign(statement, people.owner, at)
    assert signing_of(statement).missing == ["the sponsor"]
    sign(statement, people.sponsor, at)
    assert signing_of(statement).is_complete


def test_nobody_signs_alone_in_two_roles(letters: Pilot, people: People, at: datetime) -> None:
    Membership.objects.create(
        pilot=letters, user=people.sponsor, role="accountable_owner", added_at=at, added_by=people.pm
    )
    Workflow.objects.create(pilot=letters, name="Work", slug="work", owner=people.sponsor)
    forget(people.sponsor)
    statement = sign(write(letters, people.pm, at), people.sponsor, at)
    assert signing_of(statement).missing == [ALONE]
    with pytest.raises(Refused, match="nobody signs alone"):
        publish_statement(statement=statement, by=people.pm, at=at)


def test_two_accounts_of_one_person_do_not_sign_beside_each_other(
    letters: Pilot, workflow: Workflow, people: People, at: datetime
) -> None:
    User.objects.filter(pk=people.owner.pk).update(counts_as=people.sponsor)
    statement = write(letters, people.pm, at)
    sign(statement, people.sponsor, at)
    assert signing_of(sign(statement, people.owner, at)).missing == [ALONE]


def test_it_is_published_once_all_have_signed(signed: Statement, people: People, at: datetime) -> None:
    published = publish_statement(statement=signed, by=people.pm, at=at)
    assert published.published_by == people.pm
    with pytest.raises(Refused, match="published already"):
        publish_statement(statement=signed, by=people.pm, at=at)
    verbs = list(AuditEvent.objects.order_by("sequence").values_list("verb", flat=True))
    assert verbs == ["statement.written", "statement.signed", "statement.signed", "statement.published"]


def test_it_is_not_published_before(letters: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="Still to sign: the sponsor; an accountable owner"):
        publish_statement(statement=write(letters, people.pm, at), by=people.pm, at=at)


def test_a_new_version_needs_new_signatures_and_the_old_one_counts_until_then(
    signed: Statement, letters: Pilot, people: People, at: datetime
) -> None:
    publish_statement(statement=signed, by=people.pm, at=at)
    newer = write(letters, people.pm, at, seen=1, intended="Drafts of all letters.")
    assert (newer.number, signing_of(newer).signatures) == (2, [])
    with pytest.raises(Refused, match="Version 2 is there"):
        sign(signed, people.sponsor, at)


def test_a_signature_is_bound_to_the_words(letters: Pilot, people: People, at: datetime) -> None:
    statement = write(letters, people.pm, at)
    with pytest.raises(Conflict):
        sign_statement(statement=statement, digest="0" * 64, by=people.sponsor, at=at)


def test_who_writes_reads_what_somebody_else_wrote_meanwhile(letters: Pilot, people: People, at: datetime) -> None:
    write(letters, people.pm, at)
    with pytest.raises(Conflict):
        write(letters, people.owner, at, seen=0, intended="Other words.")
    with pytest.raises(Refused, match="the words of the present version"):
        write(letters, people.owner, at, seen=1)


@pytest.mark.parametrize("key", ["member", "triage", "leader", "admin"])
def test_others_neither_write_nor_sign(letters: Pilot, people: People, at: datetime, key: str) -> None:
    who: User = getattr(people, key)
    with pytest.raises(NotAllowed):
        write(letters, who, at)
    statement = write(letters, people.pm, at)
    with pytest.raises(NotAllowed):
        sign(statement, who, at)


def test_who_still_signs_hears_of_it(letters: Pilot, people: People, at: datetime) -> None:
    write(letters, people.pm, at)
    told = Notification.objects.filter(event__startswith="statement:").values_list("user", flat=True)
    assert set(told) == {people.sponsor.pk, people.owner.pk}


@pytest.mark.parametrize("change", [{"intended": "Everything."}, {"digest": "0" * 64}, {"published_at": None}])
def test_the_database_keeps_the_words(
    signed: Statement, people: People, at: datetime, change: dict[str, object]
) -> None:
    publish_statement(statement=signed, by=people.pm, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.filter(pk=signed.pk).update(**change)


def test_the_database_keeps_the_signatures(signed: Statement) -> None:
    for try_it in (
        lambda: StatementSignature.objects.update(is_named=True),
        lambda: StatementSignature.objects.all().delete(),
        lambda: Statement.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            try_it()


def test_the_page_leads_from_writing_to_publishing(
    letters: Pilot, workflow: Workflow, people: People, sign_in: SignIn
) -> None:
    at = "/pilots/letters/statement/"
    pm = sign_in(people.pm)
    assert "No statement yet" in pm.get(at).content.decode()
    typed = {"intended": FOR, "not_intended": NOT_FOR, "seen": 0}
    assert pm.post(f"{at}write/", typed).status_code == 302
    digest = Statement.objects.get().digest
    assert "Waiting for signatures" in pm.get(at).content.decode()
    for who in (people.sponsor, people.owner):
        sign_in(who).post(f"{at}sign/", {"digest": digest, "is_named": "on"})
    assert "Ready to publish" in pm.get(at).content.decode()
    pm.post(f"{at}publish/")
    assert "Signed and published" in pm.get(at).content.decode()
    pm.post(f"{at}write/", {**typed, "intended": "Drafts of all letters.", "seen": 1})
    page = pm.get(at).content.decode()
    assert "Since version 1" in page and "<ins>" in page
    assert "A newer version is there" in pm.get(f"{at}1/").content.decode()


def test_what_was_typed_stays_where_somebody_was_faster(letters: Pilot, people: People, sign_in: SignIn) -> None:
    typed = {"intended": "Mine.", "not_intended": NOT_FOR, "seen": 0}
    sign_in(people.owner).post("/pilots/letters/statement/write/", {**typed, "intended": FOR})
    answer = sign_in(people.pm).post("/pilots/letters/statement/write/", typed)
    assert answer.status_code == 409 and "Mine." in answer.content.decode()


def test_the_gate_of_the_infrastructure_build_waits_for_it(governed: Pilot, people: People, at: datetime) -> None:
    def said() -> tuple[str, str]:
        gate = next(e for e in evaluate(governed, at) if e.gate.phase == "infrastructure_build")
        found = next(f for f in gate.findings if f.code == "statement_signed")
        return found.state.value, found.detail

    assert said() == ("open", "Nobody has written it yet")
    statement = write(governed, people.pm, at)
    assert said() == ("open", "Written; it waits for signatures, and then to be published")
    sign(statement, people.sponsor, at)
    sign(statement, people.owner, at)
    publish_statement(statement=statement, by=people.pm, at=at)
    assert said() == ("met", "")
    write(governed, people.pm, at, seen=1, intended="More.")
    assert said() == ("met", "")
