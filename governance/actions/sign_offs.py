"""Asking for sign-off, deciding, and passing the gate with the last signature needed."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from governance import manifest, rules
from governance.actions import news
from governance.actions.gates import manifest_of, reevaluate
from governance.evidence import Evaluation, People
from governance.models import Answer, Gate, SignOff, SignOffRequest
from governance.signing import Asked, Signer, objection, sole_authors, tally
from pilots.access import acting_for, require
from pilots.actions.checkpoints import sign_checkpoint
from pilots.actions.pilots import lock_pilot
from pilots.actions.stages import begin_stage
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Refused
from pilots.events import publish_event
from pilots.models import PHASES, Phase, PhaseKind, Pilot, User
from pilots.permissions import Permission
from pilots.vouching import Vouching

OPEN_FOR: Final = timedelta(days=14)


def ask_sign_off(*, gate: Gate, by: User, at: datetime, comment: str = "") -> SignOffRequest:
    """Bound to the gate exactly as it stands; nothing may be open."""
    require(by, Permission.ASK_SIGN_OFF, gate.pilot)
    with transaction.atomic():
        pilot = _running(lock_pilot(gate.pilot))
        _require_current(pilot, gate)
        evaluation = _evaluation(reevaluate(pilot, at), gate)
        if evaluation.gate.state == Gate.State.PASSED:
            raise Refused("This gate is passed.", code="passed")
        if evaluation.open_blocking:
            raise Refused(
                f"{evaluation.open_blocking} checks are still open: sign-off can be asked when none is.",
                code="gate_blocked",
            )
        _require_none_open(gate, at)
        asked = manifest_of(evaluation)
        request = SignOffRequest.objects.create(
            pilot=pilot,
            gate=gate,
            digest=manifest.digest_of(asked),
            manifest=asked,
            rules_version=rules.VERSION,
            comment=comment.strip(),
            asked_at=at,
            asked_by=by,
            expires_at=at + OPEN_FOR,
        )
        giver = acting_for(by, pilot, Permission.ASK_SIGN_OFF)
        news.sign_off_asked(request, evaluation.collected.people)
        data = {"digest": request.digest, "comment": digest_of(request.comment)}
        record("sign_off.asked", by=by, on_behalf_of=giver, pilot=pilot, target=request, data=data)
    return request


def _require_none_open(gate: Gate, at: datetime) -> None:
    waiting = gate.requests.filter(state=SignOffRequest.State.OPEN).first()
    if waiting is None:
        return
    if waiting.expires_at > at:
        raise Refused("Sign-off is asked already and waits for decisions.", code="already_asked")
    # It ran out and the sweep has not come by yet.
    expire_sign_off(waiting, at)


def withdraw_sign_off(*, request: SignOffRequest, by: User, at: datetime) -> SignOffRequest:
    require(by, Permission.ASK_SIGN_OFF, request.pilot)
    with transaction.atomic():
        lock_pilot(request.pilot)
        request = _hold(request)
        _close(request, SignOffRequest.State.WITHDRAWN, at, "")
        record("sign_off.withdrawn", by=by, pilot=request.pilot, target=request)
    return request


def sign_off(
    *,
    request: SignOffRequest,
    by: User,
    at: datetime,
    decision: str,
    comment: str,
    digest: str,
    decision_id: UUID,
) -> SignOff:
    """One person's decision. `digest` is what they were shown; `decision_id` makes a double click one decision.

    The last approval needed passes the gate in the same transaction; one refusal closes the request.
    """
    require(by, Permission.SIGN_OFF, request.pilot)
    if decision not in SignOff.Decision.values:
        raise Refused("Choose whether you approve or refuse.", field="decision", code="missing")
    if not comment.strip():
        raise Refused("Say why, in a sentence.", field="comment", code="missing")
    with transaction.atomic():
        pilot = _running(lock_pilot(request.pilot))
        made = SignOff.objects.filter(pk=decision_id).first()
        if made is not None:
            if (made.request_id, made.user_id) == (request.pk, by.pk):
                return made
            raise Refused("This form was used for another decision: look again.", code="decision_id_used")
        evaluation = _evaluation(reevaluate(pilot, at), request.gate)
        request = _hold(request)
        if request.expires_at <= at:
            raise Refused("This request ran out before you decided: sign-off has to be asked anew.", code="expired")
        if digest != request.digest:
            raise Refused("You were shown something else than what is asked now: look again.", code="stale")
        signer = _eligible(request, evaluation, by)
        signed = SignOff.objects.create(
            pk=decision_id,
            pilot=pilot,
            request=request,
            user=by,
            on_behalf_of_id=signer.giver_id,
            as_sponsor=signer.as_sponsor,
            decision=decision,
            comment=comment.strip(),
            digest=digest,
            decided_at=at,
        )
        _conclude(request, evaluation, signed)
    return signed


def _eligible(request: SignOffRequest, evaluation: Evaluation, by: User) -> Signer:
    people = evaluation.collected.people
    signer = people.signers().get(by.pk)
    if signer is None:
        raise Refused("Your roles in this pilot no longer include signing off.", code="not_a_signer")
    refusal = objection(signer, asked_of(request, people))
    if refusal is not None:
        raise Refused(refusal.sentence, code=refusal.code)
    return signer


def asked_of(request: SignOffRequest, people: People) -> Asked:
    """What stands on the request so far, as `signing` judges it."""
    decided = list(request.sign_offs.all())
    principals = {pk for signed in decided for pk in (signed.user_id, signed.on_behalf_of_id) if pk}
    right = people.right_of(request.asked_by_id, Permission.ASK_SIGN_OFF)
    return Asked(
        asked_by=request.asked_by_id,
        asked_for=right.giver_id if right else None,
        decided=frozenset(signed.user_id for signed in decided),
        principals=frozenset(principals),
        sole_authors=sole_authors_of(request.manifest, people.vouching),
        vouching=people.vouching,
    )


def sole_authors_of(asked: manifest.Manifest, vouching: Vouching) -> frozenset[UUID]:
    """Who stands behind every answer of the gate, as `signing` judges it."""
    digests = [answer["digest"] for answer in asked["answers"]]
    items = [answer["item"] for answer in asked["answers"]]
    written = Answer.objects.filter(item__in=items, digest__in=digests)
    return sole_authors(written.values_list("author_id", "on_behalf_of_id"), vouching)


def _conclude(request: SignOffRequest, evaluation: Evaluation, signed: SignOff) -> None:
    approved = [s for s in request.sign_offs.all() if s.decision == SignOff.Decision.APPROVED]
    people = evaluation.collected.people
    passed = tally(approved, people.signers(), people.aside, people.vouching).passes
    data = {"digest": signed.digest, "decision": signed.decision, "comment": digest_of(signed.comment)}
    verb = "gate.signed_off"
    if signed.decision == SignOff.Decision.REFUSED:
        verb = "gate.refused"
        _close(request, SignOffRequest.State.REFUSED, signed.decided_at, signed.comment)
    elif passed:
        verb = "gate.passed"
        pass_gate(request, evaluation, signed)
    news.sign_off_decided(request, signed, passed=passed)
    record(verb, by=signed.user, on_behalf_of=signed.on_behalf_of, pilot=request.pilot, target=request.gate, data=data)
    if passed:
        sign_checkpoint(reason=f"gate passed: {request.gate}")


def pass_gate(request: SignOffRequest, evaluation: Evaluation, last: SignOff) -> None:
    """Final. The database refuses it while a blocking finding is open, whatever this code believes."""
    gate, at = evaluation.gate, last.decided_at
    gate.state, gate.passed_at, gate.passed_by = Gate.State.PASSED, at, last.user
    gate.passed_digest = request.digest
    gate.save(update_fields=["state", "passed_at", "passed_by", "passed_digest"])
    _close(request, SignOffRequest.State.PASSED, at, "")
    publish_event(gate.pilot, "gate.passed", {"gate": gate.key})
    if gate.phase == PhaseKind.STAGED_ROLLOUT:
        # The way into the next stage; the phase goes on until somebody ends the rollout.
        begin_stage(gate.pilot, gate.stage, by=last.user, at=at)
        Gate.objects.create(pilot=gate.pilot, phase=gate.phase, stage=gate.stage + 1)
        announce(gate.pilot, event="stage_opened", reason=f"stage {gate.stage} opened")
        return
    phase = Phase.objects.get(pilot=gate.pilot, kind=gate.phase)
    phase.state, phase.closed_at = Phase.State.PASSED, at
    phase.save(update_fields=["state", "closed_at"])
    following = Phase.objects.get(pilot=gate.pilot, kind=PHASES[phase.position])
    following.state, following.entered_at = Phase.State.CURRENT, at
    following.save(update_fields=["state", "entered_at"])
    event = "gate_reached"
    announce(gate.pilot, event=event, reason=f"the pilot entered the phase {following.get_kind_display().lower()}")


def expire_sign_off(request: SignOffRequest, at: datetime) -> None:
    """The caller holds the pilot."""
    _close(request, SignOffRequest.State.EXPIRED, at, "Not enough people decided in time.")
    record("sign_off.expired", by=None, pilot=request.pilot, target=request)


def _close(request: SignOffRequest, state: str, at: datetime, because: str) -> None:
    request.state, request.closed_at, request.closed_because = state, at, because
    request.save(update_fields=["state", "closed_at", "closed_because"])


def _hold(request: SignOffRequest) -> SignOffRequest:
    rows = SignOffRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("gate", "pilot")
    held = rows.get(pk=request.pk)
    if held.state == SignOffRequest.State.VOIDED:
        raise Refused(f"A change voided this request. {held.closed_because}".strip(), code="voided")
    if held.state != SignOffRequest.State.OPEN:
        raise Refused(f"This request is closed: {held.get_state_display().lower()}.", code="closed")
    return held


def _running(pilot: Pilot) -> Pilot:
    if pilot.state != Pilot.State.RUNNING:
        raise Refused(
            f"The pilot is {pilot.get_state_display().lower()}, so no gate is decided.", code="pilot_not_running"
        )
    return pilot


def _require_current(pilot: Pilot, gate: Gate) -> None:
    if not pilot.phases.filter(kind=gate.phase, state=Phase.State.CURRENT).exists():
        raise Refused("Gates are passed in order: this is not the present phase.", code="not_current")


def _evaluation(evaluations: list[Evaluation], gate: Gate) -> Evaluation:
    return next(e for e in evaluations if e.gate.pk == gate.pk)
