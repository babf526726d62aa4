"""Steps about the tools that hand in flags. A story calls a channel by its `name`."""

from datetime import timedelta
from typing import Any, Final

from feedback.actions.channels import create_channel, rotate_token
from feedback.models import Channel, ChannelToken
from feedback.models.reporting import Source
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step

_LASTS: Final = timedelta(days=300)


def connect(scene: Scene, step: Step) -> None:
    at = scene.move_to(step.day)
    create_channel(
        pilot=scene.pilot,
        name=step.args["name"],
        origins=step.args.get("origins", []),
        daily_quota=step.args["a_day"],
        expires_at=at + _LASTS,
        by=scene.person(step.by),
        at=at,
    )


def new_token(scene: Scene, step: Step) -> None:
    at, channel = scene.move_to(step.day), _channel(scene, step.args["name"])
    old_until = at + timedelta(days=step.args["old_for"])
    rotate_token(channel=channel, expires_at=at + _LASTS, old_until=old_until, by=scene.person(step.by), at=at)


def door_of(scene: Scene, step: Step) -> dict[str, Any]:
    """What its details say of a flag that came `through` a channel: by its button, and without a name."""
    name = step.args.get("through")
    if not name or step.by:
        return {}
    channel = _channel(scene, name)
    used = ChannelToken.objects.filter(channel=channel, created_at__lte=scene.clock)
    used.filter(pk=used.values("pk")[:1]).update(last_used_at=scene.clock)
    return {"source": Source.BUTTON, "channel": channel}


def _channel(scene: Scene, name: str) -> Channel:
    return Channel.objects.select_related("pilot").get(pilot=scene.pilot, name=name)
