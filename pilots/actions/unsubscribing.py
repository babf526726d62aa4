"""One click in an e-mail ends e-mails of its kind, without signing in (RFC 8058)."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from pilots.actions.account import edit_own_account
from pilots.models import FlagMail, User

FLAGS: Final = "flags"
DIGEST: Final = "digest"
# What each kind is called, and what a click sets.
KINDS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    FLAGS: ("about your flags", {"flag_mail": FlagMail.NONE.value}),
    DIGEST: ("once a day", {"wants_digest": False}),
}
_SIGNER: Final = Signer(salt="pilots.unsubscribe")


def unsubscribe_url(user: User, kind: str) -> str:
    """Good for ever: an old e-mail may be the one that somebody finds."""
    return settings.BASE_URL + reverse("unsubscribe", args=[_SIGNER.sign(f"{user.pk}:{kind}")])


def read_unsubscribe_token(token: str) -> tuple[User, str] | None:
    """Whose, and which kind of e-mail; None for what we did not sign."""
    try:
        pk, _, kind = _SIGNER.unsign(token).rpartition(":")
        user = User.objects.filter(pk=UUID(pk)).first()
    except (BadSignature, ValueError):
        return None
    return (user, kind) if user is not None and kind in KINDS else None


def unsubscribe(*, user: User, kind: str) -> User:
    """Twice is once. Whoever has the e-mail may; turning it on again takes signing in."""
    return edit_own_account(by=user, fields=KINDS[kind][1])
