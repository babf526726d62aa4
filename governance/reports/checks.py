"""The findings of a gate as a page shows them: in which group, who can clear each, since when, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from governance import rules
from governance.access import why_not
from governance.clearing import OF_FLAGS, Place, Subjects, place_of
from governance.evidence import Collected, Evaluation, People
from governance.findings import WAITING
from governance.models import Answer, Finding
from pilots.models import Pilot, User
from pilots.permissions import ROLES, Permission, Role

# More names than these are counted rather than read.
NAMES: Final = 4


@dataclass(frozen=True)
class Check:
    """`state` is a key of the interface's states; `who` are names, “you” first; `yours`: the reader can clear it."""

    key: str
    rule: str
    detail: str
    state: str
    since: datetime
    who: str
    yours: bool
    place: Place | None
    blocking: bool
    not_measured: bool
    until: datetime | None = None
    waived_by: str = ""
    waived_because: str = ""


@dataclass(frozen=True)
class Checks:
    """All checks of one gate, by what they need now. `total` counts those that can block it."""

    blocked: tuple[Check, ...]
    waiting: tuple[Check, ...]
    waived: tuple[Check, ...]
    not_measured: tuple[Check, ...]
    met: tuple[Check, ...]
    shown_only: tuple[Check, ...]
    total: int

    @property
    def open(self) -> tuple[Check, ...]:
        return self.blocked + self.waiting

    @property
    def yours(self) -> int:
        return sum(check.yours for check in self.open)

    @property
    def all(self) -> tuple[Check, ...]:
        """Most urgent first, as the bar above them shows them."""
        return self.blocked + self.waiting + self.waived + self.not_measured + self.met


def subjects_of(pilot: Pilot, collected: Collected) -> Subjects:
    return Subjects(
        pilot,
        {gate.pk: gate for gate in collected.gates},
        collected.items,
        {condition.pk: condition for condition in collected.conditions},
    )


def checks_of(evaluation: Evaluation, subjects: Subjects, reader: User, *, asks: bool) -> Checks:
    """`asks`: whether anybody is asked to clear them; in a pilot that rests nobody is."""
    stored = evaluation.collected.stored.get(evaluation.gate.pk, {})
    groups: dict[str, list[Check]] = {}
    for finding in evaluation.findings:
        row = stored.get((finding.code, finding.subject))
        since = _since(finding, row, evaluation)
        check = _check(finding, since, subjects, evaluation.collected, reader, asks=asks)
        groups.setdefault(_group(finding), []).append(check)
    for found in (groups.get("blocked", []), groups.get("waiting", [])):
        found.sort(key=lambda check: (not check.yours, check.since, check.rule))
    names = ("blocked", "waiting", "waived", "not_measured", "met", "shown_only")
    total = sum(1 for finding in evaluation.findings if finding.blocking)
    return Checks(**{name: tuple(groups.get(name, ())) for name in names}, total=total)


def _since(finding: rules.Finding, row: Finding | None, evaluation: Evaluation) -> datetime:
    """Since when it is open; of an answer that waits for acceptance, since when it waits."""
    if finding.reason is rules.Reason.PROPOSED:
        item = evaluation.collected.items.get(UUID(finding.subject.partition(":")[2]))
        if item is not None and item.answer is not None:
            return item.answer.written_at
    # One that the background has not stored yet, or in another state, is as old as this moment.
    return row.since if row is not None and row.state == finding.state.value else evaluation.at


def _group(finding: rules.Finding) -> str:
    if finding.state is rules.State.OPEN:
        if not finding.blocking:
            return "shown_only"
        return "waiting" if finding.reason in WAITING else "blocked"
    if finding.state is rules.State.WAIVED:
        return "waived"
    return "not_measured" if finding.not_measured else "met"


_STATES: Final = {
    rules.Reason.MET: "met",
    rules.Reason.WAIVED: "waived",
    rules.Reason.PROPOSED: "waiting",
    rules.Reason.UNACCEPTED: "waiting",
    rules.Reason.LAPSED: "lapsed",
    rules.Reason.IN_DOUBT: "in_doubt",
    rules.Reason.RETURNED: "returned",
    rules.Reason.MISSED: "overdue",
}


