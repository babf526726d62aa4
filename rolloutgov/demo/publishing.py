"""Steps about the statement and the published page."""

from feedback.actions.publishing import newest_publication, publish_page
from feedback.actions.statements import publish_statement, sign_statement, write_statement
from feedback.models import Statement
from feedback.signing import newest_statement
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step


def write(scene: Scene, step: Step) -> None:
    newest = newest_statement(scene.pilot)
    write_statement(
        pilot=scene.pilot,
        intended=step.args["intended"],
        not_intended=step.args["not_intended"],
        seen=newest.number if newest else 0,
        by=scene.person(step.by),
        at=scene.move_to(step.day),
    )


def sign(scene: Scene, step: Step) -> None:
    """`nameless`: the published page shows the role alone."""
    statement, named = _newest(scene), not step.args.get("nameless")
    by, at = scene.person(step.by), scene.move_to(step.day)
    sign_statement(statement=statement, digest=statement.digest, is_named=named, by=by, at=at)


def publish(scene: Scene, step: Step) -> None:
    publish_statement(statement=_newest(scene), by=scene.person(step.by), at=scene.move_to(step.day))


def page(scene: Scene, step: Step) -> None:
    newest = newest_publication(scene.pilot)
    seen = newest.number if newest else 0
    by, at = scene.person(step.by), scene.move_to(step.day)
    publish_page(pilot=scene.pilot, falls_short=step.args["falls_short"], seen=seen, by=by, at=at)


def _newest(scene: Scene) -> Statement:
    found = newest_statement(scene.pilot)
    if found is None:
        raise ValueError("no statement is written yet")
    return found
