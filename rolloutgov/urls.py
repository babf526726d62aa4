"""Every address of the application; each app adds its own below its name."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from rolloutgov import administration, health, metrics, providers
from rolloutgov.reader import theme_set
from rolloutgov.sign_in import no_own_address

# Django's own sign-in form knows neither second steps nor limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("accounts/email/", no_own_address),
    path("accounts/oidc/<str:provider_id>/login/", providers.provider_login),
    path("accounts/oidc/<str:provider_id>/login/callback/", providers.provider_callback),
    path("accounts/", include("allauth.urls")),
    path("administration/", administration.administration, name="administration"),
    path("administration/jobs/", administration.jobs, name="jobs"),
    path(
        "administration/messages/<uuid:message>/send-again/",
        administration.message_send_again,
        name="message_send_again",
    ),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("theme/", theme_set, name="theme_set"),
    path("api/", include("rolloutgov.api")),
    path("", include("governance.urls")),
    path("", include("feedback.urls")),
    path("", include("pilots.urls")),
]

handler400 = "pilots.views.refusals.unreadable"
