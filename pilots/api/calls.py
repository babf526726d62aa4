"""What every call of the API shares: who calls, and the pilot it is about."""

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.views import APIView

from pilots.access import get_pilot
from pilots.models import Pilot, User
from pilots.permissions import Permission


def caller(request: Request) -> User:
    """Who calls; the permission classes let nobody else through."""
    assert isinstance(request.user, User)
    return request.user


class PilotCall(APIView):
    """A call below `/pilots/<slug>/`: `self.pilot` is one that the caller may see, or 404."""

    pilot: Pilot
    # What the caller needs beyond seeing it, by method; the action asks again.
    permissions: ClassVar[dict[str, Permission]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        needed = self.permissions.get(request.method or "GET", Permission.VIEW_PILOT)
        self.pilot = get_pilot(caller(request), kwargs["slug"], needed)
