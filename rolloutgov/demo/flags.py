"""Steps about flags. A story calls a flag by its `name`; the reference that people see is drawn by the action."""

from dataclasses import replace

from feedback.actions.flags import hand_in_flag
from feedback.actions.reopening import reopen_flag
from feedback.actions.triage import assess_flag, carry_flag, close_flag
from feedback.models import Flag
from pilots.models import UseCase
from rolloutgov.demo.channels import door_of
from rolloutgov.demo.complaints import submission
from rolloutgov.demo.elsewhere import details, screenshots
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step


def flag(scene: Scene, step: Step) -> None:
    """`by` nobody: through the public link, without a name."""
    use_case = step.args.get("use_case")
    hand_in_flag(
        pilot=scene.pilot,
        submission=submission(scene, step.args["name"]),
        categories=step.args["categories"],
        severity=step.args["severity"],
        output=step.args.get("output", ""),
        use_case=UseCase.objects.get(pilot=scene.pilot, name=use_case) if use_case else None,
        what_happened=step.args.get("what_happened", ""),
        expected=step.args.get("expected", ""),
        tool_version=scene.pilot.tool_version,
        details=replace(details(scene, step), **door_of(scene, step)),
        files=screenshots(step),
        by=scene.person(step.by) if step.by else None,
        at=scene.move_to(step.day),
    )


def assess(scene: Scene, step: Step) -> None:
    found = _flag(scene, step)
    assess_flag(
        flag=found,
        severity=step.args.get("severity", found.severity),
        note=step.args.get("note", ""),
        version=found.version,
        by=scene.person(step.by),
        at=scene.move_to(step.day),
    )


def close(scene: Scene, step: Step) -> None:
    found = _flag(scene, step)
    close_flag(
        flag=found,
        resolution=step.args["resolution"],
        answer=step.args["answer"],
        version=found.version,
        by=scene.person(step.by),
        at=scene.move_to(step.day),
    )


def carry(scene: Scene, step: Step) -> None:
    found = _flag(scene, step)
    at = scene.move_to(step.day)
    carry_flag(flag=found, reason=step.args["reason"], version=found.version, by=scene.person(step.by), at=at)


def reopen(scene: Scene, step: Step) -> None:
    reopen_flag(flag=_flag(scene, step), note=step.args["note"], at=scene.move_to(step.day))


def _flag(scene: Scene, step: Step) -> Flag:
    return Flag.objects.select_related("pilot").get(submission=submission(scene, step.args["name"]))
