"""What a reporter adds to a flag, what triage heard of in another way, and what it calls a flag itself."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image, ImageDraw

from feedback.actions.elsewhere import enter_flag
from feedback.actions.flags import Details
from feedback.actions.triage import relabel_flag
from feedback.models import Flag
from pilots.models import Segment, UseCase
from rolloutgov.demo.complaints import submission
from rolloutgov.demo.scene import Scene, moment
from rolloutgov.demo.story import Step

_SAID: Final = ("prompt", "did_instead", "minutes_lost", "reached", "checked_by_rule", "needs_answer_now")


def details(scene: Scene, step: Step) -> Details:
    group = step.args.get("segment")
    said = {name: step.args[name] for name in (*_SAID, "is_confidential") if name in step.args}
    return Details(segment=Segment.objects.get(pilot=scene.pilot, name=group) if group else None, **said)


def screenshots(step: Step) -> Sequence[UploadedFile]:
    """A made-up window with the words of the story in it."""
    words = step.args.get("screenshot")
    if not words:
        return ()
    picture = Image.new("RGB", (480, 120), "white")
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((0, 0, 480, 24), fill="#1556a0")
    drawing.text((10, 6), "Example (made up)", fill="white")
    drawing.text((10, 50), words, fill="black")
    written = BytesIO()
    picture.save(written, format="PNG")
    return (SimpleUploadedFile("screenshot.png", written.getvalue()),)


def enter(scene: Scene, step: Step) -> None:
    use_case = step.args.get("use_case")
    at = scene.move_to(step.day)
    enter_flag(
        pilot=scene.pilot,
        submission=submission(scene, step.args["name"]),
        source=step.args["source"],
        known_at=min(moment(scene.now, step.args["known"]), at),
        external_id=step.args.get("reference", ""),
        tell_whom=step.args["tell"],
        categories=step.args["categories"],
        severity=step.args["severity"],
        output=step.args.get("output", ""),
        what_happened=step.args.get("what_happened", ""),
        use_case=UseCase.objects.get(pilot=scene.pilot, name=use_case) if use_case else None,
        is_confidential=step.args.get("is_confidential", False),
        by=scene.person(step.by),
        at=at,
    )


def relabel(scene: Scene, step: Step) -> None:
    found = Flag.objects.select_related("pilot").get(submission=submission(scene, step.args["name"]))
    by, at = scene.person(step.by), scene.move_to(step.day)
    relabel_flag(flag=found, categories=step.args["categories"], version=found.version, by=by, at=at)
