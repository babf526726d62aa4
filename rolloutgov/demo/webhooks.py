"""Steps about receivers of a pilot's events. They end disabled: the demo sends nothing to anybody."""

from pilots.actions.webhooks import create_webhook, disable_webhook
from pilots.models import Webhook
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step


def add_webhook(scene: Scene, step: Step) -> None:
    at = scene.move_to(step.day)
    create_webhook(pilot=scene.pilot, url=step.args["url"], events=step.args["events"], by=scene.person(step.by), at=at)


def turn_webhook_off(scene: Scene, step: Step) -> None:
    found = Webhook.objects.select_related("pilot").get(pilot=scene.pilot, url=step.args["url"])
    disable_webhook(webhook=found, by=scene.person(step.by), at=scene.move_to(step.day))
