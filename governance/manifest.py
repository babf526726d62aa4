"""What a sign-off is bound to, written so that two people who saw the same thing signed the same hash. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from governance.rules import Finding
from pilots.canonical import digest

Manifest = dict[str, Any]


def build(
    *,
    gate: str,
    rules_version: str,
    findings: Iterable[Finding],
    answers: Iterable[Mapping[str, Any]],
    conditions: Iterable[Mapping[str, Any]],
) -> Manifest:
    """No rendered text and no relative time: findings as [code, subject, state, version], answers by digest."""
    return {
        "gate": gate,
        "rules_version": rules_version,
        "findings": sorted([f.code, f.subject, f.state.value, f.version] for f in findings),
        "answers": sorted((dict(answer) for answer in answers), key=lambda answer: str(answer["item"])),
        "conditions": sorted((dict(condition) for condition in conditions), key=lambda row: str(row["id"])),
    }


def of_condition(condition: Any) -> Mapping[str, Any]:
    """A row of the model Condition as a sign-off is bound to it."""
    return {
        "id": str(condition.pk),
        "text": condition.text,
        "owner": str(condition.owner_id),
        "due_on": condition.due_on.isoformat(),
    }


def digest_of(manifest: Manifest) -> str:
    return digest(manifest)


def differences(asked: Manifest, now: Manifest) -> list[tuple[str, str]]:
    """What changed since it was asked, as (kind, key): answer by item, finding by subject, condition by id, rules."""
    answers = _changed(_by(asked["answers"], "item"), _by(now["answers"], "item"))
    findings = _changed(_findings(asked), _findings(now))
    # A changed answer moves its finding too; that is told once.
    told = {f"item:{item}" for item in answers}
    changed = [("answer", item) for item in answers]
    changed += [("finding", subject) for _, subject in map(_pair, findings) if subject not in told]
    changed += [("condition", key) for key in _changed(_by(asked["conditions"], "id"), _by(now["conditions"], "id"))]
    if asked["rules_version"] != now["rules_version"]:
        changed.append(("rules", now["rules_version"]))
    return changed


def _by(rows: Iterable[Mapping[str, Any]], key: str) -> dict[str, Any]:
    return {str(row[key]): row for row in rows}


def _findings(manifest: Manifest) -> dict[str, Any]:
    return {f"{row[0]} {row[1]}": row for row in manifest["findings"]}


def _pair(key: str) -> tuple[str, str]:
    code, _, subject = key.partition(" ")
    return code, subject


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    keys = sorted(before.keys() | after.keys())
    return [key for key in keys if digest(before.get(key)) != digest(after.get(key))]
