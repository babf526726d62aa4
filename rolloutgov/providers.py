"""Identity providers: what they say about an address, and what happens when they say nothing that can be used."""

import logging
from collections.abc import Callable
from typing import Any, Final

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError, Provider
from allauth.socialaccount.providers.openid_connect import views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

# What a provider's program may raise that does not answer, or answers something else: requests' errors are OSErrors.
UNUSABLE: Final = (OSError, ValueError, LookupError, TypeError)
logger = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Some providers say "false" in letters, which is true to Python."""
        proved = {address.email for address in login.email_addresses if str(address.verified).lower() == "true"}
        return email in proved and super().can_authenticate_by_email(login, email)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        if error != AuthError.CANCELLED:
            why = f"{type(exception).__name__}: {exception}" if exception else error
            logger.warning("%s could not sign somebody in: %s", provider.app.provider_id, why)


def asked(view: Callable[..., HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    """allauth's view; a provider that is away is a page, like one that refuses."""
    try:
        return view(request, provider_id)
    except UNUSABLE as error:
        provider = views.OpenIDConnectOAuth2Adapter(request, provider_id).get_provider()
        answer: HttpResponse = render_authentication_error(request, provider, exception=error)
        return answer


@login_not_required
def provider_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return asked(views.login, request, provider_id)


@login_not_required
def provider_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return asked(views.callback, request, provider_id)
