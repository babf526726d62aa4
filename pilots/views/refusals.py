"""What a page says when an action will not do a thing."""

from collections.abc import Callable
from typing import Any

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


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    return render(request, template, {**context, "back": _back(request)}, status=status)


def _back(request: HttpRequest) -> str:
    """Where the reader came from, if that was one of our pages."""
    came_from = request.headers.get("Referer", "")
    return came_from if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()) else ""
