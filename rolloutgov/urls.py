"""Every address of the application; each app adds its own below its name."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from rolloutgov import health
from rolloutgov.reader import theme_set

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("theme/", theme_set, name="theme_set"),
    *(path("", include(f"{app}.urls")) for app in ("governance", "feedback", "pilots") if find_spec(f"{app}.urls")),
]
