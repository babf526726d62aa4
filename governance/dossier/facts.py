"""What a dossier says, as plain data: the same for `dossier.json` and for the typeset pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from governance.models import Answer, Condition, Evidence, Finding, Gate, Item, SignOff, SignOffRequest, Waiver
from pilots.models import PhaseKind, Pilot, User

FORMAT: Final = "rolloutgov-dossier-1"
Facts = dict[str, Any]


def facts_of(gate: Gate, *, by: User, at: datetime) -> Facts:
    """As decided where the gate is passed; as it stands where it is not."""
    requests = list(
        gate.requests.select_related("asked_by").prefetch_related("sign_offs__user", "sign_offs__on_behalf_of")
    )
    bound = next((r for r in requests if r.state in (SignOffRequest.State.PASSED, SignOffRequest.State.OPEN)), None)
    answers = _answers_of(gate, bound)
    return {
        "format": FORMAT,
        "made_at": at,
        "made_by": _person(by),
        "pilot": _pilot(gate.pilot),
        "gate": _gate(gate),
        "findings": _findings(gate, bound),
        "answers": [_answer(answer) for answer in answers],
        "waivers": [_waiver(w) for w in _waivers_of(gate)],
        "conditions": [
            _condition(c) for c in gate.conditions.select_related("owner", "added_by", "met_by", "withdrawn_by")
        ],
        "requests": [_request(request) for request in requests],
    }


def _answers_of(gate: Gate, bound: SignOffRequest | None) -> list[Answer]:
    """The very versions that were signed; without a request the present ones."""
    answers = Answer.objects.select_related("author", "on_behalf_of", "decided_by", "question", "item__workflow")
    answers = answers.prefetch_related("evidence__added_by").order_by("question__position", "item__workflow__name")
    if bound is None:
        items = Item.objects.filter(pk__in=_items_of(gate), answer__isnull=False)
        return list(answers.filter(pk__in=items.values("answer")))
    signed = {(row["item"], row["number"]) for row in bound.manifest["answers"]}
    found = answers.filter(item_id__in=[item for item, _ in signed])
    return [answer for answer in found if (str(answer.item_id), answer.number) in signed]


def _items_of(gate: Gate) -> list[str]:
    subjects = Finding.objects.filter(gate=gate, subject__startswith="item:").values_list("subject", flat=True)
    return [subject.removeprefix("item:") for subject in subjects]


def _waivers_of(gate: Gate) -> Iterable[Waiver]:
    waivers = Waiver.objects.filter(item_id__in=_items_of(gate)).order_by("requested_at")
    return waivers.select_related("item__workflow", "requested_by", "decided_by", "on_behalf_of")


def _person(user: User | None) -> dict[str, Any] | None:
    return {"id": user.pk, "name": user.name} if user else None


def _pilot(pilot: Pilot) -> Facts:
    return {
        **{
            name: getattr(pilot, name) for name in ("id", "slug", "name", "tool", "supplier", "tool_version", "purpose")
        },
        **{name: getattr(pilot, name) for name in ("does_not_show", "profile_reason", "source_note", "is_demo")},
        "profile": pilot.get_profile_display(),
        "state": pilot.get_state_display(),
        "starts_on": pilot.starts_on,
        "ends_on": pilot.ends_on,
        "workflows": [
            {"name": w.name, "owner": _person(w.owner), "accepted_at": w.accepted_at}
            for w in pilot.workflows.filter(removed_at__isnull=True).select_related("owner")
        ],
    }


def _gate(gate: Gate) -> Facts:
    phase = PhaseKind(gate.phase)
    return {
        "id": gate.pk,
        "key": gate.key,
        "name": str(gate),
        "phase": phase.label,
        "stage": gate.stage,
        "exit_question": phase.exit_question,
        "state": gate.state,
        "rules_version": gate.rules_version,
        "passed_at": gate.passed_at,
        "passed_by": _person(gate.passed_by),
        "passed_digest": gate.passed_digest,
        "lapsed_open": gate.lapsed_open,
    }


def _findings(gate: Gate, bound: SignOffRequest | None) -> list[Facts]:
    """As signed, in the words of today; what stands otherwise by now says so."""
    signed = {(code, subject): state for code, subject, state, _ in bound.manifest["findings"]} if bound else {}
    return [
        {
            "code": row.code,
            "subject": row.subject,
            "text": row.text,
            "detail": row.detail,
            "state": signed.get((row.code, row.subject), row.state),
            "now": row.state,
            "blocking": row.blocking,
            "not_measured": row.not_measured,
            "since": row.since,
        }
        for row in gate.findings.order_by("code", "subject")
    ]


def _answer(answer: Answer) -> Facts:
    question = answer.question
    return {
        "id": answer.pk,
        "item": answer.item_id,
        "code": str(answer.item),
        "number": answer.number,
        "kind": answer.kind,
        "text": answer.text,
        "digest": answer.digest,
        "author": _person(answer.author),
        "on_behalf_of": _person(answer.on_behalf_of),
        "written_at": answer.written_at,
        "decision": answer.decision,
        "decided_by": _person(answer.decided_by),
        "decided_at": answer.decided_at,
        "decision_comment": answer.decision_comment,
        "valid_until": answer.valid_until,
        "lapsed_at": answer.lapsed_at,
        "lapse_reason": answer.lapse_reason,
        # What `Question.meaning_digest` is over.
        "question": {
            name: getattr(question, name)
            for name in ("code", "question", "good_answer", "evidence", "may_be_not_measured")
        },
        "question_digest": question.meaning_digest,
        "evidence": [_evidence(evidence) for evidence in answer.evidence.all()],
    }


def _evidence(evidence: Evidence) -> Facts:
    return {
        "id": evidence.pk,
        "kind": evidence.kind,
        "title": evidence.title,
        "url": evidence.url,
        "digest": evidence.digest,
        "size": evidence.size,
        "content_type": evidence.content_type,
        "added_by": _person(evidence.added_by),
        "added_at": evidence.added_at,
        "file": None,
    }


def _waiver(waiver: Waiver) -> Facts:
    return {
        "item": waiver.item_id,
        "code": str(waiver.item),
        "state": waiver.get_state_display(),
        "reason": waiver.reason,
        "requested_by": _person(waiver.requested_by),
        "requested_at": waiver.requested_at,
        "decided_by": _person(waiver.decided_by),
        "on_behalf_of": _person(waiver.on_behalf_of),
        "decided_at": waiver.decided_at,
        "decision_comment": waiver.decision_comment,
        "ends_at": waiver.ends_at,
        "ended_at": waiver.ended_at,
        "end_reason": waiver.end_reason,
    }


def _condition(condition: Condition) -> Facts:
    return {
        "id": condition.pk,
        "text": condition.text,
        "owner": _person(condition.owner),
        "due_on": condition.due_on,
        "added_by": _person(condition.added_by),
        "added_at": condition.added_at,
        "met_by": _person(condition.met_by),
        "met_at": condition.met_at,
        "met_note": condition.met_note,
        "withdrawn_by": _person(condition.withdrawn_by),
        "withdrawn_at": condition.withdrawn_at,
    }


def _request(request: SignOffRequest) -> Facts:
    return {
        "id": request.pk,
        "state": request.state,
        "digest": request.digest,
        "manifest": request.manifest,
        "comment": request.comment,
        "asked_by": _person(request.asked_by),
        "asked_at": request.asked_at,
        "expires_at": request.expires_at,
        "closed_at": request.closed_at,
        "closed_because": request.closed_because,
        "sign_offs": [_sign_off(signed) for signed in request.sign_offs.all()],
    }


def _sign_off(signed: SignOff) -> Facts:
    return {
        "user": _person(signed.user),
        "on_behalf_of": _person(signed.on_behalf_of),
        "as_sponsor": signed.as_sponsor,
        "decision": signed.decision,
        "comment": signed.comment,
        "digest": signed.digest,
        "decided_at": signed.decided_at,
    }
