"""What goes wrong, in words and in one shape: RFC 9457 problem details."""

import logging
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as InvalidValue
from django.db import DataError
from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from pilots.errors import Conflict, NotAllowed, Refused

logger = logging.getLogger(__name__)


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """RFC 9457: `type`, `title`, `status`, `detail`, and `errors` by field where the call's body is at fault."""
    if isinstance(error, Refused):
        # Where the call's field has another name than that of the page's form.
        names = getattr(context.get("view"), "field_names", {})
        errors = {names.get(error.field, error.field): [error.message]} if error.field else {}
        return _problem(422, error.code, error.message, **({"errors": errors} if errors else {}))
    if isinstance(error, Conflict):
        return _problem(409, "conflict", error.message, current=error.current)
    if isinstance(error, NotAllowed):
        return _problem(403, "not_allowed", error.message, who_may=error.who)
    if isinstance(error, Http404):
        return _problem(404, "not_found", "There is no such thing, or you may not see it.")
    if isinstance(error, RequestDataTooBig):
        return _problem(413, "too_large", "More was sent than this call takes.")
    if isinstance(error, SuspiciousOperation | InvalidValue):
        return _problem(400, "invalid", "Some of what was sent is missing or malformed.")
    if isinstance(error, DataError | ValueError | OverflowError):
        # A value that no field refused and the database or Python did: the caller’s to mend, and ours to look at.
        logger.exception("The API was sent a value that nothing checked")
        return _problem(400, "invalid", "Some of what was sent cannot be kept: too large, too long or malformed.")
    if isinstance(error, PermissionDenied):
        return _problem(403, "not_allowed", "This is not yours to do.")
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


TITLES: Final = {
    400: "Invalid request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "No such method here",
    406: "Unanswerable kind",
    409: "Changed meanwhile",
    413: "Too large",
    415: "Unreadable kind",
    422: "Refused",
    429: "Too many requests",
}


def _problem(status: int, code: str, detail: str, **more: Any) -> Response:
    body = {
        "type": f"urn:rolloutgov:problem:{code}",
        "title": TITLES.get(status, "Problem"),
        "status": status,
        "detail": detail,
        **more,
    }
    return Response(body, status=status, content_type="application/problem+json")
