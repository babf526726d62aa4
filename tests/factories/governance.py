"""A pilot under a small catalogue: two questions to each gate, one of them asked for each workflow."""

from datetime import datetime

from governance.actions.answers import Link, accept_answer, propose_answer
from governance.actions.gates import create_gates, reevaluate
from governance.actions.items import assign_items, sync_items
from governance.actions.pilots import start_pilot
from governance.models import CatalogueVersion, Gate, Item, PilotCatalogue, Question
from pilots.actions.pilots import lock_pilot
from pilots.models import PHASES, PhaseKind, Pilot, User
from tests.factories.evidence import with_evidence

PREFIXES = dict(zip(PHASES, ("DEM", "STR", "INF", "ROL"), strict=True))


def small_catalogue(at: datetime) -> CatalogueVersion:
    number = CatalogueVersion.objects.count() + 1
    version = CatalogueVersion.objects.create(number=number, created_at=at)
    questions = []
    for position, phase in enumerate(PHASES):
        stage = phase == PhaseKind.STAGED_ROLLOUT
        for n in (1, 2):
            question = Question(
                catalogue=version,
                code=f"{PREFIXES[phase]}-0{n}",
                position=position * 10 + n,
                phase=phase,
                theme="governance",
                core=n == 1,
                per_workflow=phase == PhaseKind.INFRASTRUCTURE_BUILD and n == 1,
                blocking="stage" if stage else "gate",
                after_first_stage=stage and n == 2,
                may_be_not_measured=n == 2,
                question=f"What about {phase.label.lower()}, question {n}?",
                good_answer="Names, dates and counts.",
                evidence="A file or a link.",
                owner_role="evaluation_lead",
                valid_days=90 if n == 1 else None,
                renew_events=["tool_version_changed", "demonstration_quoted"] if n == 2 else [],
                doubted_by=["MADEUP", "severity_3"] if n == 1 else [],
            )
            questions.append(question)
    Question.objects.bulk_create(questions)
    version.state, version.published_at = CatalogueVersion.State.PUBLISHED, at
    version.save(update_fields=["state", "published_at"])
    return version


def govern(pilot: Pilot, at: datetime, catalogue: CatalogueVersion | None = None) -> Pilot:
    """Give a bare pilot its questions and gates, as `start_pilot` does, and what the first gate asks of evidence."""
    pilot.does_not_show = "Anything outside the claims team, long letters, busy days."
    pilot.save(update_fields=["does_not_show"])
    PilotCatalogue.objects.create(
        pilot=pilot, catalogue=catalogue or small_catalogue(at), moved_at=at, moved_by=pilot.created_by
    )
    sync_items(pilot, at)
    with_evidence(pilot, at)
    create_gates(pilot)
    reevaluate(lock_pilot(pilot), at)
    return pilot


def start_later(by: User, at: datetime) -> Pilot:
    """A pilot, `spring`, that already ran when it came here, so that its first phase is skipped."""
    return start_pilot(
        by=by,
        at=at,
        fields={"name": "Spring", "tool": "Drafter", "profile": "full"},
        entered_phase=PhaseKind.STRESS_TEST,
        skip_reason="It runs since spring.",
    )


def item_of(pilot: Pilot, code: str) -> Item:
    return Item.objects.with_details().select_related("pilot").get(pilot=pilot, code=code)


def gate_of(pilot: Pilot, phase: str = "demonstration", stage: int = 0) -> Gate:
    return Gate.objects.select_related("pilot").get(pilot=pilot, phase=phase, stage=stage)


LINK = Link("Measurement note", "https://records.example.org/note")


def propose(item: Item, by: User, at: datetime, text: str = "Forty letters, twelve people, three weeks.") -> Item:
    propose_answer(item=item, by=by, at=at, kind="answered", text=text, links=[LINK])
    return item_of(item.pilot, item.code)


def accept(item: Item, by: User, at: datetime) -> Item:
    accept_answer(item=item, by=by, at=at, comment="Checked against the note.")
    return item_of(item.pilot, item.code)


def clear_gate(pilot: Pilot, at: datetime, *, authors: tuple[User, User], accepter: User, assigner: User) -> Gate:
    """Every question of the present phase owned, answered by two authors in turn and accepted by a third person.

    The evidence that the gate asks for is there as well.
    """
    phase = pilot.phases.get(state="current").kind
    with_evidence(pilot, at, phase)
    items = list(Item.objects.of(pilot).filter(phase=phase).select_related("pilot"))
    assign_items(pilot=pilot, items=items, by=assigner, at=at, owner=authors[0])
    for n, item in enumerate(items):
        accept(propose(item, authors[n % 2], at), accepter, at)
    return gate_of(pilot, phase, 1 if phase == PhaseKind.STAGED_ROLLOUT else 0)
