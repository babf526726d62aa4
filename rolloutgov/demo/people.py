"""Steps about escalations, concerns, barriers, roles asked apart, and drills. Flags and drills go by their `name`."""

from datetime import time
from typing import Any

from feedback.actions import drills
from feedback.actions.concerns import Change, decide_concern, raise_concern
from feedback.actions.escalations import Step as Called
from feedback.actions.escalations import answer_escalation, set_escalation_path
from feedback.actions.people import identify_role, record_asking, record_barrier
from feedback.actions.routing import route_escalations
from feedback.actions.triage import assess_flag, close_flag
from feedback.models import Concern, Drill, DrillGap, Escalation, EscalationPath, Pattern, SensitiveRole
from pilots.models import Segment, UseCase
from rolloutgov.demo.complaints import submission
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step


def escalation_path(scene: Scene, step: Step) -> None:
    """`steps`: each a `role` or a `person`, with `hours` and perhaps a `cover`."""
    at = scene.move_to(step.day)
    present = EscalationPath.objects.filter(pilot=scene.pilot).first()
    called = [
        Called(
            within_hours=row["hours"],
            role=row.get("role", ""),
            person=scene.person(row["person"]) if "person" in row else None,
            cover=scene.person(row["cover"]) if "cover" in row else None,
        )
        for row in step.args["steps"]
    ]
    set_escalation_path(
        pilot=scene.pilot,
        opens=time(8),
        closes=time(18),
        weekends=False,
        steps=called,
        version=present.version if present else 0,
        by=scene.person(step.by),
        at=at,
    )


def hours_pass(scene: Scene, step: Step) -> None:
    """The sweep that passes escalations on."""
    route_escalations(at=scene.move_to(step.day))


def judge(scene: Scene, step: Step) -> None:
    found = Escalation.objects.select_related("pilot").get(flag__submission=submission(scene, step.args["name"]))
    answer_escalation(
        escalation=found,
        decision=step.args["decision"],
        answer=step.args["answer"],
        corrected_output=step.args.get("instead", ""),
        version=found.version,
        by=scene.person(step.by),
        at=scene.move_to(step.day),
    )


def concern(scene: Scene, step: Step) -> None:
    raise_concern(
        pilot=scene.pilot,
        submission=submission(scene, step.args["name"]),
        text=step.args["text"],
        segment=_segment(scene, step),
        by=scene.person(step.by) if step.by else scene.person("user"),
        named=bool(step.by),
        at=scene.move_to(step.day),
    )


def answer_concern(scene: Scene, step: Step) -> None:
    """Of the concern or of the flag that is called `name`; accepted where it says what `changed`."""
    key = submission(scene, step.args["name"])
    rows = Concern.objects.select_related("pilot")
    found = rows.filter(submission=key).first() or rows.get(flag__submission=key)
    changed = step.args.get("changed")
    decide_concern(
        concern=found,
        accept=changed is not None,
        reason=step.args["reason"],
        change=_change(scene, step, changed) if changed else None,
        version=found.version,
        by=scene.person(step.by),
        at=scene.move_to(step.day),
    )


def _change(scene: Scene, step: Step, kind: str) -> Change:
    case, number = step.args.get("use_case"), step.args.get("pattern")
    return Change(
        kind=kind,
        what=step.args["what"],
        on=scene.date(step.day),
        phase=step.args.get("phase", ""),
        stage=step.args.get("stage"),
        pattern=Pattern.objects.get(pilot=scene.pilot, number=number) if number else None,
        use_case=UseCase.objects.get(pilot=scene.pilot, name=case) if case else None,
    )


def barrier(scene: Scene, step: Step) -> None:
    segment = _segment(scene, step)
    assert segment is not None
    words = {name: step.args[name] for name in ("kind", "what", "actions", "action", "measure")}
    record_barrier(
        pilot=scene.pilot,
        segment=segment,
        owner=scene.person(step.args["owner"]),
        review_on=scene.date(step.args["review"]),
        by=scene.person(step.by),
        at=scene.move_to(step.day),
        **words,
    )


def ask_apart(scene: Scene, step: Step) -> None:
    """Lists the role where it is not yet, and records what its people or volunteers said."""
    by, at, name = scene.person(step.by), scene.move_to(step.day), step.args["role"]
    role = SensitiveRole.objects.select_related("pilot").filter(pilot=scene.pilot, name=name).first()
    if role is None:
        role = identify_role(pilot=scene.pilot, name=name, why=step.args["why"], by=by, at=at)
    record_asking(
        role=role,
        whom=step.args["whom"],
        how=step.args["how"],
        asked_on=at.date(),
        people_asked=step.args["asked"],
        people_answered=step.args["answered"],
        in_sum=step.args["said"],
        by=by,
        at=at,
    )


def drill(scene: Scene, step: Step) -> None:
    """Planned, started, run the real way, ended, with its `gaps`; only planned where it says nothing of `took_part`."""
    by, at = scene.person(step.by), scene.move_to(step.day)
    kind, scenario = step.args["kind"], step.args["scenario"]
    day = max(scene.date(step.args.get("for", step.day)), at.date())
    made = drills.plan_drill(pilot=scene.pilot, kind=kind, scenario=scenario, planned_for=day, by=by, at=at)
    if "took_part" not in step.args:
        return
    made = drills.start_drill(drill=made, version=made.version, by=by, at=scene.move_to(step.day))
    if made.flag is not None:
        _answer_drill(scene, step, made)
    people = [scene.person(key) for key in step.args["took_part"]]
    account, at = step.args["account"], scene.move_to(step.day + step.args.get("days", 0.4))
    made = drills.end_drill(drill=made, account=account, took_part=people, version=made.version, by=by, at=at)
    for gap in step.args.get("gaps", ()):
        _gap(scene, step, made, gap)


def _answer_drill(scene: Scene, step: Step, made: Drill) -> None:
    """By the first who took part, through the actions that a real one takes."""
    reader, flag = scene.person(step.args["took_part"][0]), made.flag
    assert flag is not None
    if made.kind == Drill.Kind.ESCALATION:
        asked = Escalation.objects.select_related("pilot").get(flag=flag)
        at, answer = scene.move_to(step.day + 0.2), step.args["answer"]
        answer_escalation(
            escalation=asked, decision="do_not_use", answer=answer, version=asked.version, by=reader, at=at
        )
    triage = scene.holder("triage_lead")
    flag = assess_flag(flag=flag, severity=flag.severity, version=flag.version, by=triage, at=scene.move_to(step.day))
    at, answer = scene.move_to(step.day + 0.3), step.args["answer"]
    close_flag(flag=flag, resolution="not_a_fault", answer=answer, version=flag.version, by=triage, at=at)


def _gap(scene: Scene, step: Step, made: Drill, gap: dict[str, Any]) -> None:
    by, at = scene.person(step.by), scene.move_to(step.day)
    owner = scene.person(gap["owner"]) if "owner" in gap else None
    due = scene.date(gap["due"]) if "due" in gap else None
    found: DrillGap = drills.find_gap(drill=made, what=gap["what"], owner=owner, due_on=due, by=by, at=at)
    if "closed" in gap:
        drills.close_gap(gap=found, note=gap["closed"], version=found.version, by=by, at=scene.move_to(step.day))


def _segment(scene: Scene, step: Step) -> Segment | None:
    name = step.args.get("segment")
    return Segment.objects.get(pilot=scene.pilot, name=name) if name else None
