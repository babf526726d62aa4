"""Steps of the standing review, the rota, corrections and limited uses."""

from datetime import timedelta
from typing import Any

from feedback.actions.corrections import finish_correction, note_told, open_correction
from feedback.actions.reviews import carry_item, close_review, decide_item, open_review, set_review_schedule
from feedback.actions.rota import set_rota
from feedback.agenda import standings_of
from feedback.clocks import monday_of
from feedback.models import Correction, Pattern, Review, ReviewItem
from pilots.actions.limits import lift_limit
from pilots.models import UseCase
from rolloutgov.demo.complaints import pattern_of
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step


def review_schedule(scene: Scene, step: Step) -> None:
    """Its day of the week is that of the step."""
    at = scene.move_to(step.day)
    set_review_schedule(
        pilot=scene.pilot,
        weekday=at.weekday(),
        every_weeks=step.args["every"],
        chair=scene.person(step.args["chair"]),
        version=0,
        by=scene.person(step.by),
        at=at,
    )


def review(scene: Scene, step: Step) -> None:
    """`decides`: by kind of complaint what is done; everything else is carried, or, carried before, not changed."""
    at, by = scene.move_to(step.day), scene.person(step.by)
    people = [scene.person(key) for key in step.args["there"]]
    held = open_review(pilot=scene.pilot, attendees=people, by=by, at=at)
    decided = {pattern_of(scene, row["kind"]).pk: row for row in step.args.get("decides", ())}
    for standing in standings_of(held):
        item = ReviewItem.objects.select_related("review__pilot", "pilot", "pattern__pilot").get(pk=standing.item.pk)
        row = decided.get(item.pattern_id) if item.pattern_id else None
        if row is not None:
            _decide(scene, item, row)
        elif standing.carried_here is None:
            carry_item(item=item, reason=step.args["carries"], by=by, at=scene.clock)
        elif item.pattern is not None:
            _decide(scene, item, {"action": "no_change", "reason": step.args["otherwise"]})
    if step.args.get("closes", True):
        close_review(
            review=Review.objects.select_related("pilot").get(pk=held.pk),
            note=step.args.get("note", ""),
            version=held.version,
            by=by,
            at=scene.clock,
        )


def _decide(scene: Scene, item: ReviewItem, row: dict[str, Any]) -> None:
    assert item.pattern is not None
    pattern = Pattern.objects.get(pk=item.pattern.pk)
    decide_item(
        item=item,
        action=row["action"],
        owner=scene.person(row["owner"]) if "owner" in row else None,
        due_on=scene.date(row["due"]) if "due" in row else None,
        reason=row.get("reason", ""),
        version=pattern.version,
        by=scene.holder("triage_lead"),
        at=scene.clock,
    )


def rota(scene: Scene, step: Step) -> None:
    """This week and the next ones."""
    at = scene.move_to(step.day)
    first = monday_of(at.date())
    person, cover = scene.person(step.args["first"]), step.args.get("then")
    weeks = {
        first + timedelta(weeks=n): (person, scene.person(cover) if cover else None) for n in range(step.args["weeks"])
    }
    set_rota(pilot=scene.pilot, weeks=weeks, by=scene.person(step.by), at=at)


def correct(scene: Scene, step: Step) -> None:
    """Of the pattern of a kind; `told` and `done` where that happened at once."""
    at, by = scene.move_to(step.day), scene.person(step.by)
    made: Correction = open_correction(
        pilot=scene.pilot,
        pattern=pattern_of(scene, step.args["kind"]),
        went_out=step.args["went_out"],
        audience=step.args["audience"],
        owner=scene.person(step.args["owner"]),
        by=by,
        at=at,
    )
    for told in step.args.get("told", ()):
        note_told(correction=made, told=told, by=by, at=scene.clock)
    if "done" in step.args:
        finish_correction(correction=made, what_was_done=step.args["done"], version=1, by=by, at=scene.clock)


def lift(scene: Scene, step: Step) -> None:
    use_case = UseCase.objects.select_related("pilot").get(pilot=scene.pilot, name=step.args["use_case"])
    at = scene.move_to(step.day)
    lift_limit(use_case=use_case, kind=step.args["kind"], reason=step.args["reason"], by=scene.person(step.by), at=at)
