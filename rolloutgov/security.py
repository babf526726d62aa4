"""One constant Content Security Policy, and its two exceptions."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def policy(**changes: str) -> str:
    merged = POLICY | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in merged.items())


def allow_framing(response: HttpResponse, origins: Iterable[str]) -> HttpResponse:
    """For `/embed/…` only: lets these origins frame the page. Such a view sets no cookie."""
    response.headers["Content-Security-Policy"] = policy(frame_ancestors=" ".join(origins) or "'none'")
    response.xframe_options_exempt = True
    return response


class SecurityHeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.page = policy()
        self.sign_in = policy(form_action=" ".join(["'self'", *settings.CSP_FORM_ACTIONS]))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Said by the view of `/embed/…`, which stands on a floor below this one.
        if (origins := getattr(response, "framed_by", None)) is not None:
            allow_framing(response, origins)
        signing_in = request.path.startswith("/accounts/") and settings.CSP_FORM_ACTIONS
        response.headers.setdefault("Content-Security-Policy", self.sign_in if signing_in else self.page)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        return response
