import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.test import Client

from governance.actions.doubts import raise_doubt
from governance.actions.sign_offs import ask_sign_off, sign_off
from governance.evidence import evaluate
from governance.models import Gate, SignOff, SignOffRequest
from pilots.access import forget
from pilots.errors import Refused
from pilots.models import AuditEvent, Checkpoint, Membership, Notification, Pilot, User
from tests.cast import People
from tests.factories.governance import accept, clear_gate, item_of, propose
from tests.factories.pilots import DelegationFactory, SteppingAsideFactory
from tests.governance.gate_pages import address, ask, decide, look, shown_form, words

SignIn = Callable[[User], Client]


@pytest.fixture
def asked(ready_gate: Gate, people: People, at: datetime) -> SignOffRequest:
    return ask_sign_off(gate=ready_gate, by=people.pm, at=at, comment="All is answered.")


def stand_in(pilot: Pilot, giver: User, for_role: str, receiver: User) -> None:
    DelegationFactory.create(pilot=pilot, from_user=giver, to_user=receiver, role=for_role)
    forget(receiver)


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user, event__startswith="sign_off").values_list("text", flat=True))


def last_verb(pilot: Pilot) -> str:
    return AuditEvent.objects.filter(pilot_id=pilot.pk).order_by("-sequence")[0].verb


def test_asking_tells_everybody_who_may_sign_and_nobody_else(ready_gate: Gate, people: People, sign_in: SignIn) -> None:
    assert ask(sign_in(people.pm), ready_gate).status_code == 302
    assert told(people.sponsor) == ["Paula Marsh asks you to sign off “Leave demonstration” in Letters."]
    assert told(people.pm) == told(people.member) == []
    assert last_verb(ready_gate.pilot) == "sign_off.asked"


def test_nothing_is_asked_while_something_is_open_and_what_was_typed_is_kept(
    governed: Pilot, people: People, sign_in: SignIn
) -> None:
    gate = Gate.objects.select_related("pilot").get(pilot=governed, phase="demonstration")
    page = ask(sign_in(people.pm), gate, comment="Please be quick")
    assert page.status_code == 422
    assert "checks are still open" in words(page)
    assert not SignOffRequest.objects.exists()


@pytest.mark.parametrize("person", ["member", "leader", "admin", "evaluator"])
def test_who_may_not_ask_is_told_who_may(ready_gate: Gate, people: People, sign_in: SignIn, person: str) -> None:
    refused = ask(sign_in(getattr(people, person)), ready_gate)
    assert refused.status_code == 403
    assert "Paula Marsh" in words(refused)


