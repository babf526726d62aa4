"""Every verb leaves one row in the trail, and a row that cannot be written undoes everything that the verb did."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

import feedback.actions
import governance.actions
import pilots.actions
from feedback.actions import channels, erasing, statements
from feedback.actions.attachments import attach_files
from feedback.actions.elsewhere import enter_flag
from feedback.actions.publishing import publish_page
from feedback.actions.triage import assess_flag, relabel_flag
from governance.actions import answers, conditions, doubts, events, items, waivers
from governance.actions import pilots as governed_pilots
from governance.models import Gate, Item
from governance.sentences import SENTENCES
from pilots.actions import account, delegations, members, messages, scope, stepping_aside, tokens
from pilots.actions import pilots as actions
from pilots.canonical import digest
from pilots.models import AuditEvent, Pilot
from pilots.permissions import Role
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.governance import LINK, accept, item_of, propose
from tests.factories.pilots import FailedMessageFactory
from tests.feedback import verbs_of_acting, verbs_of_many, verbs_of_telling
from tests.feedback.channels import connect
from tests.feedback.verbs_of_people import OF_PEOPLE
from tests.governance import verbs_of_design, verbs_of_stages
from tests.pilots import verbs_of_pilots, verbs_of_registers, verbs_of_running

Verb = Callable[[Pilot, People, datetime], object]


def accepted(pilot: Pilot, people: People, at: datetime) -> Item:
    items.assign_items(pilot=pilot, items=[item_of(pilot, "DEM-01")], by=people.pm, at=at, owner=people.evaluator)
    return accept(propose(item_of(pilot, "DEM-01"), people.evaluator, at), people.change, at)


def proposed(pilot: Pilot, people: People, at: datetime) -> Item:
    return propose(item_of(pilot, "DEM-02"), people.evaluator, at)


def in_doubt(pilot: Pilot, people: People, at: datetime) -> Item:
    item = accepted(pilot, people, at)
    doubts.raise_doubt(item=item, by=people.change, at=at, reason="Hm")
    return item_of(pilot, "DEM-01")


def asked_waiver(pilot: Pilot, people: People, at: datetime) -> Any:
    return waivers.ask_waiver(
        item=item_of(pilot, "DEM-02"), by=people.pm, at=at, reason="Late", ends_at=at + timedelta(days=9)
    )


def condition(pilot: Pilot, people: People, at: datetime) -> Any:
    gate = Gate.objects.get(pilot=pilot, phase="demonstration")
    due = (at + timedelta(days=9)).date()
    return conditions.add_condition(gate=gate, by=people.pm, at=at, text="Do", owner=people.change, due_on=due)


def connected(pilot: Pilot, people: People, at: datetime) -> Any:
    return connect(pilot, people.integration, at=at).channel


def written(pilot: Pilot, people: People, at: datetime) -> Any:
    return statements.write_statement(pilot=pilot, intended="A", not_intended="B", seen=0, by=people.pm, at=at)


def signed(pilot: Pilot, people: People, at: datetime) -> Any:
    row = written(pilot, people, at)
    for who in (people.sponsor, people.owner):
        statements.sign_statement(statement=row, digest=row.digest, by=who, at=at)
    return row


# Each: what stands before it (not counted), and the verb itself, on what stands.
VERBS: dict[str, tuple[Verb | None, Callable[[Any, Pilot, People, datetime], object]]] = {
    "pilot.created": (
        None,
        lambda _, pilot, people, at: governed_pilots.start_pilot(
            by=people.pm, at=at, fields={"name": "New", "tool": "Scribe"}
        ),
    ),
    "pilot.edited": (
        None,
        lambda _, pilot, people, at: actions.edit_pilot(pilot=pilot, by=people.pm, fields={"tool": "X"}, version=1),
    ),
    "pilot.paused": (
        None,
        lambda _, pilot, people, at: actions.pause_pilot(pilot=pilot, by=people.pm, at=at, reason="Why"),
    ),
    "pilot.ended": (
        None,
        lambda _, pilot, people, at: actions.end_pilot(
            pilot=pilot, by=people.pm, at=at, outcome="no_capability", note="It cannot."
        ),
    ),
    "workflow.added": (None, lambda _, pilot, people, at: scope.add_workflow(pilot=pilot, by=people.pm, name="Calls")),
    "segment.added": (None, lambda _, pilot, people, at: scope.add_segment(pilot=pilot, by=people.pm, name="Seniors")),
    "member.added": (
        None,
        lambda _, pilot, people, at: members.add_member(
            pilot=pilot, user=people.stranger, roles=[Role.MEMBER], by=people.pm, at=at
        ),
    ),
    "member.removed": (
        None,
        lambda _, pilot, people, at: members.remove_member(pilot=pilot, user=people.triage, by=people.pm, at=at),
    ),
    "delegation.made": (
        None,
        lambda _, pilot, people, at: delegations.delegate(
            pilot=pilot,
            role=Role.SPONSOR,
            to_user=people.change,
            reason="Leave",
            ends_at=at + timedelta(days=9),
            by=people.sponsor,
            at=at,
        ),
    ),
    "member.stepped_aside": (
        None,
        lambda _, pilot, people, at: stepping_aside.step_aside(pilot=pilot, by=people.change, reason="Kin", at=at),
    ),
    "token.created": (
        None,
        lambda _, pilot, people, at: tokens.create_api_token(
            name="CI", scopes=["read"], expires_at=at + timedelta(days=9), by=people.pm, at=at
        ),
    ),
    "items.assigned": (
        None,
        lambda _, pilot, people, at: items.assign_items(
            pilot=pilot, items=list(Item.objects.of(pilot)), by=people.pm, at=at, owner=people.evaluator
        ),
    ),
    "item.commented": (
        None,
        lambda _, pilot, people, at: items.comment_on_item(
            item=item_of(pilot, "DEM-01"), by=people.member, at=at, text="Hm"
        ),
    ),
    "answer.proposed": (
        None,
        lambda _, pilot, people, at: answers.propose_answer(
            item=item_of(pilot, "DEM-01"), by=people.owner, at=at, kind="answered", text="So", links=[LINK]
        ),
    ),
    "answer.accepted": (
        proposed,
        lambda item, pilot, people, at: answers.accept_answer(item=item, by=people.change, at=at),
    ),
    "answer.returned": (
        proposed,
        lambda item, pilot, people, at: answers.return_answer(item=item, by=people.change, at=at, comment="No"),
    ),
    "answer.doubted": (
        accepted,
        lambda item, pilot, people, at: doubts.raise_doubt(item=item, by=people.change, at=at, reason="Hm"),
    ),
    "answer.confirmed": (
        in_doubt,
        lambda item, pilot, people, at: answers.confirm_answer(item=item, by=people.change, at=at, comment="Holds"),
    ),
    "event.fired": (
        None,
        lambda _, pilot, people, at: events.fire_event(
            pilot=pilot, event="roster_changed", reason="Ten left", by=people.pm, at=at
        ),
    ),
    "waiver.asked": (None, lambda _, pilot, people, at: asked_waiver(pilot, people, at)),
    "waiver.approved": (
        asked_waiver,
        lambda waiver, pilot, people, at: waivers.decide_waiver(
            waiver=waiver, by=people.sponsor, at=at, approve=True, comment="Yes"
        ),
    ),
    "condition.added": (None, lambda _, pilot, people, at: condition(pilot, people, at)),
    "condition.met": (
        condition,
        lambda row, pilot, people, at: conditions.meet_condition(condition=row, by=people.change, at=at, note="Done"),
    ),
    "flag.assessed": (
        lambda pilot, people, at: FlagFactory.create(pilot=pilot),
        lambda flag, pilot, people, at: assess_flag(
            flag=flag, severity=3, note="It reached a customer", version=1, by=people.triage, at=at
        ),
    ),
    "channel.created": (None, lambda _, pilot, people, at: connect(pilot, people.integration, at=at)),
    "channel.edited": (
        connected,
        lambda channel, pilot, people, at: channels.edit_channel(
            channel=channel, name="Other", origins=[], daily_quota=9, version=1, by=people.pm
        ),
    ),
    "channel.rotated": (
        connected,
        lambda channel, pilot, people, at: channels.rotate_token(
            channel=channel, expires_at=at + timedelta(days=9), old_until=at, by=people.pm, at=at
        ),
    ),
    "channel.revoked": (
        connected,
        lambda channel, pilot, people, at: channels.revoke_channel(channel=channel, by=people.pm, at=at),
    ),
    "flag.erased": (
        lambda pilot, people, at: FlagFactory.create(pilot=pilot),
        lambda flag, pilot, people, at: erasing.erase_flag(flag=flag, at=at),
    ),
    "person.erased": (
        lambda pilot, people, at: FlagFactory.create(pilot=pilot, reporter=people.stranger),
        lambda flag, pilot, people, at: erasing.erase_person(user=people.stranger, by=people.stranger, at=at),
    ),
    "statement.written": (None, lambda _, pilot, people, at: written(pilot, people, at)),
    "statement.signed": (
        written,
        lambda row, pilot, people, at: statements.sign_statement(
            statement=row, digest=row.digest, by=people.sponsor, at=at
        ),
    ),
    "statement.published": (
        signed,
        lambda row, pilot, people, at: statements.publish_statement(statement=row, by=people.pm, at=at),
    ),
    "page.published": (
        None,
        lambda _, pilot, people, at: publish_page(pilot=pilot, falls_short="Dates.", seen=0, by=people.pm, at=at),
    ),
    "flag.entered": (
        None,
        lambda _, pilot, people, at: enter_flag(
            pilot=pilot,
            submission=uuid4(),
            source="audit",
            known_at=at,
            tell_whom="Audit",
            categories=["WRONG"],
            severity=4,
            output="90 days",
            by=people.triage,
            at=at,
        ),
    ),
    "flag.relabelled": (
        lambda pilot, people, at: FlagFactory.create(pilot=pilot),
        lambda flag, pilot, people, at: relabel_flag(
            flag=flag, categories=["STALE"], version=1, by=people.triage, at=at
        ),
    ),
    "flag.attached": (
        lambda pilot, people, at: FlagFactory.create(pilot=pilot),
        lambda flag, pilot, people, at: attach_files(
            flag=flag, files=[SimpleUploadedFile("note.txt", b"90 days")], at=at
        ),
    ),
    **verbs_of_acting.VERBS,
    **verbs_of_telling.VERBS,
    **verbs_of_many.VERBS,
    **verbs_of_pilots.VERBS,
    **verbs_of_registers.VERBS,
    **verbs_of_design.VERBS,
    **verbs_of_stages.VERBS,
    **verbs_of_running.VERBS,
    **OF_PEOPLE,
    "account.edited": (
        None,
        lambda _, pilot, people, at: account.edit_own_account(by=people.member, fields={"time_zone": "Europe/Lisbon"}),
    ),
    "message.sent_again": (
        lambda pilot, people, at: FailedMessageFactory.create(),
        lambda message, pilot, people, at: messages.send_again(message=message, by=people.admin, at=at),
    ),
}


# Written by a job or beside rows of other verbs, or on more than stands here: tried where what they do is tested.
ELSEWHERE = """
    administrator.created answer.doubt_withdrawn answer.lapsed barrier.revised batch.imported batch.matched
    catalogue.loaded catalogue.proposed catalogue.published
    catalogue.question_added catalogue.question_edited catalogue.question_removed checkpoint.signed
    correction.done correction.planned escalation.passed_on escalation.ran_out feedback.handed_over
    finding.acknowledged flag.carried forecast.worked_out
    flag.closed gate.passed gate.refused gate.signed_off invitation.accepted items.handed_over member.changed
    pattern.acknowledged pattern.begun pattern.carried pattern.confirmed pattern.declined pattern.fixed
    pattern.renamed pattern.return_taken_back pattern.returned pattern.snoozed pattern.surged pattern.undone
    pattern.unmerged pattern.woken person.address_proven person.data_exported person.vouched
    pilot.catalogue_moved review.item_carried segment.removed sign_off.asked sign_off.expired sign_off.voided
    sign_off.withdrawn trail.verified use_case.limit_lifted use_case.removed webhook.disabled webhook.edited
    webhook.enabled webhook.tested workflow.edited
