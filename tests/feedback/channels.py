"""A tool that is connected to the pilot `letters`."""

from datetime import datetime, timedelta
from typing import Any

from feedback.actions.channels import NewToken, create_channel
from pilots.clock import now
from pilots.models import Pilot, User

TOOL = "https://tool.example"


def connect(pilot: Pilot, by: User, *, at: datetime | None = None, **other: Any) -> NewToken:
    at = at or now()
    how = {"name": "Office assistant", "origins": [TOOL], "daily_quota": 500, "expires_at": at + timedelta(days=90)}
    return create_channel(pilot=pilot, by=by, at=at, **{**how, **other})
