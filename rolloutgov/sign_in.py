"""Who may sign in: people who were invited, however they prove who they are; and how often somebody may guess."""

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse

# Wrong passwords for one account from all addresses together, beside the limit for each (ACCOUNT_RATE_LIMITS). It does
# not hold for a browser in which the owner signed in before: nobody locks them out by guessing from many addresses.
FROM_EVERYWHERE: Final = "50/h/key"
KNOWN_BROWSER: Final = "rolloutgov_known"
_KNOWN_FOR: Final = 180 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By account and address: who guesses elsewhere slows down themselves, not the owner."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{ratelimit.get_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        self._usage_everywhere = None
        login = str(credentials.get("email", "")).lower()
        if _known_browser(request) == login:
            return
        limit = {"login_failed_everywhere": FROM_EVERYWHERE}
        self._usage_everywhere = ratelimit.consume(
            request, app="rolloutgov", action="login_failed_everywhere", config=limit, key=login
        )
        if not self._usage_everywhere:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        usage = getattr(self, "_usage_everywhere", None)
        if usage:
            usage.rollback()

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **given: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **given)
        response.set_signed_cookie(
            KNOWN_BROWSER,
            user.get_username().lower(),
            salt=KNOWN_BROWSER,
            max_age=_KNOWN_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


def _known_browser(request: HttpRequest) -> str:
    """Whose sign-in succeeded in this browser before; signed, so that nobody names themselves known."""
    found = request.get_signed_cookie(KNOWN_BROWSER, "", salt=KNOWN_BROWSER, max_age=_KNOWN_FOR)
    return str(found)


def no_own_address(request: HttpRequest) -> HttpResponse:
    """In the place of allauth's page: an address that nobody proved could be somebody else's at a provider."""
    raise Http404