"""


def test_every_verb_of_the_trail_is_tried_here_or_is_known_to_be_tried_elsewhere() -> None:
    assert set(SENTENCES) - set(VERBS) == set(ELSEWHERE.split())


def modules() -> Iterator[Any]:
    for package in (pilots.actions, feedback.actions, governance.actions):
        for found in pkgutil.iter_modules(package.__path__):
            yield importlib.import_module(f"{package.__name__}.{found.name}")


def everything() -> str:
    """A digest of every row of ours."""
    rows = {}
    for app in ("pilots", "feedback", "governance"):
        for model in apps.get_app_config(app).get_models():
            rows[model._meta.label] = sorted(map(_said, model._default_manager.values_list()))
    return digest(rows)


def _said(row: tuple[object, ...]) -> str:
    return str([bytes(value) if isinstance(value, memoryview) else value for value in row])


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_leaves_one_row_in_the_trail(verb: str, governed: Pilot, people: People, at: datetime) -> None:
    before, do = VERBS[verb]
    thing = before(governed, people, at) if before else None
    seen = set(AuditEvent.objects.values_list("pk", flat=True))
    do(thing, governed, people, at)
    assert [event.verb for event in AuditEvent.objects.exclude(pk__in=seen)] == [verb]


@pytest.mark.parametrize("verb", VERBS)
def test_a_row_that_cannot_be_written_undoes_the_verb(
    verb: str, governed: Pilot, people: People, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, do = VERBS[verb]
    thing = before(governed, people, at) if before else None

    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    for module in modules():
        if hasattr(module, "record"):
            monkeypatch.setattr(module, "record", broken)
    stood = everything()
    with pytest.raises(OSError, match="disk is full"):
        do(thing, governed, people, at)
    assert everything() == stood
