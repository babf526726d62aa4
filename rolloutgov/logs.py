"""JSON logs: one object a line with the ids of request, person and pilot, and never a body."""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

context: ContextVar[dict[str, Any]] = ContextVar("log_context")
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
FIELDS = ("method", "path", "status", "ms", "task", "task_id")
# A link that is itself the key must not lie in a log.
SECRET_PATHS = re.compile(
    r"(/(?:flag/receipt|embed/flag|invitations?|accounts/password/reset/key|accounts/confirm-email)/)[^/\s]+"
)
# What PostgreSQL adds to a refusal: the row or the key that it refused, as people wrote it.
REFUSED_ROW = re.compile(r"DETAIL:\s.*?(?=\n\n(?:The above|During)|\Z)", re.DOTALL)
logger = logging.getLogger("rolloutgov.requests")


def without_what_people_wrote(text: str) -> str:
    return SECRET_PATHS.sub(r"\1…", REFUSED_ROW.sub("…", text))


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_what_people_wrote(record.getMessage()),
            **context.get({}),
            **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
        }
        if record.exc_info:
            entry["error"] = without_what_people_wrote(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)


class WithoutTraceback(logging.Filter):
    """For what strangers cause and the message says in full: a scan of the network would fill the log with code."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True


class RequestLogMiddleware:
    """Outermost: gives each request its id, answers with it, and writes one line when the request is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        token = context.set({"request": request_id})
        started = time.monotonic()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id
            self.log(request, response, started)
        finally:
            context.reset(token)
        return response

    def log(self, request: HttpRequest, response: HttpResponse, started: float) -> None:
        if request.path.startswith(("/static/", "/health/", "/metrics")) and response.status_code < 400:
            return
        match = request.resolver_match
        # Read from the session, not from request.user, which would cost a query.
        user_id = request.session.get("_auth_user_id") if hasattr(request, "session") else None
        context.set({**context.get({}), "user": user_id, "pilot": match.kwargs.get("slug") if match else None})
        logger.info(
            "request",
            extra={
                "method": request.method,
                "path": SECRET_PATHS.sub(r"\1…", request.path),
                "status": response.status_code,
                "ms": round((time.monotonic() - started) * 1000, 1),
            },
        )
