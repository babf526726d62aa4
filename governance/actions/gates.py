"""Working gates out and storing what was found. Every action that changes something a gate depends on ends here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from governance import manifest, rules
from governance.actions import news
from governance.actions.gate_events import counts_before, publish_gates
from governance.evidence import Evaluation, evaluate
from governance.models import Condition, Evidence, Finding, Gate, Item, SignOffRequest
from pilots.audit import record
from pilots.models import PhaseKind, Pilot


def create_gates(pilot: Pilot) -> None:
    """One gate for each phase that is not skipped; for the rollout the opening of its first stage."""
    phases = pilot.phases.exclude(state="skipped").values_list("kind", flat=True)
    Gate.objects.bulk_create(
        [Gate(pilot=pilot, phase=kind, stage=int(kind == PhaseKind.STAGED_ROLLOUT)) for kind in phases]
    )


def reevaluate(pilot: Pilot, at: datetime) -> list[Evaluation]:
    """Store every finding of every gate afresh. The caller holds the pilot's row (`lock_pilot`)."""
    evaluations = evaluate(pilot, at)
    before = counts_before(evaluations)
    _store_findings(evaluations, at)
    _store_gates(evaluations, at)
    publish_gates(evaluations, before)
    for request in SignOffRequest.objects.filter(pilot=pilot, state=SignOffRequest.State.OPEN):
        _void_if_changed(request, evaluations, at)
    return evaluations


def _store_findings(evaluations: list[Evaluation], at: datetime) -> None:
    """Only what differs is written, in one statement for all gates."""
    added: list[Finding] = []
    changed: list[Finding] = []
    gone: list[Finding] = []
    names: set[str] = set()
    for evaluation in evaluations:
        gate = evaluation.gate
        stored = dict(evaluation.collected.stored.get(gate.pk, {}))
        for finding in evaluation.findings:
            values = _values(finding)
            row = stored.pop((finding.code, finding.subject), None)
            if row is None:
                new = Finding(pilot_id=gate.pilot_id, gate=gate, code=finding.code, subject=finding.subject, since=at)
                added.append(_set(new, values))
                continue
            differing = {name: value for name, value in values.items() if getattr(row, name) != value}
            if differing:
                since = {"since": at} if "state" in differing else {}
                changed.append(_set(row, differing | since))
                names |= differing.keys() | since.keys()
        if gate.state == Gate.State.OPEN:
            gone += stored.values()
    if added:
        Finding.objects.bulk_create(added)
    if changed:
        Finding.objects.bulk_update(changed, sorted(names), batch_size=200)
    if gone:
        Finding.objects.filter(pk__in=[row.pk for row in gone]).delete()


def _store_gates(evaluations: list[Evaluation], at: datetime) -> None:
    """One statement says when all were worked out; a second one only for a gate of which more changed."""
    for evaluation in evaluations:
        gate = evaluation.gate
        version = rules.VERSION if gate.state == Gate.State.OPEN else gate.rules_version
        before = gate.next_change_at, gate.rules_version
        gate.evaluated_at, gate.rules_version = at, version
        gate.next_change_at = rules.next_change(evaluation.findings, at)
        if before != (gate.next_change_at, gate.rules_version):
            gate.save(update_fields=["next_change_at", "rules_version"])
    Gate.objects.filter(pk__in=[evaluation.gate.pk for evaluation in evaluations]).update(evaluated_at=at)


def _values(finding: rules.Finding) -> dict[str, Any]:
    return {
        "state": finding.state.value,
        "reason": finding.reason.value,
        "blocking": finding.blocking,
        "text": finding.text,
        "detail": finding.detail[:500],
        "not_measured": finding.not_measured,
        "who_ids": list(finding.who_ids),
        "who_roles": [role.value for role in finding.who_roles],
        "version": finding.version,
        "changes_at": finding.changes_at,
    }


def _set(row: Finding, values: Mapping[str, Any]) -> Finding:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def manifest_of(evaluation: Evaluation) -> manifest.Manifest:
    """What a sign-off of this gate, exactly as it stands, would be bound to."""
    gate = evaluation.gate
    subjects = {finding.subject for finding in evaluation.findings}
    present = evaluation.collected.items.values()
    items = [item for item in present if f"item:{item.pk}" in subjects and item.answer]
    return manifest.build(
        gate=str(gate.pk),
        rules_version=rules.VERSION,
        findings=evaluation.findings,
        answers=_answers(items),
        conditions=_conditions(gate),
    )


def _answers(items: list[Item]) -> Iterable[Mapping[str, Any]]:
    evidence: dict[Any, list[str]] = {}
    answers = [item.answer_id for item in items]
    for answer_id, digest in Evidence.objects.filter(answers__in=answers).values_list("answers", "digest"):
        evidence.setdefault(answer_id, []).append(digest)
    for item in items:
        if item.answer is not None:
            yield {
                "item": str(item.pk),
                "code": str(item),
                "number": item.answer.number,
                "digest": item.answer.digest,
                "evidence": sorted(evidence.get(item.answer_id, [])),
                "question": {"code": item.code, "digest": item.question.meaning_digest},
            }


def _conditions(gate: Gate) -> Iterable[Mapping[str, Any]]:
    return map(manifest.of_condition, Condition.objects.filter(gate=gate, withdrawn_at__isnull=True))


def _void_if_changed(request: SignOffRequest, evaluations: list[Evaluation], at: datetime) -> None:
    evaluation = next(e for e in evaluations if e.gate.pk == request.gate_id)
    now = manifest_of(evaluation)
    if manifest.digest_of(now) == request.digest:
        return
    request.state, request.closed_at = SignOffRequest.State.VOIDED, at
    request.closed_because = "\n".join(describe_changes(request.manifest, now, evaluation))
    request.save(update_fields=["state", "closed_at", "closed_because"])
    news.sign_off_voided(request)
    record(
        "sign_off.voided",
        by=None,
        pilot=evaluation.gate.pilot,
        target=request,
        data={"digest": request.digest, "now": manifest.digest_of(now)},
    )


def describe_changes(asked: manifest.Manifest, now: manifest.Manifest, evaluation: Evaluation) -> list[str]:
    """One line for each material change since a sign-off was asked."""
    codes = {str(row["item"]): row["code"] for row in (*asked["answers"], *now["answers"])}
    findings = {finding.subject: finding for finding in evaluation.findings}
    lines = []
    for kind, key in manifest.differences(asked, now):
        if kind == "answer":
            lines.append(f"The answer to {codes.get(key, 'a question')} changed.")
        elif kind == "condition":
            lines.append("The conditions changed.")
        elif kind == "rules":
            lines.append("The rules of the gate changed.")
        elif key in findings:
            lines.append(f"{findings[key].text} – now {findings[key].state.value}: {findings[key].detail}".rstrip(": "))
        else:
            lines.append("A check no longer applies.")
    return list(dict.fromkeys(lines))
