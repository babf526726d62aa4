"""Steps about gates and the pilot as a whole: conditions, sign-off, standing in, what leaders saw, pausing, ending."""

from typing import Any
from uuid import uuid4

from governance.actions.acknowledgements import acknowledge_finding
from governance.actions.conditions import add_condition, meet_condition
from governance.actions.events import fire_event
from governance.actions.sign_offs import ask_sign_off
from governance.actions.sign_offs import sign_off as decide_sign_off
from governance.actions.upkeep import expire
from governance.models import Condition, Finding, SignOff, SignOffRequest
from pilots.actions.delegations import delegate as lend_role
from pilots.actions.pilots import edit_pilot, end_pilot, pause_pilot
from pilots.actions.stepping_aside import step_aside as leave_decisions
from pilots.models import Pilot
from pilots.permissions import Role
from rolloutgov.demo.scene import Scene, moment
from rolloutgov.demo.story import Step


def condition(scene: Scene, step: Step) -> None:
    add_condition(
        gate=scene.gate(step.args["gate"]),
        by=scene.person(step.by),
        at=scene.move_to(step.day),
        text=step.args["text"],
        owner=scene.person(step.args["owner"]),
        due_on=scene.date(step.args["due"]),
    )


def meet(scene: Scene, step: Step) -> None:
    """The one condition of a `gate` that is not met yet."""
    waiting = Condition.objects.select_related("pilot", "gate")
    row = waiting.get(gate=scene.gate(step.args["gate"]), met_at__isnull=True, withdrawn_at__isnull=True)
    meet_condition(condition=row, by=scene.person(step.by), at=scene.move_to(step.day), note=step.args["note"])


def ask(scene: Scene, step: Step) -> None:
    ask_sign_off(
        gate=scene.gate(step.args["gate"]),
        by=scene.person(step.by),
        at=scene.move_to(step.day),
        comment=step.args.get("comment", ""),
    )


def approve(scene: Scene, step: Step) -> None:
    _decide(scene, step, SignOff.Decision.APPROVED)


def refuse(scene: Scene, step: Step) -> None:
    _decide(scene, step, SignOff.Decision.REFUSED)


def _decide(scene: Scene, step: Step, decision: str) -> None:
    waiting = SignOffRequest.objects.select_related("pilot", "gate")
    request = waiting.get(pilot=scene.pilot, state=SignOffRequest.State.OPEN)
    decide_sign_off(
        request=request,
        by=scene.person(step.by),
        at=scene.move_to(step.day),
        decision=decision,
        comment=step.args["comment"],
        digest=request.digest,
        decision_id=uuid4(),
    )


def delegate(scene: Scene, step: Step) -> None:
    lend_role(
        pilot=scene.pilot,
        role=Role(step.args["role"]),
        to_user=scene.person(step.args["to"]),
        reason=step.args["reason"],
        ends_at=moment(scene.now, step.args["ends"]),
        by=scene.person(step.by),
        at=scene.move_to(step.day),
    )


def step_aside(scene: Scene, step: Step) -> None:
    leave_decisions(pilot=scene.pilot, by=scene.person(step.by), reason=step.args["reason"], at=scene.move_to(step.day))
    scene.aside.add(step.by)


def happen(scene: Scene, step: Step) -> None:
    """An `event` that the system cannot see."""
    args: dict[str, Any] = {"event": step.args["event"], "reason": step.args["reason"]}
    fire_event(pilot=scene.pilot, by=scene.person(step.by), at=scene.move_to(step.day), **args)


def edit(scene: Scene, step: Step) -> None:
    scene.move_to(step.day)
    fresh = Pilot.objects.get(pk=scene.pilot.pk)
    edit_pilot(pilot=fresh, by=scene.person(step.by), fields=step.args["fields"], version=fresh.version)


def time_passes(scene: Scene, step: Step) -> None:
    """What ran out by this day lapses now."""
    expire(scene.move_to(step.day))


def acknowledge(scene: Scene, step: Step) -> None:
    """What stands at a `gate` about a `question` is seen by name."""
    item = scene.item(step.args["question"])
    finding = Finding.objects.select_related("pilot").get(
        gate=scene.gate(step.args["gate"]), code="question", subject=f"item:{item.pk}"
    )
    by, at, comment = scene.person(step.by), scene.move_to(step.day), step.args["comment"]
    acknowledge_finding(finding=finding, by=by, at=at, version=finding.version, comment=comment)


def pause(scene: Scene, step: Step) -> None:
    pause_pilot(pilot=scene.pilot, by=scene.person(step.by), at=scene.move_to(step.day), reason=step.args["reason"])


def end(scene: Scene, step: Step) -> None:
    end_pilot(
        pilot=scene.pilot,
        by=scene.person(step.by),
        at=scene.move_to(step.day),
        outcome=step.args["outcome"],
        note=step.args["note"],
    )
