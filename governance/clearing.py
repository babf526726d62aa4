"""Where in the interface a finding is cleared, by the kind of its subject, and the verb of the link there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from django.urls import reverse

from governance.models import Condition, Gate, Item
from governance.places import gate_url, item_url
from pilots.measured.addresses import page_url
from pilots.models import Pilot


class AnyFinding(Protocol):
    """As `rules` works it out, or as it was stored."""

    @property
    def code(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def detail(self) -> str: ...


@dataclass(frozen=True)
class Place:
    url: str
    action: str


@dataclass(frozen=True)
class Subjects:
    """The rows that findings of one pilot are about."""

    pilot: Pilot
    gates: Mapping[UUID, Gate]
    items: Mapping[UUID, Item]
    conditions: Mapping[UUID, Condition]


def place_of(finding: AnyFinding, subjects: Subjects, *, yours: bool) -> Place | None:
    """A verb for who can clear it, “See …” for everybody else. None where the subject is gone."""
    kind, _, key = finding.subject.partition(":")
    to = _PLACES.get(kind)
    return to(finding, key, subjects, yours) if to else None


def step_of(finding: AnyFinding) -> tuple[str, str]:
    """What to do, and about what: a rule reads as if it held, so a list that shows one line shows these."""
    kind, _, key = finding.subject.partition(":")
    if kind in ("flag", "pattern"):
        return "Fix it, or carry it by name", f"Flag {key}" if kind == "flag" else f"Pattern P-{key}"
    about = finding.text if kind in ("item", "condition", "gap") else finding.detail
    return _verb(kind, finding), about


def _verb(kind: str, finding: AnyFinding) -> str:
    """For who can clear it."""
    reason = str(finding.reason)
    if kind == "item":
        return _TO_QUESTION.get(reason, "See the answer")
    if kind == "pilot":
        return _TO_PILOT.get(finding.code, _OVERVIEW)[0][1]
    if kind == "workflow" and reason == "unowned":
        return "Name an owner"
    return _VERBS[kind]


_VERBS: Final = {
    "workflow": "Accept that you answer for it",
    "condition": "Meet the condition",
    "gate": "See what lapsed",
    "flag": "Open the flag",
    "pattern": "Open the pattern",
    "drill": "Hold a drill",
    "gap": "Name an owner",
    "patterns": "See what is overdue",
    "reviews": "Go to the review",
    "corrections": "See what is to be corrected",
    "flags": "See the flags",
    "batches": "Import evidence",
    "workload": "Count the workload",
    "register": "Go to the register",
    "forecast": "Work out a forecast",
    "design": "Decide the cells",
    "stage": "Go to the stage",
}
_OVERVIEW: Final = (("pilot", "See the pilot"), ("pilot", "See the pilot"))
_TO_QUESTION: Final = {
    "unowned": "Name an owner",
    "unanswered": "Answer it",
    "unevidenced": "Add the evidence",
    "proposed": "Accept or send back",
    "returned": "Mend the answer",
    "lapsed": "Renew the answer",
    "in_doubt": "Confirm or renew",
    "waived": "See the waiver",
}
# Page and verb for what is missing in the pilot as a whole: for who can mend it, for everybody else.
_TO_PILOT: Final = {
    "workflow_named": (("pilot_scope", "Name a workflow"), ("pilot_scope", "See the scope")),
    "sponsor_named": (("pilot_people", "Name the sponsor"), ("pilot_people", "See the people")),
    "enough_signers": (("pilot_people", "Find more people"), ("pilot_people", "See the people")),
    "statement_signed": (("statement", "Sign and publish it"), ("statement", "See the statement")),
    "page_published": (("page_publish", "Publish the page"), ("pilot", "See the pilot")),
    "statement_written": (("pilot_edit", "Write the statement"), ("pilot", "See the pilot")),
}


def _question(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
    item = subjects.items.get(UUID(key))
    if item is None:
        return None
    verb = _verb("item", finding)
    return Place(item_url(subjects.pilot, item), verb if yours or verb.startswith("See") else "See the question")


def _pilot(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
    name, action = _TO_PILOT.get(finding.code, _OVERVIEW)[not yours]
    return Place(reverse(name, kwargs={"slug": subjects.pilot.slug}), action)


def _workflow(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
    action = _verb("workflow", finding) if yours else "See the workflow"
    return Place(reverse("pilot_scope", kwargs={"slug": subjects.pilot.slug}), action)


def _condition(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
    condition = subjects.conditions.get(UUID(key))
    gate = subjects.gates.get(condition.gate_id) if condition else None
    action = _verb("condition", finding) if yours else "See the condition"
    return Place(f"{gate_url(subjects.pilot, gate)}#condition-{key}", action) if gate else None


def _gate(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
    gate = subjects.gates.get(UUID(key))
    return Place(gate_url(subjects.pilot, gate), _VERBS["gate"]) if gate else None


def _flag(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
    return Place(reverse("flag", kwargs={"slug": subjects.pilot.slug, "reference": key}), _VERBS["flag"])


def _pattern(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
    return Place(reverse("pattern", kwargs={"slug": subjects.pilot.slug, "number": int(key)}), _VERBS["pattern"])


def _drills(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
    kind = finding.subject.partition(":")[0]
    return Place(reverse("drills", kwargs={"slug": subjects.pilot.slug}), _VERBS[kind] if yours else "See the drills")


def _list_of(kind: str) -> Callable[[AnyFinding, str, Subjects, bool], Place | None]:
    def place(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
        return Place(reverse(kind, kwargs={"slug": subjects.pilot.slug}), _VERBS[kind])

    return place


def _of_evidence(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
    kind = finding.subject.partition(":")[0]
    url = page_url(subjects.pilot, kind, key.partition(":")[0] if kind == "register" else "")
    return Place(url, _VERBS[kind] if yours else _SEE[kind])


def _stage(finding: AnyFinding, key: str, subjects: Subjects, yours: bool) -> Place | None:
    """The list where nobody has planned it yet: there it is planned."""
    return Place(reverse("stages", kwargs={"slug": subjects.pilot.slug}) + f"#stage-{key}", _VERBS["stage"])


_SEE: Final = {
    "batches": "See the evidence",
    "workload": "See the workload",
    "register": "See the register",
    "forecast": "See the forecast",
    "design": "See the design",
}
_PLACES: Final[Mapping[str, Callable[[AnyFinding, str, Subjects, bool], Place | None]]] = {
    "item": _question,
    "pilot": _pilot,
    "workflow": _workflow,
    "condition": _condition,
    "gate": _gate,
    "flag": _flag,
    "pattern": _pattern,
    "drill": _drills,
    "gap": _drills,
    "stage": _stage,
    **{kind: _list_of(kind) for kind in ("patterns", "reviews", "corrections", "flags")},
    **dict.fromkeys(_SEE, _of_evidence),
}
# What only who reads flags may open.
OF_FLAGS: Final = ("flag:", "pattern:", "patterns:", "reviews:", "corrections:", "flags:")
