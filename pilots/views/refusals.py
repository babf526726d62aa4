"""What a page says when an action will not do a thing."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from pilots.errors import Conflict, NotAllowed


class RefusalMiddleware:
    """Turns what no view caught into a page that says who may (403) or what somebody else did meanwhile (409)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return _page(request, "403.html", 403, message=exception.message, who=exception.who)
        if isinstance(exception, Conflict):
            return _page(request, "409.html", 409, message=exception.message, current=exception.current)
        return None


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's answer to what cannot be read (400); what is only too large gets a page that says how to mend it."""
    if not isinstance(exception, _TOO_LARGE):
        return render(request, "400.html", status=400)
    _read_to_the_end(request)
    return _page(request, "413.html", 413, most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


_TOO_LARGE: Final = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def _read_to_the_end(request: HttpRequest) -> None:
    """Some of it: a browser that is still sending shows a broken connection in place of the page."""
    for _ in range(_AT_MOST):
        if not request.read(_PIECE):
            return


_PIECE: Final = 64 * 1024
_AT_MOST: Final = 512


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    return render(request, template, {**context, "back": _back(request)}, status=status)


def _back(request: HttpRequest) -> str:
    """Where the reader came from, if that was one of our pages."""
    came_from = request.headers.get("Referer", "")
    return came_from if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()) else ""