def test_two_people_with_the_sponsor_among_them_pass_the_gate(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    decide(sign_in(people.triage), ready_gate)
    done = decide(sign_in(people.sponsor), ready_gate)
    assert done.status_code == 302
    ready_gate.refresh_from_db()
    assert (ready_gate.state, ready_gate.passed_by, ready_gate.passed_digest) == (
        "passed",
        people.sponsor,
        asked.digest,
    )
    assert last_verb(ready_gate.pilot) == "gate.passed"
    assert Checkpoint.objects.filter(reason__contains="Leave demonstration").exists()
    assert "Stella Park approved: the gate “Leave demonstration” of Letters is passed." in told(people.pm)
    page = words(look(sign_in(people.member), ready_gate))
    assert "Signed off by" in page
    assert "Stella Park (sponsor)" in page


def test_without_the_sponsor_no_number_of_signatures_is_enough(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    for person in (people.triage, people.change, people.integration):
        assert decide(sign_in(person), ready_gate).status_code == 302
    ready_gate.refresh_from_db()
    assert ready_gate.state == "open"
    assert "3 people signed; only the sponsor’s signature is missing" in words(look(sign_in(people.pm), ready_gate))


def test_who_asked_does_not_sign_and_reads_who_may(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    page = words(look(sign_in(people.pm), ready_gate))
    assert "You may not decide:</strong> you asked for this sign-off. Stella Park (sponsor)" in page
    refused = decide(sign_in(people.pm), ready_gate, comment="It is mine, I know it")
    assert refused.status_code == 422
    assert "Nobody signs off what they asked to have signed." in words(refused)
    assert not SignOff.objects.exists()


def test_who_alone_wrote_the_answers_does_not_sign(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    gate = clear_gate(
        governed, at, authors=(people.evaluator, people.evaluator), accepter=people.change, assigner=people.pm
    )
    ask_sign_off(gate=gate, by=people.pm, at=at)
    assert "you alone wrote the answers behind this gate" in words(look(sign_in(people.evaluator), gate))
    refused = decide(sign_in(people.evaluator), gate)
    assert refused.status_code == 422
    assert "You alone wrote the answers" in words(refused)


def test_who_stands_in_for_the_only_author_does_not_sign_either(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    gate = clear_gate(
        governed, at, authors=(people.evaluator, people.evaluator), accepter=people.change, assigner=people.pm
    )
    stand_in(governed, people.evaluator, "evaluation_lead", people.member)
    ask_sign_off(gate=gate, by=people.pm, at=at)
    refused = decide(sign_in(people.member), gate)
    assert refused.status_code == 422
    assert "Eva Lund alone wrote the answers behind this gate; you stand in for them." in words(refused)


def test_answers_written_for_somebody_count_as_theirs(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    stand_in(governed, people.evaluator, "evaluation_lead", people.member)
    gate = clear_gate(
        governed, at, authors=(people.evaluator, people.member), accepter=people.change, assigner=people.pm
    )
    ask_sign_off(gate=gate, by=people.pm, at=at)
    refused = decide(sign_in(people.evaluator), gate)
    assert refused.status_code == 422
    assert "You alone wrote the answers" in words(refused)


def test_nobody_signs_twice(asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn) -> None:
    decide(sign_in(people.triage), ready_gate)
    again = decide(sign_in(people.triage), ready_gate)
    assert again.status_code == 422
    assert "You have decided on this request." in words(again)
    assert SignOff.objects.count() == 1


def test_a_double_click_is_one_decision(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    sponsor = sign_in(people.sponsor)
    sent = shown_form(sponsor, ready_gate) | {"sign-comment": "Yes.", "decision": "approved"}
    assert [sponsor.post(address(ready_gate, "sign-off"), sent).status_code for _ in range(2)] == [302, 302]
    assert SignOff.objects.count() == 1
    assert AuditEvent.objects.filter(verb="gate.signed_off").count() == 1


def test_the_form_of_somebody_else_is_no_way_to_decide(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    sent = shown_form(sign_in(people.sponsor), ready_gate)
    decide(sign_in(people.triage), ready_gate, **sent)
    assert decide(sign_in(people.sponsor), ready_gate, **sent).status_code == 422
    assert SignOff.objects.get().user == people.triage


def test_the_delegate_of_a_sponsor_who_has_signed_does_not_sign_again_for_them(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    stand_in(ready_gate.pilot, people.sponsor, "sponsor", people.member)
    decide(sign_in(people.sponsor), ready_gate)
    page = words(look(sign_in(people.member), ready_gate))
    assert "Stella Park has decided or asked already and you stand in for them" in page
    assert decide(sign_in(people.member), ready_gate).status_code == 422


def test_a_sponsor_whose_delegate_has_signed_does_not_sign_as_well(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    stand_in(ready_gate.pilot, people.sponsor, "sponsor", people.member)
    decide(sign_in(people.member), ready_gate)
    signed = SignOff.objects.get()
    assert (signed.user, signed.on_behalf_of, signed.as_sponsor) == (people.member, people.sponsor, True)
    assert decide(sign_in(people.sponsor), ready_gate).status_code == 422
    assert "Mira Benson for Stella Park (sponsor)" in words(look(sign_in(people.pm), ready_gate))


def test_a_lead_who_is_also_the_sponsors_delegate_signs_for_the_sponsor(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    stand_in(ready_gate.pilot, people.sponsor, "sponsor", people.triage)
    decide(sign_in(people.triage), ready_gate)
    assert SignOff.objects.get().on_behalf_of == people.sponsor


def test_who_stepped_aside_does_not_sign(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    SteppingAsideFactory.create(pilot=ready_gate.pilot, user=people.triage)
    assert "you stepped aside in this pilot" in words(look(sign_in(people.triage), ready_gate))
    assert decide(sign_in(people.triage), ready_gate).status_code == 403


def test_a_refusal_closes_the_request_and_says_why(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    decide(sign_in(people.sponsor), ready_gate, "refused", "The raw counts are missing.")
    asked.refresh_from_db()
    assert asked.state == "refused"
    assert told(people.pm) == ["Stella Park refused “Leave demonstration” in Letters."]
    page = words(look(sign_in(people.pm), ready_gate))
    assert "The raw counts are missing." in page
    assert "Ready to sign off" in page


@pytest.mark.parametrize(("decision", "comment"), [("approved", " "), ("", "Why not"), ("perhaps", "Why not")])
def test_a_decision_needs_a_comment_and_a_button(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn, decision: str, comment: str
) -> None:
    page = decide(sign_in(people.sponsor), ready_gate, decision, comment)
    assert page.status_code == 422
    assert comment in page.content.decode()
    assert not SignOff.objects.exists()


def test_a_change_ends_the_request_and_the_page_says_what_changed(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    sponsor = sign_in(people.sponsor)
    sent = shown_form(sponsor, ready_gate) | {"sign-comment": "Yes.", "decision": "approved"}
    raise_doubt(item=item_of(ready_gate.pilot, "DEM-01"), by=people.triage, at=at, reason="Counts differ.")
    late = sponsor.post(address(ready_gate, "sign-off"), sent)
    assert late.status_code == 422
    assert not SignOff.objects.exists()
    page = words(look(sponsor, ready_gate))
    assert "Ended by a change" in page
    assert "DEM-01: What about demonstration, question 1? – now open" in page
    assert told(people.pm) == [
        "A change ended the sign-off of “Leave demonstration” in Letters; it has to be asked anew."
    ]


def test_an_answer_renewed_since_names_the_question(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    accept(propose(item_of(ready_gate.pilot, "DEM-01"), people.owner, at, "Fifty."), people.change, at)
    assert "The answer to DEM-01 changed." in words(look(sign_in(people.pm), ready_gate))


def test_a_change_that_the_background_has_not_seen_shows_at_once(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    Pilot.objects.filter(pk=ready_gate.pilot_id).update(does_not_show="")
    page = words(look(sign_in(people.sponsor), ready_gate))
    assert "Something changed since it was asked, so this request ends" in page
    assert "Approve" not in page


def test_a_request_runs_out_after_two_weeks_and_is_asked_anew(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    old = ask_sign_off(gate=ready_gate, by=people.pm, at=at - timedelta(days=15))
    sponsor = sign_in(people.sponsor)
    assert "Ran out" in words(look(sponsor, ready_gate))
    with pytest.raises(Refused, match="ran out before you decided"):
        sign_off(
            request=old,
            by=people.sponsor,
            at=at,
            decision="approved",
            comment="Late.",
            digest=old.digest,
            decision_id=uuid.uuid4(),
        )
    assert ask(sign_in(people.pm), ready_gate).status_code == 302
    assert sorted(SignOffRequest.objects.values_list("state", flat=True)) == ["expired", "open"]


def test_a_comment_refused_for_an_older_request_can_be_sent_again_for_the_present_one(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    sponsor, pm = sign_in(people.sponsor), sign_in(people.pm)
    sent = shown_form(sponsor, ready_gate) | {"sign-comment": "Fair, as far as it goes.", "decision": "approved"}
    pm.post(address(ready_gate, "withdraw"))
    ask(pm, ready_gate)
    page = words(sponsor.post(address(ready_gate, "sign-off"), sent))
    anew = SignOffRequest.objects.get(state="open")
    assert f'name="sign-request" value="{anew.pk}"' in page
    assert "Fair, as far as it goes." in page


def test_a_withdrawn_request_takes_no_more_decisions(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    sponsor = sign_in(people.sponsor)
    sent = shown_form(sponsor, ready_gate) | {"sign-comment": "Yes.", "decision": "approved"}
    sign_in(people.pm).post(address(ready_gate, "withdraw"))
    late = sponsor.post(address(ready_gate, "sign-off"), sent)
    assert late.status_code == 422
    assert "This request is closed: withdrawn." in words(late)
    assert sign_in(people.pm).post(address(ready_gate, "withdraw"), follow=True).status_code == 200


def test_nothing_is_decided_in_a_paused_pilot(
    asked: SignOffRequest, ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    Pilot.objects.filter(pk=ready_gate.pilot_id).update(
        state="paused", paused_at=at, paused_by=people.pm, pause_reason="Outage"
    )
    assert decide(sign_in(people.sponsor), ready_gate).status_code == 422


def test_a_failed_audit_write_undoes_the_decision(
    asked: SignOffRequest, ready_gate: Gate, people: People, at: datetime
) -> None:
    with patch("governance.actions.sign_offs.record", side_effect=RuntimeError), pytest.raises(RuntimeError):
        sign_off(
            request=asked,
            by=people.sponsor,
            at=at,
            decision="approved",
            comment="Yes.",
            digest=asked.digest,
            decision_id=uuid.uuid4(),
        )
    assert not SignOff.objects.exists()
    assert told(people.pm) == []


def test_nobody_signs_what_their_own_delegate_asked_for(ready_gate: Gate, people: People, sign_in: SignIn) -> None:
    stand_in(ready_gate.pilot, people.pm, "program_manager", people.member)
    ask(sign_in(people.member), ready_gate)
    assert "who stands in for you asked for this sign-off" in words(look(sign_in(people.pm), ready_gate))
    assert decide(sign_in(people.pm), ready_gate).status_code == 422


def test_a_stand_in_is_no_second_pair_of_eyes_so_the_gate_says_that_people_are_missing(
    governed: Pilot, people: People, at: datetime
) -> None:
    Membership.objects.filter(pilot=governed).exclude(role__in=("program_manager", "sponsor")).delete()
    stand_in(governed, people.sponsor, "sponsor", people.member)
    stand_in(governed, people.pm, "program_manager", people.editor)
    found = {f.code: f for f in evaluate(governed, at)[0].findings}
    assert found["enough_signers"].state == "open"