def _check(
    finding: rules.Finding, since: datetime, subjects: Subjects, collected: Collected, reader: User, *, asks: bool
) -> Check:
    who = _who(finding, collected) if asks else {}
    kind, _, key = finding.subject.partition(":")
    item: Any = collected.items.get(UUID(key)) if kind == "item" else None
    waived = finding.state is rules.State.WAIVED
    return Check(
        key=f"{finding.code} {finding.subject}",
        rule=finding.text,
        # The day stands beside it in the reader's own time zone.
        detail=finding.detail.partition(". ")[2] if waived else finding.detail,
        state="not_measured" if _group(finding) == "not_measured" else _STATES.get(finding.reason, "blocked"),
        since=since,
        who=in_words(who, reader) or (_nobody(finding) if asks else ""),
        yours=reader.pk in who,
        place=_place(finding, subjects, collected, reader, yours=reader.pk in who),
        blocking=finding.blocking,
        not_measured=finding.not_measured,
        until=finding.changes_at if waived else None,
        waived_by=item.waived_by or "" if waived and item else "",
        waived_because=item.waived_because or "" if waived and item else "",
    )


def _place(
    finding: rules.Finding, subjects: Subjects, collected: Collected, reader: User, *, yours: bool
) -> Place | None:
    """No link to a flag for who may not read what people reported."""
    if finding.subject.startswith(OF_FLAGS) and reader.pk not in collected.people.may(Permission.VIEW_FLAGS):
        return None
    return place_of(finding, subjects, yours=yours)


def _who(finding: rules.Finding, collected: Collected) -> dict[UUID, str]:
    """Who can clear it, by id. Whoever wrote an answer, or stepped aside, does not accept it."""
    if finding.state is rules.State.MET:
        return {}
    people, named = collected.people, _named(collected)
    if finding.who_ids:
        return {user_id: named.get(user_id, "somebody who left") for user_id in finding.who_ids}
    wanted = set(finding.who_roles)
    found = {holder.user_id: holder.name for holder in people.holders if holder.role in wanted}
    if finding.reason in (rules.Reason.PROPOSED, rules.Reason.IN_DOUBT):
        item = collected.items.get(UUID(finding.subject.partition(":")[2]))
        barred = people.aside | (may_not_decide(item.answer, people, wanted) if item and item.answer else set())
        found = {user_id: name for user_id, name in found.items() if user_id not in barred}
    return found


def may_not_decide(answer: Answer, people: People, roles: Iterable[Role]) -> set[UUID]:
    """Of those who have one of these roles, their own or lent to them."""
    wanted = set(roles)
    rights: dict[UUID, UUID | None] = {}
    for holder in people.holders:
        if holder.role in wanted and rights.get(holder.user_id, holder) is not None:
            rights[holder.user_id] = holder.giver_id
    return {user_id for user_id, giver_id in rights.items() if why_not(answer, user_id, giver_id, people.vouching)}


def _named(collected: Collected) -> dict[UUID, str]:
    """Names of everybody that a finding can point at, from rows that are read already."""
    owners = [item.owner for item in collected.items.values()]
    owners += [workflow.owner for workflow in collected.workflows.values()]
    owners += [condition.owner for condition in collected.conditions]
    names = {owner.pk: owner.name for owner in owners if owner is not None}
    return names | {holder.user_id: holder.name for holder in collected.people.holders}


def _nobody(finding: rules.Finding) -> str:
    roles = [ROLES[role].label.lower() for role in finding.who_roles[:1]]
    return f"a {roles[0]} (nobody else has this role here yet)" if roles else ""


def in_words(people: dict[UUID, str], reader: User | None = None, joined_by: str = "or") -> str:
    """“you, Eva Lund or Owen Archer”; a long list ends with how many more there are."""
    names = [name for user_id, name in people.items() if reader is None or user_id != reader.pk]
    if reader is not None and reader.pk in people:
        names.insert(0, "you")
    return joined(names, joined_by)


def joined(names: Iterable[str], by: str = "or") -> str:
    found = list(names)
    if len(found) > NAMES:
        found = [*found[: NAMES - 1], f"{len(found) - NAMES + 1} others"]
    return f" {by} ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))


def roles_of(collected: Collected, user_id: UUID) -> str:
    """In brackets behind a name: “sponsor”, “evaluation lead, standing in for Eva Lund”."""
    held = [holder for holder in collected.people.holders if holder.user_id == user_id and holder.role != Role.MEMBER]
    words = [
        ROLES[holder.role].label.lower()
        + (f", standing in for {collected.people.name_of(holder.giver_id)}" if holder.giver_id else "")
        for holder in held
    ]
    return " and ".join(dict.fromkeys(words))
