"""Calls from the pages and servers of other tools: who they are (the token of a channel), and from which pages."""

from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.access import CHANNEL_PREFIX, find_channel, origins_of
from feedback.models import Channel

_PREFLIGHT_SECONDS: Final = 600


class ChannelAuthentication(BaseAuthentication):
    """`Authorization: Bearer rf_…` says which tool calls, and nobody's name. A page has to be one of the channel's."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Channel] | None:
        kind, _, plain = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "bearer" or not plain.strip().startswith(CHANNEL_PREFIX):
            return None
        channel = find_channel(plain.strip())
        if channel is None or channel.pilot.slug != _slug(request):
            raise AuthenticationFailed("This token is unknown, expired or revoked, or of another pilot.")
        origin = request.headers.get("Origin", "")
        if origin and origin not in channel.origins:
            raise PermissionDenied("Pages of this origin are not among those of this token.")
        return AnonymousUser(), channel

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ChannelScheme(OpenApiAuthenticationExtension):
    target_class = "feedback.api.crossing.ChannelAuthentication"
    name = "pilotToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "The token of a pilot, made on its page Channels."}


class HasChannel(BasePermission):
    message = "Send the token of a channel of this pilot."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, Channel)


class Crossing(APIView):
    """Answers pages of other origins: those of the token that was sent, and before one is sent those of the pilot."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method != "OPTIONS":  # a browser asks it before anything else, without a token
            super().initial(request, *args, **kwargs)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        response = Response(status=204, headers={"Vary": "Origin"})
        origin = request.headers.get("Origin", "")
        if origin and origin in origins_of(_slug(request)):
            response["Access-Control-Allow-Origin"] = origin
            response["Access-Control-Allow-Methods"] = "POST"
            response["Access-Control-Allow-Headers"] = "authorization, content-type, idempotency-key"
            response["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        channel, origin = getattr(request, "_auth", None), request.headers.get("Origin", "")
        if isinstance(channel, Channel) and origin in channel.origins:
            final["Access-Control-Allow-Origin"] = origin
            final["Access-Control-Expose-Headers"] = "Retry-After"
            final["Vary"] = "Origin"
        return final


def _slug(request: Request) -> str:
    return str(request.parser_context["kwargs"].get("slug", ""))
