"""Who calls the API: a session (with its CSRF token), or `Authorization: Bearer rg_…` with the scopes of that token."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Q
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from pilots.actions.tokens import PREFIX, hash_of
from pilots.models import ApiToken, User
from pilots.models.token import Scope

if TYPE_CHECKING:
    from rest_framework.views import APIView  # imports its default authentication, which is this

_SEEN_EVERY: Final = timedelta(minutes=1)
# A token that may read all may also ask for gates, and one that may do all may also flag.
_INCLUDED_IN: Final = {Scope.GATE: Scope.READ, Scope.FLAG: Scope.WRITE}


# As plain SQL because every call asks it: a queryset took three times as long to put together as to answer.
_HOLDER: Final = """
    SELECT person.*, token.id AS token_id, token.scopes, token.last_used_at, now() AS at
    FROM pilots_apitoken token JOIN pilots_user person ON person.id = token.user_id
    WHERE token.token_hash = %s AND token.revoked_at IS NULL AND token.expires_at > now() AND person.is_active
"""


@dataclass(frozen=True)
class Grant:
    """What the token of a call lets it do."""

    scopes: frozenset[str]


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, Grant] | None:
        kind, _, plain = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "bearer":
            return None
        found = _find(plain.strip())
        if found is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked.")
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _find(plain: str) -> tuple[User, Grant] | None:
    if not plain.startswith(PREFIX):
        return None
    people: Iterable[Any] = User.objects.raw(_HOLDER, [hash_of(plain)])
    for person in people:
        _note_use(person.token_id, person.last_used_at, person.at)
        return person, Grant(frozenset(person.scopes))
    return None


def _note_use(token: UUID, last: datetime | None, at: datetime) -> None:
    """At most once a minute, so that a busy script does not write with every call."""
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - _SEEN_EVERY)
    if last is None or last <= at - _SEEN_EVERY:
        ApiToken.objects.filter(stale, pk=token).update(last_used_at=at)


class HasScope(BasePermission):
    """A token needs `read` for safe methods and `write` for others, or what the view's `scopes` says instead.

    `scopes = {"POST": Scope.FLAG}` on the view. A session has no scopes: it may what its person may.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not isinstance(request.auth, Grant):
            return True
        method = request.method or "GET"
        usual = Scope.READ if method in SAFE_METHODS else Scope.WRITE
        needed: Scope = getattr(view, "scopes", {}).get(method, usual)
        self.message = f"This token lacks the scope “{needed.value}”."
        return bool({needed, _INCLUDED_IN.get(needed, needed)} & request.auth.scopes)


class TokenScheme(OpenApiAuthenticationExtension):
    """How the API's documents describe it."""

    target_class = "pilots.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A personal token, made under Your settings."}
