"""Personal keys to the API: shown once, kept as a hash."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from pilots.access import require
from pilots.audit import record
from pilots.errors import Refused
from pilots.models import ApiToken, User
from pilots.models.token import Scope
from pilots.permissions import Permission

PREFIX: Final = "rg_"
LONGEST: Final = timedelta(days=365)


@dataclass(frozen=True)
class NewToken:
    row: ApiToken
    # The only time that it is known.
    plain: str


def create_api_token(*, by: User, name: str, scopes: Collection[Scope], expires_at: datetime, at: datetime) -> NewToken:
    _check(name, scopes, expires_at, at)
    plain = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        row = ApiToken.objects.create(
            user=by,
            name=name.strip(),
            prefix=plain[:8],
            token_hash=hash_of(plain),
            scopes=sorted(scopes),
            created_at=at,
            expires_at=expires_at,
        )
        record("token.created", by=by, target=row, data={"scopes": row.scopes, "expires_at": expires_at})
    return NewToken(row, plain)


def revoke_api_token(*, token: ApiToken, by: User, at: datetime) -> ApiToken:
    """By its owner, or by who looks after people."""
    if token.user_id != by.pk:
        require(by, Permission.MANAGE_PEOPLE)
    with transaction.atomic():
        held = ApiToken.objects.select_for_update(no_key=True).get(pk=token.pk)
        if held.revoked_at is not None:
            raise Refused("This token was revoked already.", code="already_revoked")
        held.revoked_at, held.revoked_by = at, by
        held.save(update_fields=["revoked_at", "revoked_by"])
        record("token.revoked", by=by, target=held, data={"owner": held.user_id})
    return held


def hash_of(plain: str) -> str:
    """Plain SHA-256: 256 random bits need no slow hash."""
    return hashlib.sha256(plain.encode()).hexdigest()


def _check(name: str, scopes: Collection[Scope], expires_at: datetime, at: datetime) -> None:
    if not name.strip():
        raise Refused("Say what the token is for.", field="name", code="missing")
    if not scopes or not set(scopes) <= set(Scope):
        raise Refused("Choose what the token may do.", field="scopes", code="missing")
    if expires_at <= at:
        raise Refused("It would have expired already.", field="expires_on", code="in_the_past")
    if expires_at - at > LONGEST:
        raise Refused("A token lasts at most a year.", field="expires_on", code="too_long")
