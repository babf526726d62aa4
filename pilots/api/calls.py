"""What every call of the API shares: the pilot it is about, sending it twice, and problems in words."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import transaction
from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from pilots.access import get_pilot
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import IdempotencyKey, Pilot, User
from pilots.permissions import Permission

P = ParamSpec("P")
View = TypeVar("View", bound=APIView)


def caller(request: Request) -> User:
    """Who calls; the permission classes let nobody else through."""
    assert isinstance(request.user, User)
    return request.user


class PilotCall(APIView):
    """A call below `/pilots/<slug>/`: `self.pilot` is one that the caller may see, or 404."""

    pilot: Pilot
    # What the caller needs beyond seeing it, by method; the action asks again.
    permissions: dict[str, Permission] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        needed = self.permissions.get(request.method or "GET", Permission.VIEW_PILOT)
        self.pilot = get_pilot(caller(request), kwargs["slug"], needed)


class KeyReused(APIException):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key was used for another call. Use a new one for each new call."


def idempotent(
    method: Callable[Concatenate[View, Request, P], Response],
) -> Callable[Concatenate[View, Request, P], Response]:
    """With the header `Idempotency-Key` (up to 80 characters) a call takes effect once and is answered alike each time.

    Key and effect are one transaction: a call that failed leaves no key, and two at once wait for each other.
    """

    @wraps(method)
    def once(self: View, request: Request, *args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key", "")[:80]
        if not key:
            return method(self, request, *args, **kwargs)
        sent = _digest(request)
        with transaction.atomic():
            row, new = IdempotencyKey.objects.get_or_create(
                user=caller(request), key=key, defaults={"request_digest": sent}
            )
            if not new and row.request_digest != sent:
                raise KeyReused
            if not new:
                return Response(row.body, row.status, headers={"Idempotency-Replayed": "true"})
            response = method(self, request, *args, **kwargs)
            row.status, row.body = response.status_code, json.loads(JSONRenderer().render(response.data) or b"null")
            row.save(update_fields=["status", "body"])
        return response

    return once


def _digest(request: Request) -> str:
    """Files count by name and size."""
    files = sorted((name, file.name, file.size) for name, several in request.FILES.lists() for file in several)
    body = {name: value for name, value in request.data.items() if name not in request.FILES}
    said = json.dumps([request.method, request.path, body, files], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """RFC 9457: `type`, `title`, `status`, `detail`, and `errors` by field where the call's body is at fault."""
    if isinstance(error, Refused):
        errors = {error.field: [error.message]} if error.field else {}
        return _problem(422, error.code, error.message, **({"errors": errors} if errors else {}))
    if isinstance(error, Conflict):
        return _problem(409, "conflict", error.message, current=error.current)
    if isinstance(error, NotAllowed):
        return _problem(403, "not_allowed", error.message, who_may=error.who)
    if isinstance(error, Http404):
        return _problem(404, "not_found", "There is no such thing, or you may not see it.")
    response = exception_handler(error, context)
    if response is None or not isinstance(error, APIException):
        return response
    return _from_framework(error, response)


def _from_framework(error: APIException, response: Response) -> Response:
    data = response.data
    if response.status_code == 400 and isinstance(data, dict) and "detail" not in data:
        problem = _problem(400, "invalid", "Some of what was sent is missing or malformed.", errors=data)
    elif response.status_code == 400 and isinstance(data, list):
        problem = _problem(400, "invalid", " ".join(str(line) for line in data))
    else:
        detail = data.get("detail", "") if isinstance(data, dict) else ""
        problem = _problem(response.status_code, error.default_code, str(detail))
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in response:
            problem[header] = response[header]
    return problem


_TITLES = {
    400: "Invalid request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    409: "Changed meanwhile",
    413: "Too large",
    422: "Refused",
    429: "Too many requests",
}


def _problem(status: int, code: str, detail: str, **more: Any) -> Response:
    body = {
        "type": f"urn:rolloutgov:problem:{code}",
        "title": _TITLES.get(status, "Problem"),
        "status": status,
        "detail": detail,
        **more,
    }
    return Response(body, status=status, content_type="application/problem+json")
