"""What the fixtures of these tests are."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from feedback.actions.flags import HandedIn
from feedback.models import Flag
from pilots.models import User

SignIn = Callable[[User], Client]
HandIn = Callable[..., HandedIn]
Typing = Callable[..., dict[str, Any]]
MakeFlag = Callable[..., Flag]
References = Callable[..., list[str]]
Names = Callable[..., list[str]]
