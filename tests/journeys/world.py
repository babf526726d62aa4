"""A database as pages meet it: pilots in every state under the shipped questions, flags, waivers, sign-offs, people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from feedback.actions.channels import NewToken, revoke_channel, rotate_token
from feedback.actions.elsewhere import enter_flag
from feedback.actions.flags import hand_in_flag
from feedback.actions.triage import assess_flag, carry_flag, close_flag, relabel_flag
from feedback.models import Flag
from governance.actions.acknowledgements import acknowledge_finding
from governance.actions.answers import accept_answer, propose_answer, return_answer
from governance.actions.catalogue import (
    draft_digest,
    load_shipped_catalogue,
    publish_draft,
    remove_question,
    start_draft,
)
from governance.actions.conditions import add_condition
from governance.actions.doubts import raise_doubt
from governance.actions.items import assign_items, comment_on_item
from governance.actions.sign_offs import ask_sign_off, sign_off
from governance.actions.waivers import ask_waiver, decide_waiver
from governance.models import Answer, CatalogueVersion, Finding, Gate, Item, SignOffRequest
from governance.tasks import reevaluate
from pilots.access import forget
from pilots.actions.delegations import delegate
from pilots.actions.invitations import invite
from pilots.actions.pilots import end_pilot, pause_pilot
from pilots.actions.stepping_aside import step_aside
from pilots.actions.tokens import create_api_token
from pilots.actions.unsubscribing import FLAGS, unsubscribe_url
from pilots.actions.uploads import keep_upload
from pilots.actions.webhooks import create_webhook, disable_webhook
from pilots.clock import now
from pilots.events import publish_event
from pilots.models import Delivery, Pilot, Segment, UseCase, User, WebhookEvent
from pilots.models.token import Scope
from pilots.permissions import Role
from tests.cast import ROLES_IN_LETTERS, People, gather
from tests.factories.figures import much
from tests.factories.governance import LINK, accept, gate_of, govern, item_of
from tests.factories.pilots import MembershipFactory, PilotFactory, SegmentFactory, UseCaseFactory, WorkflowFactory
from tests.feedback.channels import connect
from tests.journeys.acting import act_on_patterns
from tests.journeys.batches import bring
from tests.journeys.designs import design
from tests.journeys.patterns import find_patterns
from tests.journeys.people import look_after_people
from tests.journeys.publishing import publish
from tests.journeys.registers import keep_registers
from tests.journeys.rollouts import roll_out

LONG = (
    "Forty letters of three kinds, drafted by twelve people over three weeks. **Eleven** had to be written again.\n\n"
)
TABLE = "| kind | n | sent as drafted |\n|---|---:|---:|\n| refund | 22 | 18 |\n| complaint | 18 | 9 |\n"


@dataclass(frozen=True)
class World:
    people: People
    # References of flags in every state, of one in a pattern of contract-summaries; the token of one's private link.
    flags: list[str]
    moved_flag: str
    own_flag: str
    hidden_flag: str
    erased_flag: str
    receipt: str
    # The token of a tool's channel.
    embedded: str
    # A webhook of letters; the token of the link in an e-mail that stops e-mails of its kind.
    webhook: UUID
    unsubscribe: str
    invitation: str
    draft: int
    # Of tests.journeys.people: who opens it, and the address.
    about_people: list[str]
    # Codes of questions by their state, ids of their items by code, of a waiver and a finding.
    ids: dict[str, UUID | str]


@transaction.atomic
def build() -> World:
    at, people = now() - timedelta(days=3), gather()
    load_shipped_catalogue(at=at)
    letters = Pilot.objects.get(slug="letters")
    ids = under_way(letters, people, at)
    tool = connected_tools(letters, people, at)
    receipt = flag_outputs(letters, people, at)
    hidden = flag_with_everything(letters, people, at)
    waiting_for_signatures(pilot(people, "Claims first replies", at), people, at)
    clear(pilot(people, "Meeting minutes", at), people, at)
    summaries = pilot(people, "Contract summaries", at)
    passed_and_lapsed(summaries, people, at)
    paused, ended = pilot(people, "Translation of notices", at), pilot(people, "Complaint sorting", at)
    pause_pilot(pilot=paused, by=people.pm, at=at, reason="The supplier changes the model in June.")
    end_pilot(pilot=ended, by=people.pm, at=at, outcome="no_capability", note="Sorting by rule was as good.")
    desks(people, at)
    design(letters, people, at)
    roll_out(Pilot.objects.get(slug="claims-first-replies"), summaries, at)
    much(letters, at)
    invitation = around(letters, people, at)
    draft = newer_questions(people, at)
    reevaluate()
    seen = Finding.objects.filter(gate__pilot=letters, state="open", blocking=True)[:2]
    acknowledge_finding(finding=seen[0], by=people.leader, at=at, version=seen[0].version, comment="Known.")
    references = list(Flag.objects.order_by("reported_at", "pk").values_list("reference", flat=True))
    moved = find_patterns(summaries, people, at)
    act_on_patterns(summaries, people, at)
    own = Flag.objects.filter(pilot=letters, reporter=people.stranger, state="closed")[0].reference
    about = look_after_people(letters, summaries, people, at)
    erased = publish(summaries, letters, people, at)
    found = {"finding": seen[1].pk, "channel": tool.channel.pk, "upload": to_import(letters, people)}
    hook, stop = hear_of(letters, people, at)
    return World(
        people=people,
        flags=references,
        moved_flag=moved,
        own_flag=own,
        hidden_flag=hidden,
        erased_flag=erased,
        receipt=receipt,
        embedded=tool.plain,
        invitation=invitation,
        draft=draft,
        webhook=hook,
        unsubscribe=stop,
        about_people=about,
        ids={**ids, **found, **keep_registers(letters, people, at), **bring(letters, people, at)},
    )


def to_import(letters: Pilot, people: People) -> UUID:
    """A file that triage has sent and not confirmed yet."""
    rows = "categories,severity,output,what_happened,source\nWRONG,3,90 days,Write to a@example.org,complaint\n"
    rows += "PRIVATE,1,A name,It showed a name,audit\n" + "MADEUP,1,A ruling that is none," + "so " * 60 + ",\n"
    kept = keep_upload(
        pilot=letters,
        kind="flags",
        name="a-register-of-complaints-with-a-long-name.csv",
        content=rows.encode(),
        by=people.triage,
        at=now(),
    )
    return kept.pk


def hear_of(letters: Pilot, people: People, at: datetime) -> tuple[UUID, str]:
    """Receivers that take, retry and were given up, a disabled one; a link that stops e-mails."""
    url = "https://tickets.example.org/hooks/" + "a1b2c3" * 12
    webhook = create_webhook(pilot=letters, url=url, events=WebhookEvent.values, by=people.integration, at=at).row
    for reference in ("FL-2345AC", "FL-2345AD", "FL-2345AE"):
        publish_event(letters, "flag.closed", {"reference": reference, "resolution": "fixed"})
    given_up, retried, taken = Delivery.objects.filter(webhook=webhook)
    Delivery.objects.filter(pk=given_up.pk).update(failed_at=at, attempts=9, error="Its name is not known.")
    Delivery.objects.filter(pk=retried.pk).update(attempts=2, status=503, error="It answered 503.")
    Delivery.objects.filter(pk=taken.pk).update(sent_at=at, attempts=1, status=204)
    other = create_webhook(pilot=letters, url="https://chat.example.org/", events=["gate.passed"], by=people.pm, at=at)
    disable_webhook(webhook=other.row, by=people.pm, at=at)
    return webhook.pk, unsubscribe_url(people.member, FLAGS).split("/")[-2]


def pilot(people: People, name: str, at: datetime) -> Pilot:
    made: Pilot = PilotFactory.create(name=name, slug=name.lower().replace(" ", "-"), created_at=at)
    for key, role in ROLES_IN_LETTERS.items():
        MembershipFactory.create(pilot=made, user=getattr(people, key), role=role)
        forget(getattr(people, key))
    WorkflowFactory.create(
        pilot=made, name="Daily work", slug="daily-work", owner=people.owner, accepted_by=people.owner, accepted_at=at
    )
    return govern(made, at, CatalogueVersion.objects.published().first())


def desks(people: People, at: datetime) -> None:
    """So many that the portfolio has a second page."""
    for number in range(48):
        name = f"Desk {number:02}: answers to letters about permits"
        made = PilotFactory.create(name=name, slug=f"desk-{number:02}", created_at=at, created_by=people.pm)
        MembershipFactory.create(pilot=made, user=people.pm, role=Role.PROGRAM_MANAGER)
        gate = Gate.objects.create(pilot=made, phase="demonstration")
        Finding.objects.create(
            pilot=made, gate=gate, code="question", subject=f"item:{made.pk}", state="open", reason="unanswered",
            text="DEM-04: What share of the real workload do the demonstrated use cases cover, and what was left out "
            "because it would have looked bad or been hard?", detail="Not answered yet", who_ids=[people.owner.pk],
            version="0" * 64, since=at,
        )  # fmt: skip


def under_way(letters: Pilot, people: People, at: datetime) -> dict[str, UUID | str]:
    """Answers in every state, on a first gate that is blocked."""
    WorkflowFactory.create(
        pilot=letters, name="Answering letters", slug="answering-letters", owner=people.owner,
        accepted_by=people.owner, accepted_at=at, description="Letters that need no lawyer.",
    )  # fmt: skip
    WorkflowFactory.create(pilot=letters, name="Phone notes", slug="phone-notes", owner=people.owner)
    UseCaseFactory.create(pilot=letters, name="First draft of a reply", slug="first-draft")
    SegmentFactory.create(pilot=letters, name="People in their first year", slug="first-year")
    letters.flag_access, letters.tool_version = Pilot.FlagAccess.PUBLIC, "2026.4"
    letters.save()
    govern(letters, at, CatalogueVersion.objects.published().first())
    codes = list(Item.objects.of(letters).filter(phase="demonstration").values_list("code", flat=True))
    items = [item_of(letters, code) for code in codes]
    late = (at - timedelta(days=9)).date()
    assign_items(pilot=letters, items=items[:8], by=people.pm, at=at, owner=people.evaluator, due_on=late)
    proposed, accepted, doubted, returned, waived, asked = codes[:6]
    for code in (proposed, accepted, doubted, returned):
        answer(item_of(letters, code), people.evaluator, at)
    for code in (accepted, doubted):
        accept(item_of(letters, code), people.change, at)
    answer(item_of(letters, accepted), people.owner, at)
    accept(item_of(letters, accepted), people.change, at)
    raise_doubt(item=item_of(letters, doubted), reason="A second count finds **nine**.", by=people.triage, at=at)
    return_answer(item=item_of(letters, returned), by=people.change, at=at, comment="Which weeks?")
    comment_on_item(item=item_of(letters, proposed), by=people.member, at=at, text="The May letters are missing.")
    waive(item_of(letters, waived), people, at)
    waiver = ask_waiver(
        item=item_of(letters, asked), by=people.pm, at=at, reason="Late", ends_at=at + timedelta(days=30)
    )
    evidence = item_of(letters, proposed).answer.evidence.filter(kind="file")[0]  # type: ignore[union-attr]
    return {
        "proposed": proposed, "accepted": accepted, "doubted": doubted, "returned": returned, "waived": waived,
        "asked": asked, "waiver": waiver.pk, "evidence": evidence.pk,
        **{f"item:{code}": item_of(letters, code).pk for code in codes[:7]}, "unanswered": codes[6],
    }  # fmt: skip


def answer(item: Item, by: User, at: datetime) -> None:
    note = SimpleUploadedFile("measurement-note-of-the-second-round-with-a-long-name.txt", b"Forty letters")
    propose_answer(item=item, by=by, at=at, kind="answered", text=LONG + TABLE, files=[note], links=[LINK])


def waive(item: Item, people: People, at: datetime) -> None:
    waiver = ask_waiver(
        item=item, by=people.pm, at=at, reason="The second round is in June.", ends_at=at + timedelta(days=20)
    )
    decide_waiver(waiver=waiver, by=people.sponsor, at=at, approve=True, comment="One round is enough to go on.")


def clear(pilot: Pilot, people: People, at: datetime) -> Gate:
    """Nothing open any more: most answered, one not measured, one waived."""
    items = list(Item.objects.of(pilot).filter(phase="demonstration").select_related("pilot"))
    assign_items(pilot=pilot, items=items, by=people.pm, at=at, owner=people.evaluator)
    waive(item_of(pilot, items[0].code), people, at)
    for number, item in enumerate(items[1:]):
        kind = "not_measured" if item.question.may_be_not_measured and number % 2 else "answered"
        author = (people.evaluator, people.owner)[number % 2]
        propose_answer(item=item, by=author, at=at, kind=kind, text=LONG, links=[LINK] if kind == "answered" else [])
        accept_answer(item=item_of(pilot, item.code), by=people.change, at=at, comment="Checked.")
    return gate_of(pilot)


def sign(request: SignOffRequest, by: User, at: datetime) -> None:
    sign_off(
        request=request, by=by, at=at, decision="approved", comment="I read it all.", digest=request.digest,
        decision_id=uuid4(),
    )  # fmt: skip


def waiting_for_signatures(pilot: Pilot, people: People, at: datetime) -> None:
    gate = clear(pilot, people, at)
    condition(gate, people, at)
    sign(ask_sign_off(gate=gate, by=people.pm, at=at, comment="All is answered."), people.triage, at)


def condition(gate: Gate, people: People, at: datetime) -> None:
    due = (at + timedelta(days=10)).date()
    add_condition(
        gate=gate, by=people.pm, at=at, text="Count the complaints of June.", owner=people.evaluator, due_on=due
    )


def passed_and_lapsed(pilot: Pilot, people: People, at: datetime) -> None:
    gate = clear(pilot, people, at)
    condition(gate, people, at)
    request = ask_sign_off(gate=gate, by=people.pm, at=at)
    sign(request, people.triage, at)
    sign(request, people.sponsor, at)
    accepted = Item.objects.of(pilot).filter(state="accepted", answer__kind=Answer.Kind.ANSWERED)[0]
    raise_doubt(item=item_of(pilot, accepted.code), reason="The count was of another tool.", by=people.triage, at=at)


def flag_outputs(letters: Pilot, people: People, at: datetime) -> str:
    """One in each state of triage, three by somebody with a name; the private link of one without."""
    token = ""
    for number in range(9):
        made = hand_in_flag(
            pilot=letters, submission=uuid4(), categories=["WRONG", "UNFAIR"] if number % 2 else ["MADEUP"],
            severity=number % 5, output="The refund is due within 90 days. " * (1 + 8 * (number % 3)),
            expected="30 days", what_happened="It was sent.", by=people.stranger if number % 3 == 0 else None, at=at,
            use_case=UseCase.objects.get(slug="first-draft"),
        )  # fmt: skip
        flag = made.flag
        if number % 4:
            flag = assess_flag(flag=flag, severity=number % 5, version=flag.version, by=people.triage, at=at)
        if number % 4 == 2:
            carry_flag(flag=flag, reason="Rare, and read by two.", version=flag.version, by=people.triage, at=at)
        if number % 4 == 3:
            close_flag(
                flag=flag, resolution="fixed", answer="The prompt names the law now.", version=flag.version,
                by=people.triage, at=at,
            )  # fmt: skip
        token = made.token if number == 7 else token
    return token


def flag_with_everything(letters: Pilot, people: People, at: datetime) -> str:
    """All that a reporter may say, with files, heard of in an audit and labelled anew."""
    long_name = "screenshot-of-the-second-letter-as-it-stood-in-the-tool-before-anybody-read-it.txt"
    flag = enter_flag(
        pilot=letters, submission=uuid4(), source="audit", known_at=at - timedelta(days=4), external_id="Audit 7/26",
        tell_whom="Head of internal audit", categories=["OTHER"], severity=2, output="The letter names a neighbour.",
        is_confidential=True, files=[SimpleUploadedFile(long_name, b"Dear neighbour")], by=people.triage, at=at,
    ).flag  # fmt: skip
    relabel_flag(flag=flag, categories=["PRIVATE"], version=flag.version, by=people.triage, at=at)
    Flag.objects.filter(pk=flag.pk).update(
        prompt="Write to the applicant.", did_instead="edited", minutes_lost="5_to_15", reached="outside",
        checked_by_rule=True, needs_answer_now=True, segment=Segment.objects.get(slug="first-year"), made_at=at,
    )  # fmt: skip
    return flag.reference


def connected_tools(letters: Pilot, people: People, at: datetime) -> NewToken:
    """One whose earlier token still works, one from its server only, one that was revoked."""
    later = at + timedelta(days=90)
    pages = ["https://assistant.example", "https://second-line.assistant.example:8443"]
    tool = connect(letters, people.integration, at=at, origins=pages, name="Assistant in the case file")
    new = rotate_token(channel=tool.channel, expires_at=later, old_until=later, by=people.pm, at=at)
    connect(letters, people.pm, at=at, name="Service desk", origins=[])
    gone = connect(letters, people.pm, at=at, name="Old assistant").channel
    revoke_channel(channel=gone, by=people.integration, at=at)
    return new


def around(letters: Pilot, people: People, at: datetime) -> str:
    """Delegations, somebody who stepped aside, a token, invitations; the link of one."""
    later = now() + timedelta(days=20)
    delegate(
        pilot=letters, role=Role.SPONSOR, to_user=people.integration, reason="On leave", ends_at=later,
        by=people.sponsor, at=now(),
    )  # fmt: skip
    step_aside(pilot=letters, by=people.change, reason="Sold the tool before.", at=now())
    create_api_token(by=people.pm, name="Deployment pipeline", scopes=[Scope.GATE], expires_at=later, at=now())
    invite(
        email="new.triage@example.org", name="New Person", by=people.admin, at=now(), pilot=letters, roles=[Role.MEMBER]
    )
    return invite(
        email="newest@example.org", name="Nora Nilsen", by=people.pm, at=now(), pilot=letters, roles=[Role.MEMBER]
    ).link


def newer_questions(people: People, at: datetime) -> int:
    """A second published version without one of the questions, and a draft of a third; the draft's number."""
    for last in (False, True):
        draft = start_draft(by=people.editor, at=at)
        gone = draft.questions.order_by("position").all()[3]
        remove_question(question=gone, seen=gone.content_digest, by=people.editor)
        if not last:
            seen = draft_digest(draft.entries())
            publish_draft(note="One question less.", seen=seen, by=people.editor, at=at)
    return draft.number
